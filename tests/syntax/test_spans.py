"""Spans: the text at the span of a scalar reads back as its value, in YAML and in JSON."""

from __future__ import annotations

import json
import os
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.files.source import Source, decode
from losslint.syntax.comments import comments
from losslint.syntax.json_tree import parse_json
from losslint.syntax.nodes import Alias, Mapping, Node, Scalar, Tree, outer_span
from losslint.syntax.readers import JSON_LOAD
from losslint.syntax.yaml_tree import parse_yaml
from tests.examples import examples

ROOT = Path(__file__).parent.parent.parent / "fixtures"
# A folder of more real configs, where there is one.
MORE = os.environ.get("LOSSLINT_CORPUS", "")
FILES = [
    path
    for folder in (ROOT, *([Path(MORE)] if MORE else []))
    for path in sorted(folder.rglob("*"))
    if path.suffix in (".yaml", ".json") and "broken" not in path.parts
]


def nodes(tree: Tree) -> Iterator[Node]:
    stack: list[Node] = [document.root for document in tree.documents]
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, Mapping):
            for pair in node.pairs:
                stack += pair
        elif not isinstance(node, (Scalar, Alias)):
            stack += node.items


def assert_spans(tree: Tree) -> None:
    parse = tree.language.parse
    for node in nodes(tree):
        start, end = outer_span(node)
        assert 0 <= start <= node.start <= node.end == end <= len(tree.text)
        if isinstance(node, Scalar) and node.style != "-":
            again = parse(tree.text[node.start : node.end]).documents[0].root
            assert isinstance(again, Scalar)
            assert again.value == node.value or node.style in ("|", ">")
        elif isinstance(node, Alias):
            assert tree.text[node.start : node.end] == f"*{node.name}"
        elif not isinstance(node, Scalar) and node.flow:
            assert tree.text[node.start] + tree.text[node.end - 1] in ("{}", "[]")
        else:
            assert (
                tree.text[node.end - 1 : node.end].strip()
                or node.start == node.end
                or (not tree.text[node.start : node.end].endswith("\n\n"))
            )
    for span in comments(tree):
        assert tree.text[span.start] in "#/"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_scalars_of_real_files_read_back(path: Path) -> None:
    source = decode(path.name, path.read_bytes())
    assert isinstance(source, Source)
    tree = parse_json(source.text) if path.suffix == ".json" else parse_yaml(source.text)
    assert tree.problems == ()
    assert_spans(tree)


# What a block scalar, a comment and properties do to spans, each by its own line.
CASES = [
    ("a: |\n  x\n  y\n\n# c\nb: 1\n", {"a": "|\n  x\n  y\n", "b": "1"}),
    ("a: |-\n  x\n\nb: 1", {"a": "|-\n  x\n", "b": "1"}),
    ("a: |+\n  x\n\nb: 1", {"a": "|+\n  x\n\n", "b": "1"}),
    ("a: &n 'q'  # c\nb: *n\n", {"a": "'q'", "b": "*n"}),
    ("a: !!str 1\nb: [1, 2]  # c\n", {"a": "1", "b": "[1, 2]"}),
    ("a:\n  - 1\n  - 2\n\n# c\nb:\n", {"a": "- 1\n  - 2", "b": ""}),
    ("a: &m\n  k: v\n\n\nb: {}\n", {"a": "k: v", "b": "{}"}),
    ("é: 😀 x\r\nb: two\r\n  lines\r\n", {"é": "😀 x", "b": "two\r\n  lines"}),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_spans_end_with_the_content(text: str, expected: dict[str, str]) -> None:
    root = parse_yaml(text).documents[0].root
    assert isinstance(root, Mapping)
    found = {
        pair.key.value: text[pair.value.start : pair.value.end]
        for pair in root.pairs
        if isinstance(pair.key, Scalar)
    }
    assert found == expected


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


def data(node: Node) -> object:
    if isinstance(node, Scalar):
        return JSON_LOAD.value_of(node)
    if isinstance(node, Mapping):
        return {p.key.value: data(p.value) for p in node.pairs if isinstance(p.key, Scalar)}
    assert not isinstance(node, Alias)
    return [data(item) for item in node.items]


@given(values, st.sampled_from([None, 1, "\t"]), st.booleans())
def test_json_reads_as_json_load_does(
    value: object, indent: int | str | None, ascii_: bool
) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_)
    tree = parse_json(text)
    assert tree.problems == ()
    assert data(tree.documents[0].root) == json.loads(text)
    assert_spans(tree)


@given(st.text(alphabet=string.printable + "é😀\u2028", max_size=60))
@settings(max_examples=examples(300))
def test_no_text_breaks_the_parsers(text: str) -> None:
    for tree in (parse_yaml(text), parse_json(text)):
        for node in nodes(tree):
            assert 0 <= node.start <= node.end <= len(text)
        for problem in tree.problems:
            assert 0 <= problem.span.start <= problem.span.end <= len(text)
        comments(tree)


@given(st.text(alphabet="{}[],:\"'/*#trueflsn01.-+e \n\\", max_size=40))
@settings(max_examples=examples(500))
def test_json_is_sound_exactly_when_json_load_reads_it(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        assert parse_json(text).problems
    else:
        assert parse_json(text).problems == ()
