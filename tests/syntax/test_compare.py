"""What an edit may change: what it touches, and no more."""

from __future__ import annotations

import pytest

from losslint.diagnostics import Edit
from losslint.syntax.edits import apply_edits, insert_pair
from losslint.syntax.nodes import Mapping, Sequence
from losslint.syntax.verify_edit import verify_edit
from losslint.syntax.yaml_tree import parse_yaml


def said(text: str, *edits: Edit) -> str | None:
    before, after = parse_yaml(text), parse_yaml(apply_edits(text, edits))
    return verify_edit(before, after, edits, keep_comments=True)


@pytest.mark.parametrize("tail", ["", "  ", "\t", " # main", "  #\t", " # é \u2028"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("value", ["cross_entropy", "'a b'", "[1, 2]", "{b: 1}", ""])
def test_a_pair_goes_behind_the_rest_of_the_line(tail: str, newline: str, value: str) -> None:
    text = newline.join(["- a: " + value + tail, "- a: 2", ""])
    root = parse_yaml(text).documents[0].root
    assert isinstance(root, Sequence)
    assert isinstance(root.items[0], Mapping)
    assert said(text, insert_pair(text, root.items[0], 0, "weight", "~")) is None


@pytest.mark.parametrize(
    ("text", "offset", "new"),
    [
        # The line behind the mapping's last one is not its own.
        ("- a: 1\n# c\n- a: 2\n", 10, "\n  b: 2"),
        ("- a: |\n    x\n  \n- a: 2\n", 14, "\n  b: 2"),
        # A scalar ends where it ends.
        ("- a  # c\n- b\n", 8, "\n  c"),
    ],
)
def test_what_stands_elsewhere_stays(text: str, offset: int, new: str) -> None:
    assert said(text, Edit(offset, offset, new)) is not None


@pytest.mark.parametrize(
    ("text", "edits", "expected"),
    [
        ("a: 1\nA: 2\n", [Edit(5, 6, "a")], "the key `a` would stand twice in one mapping"),
        ("{a: 1, A: 2}", [Edit(7, 8, "a")], "the key `a` would stand twice in one mapping"),
        ("a: 1\na: 2\nb: 3\n", [Edit(10, 11, "c")], None),
        ("a: 1\na: 2\nb: 3\n", [Edit(10, 11, "a")], "the key `a` would stand twice in one mapping"),
        ("a: 1\nx: {b: 2}\n", [Edit(9, 10, "a")], None),
    ],
)
def test_no_key_is_doubled(text: str, edits: list[Edit], expected: str | None) -> None:
    assert said(text, *edits) == expected
