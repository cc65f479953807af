"""Values of a file brought into another form by edits that leave everything else as it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from losslint.diagnostics import Edit
from losslint.dialects.write_values import Manner, inline, json_text, yaml_scalar
from losslint.syntax.edits import insert_pair, line_start, remove_pairs
from losslint.syntax.nodes import Mapping as MappingNode
from losslint.syntax.nodes import Node, Pair, Scalar, Tree, outer_span
from losslint.syntax.plain import plain
from losslint.syntax.resolved_node import ResolvedNode

Same = Callable[[str, object, object], bool]


class Edited(NamedTuple):
    """The edits of a mapping, and where what is put behind it follows."""

    edits: list[Edit]
    end: int


def has_simple_keys(view: ResolvedNode) -> bool:
    """Whether a mapping can be edited pair by pair: each key a scalar, once, nothing merged."""
    node = view.node
    if view.origin is not None or not isinstance(node, MappingNode) or not node.pairs:
        return False
    keys = [key.value for key, _ in node.pairs if isinstance(key, Scalar)]
    return "<<" not in keys and len(set(keys)) == len(node.pairs)


def edit_mapping(
    text: str,
    view: ResolvedNode,
    wanted: Mapping[str, object],
    manner: Manner,
    same: Same,
    *,
    keep_quotes: bool = False,
) -> Edited:
    """A mapping with the pairs that are wanted: some go, values change, new ones follow the last.

    At least one pair must stay.
    """
    node = view.node
    assert isinstance(node, MappingNode)
    members = view.pairs()
    stay = [index for index, (member, _) in enumerate(members) if member.name in wanted]
    edits = remove_pairs(text, node, set(range(len(node.pairs))).difference(stay))
    for index in stay:
        name, new = members[index][0].name, wanted[members[index][0].name]
        if not same(name, plain(members[index][1]), new):
            edits.append(_edit_scalar(text, node.pairs[index], new, manner, keep_quotes))
    last = node.pairs[stay[-1]]
    present = {members[index][0].name for index in stay}
    for key in wanted:
        if key not in present:
            written = yaml_scalar(wanted[key], manner._replace(quote=""))
            edits.append(insert_pair(text, node, stay[-1], key, written))
    return Edited(edits, node.end if node.flow else max(last.value.end, last.key.end))


def _edit_scalar(text: str, pair: Pair, value: object, manner: Manner, keep_quotes: bool) -> Edit:
    start, end = outer_span(pair.value)
    node = pair.value
    words = manner._replace(quote="")
    if isinstance(node, Scalar) and node.is_absent:
        at = text.index(":", pair.key.end) + 1
        return Edit(at, at, f" {yaml_scalar(value, manner if keep_quotes else words)}")
    if keep_quotes and isinstance(node, Scalar) and isinstance(value, str):
        words = manner._replace(quote=node.quote)
    # The span of a block scalar holds its last line end.
    tail = manner.newline if text[end - 1 : end] == "\n" else ""
    return Edit(start, end, yaml_scalar(value, words) + tail)


def edit_value(tree: Tree, node: Node, value: object, manner: Manner) -> Edit:
    """A value in the place of a node: in JSON in the file's layout, in YAML on one line."""
    text = tree.text
    start, end = outer_span(node)
    if tree.language.has_blocks:
        return Edit(start, end, inline(value, manner))
    first = line_start(text, start)
    line = text[first:start]
    indent = line[: len(line) - len(line.lstrip())]
    single = "\n" not in text[start:end] and "\n" not in text
    return Edit(start, end, json_text(value, manner, indent, single))
