"""What stands behind the dot: of a package, of a model, of an object of the program's own."""

from __future__ import annotations

from losslint.diagnostics import Span
from losslint.dialects.python.machine import Machine
from losslint.dialects.python.paths import canonical, package_of
from losslint.dialects.python.values import (
    Functional,
    Instance,
    Items,
    Made,
    Method,
    Named,
    OwnClass,
    Ref,
    Sequential,
    Tensor,
    Unknown,
    Value,
    moved,
)


def of_chain(machine: Machine, of: Value, words: list[str], at: Span) -> Value:
    """What stands behind several dots, the last word first."""
    for word in reversed(words):
        of = attribute(machine, of, word, at)
    return of


def attribute(machine: Machine, of: Value, name: str, at: Span) -> Value:
    """The attribute of a value, or the method of that name."""
    if isinstance(of, Named):
        return Named(canonical(f"{of.path}.{name}"), at)
    if isinstance(of, OwnClass):
        return moved(of.bound(of.members.get(name, Unknown(at))), at)
    if isinstance(of, Ref):
        thing = machine.heap.get(of)
        if isinstance(thing, Instance):
            found = machine.attribute_of(of, name)
            if found is not None:
                return moved(found, at)
        if isinstance(thing, (Sequential, Functional)):
            found = _of_model(of, thing, name)
            if found is not None:
                return found
    if isinstance(of, Made) and name == "output" and package_of(of.path) == "layers":
        return Tensor(of, (Unknown(at),), at)
    return Method(of, name, at)


def _of_model(of: Ref, model: Sequential | Functional, name: str) -> Value | None:
    if isinstance(model, Functional):
        # Its layers are sorted by their depth.
        return {"output": model.outputs, "input": model.inputs}.get(name)
    if name == "output":
        return Tensor(of, (Unknown(model.at),), model.at)
    return Items(model.layers, model.at) if name == "layers" else None
