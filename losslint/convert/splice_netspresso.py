"""NetsPresso's losses into a file that has some: one small edit after the other.

After each edit the text is parsed again, so that no edit has to know of another; only entries that
go, which may be many, go together. Entries that stay keep their comments, their order of keys and
their spelling; only values that differ change.
"""

from __future__ import annotations

from collections.abc import Sequence as Items

from losslint.convert.model import Refused
from losslint.convert.place import Place, find_place
from losslint.diagnostics import Edit
from losslint.dialects.netspresso.write import (
    Entry,
    ListStyle,
    as_json,
    block,
    entry_lines,
    flow,
    list_style,
    quote_of,
)
from losslint.dialects.write_values import Manner, manner_of, yaml_scalar
from losslint.syntax.edits import (
    column,
    insert_pair,
    line_end,
    line_start,
    overlap,
    remove_item,
    remove_pair,
)
from losslint.syntax.nodes import Alias, Mapping, Node, Pair, Scalar, Sequence, outer_span
from losslint.syntax.plain import plain
from losslint.syntax.view import View

_MAX_STEPS = 500


def splice_netspresso(place: Place, entries: Items[Entry]) -> str | Refused:
    """The text of a file with its losses replaced."""
    manner = manner_of(place.tree)._replace(quote=quote_of(place.site))
    style = list_style(place.site)
    for _ in range(_MAX_STEPS):
        edits = _next_edits(place, entries, manner, style)
        if not edits:
            return place.source.text
        again = find_place(place.edited(edits), "netspresso")
        if isinstance(again, Refused):
            return again
        place = again
    return Refused("its losses could not be brought into the new form")


def same_value(key: str, old: object, new: object) -> bool:
    """Whether two values of a key mean the same; of a weight, null and 1.0 do."""
    if key == "weight" and all(_is_one(value) for value in (old, new)):
        return True
    return type(old) is type(new) and repr(old) == repr(new)


def _is_one(value: object) -> bool:
    return value is None or (not isinstance(value, bool) and value == 1)


def _next_edits(
    place: Place, entries: Items[Entry], manner: Manner, style: ListStyle
) -> list[Edit]:
    """What is to be done before the text is read again; nothing where all is as it should be."""
    site, text = place.site, place.tree.text
    if site.view is None:
        inserted = _insert_losses(site.owner, text, entries, manner)
        return [inserted] if inserted is not None else []
    node = site.view.node
    if site.view.origin is not None or not isinstance(node, Sequence) or not node.items:
        return [_replace_value(place, entries, manner, style)]
    items = site.view.items()
    if node.flow:
        done = _is_done(items, entries)
        return [] if done else [_replace_value(place, entries, manner, style)]
    return _edit_block(items, node, text, entries, manner, style)


def _is_done(items: list[View], entries: Items[Entry]) -> bool:
    return len(items) == len(entries) and all(
        _matches(item, entry) for item, entry in zip(items, entries, strict=True)
    )


def _matches(item: View, entry: Entry) -> bool:
    """Whether an item already says what an entry is to say."""
    value = plain(item)
    wanted = dict(entry.pairs)
    return (
        isinstance(value, dict)
        and value.keys() == wanted.keys()
        and all(same_value(key, value[key], wanted[key]) for key in wanted)
    )


def _insert_losses(owner: View, text: str, entries: Items[Entry], manner: Manner) -> Edit | None:
    """`losses` behind the last key of a model that has none."""
    node = owner.node
    if not isinstance(node, Mapping) or not node.pairs:
        return None
    last = node.pairs[-1]
    if node.flow:
        return insert_pair(text, node, len(node.pairs) - 1, "losses", flow(entries, manner))
    indent = column(text, outer_span(node.pairs[0].key).start)
    body = f"{' ' * indent}losses:{manner.newline}" + block(entries, manner, ListStyle(indent + 2))
    end = max(last.value.end, last.key.end)
    if text[end - 1 : end] == "\n":
        return Edit(end, end, body + manner.newline)
    at = line_end(text, end)
    return Edit(at, at, manner.newline + body)


def _replace_value(place: Place, entries: Items[Entry], manner: Manner, style: ListStyle) -> Edit:
    """The whole value under `losses`: flow, empty, an alias, or JSON."""
    pair = _losses_pair(place)
    value, text = pair.value, place.tree.text
    start, end = outer_span(value)
    if not place.tree.language.has_blocks:
        return Edit(value.start, value.end, as_json(entries, manner, text, value.start))
    if isinstance(value, Sequence) and value.items:
        return Edit(value.start, value.end, flow(entries, manner))
    # An empty value may stand anywhere behind its colon; the blanks before it go with it.
    colon = text.index(":", pair.key.end) + 1
    if "\n" in text[colon:start] or (isinstance(value, Scalar) and value.is_absent):
        start = end = colon
    else:
        start = colon
    return Edit(start, end, manner.newline + block(entries, manner, style))


