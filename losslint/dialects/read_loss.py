"""What an entry of a config is read as: a loss with the parameters that it will run with."""

from collections.abc import Mapping
from typing import NamedTuple

from losslint.catalog.model import Param, has_type
from losslint.dialects.records import Argument, DialectName
from losslint.syntax.plain import holds_unknown, plain
from losslint.syntax.resolved_node import ResolvedNode

_WORDS = {"bool": "a boolean", "null": "null", "str": "a string", "list": "a list"}


class Loss(NamedTuple):
    """A loss of one dialect; `params` as the framework calls them, whatever the style's case."""

    dialect: DialectName
    name: str
    params: tuple[tuple[str, object], ...] = ()


class Arguments(NamedTuple):
    """The parameters of a loss as it will run: defaults filled in, `written` those of the file.

    `dropped` are keys without an effect, which the trainer leaves out as well.
    """

    values: Mapping[str, object]
    written: frozenset[str] = frozenset()
    dropped: tuple[str, ...] = ()


class Read(NamedTuple):
    """A loss as it was read."""

    loss: Loss
    arguments: Arguments


class Refused(NamedTuple):
    """Why something is not converted, as a clause."""

    reason: str


class Factor(NamedTuple):
    """A factor as it is written; None for none, which is 1.0."""

    value: float | None


class PlainValue(NamedTuple):
    """The value of an argument; of a class of its own, as None is a value."""

    value: object


def value_of_argument(argument: Argument, params: tuple[Param, ...]) -> PlainValue | Refused:
    """The value of an argument, of a type that some release takes."""
    view = argument.view
    if not any(has_type(view.kind, param.spec) for param in params):
        if view.kind == "unknown":
            return Refused(f"the value of `{argument.name}` is not known from this file")
        allowed = " or ".join(_WORDS.get(t, f"a {t}") for t in params[0].spec.types)
        kind = _WORDS.get(view.kind, f"a {view.kind}")
        return Refused(f"`{argument.name}` is {kind} where {allowed} belongs")
    value = plain(view)
    if holds_unknown(value):
        return Refused(f"the value of `{argument.name}` is not known from this file")
    return PlainValue(value)


def factor_in(view: ResolvedNode, word: str) -> Factor | Refused:
    """The factor that a value gives; null is none."""
    if view.kind == "null":
        return Factor(None)
    value = view.value
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        if view.kind == "unknown":
            return Refused(f"the value of `{word}` is not known from this file")
        return Refused(f"`{word}` is no number: the training would stop there")
    if value != value or value in (float("inf"), float("-inf")):
        return Refused(f"`{word}` is not finite")
    return Factor(value)
