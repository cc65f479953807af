"""Values of a file brought into another form by edits that leave everything else as it stands."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from losslint.diagnostics import Edit
from losslint.dialects.write_values import Manner, inline, json_text, yaml_scalar
from losslint.syntax.edits import insert_pair, line_start, quoted_like
from losslint.syntax.nodes import Mapping as MappingNode
from losslint.syntax.nodes import Node, Pair, Scalar, Tree, outer_span
from losslint.syntax.plain import plain
from losslint.syntax.removals import remove_pairs
from losslint.syntax.resolved_node import ResolvedNode

# What most formatters of programs keep to.
_CODE_WIDTH = 88
_GAP = re.compile(r"(?:[\s,:]|#[^\r\n]*)*")

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


def writes_out(text: str, node: MappingNode) -> bool:
    """Whether a flow mapping is written in braces, and each of its pairs between them."""
    at = node.start + 1
    for key, value in node.pairs:
        gap, colon = text[at : key.start], text[key.end : value.start]
        if not (at <= key.start and key.end < value.start and _GAP.fullmatch(gap + colon)):
            return False
        at = value.end
    brace = text[node.start : node.start + 1]
    return brace == "{" and at < node.end and _GAP.fullmatch(text, at, node.end - 1) is not None


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
            written = _scalar(wanted[key], manner._replace(quote=""))
            name = quoted_like(text, last.key.start, last.key.end, key)
            edits.append(insert_pair(text, node, stay[-1], name if node.flow else key, written))
    return Edited(edits, node.end if node.flow else max(last.value.end, last.key.end))


def _edit_scalar(text: str, pair: Pair, value: object, manner: Manner, keep_quotes: bool) -> Edit:
    start, end = outer_span(pair.value)
    node = pair.value
    words = manner._replace(quote="")
    if isinstance(node, Scalar) and node.is_absent:
        at = text.index(":", pair.key.end) + 1
        return Edit(at, at, f" {_scalar(value, manner if keep_quotes else words)}")
    if keep_quotes and isinstance(node, Scalar) and isinstance(value, str):
        words = manner._replace(quote=node.quote)
    # The span of a block scalar holds its last line end.
    tail = manner.newline if text[end - 1 : end] == "\n" else ""
    return Edit(start, end, _scalar(value, words) + tail)


def _scalar(value: object, manner: Manner) -> str:
    """A value in the place of one, in the language of the file."""
    if manner.language.has_plain_words:
        return yaml_scalar(value, manner)
    text = inline(value, manner)
    return f"'{text[1:-1]}'" if manner.quote == "'" and text.isprintable() else text


def edit_value(tree: Tree, node: Node, value: object, manner: Manner) -> Edit:
    """A value in the place of a node: in JSON in the file's layout, in YAML on one line."""
    text = tree.text
    start, end = outer_span(node)
    if tree.language.has_blocks:
        return Edit(start, end, inline(value, manner))
    first = line_start(text, start)
    line = text[first:start]
    indent = line[: len(line) - len(line.lstrip())]
    is_one_line = "\n" not in text[start:end]
    if is_one_line and tree.language.is_code:
        written = json_text(value, manner, indent, single_line=True)
        if len(line) + len(written) < _CODE_WIDTH:
            return Edit(start, end, written)
    return Edit(start, end, json_text(value, manner, indent, is_one_line and "\n" not in text))
