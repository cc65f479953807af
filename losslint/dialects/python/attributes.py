"""What stands behind the dot: of a package, of a model, of an object of the program's own."""

from __future__ import annotations

from losslint.diagnostics import Span
from losslint.dialects.python.machine import Machine
from losslint.dialects.python.paths import canonical
from losslint.dialects.python.values import (
    Functional,
    Instance,
    Items,
    Method,
    Named,
    OwnClass,
    Ref,
    Sequential,
    Unknown,
    Value,
    moved,
)


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
            found = _of_model(thing, name)
            if found is not None:
                return found
    return Method(of, name, at)


def _of_model(model: Sequential | Functional, name: str) -> Value | None:
    if name == "layers":
        # Those of a functional model are sorted by their depth.
        return Items(model.layers, model.at) if isinstance(model, Sequential) else None
    if isinstance(model, Functional):
        return {"output": model.outputs, "input": model.inputs}.get(name)
    return None
