"""NetsPresso's losses into a file that has some: all edits at once.

Entries that stay keep their comments, their order of keys and their spelling; only values that
differ change.
"""

from __future__ import annotations

from collections.abc import Sequence as Items

from losslint.diagnostics import Edit
from losslint.dialects.edit_values import edit_mapping, has_simple_keys
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
from losslint.dialects.records import Site
from losslint.dialects.write_values import Manner, manner_of
from losslint.syntax.edits import column, in_one_go, insert_pair, line_end, line_start
from losslint.syntax.nodes import Alias, Mapping, Node, Scalar, Sequence, Tree, outer_span
from losslint.syntax.plain import plain
from losslint.syntax.removals import remove_single_items
from losslint.syntax.resolved_node import ResolvedNode


def edit_losses(site: Site, tree: Tree, entries: Items[Entry]) -> list[Edit]:
    """The edits that make a site's losses these; none where they are."""
    manner = manner_of(tree)._replace(quote=quote_of(site))
    style, view = list_style(site), site.view
    if view is None:
        return _insert_losses(site.owner, tree.text, entries, manner)
    node = view.node
    if view.origin is not None or not isinstance(node, Sequence) or not node.items:
        return [_replace_value(site, tree, entries, manner, style)]
    if not tree.language.has_blocks or node.flow:
        done = are_entries(plain(view), entries)
        return [] if done else [_replace_value(site, tree, entries, manner, style)]
    return in_one_go(_edit_block(view.items(), node, tree.text, entries, manner, style))


def are_entries(value: object, entries: Items[Entry]) -> bool:
    """Whether a value says what entries are to say."""
    return (
        isinstance(value, list)
        and len(value) == len(entries)
        and all(
            isinstance(old, dict)
            and old.keys() == dict(new.pairs).keys()
            and all(_is_same(key, old[key], wanted) for key, wanted in new.pairs)
            for old, new in zip(value, entries, strict=True)
        )
    )


def _is_same(key: str, old: object, new: object) -> bool:
    """Whether two values of a key mean the same; of a weight, null and 1.0 do."""
    if key == "weight" and all(_is_one(value) for value in (old, new)):
        return True
    return type(old) is type(new) and repr(old) == repr(new)


def _is_one(value: object) -> bool:
    return value is None or (not isinstance(value, bool) and value == 1)


def _insert_losses(
    owner: ResolvedNode, text: str, entries: Items[Entry], manner: Manner
) -> list[Edit]:
    """`losses` behind the last key of a model that has none."""
    node = owner.node
    if not isinstance(node, Mapping) or not node.pairs:
        return []
    last = node.pairs[-1]
    if node.flow:
        return [insert_pair(text, node, len(node.pairs) - 1, "losses", flow(entries, manner))]
    indent = column(text, outer_span(node.pairs[0].key).start)
    body = f"{' ' * indent}losses:{manner.newline}" + block(entries, manner, ListStyle(indent + 2))
    return [_lines_behind(text, max(last.value.end, last.key.end), body, manner)]


def _lines_behind(text: str, end: int, body: str, manner: Manner) -> Edit:
    """Lines of their own behind the line of a node's end."""
    if text[end - 1 : end] == "\n":
        return Edit(end, end, body + manner.newline)
    at = line_end(text, end)
    return Edit(at, at, manner.newline + body)


def _replace_value(
    site: Site, tree: Tree, entries: Items[Entry], manner: Manner, style: ListStyle
) -> Edit:
    """The whole value under `losses`: flow, empty, an alias, or JSON."""
    owner, text = site.owner.node, tree.text
    assert isinstance(owner, Mapping)
    pair = next(pair for pair in owner.pairs if pair.key.start == site.key.start)
    value = pair.value
    start, end = outer_span(value)
    if not tree.language.has_blocks:
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


def _edit_block(
    items: list[ResolvedNode],
    node: Sequence,
    text: str,
    entries: Items[Entry],
    manner: Manner,
    style: ListStyle,
) -> list[Edit]:
    """Each entry into the item that stays for it, or behind the one before; the other items go."""
    chosen = _pair_up(items, node, entries)
    edits: list[Edit] = []
    end: int | None = None
    for index, entry in zip(chosen, entries, strict=True):
        if index is not None:
            edits += _annotate(text, node, index, entry, style, manner)
            edited = edit_mapping(text, items[index], dict(entry.pairs), manner, _is_same)
            edits, end = edits + edited.edits, edited.end
            continue
        body = manner.newline.join(entry_lines(entry, manner, style))
        if end is not None:
            edits.append(_lines_behind(text, end, body, manner))
            continue
        at = line_start(text, text.rindex("-", 0, outer_span(node.items[0]).start + 1))
        edits.append(Edit(at, at, body + manner.newline))
    others = set(range(len(node.items))).difference(c for c in chosen if c is not None)
    return [*edits, *remove_single_items(text, node, others)]


def _pair_up(items: list[ResolvedNode], node: Sequence, entries: Items[Entry]) -> list[int | None]:
    """For each entry, the item that stays for it; in the order of the list."""
    names = [_name_that_stays(*each) for each in zip(items, node.items, strict=False)]
    chosen: list[int | None] = []
    start = 0
    for entry in entries:
        found = names.index(entry.criterion, start) if entry.criterion in names[start:] else None
        start = start if found is None else found + 1
        chosen.append(found)
    return chosen


def _name_that_stays(item: ResolvedNode, node: Node) -> object:
    """The criterion of an item that can be edited."""
    if isinstance(node, Alias) or not has_simple_keys(item) or item.node.tag:
        return None
    name = item.get("criterion")
    return None if name is None or name.origin is not None else name.value


def _annotate(
    text: str, node: Sequence, index: int, entry: Entry, style: ListStyle, manner: Manner
) -> list[Edit]:
    """The comments of an entry that stays, above it, unless they stand there already."""
    if not entry.comments:
        return []
    start = outer_span(node.items[index]).start
    at = line_start(text, text.rindex("-", 0, start))
    lines = [f"{' ' * style.dash}# {comment}" for comment in entry.comments]
    above = manner.newline.join(lines) + manner.newline
    return [] if text[:at].endswith(above) else [Edit(at, at, above)]
