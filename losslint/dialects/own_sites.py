"""Sites that the settings name: the places that a path leads to, and the losses written there.

Whose losses stand there, and how, is what somebody said, so that nothing is looked for by marks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from losslint.dialects.dialect import Dialect
from losslint.dialects.records import (
    MAX_ARGUMENTS,
    MAX_ENTRIES,
    Argument,
    EntryStyle,
    LossEntry,
    Site,
)
from losslint.dialects.registry import DIALECTS
from losslint.syntax.readers import ANY_LOADER, JSON_LOAD
from losslint.syntax.resolved_node import ResolvedNode

if TYPE_CHECKING:
    from losslint.catalog.model import LossDef, VersionKey
    from losslint.diagnostics import Span
    from losslint.dialects.declarations import OwnSite
    from losslint.dialects.read_loss import Read, Refused
    from losslint.dialects.release_targets import ReleaseTarget
    from losslint.syntax.nodes import Document, Tree
    from losslint.syntax.readers import Reader

ANY: Final = "*"
_STEP = re.compile(r'\[(\*|[0-9]+|"[^"]*")\]|\.?([^.\[\]]+)')
_MAX_PLACES = 1000


class OwnDialect(Dialect):
    """A form of a project's own: the settings say which losses it has, and where they stand."""

    framework = "your project"
    label = "of your own"
    is_measured = False

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def readers(self) -> tuple[Reader, ...]:
        return ANY_LOADER, JSON_LOAD

    def losses(self) -> tuple[LossDef, ...]:
        return ()

    def loss_at(self, name: str, version: VersionKey) -> LossDef | None:
        return None

    def read_loss(self, entry: LossEntry, text: str, target: ReleaseTarget) -> Read | Refused:
        from losslint.dialects.read_loss import Refused

        return Refused(f"{self.framework} declares no loss `{text}`")

    def takes(self, framework: str) -> bool:
        return not self.name or super().takes(framework)


@lru_cache(maxsize=64)
def dialect_of(name: str) -> Dialect:
    """The dialect of a name: one that losslint knows, or one of the project's own."""
    return next((each for each in DIALECTS if each.name == name), None) or OwnDialect(name)


class _Place(NamedTuple):
    """What a path leads to, the mapping or list that holds it, and where its key stands."""

    view: ResolvedNode
    owner: ResolvedNode
    key: Span


def sites_of(document: Document, tree: Tree, declared: Iterable[OwnSite]) -> list[Site]:
    """The sites of a document that the settings name. A program has none."""
    return list(chain.from_iterable(_sites(document, tree, each) for each in declared))


def _sites(document: Document, tree: Tree, declared: OwnSite) -> Iterator[Site]:
    dialect = dialect_of(declared.dialect)
    reader = dialect.reader_of(tree.language)
    if reader is None or tree.language.is_code:
        return
    root = ResolvedNode.root(document, tree.text, reader)
    form = _form(declared, dialect)
    for place in _places(root, declared.path):
        read = (
            dialect.read_entries(place.view) if form is None else _read(place.view, form, dialect)
        )
        kind = dialect.declared_kind if form is None else dialect.reformed_kind
        yield Site(dialect, kind, root, place.owner, place.key, place.view, read)


def _form(declared: OwnSite, dialect: Dialect) -> EntryStyle | None:
    """How the losses are written; None for as the dialect has them."""
    if not declared.name:
        return None
    beside = (each.name for each in dialect.keys_beside())
    return EntryStyle(
        declared.name, own_keys=(declared.name, *beside), params_key=declared.parameters
    )


def _places(root: ResolvedNode, path: str) -> list[_Place]:
    """Where a path leads to. `[*]` at its end says that a list stands there, which is one place."""
    steps = _STEP.findall(path)
    is_list = steps[-1][0] == ANY
    found = [_Place(root, root, root.at)]
    for item, word in steps[:-1] if is_list else steps:
        below = (_items(each.view, item) if item else _pairs(each.view, word) for each in found)
        found = list(islice(chain.from_iterable(below), _MAX_PLACES))
    return [each for each in found if each.view.is_list] if is_list else found


def _items(view: ResolvedNode, step: str) -> Iterator[_Place]:
    """What `[*]`, `[0]` or `["key"]` leads to."""
    if step[:1] == '"':
        yield from _pairs(view, json.loads(step))
    for index, item in enumerate(view.items()):
        if step in (ANY, str(index)):
            yield _Place(item, view, item.at)


def _pairs(view: ResolvedNode, step: str) -> Iterator[_Place]:
    """What a key leads to, or `*`, which stands for any."""
    for member, value in view.pairs():
        if step in (ANY, member.name):
            yield _Place(value, view, member.at)


def _read(view: ResolvedNode, style: EntryStyle, dialect: Dialect) -> tuple[LossEntry, ...]:
    """The losses at a place: one, or a list of them; a text is the name of one."""
    items = view.items() if view.is_list else [view] if view.kind != "null" else []
    read = chain.from_iterable(_entries(item, style, dialect) for item in items[:MAX_ENTRIES])
    return tuple(read)[:MAX_ENTRIES]


def _entries(view: ResolvedNode, style: EntryStyle, dialect: Dialect) -> Iterator[LossEntry]:
    if not view.is_mapping:
        yield LossEntry(dialect, style._replace(is_string=True), view, view)
    elif style.name_key == ANY:
        for member, value in view.pairs():
            yield _entry(value, view.of_key(member), style, dialect)
    else:
        yield _entry(view, view.get(style.name_key), style, dialect)


def _entry(
    view: ResolvedNode, name: ResolvedNode | None, style: EntryStyle, dialect: Dialect
) -> LossEntry:
    holder = view.get(style.params_key) if style.params_key else view
    taken = style.own_keys if holder is view else ()
    arguments = tuple(
        Argument(member.name, member.at, each)
        for member, each in (holder.pairs() if holder is not None else ())
        if member.name not in taken
    )
    weight = next(filter(None, map(view.member, style.own_keys[1:])), (None, None))
    return LossEntry(dialect, style, view, name, arguments[:MAX_ARGUMENTS], *weight)
