"""Values as nodes of a tree: losses, metrics and layers in the form in which Keras saves them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from losslint.catalog import keras
from losslint.diagnostics import Span
from losslint.dialects.python.machine import Work
from losslint.dialects.python.paths import activation_of, is_class, last_of, package_of
from losslint.dialects.python.signatures import WITHOUT_ACTIVATION
from losslint.dialects.python.values import (
    Arg,
    Function,
    Items,
    Known,
    Made,
    Named,
    OwnClass,
    Pairs,
    Unknown,
    Value,
    known,
    text_of,
)
from losslint.syntax.nodes import UNDEFINED, Mapping, Node, Pair, Scalar, Sequence

_CONTAINERS: Final = (Items, Pairs)
_OWN: Final = "own"


class NodeMaker:
    """Makes nodes for one text.

    `frozen` are the places of what is no literal, where no edit fits. `is_sure`: a model of Keras's
    is compiled, and nothing that only looks like one.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_sure = True
        self.frozen: list[Span] = []
        # Where the losses were made of which it made nodes.
        self.losses: set[Span] = set()

    def scalar(self, value: object, at: Span, *, written: bool = False) -> Scalar:
        """A constant; one that is not written as a literal at its place is never edited."""
        if not written:
            self.frozen.append(at)
        if isinstance(value, str):
            quote = self.text[at.start : at.start + 1] if written else '"'
            return Scalar(at.start, at.end, value, "'" if quote == "'" else '"', outer=at.start)
        return Scalar(at.start, at.end, repr(value), outer=at.start)

    def unknown(self, value: Value) -> Scalar:
        """What is not decided."""
        at = getattr(value, "at", Span(0, 0))
        self.frozen.append(at)
        return Scalar(at.start, at.end, "", tag=UNDEFINED, outer=at.start)

    def mapping(self, at: Span, pairs: Iterable[Pair], *, is_whole: bool = True) -> Mapping:
        """A mapping that stands at a place."""
        return Mapping(at.start, at.end, tuple(pairs), True, outer=at.start, cut=not is_whole)

    def made_up(self, at: Span, **members: object) -> Mapping:
        """A mapping of what is not written so: each value a node, or a constant."""
        pairs: list[Pair] = []
        for name, value in members.items():
            is_node = isinstance(value, (Scalar, Mapping, Sequence))
            node = value if is_node else self.scalar(value, at)
            pairs.append(Pair(self.key(name, Span(at.start, at.start)), node))  # type: ignore[arg-type]
        return self.mapping(at, pairs)

    def key(self, name: str, at: Span) -> Scalar:
        """A key; a keyword stands without quotes, a key of a dict in its own."""
        quote = self.text[at.start : at.start + 1]
        return Scalar(at.start, at.end, name, quote if quote in ("'", '"') else "", outer=at.start)  # type: ignore[arg-type]

    def pairs(self, args: Iterable[Arg]) -> Work:
        """Arguments as the pairs of a config."""
        found: list[Pair] = []
        for arg in args:
            if arg.name:
                found.append(Pair(self.key(arg.name, arg.key), (yield self.node(arg.value))))
        return found

    def node(self, value: Value) -> Work:
        """Any value, as Keras would save it."""
        if isinstance(value, Known):
            return self.scalar(value.value, value.at, written=value.written)
        if isinstance(value, _CONTAINERS):
            return (yield self.container(value, self.node))
        if isinstance(value, Made) and package_of(value.path):
            return (yield self.object(value))
        activation = activation_of(value.path) if isinstance(value, Named) else None
        if activation is not None and isinstance(value, Named):
            return self.scalar(activation, value.at)
        return self.unknown(value)

    def container(self, value: Items | Pairs, each: object) -> Work:
        """A list or a dict, with what one function makes of all that is in it."""
        assert callable(each)
        at = value.at
        if not value.is_whole:
            return self.unknown(value)
        if isinstance(value, Items):
            items: list[Node] = []
            for item in value.items:
                items.append((yield each(item)))
            return Sequence(at.start, at.end, tuple(items), True, outer=at.start)
        pairs: list[Pair] = []
        for key, inner in value.pairs:
            if not isinstance(key, Known) or not isinstance(key.value, str):
                return self.unknown(value)
            pairs.append(Pair(self.key(key.value, key.at), (yield each(inner))))
        return self.mapping(at, pairs)

    def object(self, value: Made) -> Work:
        """An object of a class of Keras's, with its arguments for a config."""
        pairs = yield self.pairs(value.args)
        name, package = last_of(value.path), package_of(value.path)
        if package == "layers" and name in WITHOUT_ACTIVATION and value.get("activation") is None:
            nothing = self.scalar(None, value.at)
            if not value.is_whole:
                nothing = self.unknown(value)
            pairs.append(
                Pair(self.key("activation", Span(value.at.start, value.at.start)), nothing)
            )
        config = self.mapping(value.at, pairs, is_whole=value.is_whole)
        module = f"keras.{package}" if package != "ops" else "keras.src.ops.nn"
        class_name = self._name(name, value.name_at)
        return self.made_up(
            value.at, module=module, class_name=class_name, config=config, registered_name=None
        )

    def own(self, value: Value, name: str) -> Mapping:
        """A class or a function of the program's own, as one that is registered: not judged."""
        at = getattr(value, "at", Span(0, 0))
        return self.made_up(
            at, module="__main__", class_name=name, config=self.mapping(at, ()),
            registered_name=f"{_OWN}>{name}",
        )  # fmt: skip

    def own_object(self, value: Made) -> Work:
        """An object of a class of the program's own, or of one that is not seen, with arguments."""
        pairs = yield self.pairs(value.args)
        is_whole = value.is_whole and all(arg.name for arg in value.args)
        path, _, name = value.path.rpartition(".")
        return self.made_up(
            value.at,
            module=path or "__main__",
            class_name=self.scalar(name, value.name_at if value.name_at.end else value.at),
            config=self.mapping(value.at, pairs, is_whole=is_whole),
            registered_name=f"{_OWN}>{name}",
        )

    def loss(self, value: Value) -> Work:
        """A loss, or several in lists and dicts."""
        if isinstance(value, _CONTAINERS):
            return (yield self.container(value, self.loss))
        if isinstance(value, Known) and (value.value is None or isinstance(value.value, str)):
            if not self.is_sure and not _is_near(value.value):
                return self.unknown(value)
            return self.scalar(value.value, value.at, written=value.written)
        if isinstance(value, Named) and package_of(value.path) == "losses":
            return self._named_loss(value)
        if isinstance(value, Made):
            self.losses.add(value.at)
            if package_of(value.path) == "losses" and _is_loss(value) and value.is_whole:
                return (yield self.object(value))
            return (yield self.own_object(value)) if _is_own(value) else self.unknown(value)
        if isinstance(value, Unknown) and value.made is not None:
            return (yield self.own_object(value.made))
        return self._of_own(value)

    def _named_loss(self, value: Named) -> Node:
        """A class or a function of Keras's: what `get` makes of its name."""
        name, at = last_of(value.path), value.at
        if name not in keras.NOT_STRINGS and keras.find(name) is None:
            return self.unknown(value)
        return self._name(name, at)

    def _name(self, name: str, at: Span) -> Scalar:
        """A name of Keras's. Behind a dot, another one may be written in its place."""
        start = at.end - len(name)
        if self.text[start - 1 : at.end] != f".{name}":
            return self.scalar(name, at)
        return Scalar(start, at.end, name, '"', outer=start)

    def _of_own(self, value: Value) -> Node:
        if isinstance(value, Function):
            return self.own(value, getattr(value.node, "name", _OWN))
        return self.own(value, value.name) if isinstance(value, OwnClass) else self.unknown(value)

    def metric(self, value: Value) -> Work:
        """A metric, or several in lists and dicts."""
        if isinstance(value, _CONTAINERS):
            return (yield self.container(value, self.metric))
        if isinstance(value, Known) and (value.value is None or isinstance(value.value, str)):
            return self.scalar(value.value, value.at, written=value.written)
        if isinstance(value, Named) and package_of(value.path) in ("metrics", "losses"):
            if is_class(value.path):
                return self.own(value, last_of(value.path))
            return self.made_up(
                value.at, module="builtins", class_name="function", config=last_of(value.path),
                registered_name="function",
            )  # fmt: skip
        if isinstance(value, Made):
            if package_of(value.path) == "metrics" and value.is_whole:
                positions = all(arg.name for arg in value.args)
                return (yield self.object(value)) if positions else self.own(value, _OWN)
            return self.own(value, last_of(value.path))
        return self._of_own(value)


def _is_loss(value: Made) -> bool:
    """Whether a class under keras.losses may be meant for a loss that Keras has, or had."""
    name = last_of(value.path)
    return name not in ("Loss", "LossFunctionWrapper") and all(arg.name for arg in value.args)


def _is_near(name: object) -> bool:
    """Whether a name speaks for Keras by itself."""
    from losslint.dialects.keras.names import nearness

    return not isinstance(name, str) or nearness(name) != "other"


def _is_own(value: Made) -> bool:
    return value.path.startswith("__main__.")


def name_of(value: Made) -> str | None:
    """The name of a layer: its own, or the one that Keras gives it; None where it is not known."""
    name = value.get("name")
    if name is None or (isinstance(name, Known) and known(name) is None):
        return value.auto_name if value.is_whole else None
    return text_of(name)
