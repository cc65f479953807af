"""What names of a program stand for, as far as its text tells."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, Union

from losslint.diagnostics import Span

NOWHERE: Final = Span(0, 0)
_MAX_ITEMS: Final = 5_000


class Unknown(NamedTuple):
    """What the text does not decide. `made`: the call of a class that is not seen, if it is one."""

    at: Span = NOWHERE
    made: Made | None = None


class Known(NamedTuple):
    """None, a boolean, a number or a string. `written`: a plain literal stands at its place."""

    value: object
    at: Span = NOWHERE
    written: bool = False


class Named(NamedTuple):
    """Something of a package, by its canonical path: `keras.losses.Huber`."""

    path: str
    at: Span = NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Items:
    """A list or a tuple. `is_whole`: it has these items and no others."""

    items: tuple[Value, ...]
    at: Span = NOWHERE
    is_whole: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """A dict: its keys and values. `is_whole`: it has these and no others."""

    pairs: tuple[tuple[Value, Value], ...]
    at: Span = NOWHERE
    is_whole: bool = True

    def get(self, key: str) -> Value | None:
        """The value of a key; of equal keys the last counts."""
        found = [
            value for name, value in self.pairs if isinstance(name, Known) and name.value == key
        ]
        return found[-1] if found else None


class Arg(NamedTuple):
    """An argument of a call: its name (by keyword, or by the signature), the place of that name.

    An argument by position has no place of a name: `key` is that of its value.
    """

    name: str
    key: Span
    value: Value


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """An object of a class of Keras's: a layer, a loss, a metric, an optimizer, or one operation.

    `is_whole`: `args` are all of its arguments, each under its name. `auto_name` is what Keras
    calls a layer that was given no name. `name_at` is where the class is named.
    """

    path: str
    args: tuple[Arg, ...]
    at: Span = NOWHERE
    is_whole: bool = True
    auto_name: str = ""
    name_at: Span = NOWHERE

    def get(self, name: str) -> Value | None:
        """The value of an argument."""
        return next((arg.value for arg in self.args if arg.name == name), None)


@dataclass(frozen=True, slots=True, eq=False)
class Tensor:
    """What a layer or a model gives for its inputs: symbolic, as the functional API has it."""

    layer: Made | Ref
    inputs: tuple[Value, ...]
    at: Span = NOWHERE


@dataclass(frozen=True, slots=True, eq=False)
class Ref:
    """An object that changes while the program runs: what it is stands in the state's heap."""

    at: Span = NOWHERE
    auto_name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the program's own, with the names around it; `bound` is its first argument."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    around: Frame
    bound: Value | None = None
    at: Span = NOWHERE
    is_plain: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class OwnClass:
    """A class of the program's own; `of_keras`: it may inherit from Keras, or from anything."""

    node: ast.ClassDef
    members: Mapping[str, Value]
    of_keras: bool
    at: Span = NOWHERE

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name

    def bound(self, member: Value, of: Ref | None = None) -> Value:
        """A member as an object of the class has it, or the class itself."""
        if not isinstance(member, Function) or member.bound is not None:
            return member
        if any(getattr(each, "id", "") == "classmethod" for each in _decorators(member)):
            return replace(member, bound=self)
        return replace(member, bound=of)


def _decorators(function: Function) -> list[ast.expr]:
    return getattr(function.node, "decorator_list", [])


class Method(NamedTuple):
    """A method of a value, asked for by its name."""

    of: Value
    name: str
    at: Span = NOWHERE


@dataclass(slots=True, eq=False)
class Frame:
    """The names of a module or of a running function, and those around it.

    `of_module` are the names that a function writes to in its module.
    """

    names: dict[str, Value] = field(default_factory=dict)
    around: Frame | None = None
    stars: list[str] = field(default_factory=list)
    of_module: set[str] = field(default_factory=set)


# What stands in the heap.


class Sequential(NamedTuple):
    """A model that is a list of layers."""

    layers: tuple[Value, ...]
    at: Span = NOWHERE


class Functional(NamedTuple):
    """A model from inputs to outputs."""

    inputs: Value
    outputs: Value
    at: Span = NOWHERE


class Instance(NamedTuple):
    """An object of a class of the program's own."""

    of: OwnClass
    attributes: Mapping[str, Value]


class Policy(NamedTuple):
    """The type in which layers compute that name none."""

    dtype: Value


class Opaque(NamedTuple):
    """What may have become anything."""


Value = Union[Unknown, Known, Named, Items, Pairs, Made, Tensor, Ref, Function, OwnClass, Method]
Object = Union[Sequential, Functional, Instance, Policy, Opaque]


def several(items: tuple[Value, ...], at: Span, is_whole: bool = True) -> Items:
    """A list of items; nobody writes a long one, and of such a one nothing is known."""
    if len(items) > _MAX_ITEMS:
        return Items((Unknown(at),), at, is_whole=False)
    return Items(items, at, is_whole)


def known(value: Value | None) -> object:
    """What a known value is; None for any other."""
    return value.value if isinstance(value, Known) else None


def text_of(value: Value | None) -> str | None:
    """The string that a value is."""
    found = known(value)
    return found if isinstance(found, str) else None


def moved(value: Value, at: Span) -> Value:
    """A value as it is used under a name: a constant stands where it is used, and not literally."""
    if isinstance(value, (Function, OwnClass)):
        return replace(value, at=at)
    if isinstance(value, (Known, Unknown, Named)):
        return (
            value._replace(at=at, written=False)
            if isinstance(value, Known)
            else value._replace(at=at)
        )
    return value
