"""The words in the losses of a document: names, parameters, values, and what is known of each."""

from collections.abc import Iterator
from itertools import islice
from typing import Literal, NamedTuple

from losslint.catalog.model import LossDef, Param, Spec
from losslint.diagnostics import Span
from losslint.dialects.records import LossEntry, Site, written_once
from losslint.rules.base import Context, entry_params
from losslint.syntax.resolved_node import ResolvedNode

_MAX_VISITED = 20_000

# "name": the word that names a loss. "key": that of a parameter. "value": a scalar behind one.
SymbolKind = Literal["name", "key", "value"]


class SymbolAt(NamedTuple):
    """One word of an entry. `path` leads from the entry to it: keys, and indexes of lists."""

    kind: SymbolKind
    span: Span
    word: object
    entry: LossEntry
    path: tuple[str | int, ...] = ()


def symbols_in(sites: tuple[Site, ...]) -> Iterator[SymbolAt]:
    """Every word of every entry, up to a bound."""
    budget = _MAX_VISITED
    for site in written_once(sites):
        for entry in site.entries:
            for symbol in islice(_of_entry(entry), budget):
                budget -= 1
                yield symbol


def _of_entry(entry: LossEntry) -> Iterator[SymbolAt]:
    if entry.name is not None:
        yield SymbolAt("name", entry.name.at, entry.name.value, entry)
    if entry.weight is not None and entry.weight_view is not None:
        yield SymbolAt("key", entry.weight.at, "weight", entry, ("weight",))
        yield from _below(entry.weight_view, entry, ("weight",))
    for argument in entry.arguments:
        yield SymbolAt("key", argument.key, argument.name, entry, (argument.name,))
        yield from _below(argument.view, entry, (argument.name,))


def _below(view: ResolvedNode, entry: LossEntry, path: tuple[str | int, ...]) -> Iterator[SymbolAt]:
    """The keys and scalars of a value."""
    todo: list[tuple[ResolvedNode, tuple[str | int, ...]]] = [(view, path)]
    while todo:
        current, way = todo.pop()
        if current.is_mapping:
            pairs = current.pairs()
            for member, _ in pairs:
                yield SymbolAt("key", member.at, member.name, entry, (*way, member.name))
            todo += [(value, (*way, member.name)) for member, value in reversed(pairs)]
        elif current.is_list:
            todo += [(item, (*way, n)) for n, item in reversed(list(enumerate(current.items())))]
        else:
            yield SymbolAt("value", current.at, current.value, entry, way)


def symbol_at(sites: tuple[Site, ...], offset: int) -> SymbolAt | None:
    """The smallest word that covers an offset."""
    found = [
        s for s in symbols_in(sites) if s.span.start <= offset < max(s.span.end, s.span.start + 1)
    ]
    return min(found, key=lambda symbol: symbol.span.end - symbol.span.start, default=None)


def known_loss(entry: LossEntry, context: Context) -> LossDef | None:
    """What the catalog knows under an entry's name, at whatever release."""
    from losslint.rules._names import judge_name

    verdict = judge_name(entry, context)
    return verdict.loss if verdict is not None else None


def known_params(entry: LossEntry, context: Context) -> tuple[Param, ...]:
    """The keys that an entry may have beside its name."""
    loss = known_loss(entry, context)
    own = entry_params(entry, loss, context) if loss is not None else ()
    return (*entry.dialect.keys_beside(), *own)


class KnownSpec(NamedTuple):
    """What the catalog knows at the end of a path; `param` is None for an item of a list."""

    spec: Spec
    param: Param | None = None


def follow(path: tuple[str | int, ...], params: tuple[Param, ...]) -> KnownSpec | None:
    """The parameter that a path leads to."""
    known: KnownSpec | None = None
    fields = params
    for step in path:
        if isinstance(step, int):
            item = next((s.item for s in _options(known) if s.item is not None), None)
            known = KnownSpec(item) if item is not None else None
        else:
            param = next((p for p in fields if p.name == step), None)
            known = KnownSpec(param.spec, param) if param is not None else None
        if known is None:
            return None
        fields = fields_of(known.spec)
    return known


def fields_of(spec: Spec) -> tuple[Param, ...]:
    """The keys of the mappings that a spec takes."""
    return tuple(field for option in (spec, *spec.either) for field in option.fields)


def _options(known: KnownSpec | None) -> tuple[Spec, ...]:
    return (known.spec, *known.spec.either) if known is not None else ()
