"""After an edit the text is read again: nothing but the losses may have become another value."""

from __future__ import annotations

import json
import re

from losslint.convert.model import Refused
from losslint.convert.place import Place, find_place, surroundings
from losslint.dialects.records import DialectName
from losslint.files.source import Source
from losslint.syntax.nodes import Alias, Document, Mapping, Node, Sequence, outer_span
from losslint.syntax.plain import plain

_INTO_LOSSES = re.compile(r"\$\{[^{}]*\blosses\b[^{}]*\}")


def dangling(place: Place) -> str | None:
    """Why the losses of a place cannot go: something else in the file hangs on them."""
    view = place.site.view
    if view is None or view.origin is not None:
        return None
    start, end = view.node.outer if view.node.outer >= 0 else view.node.start, view.node.end
    text = place.tree.text
    for document in place.tree.documents:
        used = _used_from_outside(document, start, end)
        if used is not None:
            row = text.count("\n", 0, used.start) + 1
            return f"line {row} uses the anchor `&{used.name}`, which the losses define"
    for match in _INTO_LOSSES.finditer(text):
        if place.site.dialect == "netspresso" and not start <= match.start() < end:
            row = text.count("\n", 0, match.start()) + 1
            return f"line {row} takes a value out of the losses: `{match[0]}`"
    return None


def _used_from_outside(document: Document, start: int, end: int) -> Alias | None:
    """An alias outside a span whose anchor stands inside it."""
    todo: list[Node] = [document.root]
    while todo:
        node = todo.pop()
        if isinstance(node, Alias):
            target = document.anchored[node.target]
            inside = start <= outer_span(target).start < end
            if inside and not start <= node.start < end:
                return node
        elif isinstance(node, Mapping):
            for pair in node.pairs:
                todo += pair
        elif isinstance(node, Sequence):
            todo += node.items
    return None


def verify(before: Place, source: Source, dialect: DialectName, wanted: object) -> Refused | None:
    """Why an edited file may not be written, or None.

    `wanted` is what a reader is to get in the place of the losses: a list of entries, the LOSS
    object, or a compile config's `loss` and `loss_weights`.
    """
    after = find_place(source, dialect)
    if isinstance(after, Refused):
        return Refused(f"the edited file would be broken: {after.reason}")
    if surroundings(before.site) != surroundings(after.site):
        return Refused("the edit would change something else than the losses")
    return _reads_back(after, wanted)


def reads_back(source: Source, dialect: DialectName, wanted: object) -> Refused | None:
    """Why a reader of a file would not get the losses that were meant, or None."""
    place = find_place(source, dialect)
    return place if isinstance(place, Refused) else _reads_back(place, wanted)


def _reads_back(place: Place, wanted: object) -> Refused | None:
    if not _has(place, wanted):
        return Refused("the losses written do not read back as they should")
    return None


def _has(place: Place, wanted: object) -> bool:
    from losslint.convert.splice_netspresso import same_value

    site = place.site
    if site.view is None:
        return False
    value = plain(site.view)
    if isinstance(wanted, list):
        return (
            isinstance(value, list)
            and len(value) == len(wanted)
            and all(
                isinstance(old, dict)
                and old.keys() == new.keys()
                and all(same_value(key, old[key], new[key]) for key in new)
                for old, new in zip(value, wanted, strict=True)
            )
        )
    if site.kind in ("compile", "legacy") and isinstance(wanted, dict):
        weights = site.owner.get("loss_weights")
        have = plain(weights) if weights is not None else None
        return _equal([value, have], [wanted["loss"], wanted.get("loss_weights")])
    if site.kind == "object" and isinstance(wanted, dict):
        return _equal(value, wanted["loss"])
    return _equal(value, wanted)


def _equal(first: object, second: object) -> bool:
    """Whether two values are the same, types included; the order of keys does not count."""
    return json.dumps(first, sort_keys=True, default=repr) == json.dumps(
        second, sort_keys=True, default=repr
    )
