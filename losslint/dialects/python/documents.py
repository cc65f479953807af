"""What a program compiles, as documents: the model objects that Keras would have saved."""

from __future__ import annotations

import re
from typing import Final

from losslint.diagnostics import Span
from losslint.dialects.keras.marks import COMPUTED, CUSTOM
from losslint.dialects.python import models
from losslint.dialects.python.machine import Compiled, Machine, Work, run
from losslint.dialects.python.nodes import NodeMaker
from losslint.dialects.python.values import (
    Made,
    Opaque,
    Pairs,
    Value,
    known,
    text_of,
)
from losslint.syntax.nodes import Document, Mapping, Node, Pair, Sequence

# Followed for nothing where this does not stand; a row too many costs time alone.
COMPILE: Final = re.compile(r"\.\s*compile\s*\(")
_LOSSES: Final = ("loss",)
_METRICS: Final = ("metrics", "weighted_metrics")
_PLATFORM: Final = frozenset(("configuration", "MODEL", "COMPILATION", "LOSS"))
_MAX_DICTS: Final = 2_000
_MAX_INNER: Final = 100_000


def documents(machine: Machine) -> tuple[list[Document], NodeMaker]:
    """A document for each call of compile, and for each dict that may be the platform's."""
    maker = NodeMaker(machine.places.text)
    roots: list[Node] = []
    wanted = (each for each in machine.compiled if each.ref not in machine.failing)
    for compiled in wanted:
        root = run(_compile_document(machine, maker, compiled))
        if root is not None:
            roots.append(root)
    roots += _other_losses(machine, maker)
    for each in _outermost(machine):
        roots.append(run(maker.node(each)))
    return [Document(root) for root in roots], maker


def _compile_document(
    machine: Machine, maker: NodeMaker, compiled: Compiled, **marks: object
) -> Work:
    """The model object of a call of compile; `marks` stand beside what Keras would have saved."""
    pairs: list[Pair] = []
    maker.is_sure = not isinstance(compiled.model, Opaque) or isinstance(compiled.ref, Made)
    for name, key, value in compiled.args:
        node = yield _argument(maker, name, value)
        pairs.append(Pair(maker.key(name, key), node))
        if not compiled.is_whole and key.start == key.end:
            # Where others follow by position, no name may be written.
            maker.frozen.append(key)
    if not any(name in _LOSSES for name, *_ in compiled.args):
        return None
    built = yield models.build(maker, compiled.model, machine.heap)
    if built is not None and _may_mean_made_up(built.made_up, compiled):
        built = None
    if machine.registered:
        names = tuple(maker.scalar(each, compiled.at) for each in sorted(machine.registered))
        marks[CUSTOM] = Sequence(compiled.at.start, compiled.at.end, names, True)
    at = Span(0, len(maker.text))
    config = maker.mapping(compiled.at, pairs, is_whole=compiled.is_whole)
    if built is None:
        empty = maker.mapping(compiled.at, ())
        return maker.made_up(at, class_name="Model", config=empty, compile_config=config, **marks)
    compiled_key = maker.key("compile_config", Span(at.start, at.start))
    model: Mapping = built.node
    beside = maker.made_up(compiled.at, **marks).pairs
    pairs = [*model.pairs, Pair(compiled_key, config), *beside]
    return model._replace(start=at.start, end=at.end, outer=at.start, pairs=tuple(pairs))


def _other_losses(machine: Machine, maker: NodeMaker) -> list[Node]:
    """The losses of no `compile`, each by itself, and those that are computed of an output."""
    made = {each.at: each for each in machine.losses if each.at not in maker.losses}
    found = [run(maker.loss(each)) for each in list(made.values())[:_MAX_DICTS]]
    roots: list[Node] = [each for each in found if isinstance(each, Mapping)]
    for computed in machine.computed.values():
        root = run(_compile_document(machine, maker, computed, **{COMPUTED: True}))
        if root is not None:
            roots.append(root)
    return roots


def _argument(maker: NodeMaker, name: str, value: Value) -> Work:
    if name in _LOSSES:
        return (yield maker.loss(value))
    return (yield maker.metric(value) if name in _METRICS else maker.node(value))


def _may_mean_made_up(made_up: tuple[str, ...], compiled: Compiled) -> bool:
    """Whether a key may be the name that Keras made up for an output, by a count of its own."""
    kinds = {re.sub(r"_\d+\Z", "", name) for name in made_up}
    keys = [
        text_of(key) or ""
        for _, _, value in compiled.args
        if isinstance(value, Pairs)
        for key, _ in value.pairs
    ]
    if any(kind.startswith("?") for kind in kinds):
        return bool(keys)
    return any(re.sub(r"_\d+\Z", "", key) in kinds for key in keys)


def _outermost(machine: Machine) -> list[Pairs]:
    """The dicts that may be a configuration of the platform, without those that are part of one."""
    marked = [each for each in list(machine.dicts)[:_MAX_DICTS] if _is_marked(each)]
    inner: set[Pairs] = set()
    stale: set[Pairs] = set()
    left = _MAX_INNER
    for each in marked:
        todo: list[Value] = [value for _, value in each.pairs]
        while todo and left:
            left -= 1
            value = todo.pop()
            if isinstance(value, Pairs):
                inner.add(value)
                todo += (below for _, below in value.pairs)
                if value in machine.changed:
                    stale.add(each)
    stale |= machine.changed
    return [each for each in marked if each not in inner and each not in stale] if left else []


def _is_marked(value: Pairs) -> bool:
    return any(known(key) in _PLATFORM for key, _ in value.pairs if known(key) is not None)
