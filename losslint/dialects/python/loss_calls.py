"""Losses that a program computes itself: in a training step, or for `add_loss`.

A call of a loss with what a model gives trains that model as `compile` would. A function of the
program's own that is compiled is called so with the output of the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from losslint.catalog import keras
from losslint.diagnostics import Span
from losslint.dialects.python.machine import MAX_CALLS, Compiled, Machine, Work
from losslint.dialects.python.paths import is_class, last_of, package_of
from losslint.dialects.python.values import (
    Arg,
    Function,
    Functional,
    Items,
    Made,
    Named,
    Ref,
    Sequential,
    Tensor,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from losslint.dialects.python.calls import Arguments

_GIVEN: Final = ("y_true", "y_pred")


def computed(machine: Machine, loss: Made, args: Arguments, at: Span) -> None:
    """A loss object is called."""
    if package_of(loss.path) == "losses":
        _note(machine, loss, args, at)


def computed_by_function(machine: Machine, callee: Named, args: Arguments, at: Span) -> None:
    """A function of Keras's is called: as an object of its class would be."""
    name = last_of(callee.path)
    if package_of(callee.path) != "losses" or is_class(name) or len(args.positional) > len(_GIVEN):
        return
    found = keras.find(name)
    if found is None or found[0].class_name is None:
        return
    given = tuple(arg for arg in args.args if arg.name and arg.name not in _GIVEN)
    path = f"keras.losses.{found[0].class_name}"
    _note(machine, Made(path, given, callee.at, args.is_whole, "", callee.at), args, at)


def _note(machine: Machine, loss: Made, args: Arguments, at: Span) -> None:
    output = args.get("y_pred", 1)
    if machine.expecting or not isinstance(output, Tensor) or len(machine.computed) >= MAX_CALLS:
        return
    model = Functional(Unknown(at), output, at)
    call = Compiled(model, loss, (("loss", loss.name_at, loss),), at)
    machine.computed.setdefault((loss.at, getattr(output.layer, "at", at)), call)


def of_own_function(machine: Machine, model: Value, loss: Value | None) -> Work | Value:
    """What a compiled function of the program's own computes of the only output of a model."""
    output = _only_output(machine, model)
    if not isinstance(loss, Function) or output is None or machine.expecting:
        return Unknown()
    from losslint.dialects.python.classes import inlined

    nowhere = Span(0, 0)
    return inlined(machine, loss, (Arg("", nowhere, Unknown()), Arg("", nowhere, output)))


def _only_output(machine: Machine, model: Value) -> Tensor | None:
    thing = machine.heap.get(model) if isinstance(model, Ref) else None
    if isinstance(thing, Sequential):
        return Tensor(model, (Unknown(thing.at),), thing.at) if isinstance(model, Ref) else None
    if not isinstance(thing, Functional):
        return None
    outputs = thing.outputs
    if isinstance(outputs, Items) and outputs.is_whole and len(outputs.items) == 1:
        outputs = outputs.items[0]
    return outputs if isinstance(outputs, Tensor) else None