def _losses_pair(place: Place) -> Pair:
    node = place.site.owner.node
    assert isinstance(node, Mapping)
    return next(pair for pair in node.pairs if pair.key.start == place.site.key.start)


def _edit_block(
    items: list[View],
    node: Sequence,
    text: str,
    entries: Items[Entry],
    manner: Manner,
    style: ListStyle,
) -> list[Edit]:
    chosen = _pair_up(items, node, entries)
    for index, entry in zip(chosen, entries, strict=True):
        if index is not None:
            edit = _edit_entry(text, items[index], entry, manner) or _annotate(
                text, node, index, entry, style, manner
            )
            if edit is not None:
                return [edit]
    before = -1
    for index, entry in zip(chosen, entries, strict=True):
        if index is None:
            return [_insert_entry(text, node, before, entry, manner, style)]
        before = index
    return _remove_others(text, node, chosen)


def _remove_others(text: str, node: Sequence, chosen: list[int | None]) -> list[Edit]:
    """The entries that go, all that can go at once: one may stand on the line of another."""
    edits: list[Edit] = []
    for index in range(len(node.items)):
        if index in chosen:
            continue
        edit = remove_item(text, node, index)
        if edits and overlap(edits[-1], edit):
            break
        edits.append(edit)
    return edits


def _pair_up(items: list[View], node: Sequence, entries: Items[Entry]) -> list[int | None]:
    """For each entry, the item that stays for it; in the order of the list."""
    chosen: list[int | None] = []
    start = 0
    for entry in entries:
        found = None
        for index in range(start, len(items)):
            if _can_stay(items[index], node.items[index], entry):
                found, start = index, index + 1
                break
        chosen.append(found)
    return chosen


def _can_stay(item: View, node: Node, entry: Entry) -> bool:
    if isinstance(node, Alias) or not isinstance(item.node, Mapping) or item.node.tag:
        return False
    keys = [key.value for key, _ in item.node.pairs if isinstance(key, Scalar)]
    if "<<" in keys or len(keys) != len(item.node.pairs) or len(set(keys)) < len(keys):
        return False
    name = item.get("criterion")
    return name is not None and name.origin is None and name.value == entry.pairs[0][1]


def _edit_entry(text: str, item: View, entry: Entry, manner: Manner) -> Edit | None:
    """The first thing in an entry that is not as it should be."""
    node = item.node
    assert isinstance(node, Mapping)
    wanted = dict(entry.pairs)
    for index, (member, value) in enumerate(item.pairs()):
        if member.name not in wanted:
            return remove_pair(text, node, index)
        if not same_value(member.name, plain(value), wanted[member.name]):
            return _replace_scalar(text, node.pairs[index], wanted[member.name], manner)
    present = {member.name for member, _ in item.pairs()}
    for key, new in entry.pairs:
        if key not in present:
            written = yaml_scalar(new, manner._replace(quote=""))
            return insert_pair(text, node, len(node.pairs) - 1, key, written)
    return None


def _replace_scalar(text: str, pair: Pair, value: object, manner: Manner) -> Edit:
    start, end = outer_span(pair.value)
    written = yaml_scalar(value, manner._replace(quote=""))
    if isinstance(pair.value, Scalar) and pair.value.is_absent:
        at = text.index(":", pair.key.end) + 1
        return Edit(at, at, f" {written}")
    if text[end - 1 : end] == "\n":
        return Edit(start, end, written + manner.newline)
    return Edit(start, end, written)


def _annotate(
    text: str, node: Sequence, index: int, entry: Entry, style: ListStyle, manner: Manner
) -> Edit | None:
    """The comments of an entry that stays, above it, unless they stand there already."""
    if not entry.comments:
        return None
    start = outer_span(node.items[index]).start
    at = line_start(text, text.rindex("-", 0, start))
    lines = [f"{' ' * style.dash}# {comment}" for comment in entry.comments]
    above = manner.newline.join(lines) + manner.newline
    return None if text[:at].endswith(above) else Edit(at, at, above)


def _insert_entry(
    text: str, node: Sequence, before: int, entry: Entry, manner: Manner, style: ListStyle
) -> Edit:
    """An entry on lines of its own behind the item `before`, or before the first one."""
    body = manner.newline.join(entry_lines(entry, manner, style))
    if before < 0:
        start = outer_span(node.items[0]).start
        at = line_start(text, text.rindex("-", 0, start + 1))
        return Edit(at, at, body + manner.newline)
    end = node.items[before].end
    if text[end - 1 : end] == "\n":
        return Edit(end, end, body + manner.newline)
    at = line_end(text, end)
    return Edit(at, at, manner.newline + body)
