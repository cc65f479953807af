"""Whether an edited document is the expected one: what no edit touches is equal, comments stay.

An edit says which span it replaces. Every node outside of these spans must read after the edit as
it read before; what lies in a span may change. That is checked on the trees, so that an edit with a
wrong indentation or a swallowed bracket is found out before anything is written.
"""

import re
from collections import Counter
from collections.abc import Sequence as Many

from losslint.diagnostics import Edit
from losslint.syntax.comments import comments
from losslint.syntax.nodes import Alias, Mapping, Node, Scalar, Sequence, Tree, outer_span

# What may stand behind a block node on its last line.
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\r\n]*)?")


def verify_edit(before: Tree, after: Tree, edits: Many[Edit], *, keep_comments: bool) -> str | None:
    """What the edits changed beyond their spans, as a sentence; None when nothing."""
    if len(after.problems) > len(before.problems):
        return f"the result cannot be read: {after.problems[-1].message}"
    if any(_adds_to_cut(before, edit) for edit in edits):
        return "it adds to what a syntax error cuts off"
    if len(after.documents) != len(before.documents):
        return "the number of documents changed"
    if keep_comments and before.language.has_comments and _texts(before) != _texts(after):
        return "a comment changed"
    for old, new in zip(before.documents, after.documents, strict=True):
        if not _untouched_equal(old.root, new.root, edits, before):
            return "a value changed that no edit touches"
    return _twice(before, after) or before.language.changed_beside(before.text, after.text, edits)


def _adds_to_cut(tree: Tree, edit: Edit) -> bool:
    """Whether text is put into a mapping that was not read to its end: it may be there already."""
    if edit.start != edit.end or not tree.problems:
        return False
    around = [
        mapping
        for document in tree.documents
        for mapping in document.mappings
        if mapping.start <= edit.start <= _reach(mapping, tree.text)
    ]
    return max(around, key=lambda mapping: mapping.start).cut if around else False


def _reach(node: Mapping | Sequence, text: str) -> int:
    """How far what is added to a collection may stand behind it: in a block, at the line's end."""
    if node.flow or text[node.end - 1 : node.end] in ("\n", "\r", ""):
        return node.end
    rest = _REST_OF_LINE.match(text, node.end)
    return rest.end() if rest else node.end


def _twice(before: Tree, after: Tree) -> str | None:
    """A key that stands twice in a mapping after the edits and did not before."""
    found = _repeated(after)
    more = found - _repeated(before) if found else found
    return next((f"the key `{name}` would stand twice in one mapping" for name in more), None)


def _repeated(tree: Tree) -> Counter[str]:
    """How often each key stands in a mapping that has it already."""
    found: Counter[str] = Counter()
    for document in tree.documents:
        for mapping in document.mappings:
            names = [key.value for key, _ in mapping.pairs if isinstance(key, Scalar)]
            if len(set(names)) < len(names):
                found.update(Counter(names) - Counter(set(names)))
    return found


def _texts(tree: Tree) -> list[str]:
    return sorted(tree.text[start:end] for start, end in comments(tree))


def _touched(node: Node, edits: Many[Edit], text: str) -> bool:
    start, end = outer_span(node)
    if any(edit.start <= end and edit.end >= start for edit in edits):
        return True
    if isinstance(node, (Scalar, Alias)):
        return False
    # A pair or an item that is added to a block goes behind the comment on its last line.
    return any(end < edit.start <= _reach(node, text) for edit in edits)


def _untouched_equal(old: Node, new: Node, edits: Many[Edit], before: Tree) -> bool:
    stack: list[tuple[Node, Node]] = [(old, new)]
    text, is_code = before.text, before.language.is_code
    while stack:
        left, right = stack.pop()
        # What is bound to a name in a program stands outside of where the name is used.
        is_leaf = not is_code or isinstance(left, (Scalar, Alias))
        if is_leaf and not _touched(left, edits, text):
            if not same(left, right):
                return False
        elif isinstance(left, Mapping) and isinstance(right, Mapping):
            pairs = _match_pairs(left, right, edits, text)
            if pairs is None:
                return False
            stack += pairs
        elif isinstance(left, Sequence) and isinstance(right, Sequence):
            items = _match_items(left, right, edits, text)
            if items is None:
                return False
            stack += items
    return True


def _match_pairs(
    left: Mapping, right: Mapping, edits: Many[Edit], text: str
) -> list[tuple[Node, Node]] | None:
    """The values to compare further, or None where an untouched pair is gone or moved."""
    found: list[tuple[Node, Node]] = []
    at = 0
    for key, value in left.pairs:
        for index in range(at, len(right.pairs)):
            if same(key, right.pairs[index].key):
                found.append((value, right.pairs[index].value))
                at = index + 1
                break
        else:
            if not _touched(key, edits, text) and not _touched(value, edits, text):
                return None
    return found


def _match_items(
    left: Sequence, right: Sequence, edits: Many[Edit], text: str
) -> list[tuple[Node, Node]] | None:
    """The items to compare further, or None where an untouched item is gone or moved."""
    if len(left.items) == len(right.items):
        return list(zip(left.items, right.items, strict=True))
    at = 0
    for item in left.items:
        if _touched(item, edits, text):
            continue
        while at < len(right.items) and not same(item, right.items[at]):
            at += 1
        if at == len(right.items):
            return None
        at += 1
    return []


def same(left: Node, right: Node) -> bool:
    """Whether two nodes read the same: values, quotes, tags, anchors; not where they stand."""
    stack: list[tuple[Node, Node]] = [(left, right)]
    while stack:
        old, new = stack.pop()
        if type(old) is not type(new):
            return False
        if isinstance(old, Scalar) and isinstance(new, Scalar):
            if (old.value, old.style, old.tag, old.anchor) != (
                new.value,
                new.style,
                new.tag,
                new.anchor,
            ):
                return False
        elif isinstance(old, Alias) and isinstance(new, Alias):
            if old.name != new.name:
                return False
        elif isinstance(old, Mapping) and isinstance(new, Mapping):
            if len(old.pairs) != len(new.pairs) or old.anchor != new.anchor:
                return False
            for one, other in zip(old.pairs, new.pairs, strict=True):
                stack += [(one.key, other.key), (one.value, other.value)]
        elif isinstance(old, Sequence) and isinstance(new, Sequence):
            if len(old.items) != len(new.items) or old.anchor != new.anchor:
                return False
            stack += zip(old.items, new.items, strict=True)
    return True
