"""What OmegaConf reads is read with its values; what it refuses is refused at its place."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from losslint.diagnostics import Span
from losslint.syntax import yaml_tree
from losslint.syntax.nodes import (
    Alias,
    Document,
    Mapping,
    Node,
    Scalar,
    Sequence,
    Tree,
    outer_span,
)
from losslint.syntax.yaml_tree import parse_yaml
from tests.examples import examples
from tests.steps import growth
from tests.syntax.test_spans import nodes

SITE = "\nmodel: {losses: [{criterion: cross_entropy, weight: ~}]}\n"
FLOW = (
    "[s3://bucket/x, y]",
    "[1:30, 12:30:45]",
    "[a?b, c?, d ? e]",
    "{url: http://x.org:80/a?b=c#d, t: 1:30}",
    "[C:\\data, gs://a-b/c_d, user@host:path]",
    "[a::b, c:d]",
    "[x#y, z #c\n]",
    "[-, -x]",
    "{'b':c, \"d\":e}",
    "[?b, c]",
)
# OmegaConf up to 2.3 reads these, later ones do not.
OLDER = ("[x:, y]", "{x:, y: 1}", "{url:, z: [http://a:, b]}", "|\n \tx\n")
# None reads these.
NEITHER = (
    '"\\U00110000"',
    '"\\UFFFFFFFF"',
    "'",
    "{",
    "[a: b: c]",
    "[x,,y]",
    "{a: b}}",
    "[:x]",
    "{x: :y}",
    "'b' c",
    "- b",
    "[#x]",
    "@b",
    "%b",
)


def errors(tree: Tree) -> list[str]:
    return [problem.severity for problem in tree.problems]


def data(node: Node, document: Document) -> object:
    """What BaseLoader makes of a node: every scalar is its text."""
    if isinstance(node, Alias):
        node = document.anchored[node.target]
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Mapping):
        pairs = [(data(key, document), data(value, document)) for key, value in node.pairs]
        return ("mapping", pairs)
    assert not isinstance(node, Alias)
    return [data(item, document) for item in node.items]


def composed(node: Any) -> object:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.MappingNode):
        return ("mapping", [(composed(key), composed(value)) for key, value in node.value])
    return [composed(item) for item in node.value]


def read_by(loader: Any, text: str) -> list[object] | None:
    """All documents of a text, None where PyYAML refuses one."""
    try:
        return [composed(node) for node in yaml.compose_all(text, loader)]
    except (yaml.YAMLError, ValueError, OverflowError):
        return None


def assert_spans(tree: Tree) -> None:
    """The text at the place of a node is that node, and a node's parts lie within it."""
    for node in nodes(tree):
        start, end = outer_span(node)
        own = tree.text[node.start : node.end]
        assert 0 <= start <= node.start <= node.end == end <= len(tree.text)
        if isinstance(node, Alias):
            assert own == f"*{node.name}"
        elif isinstance(node, Scalar):
            assert_scalar(node, own)
        elif isinstance(node, Sequence) and node.flow:
            assert own[0] + own[-1] == "[]"
            assert all(node.start < item.start <= item.end < node.end for item in node.items)
        elif isinstance(node, Mapping) and node.flow and own[:1] == "{":
            assert own[-1] == "}"
        elif isinstance(node, Mapping) and node.pairs:
            assert node.end == node.pairs[-1].value.end


def assert_scalar(node: Scalar, own: str) -> None:
    if node.style == "-":
        assert own == ""
    elif node.style in ("|", ">"):
        assert own[0] == node.style
    elif node.style:
        assert own[0] == own[-1] == node.style
        # A quoted scalar over several lines is one behind a key as well.
        assert yaml.safe_load(f"? {own}\n: 1\n") == {node.value: 1}
    elif "\n" not in own and "\r" not in own:
        assert own == node.value
    else:
        assert own.split() == node.value.split()


def assert_reads_as_pyyaml(text: str) -> None:
    newer, older = read_by(yaml.CSafeLoader, text), read_by(yaml.SafeLoader, text)
    tree = parse_yaml(text)
    if newer is None and older is None:
        assert "error" in errors(tree), text
        return
    assert errors(tree) == ([] if newer is not None else ["warning"]), (text, tree.problems)
    expected = newer if newer is not None else older
    assert [data(document.root, document) for document in tree.documents] == expected
    assert_spans(tree)


@pytest.mark.parametrize("value", FLOW)
def test_what_the_trainer_reads_is_no_error(value: str) -> None:
    text = f"root: {value}{SITE}"
    assert read_by(yaml.CSafeLoader, text) is not None
    assert parse_yaml(text).problems == ()
    assert_reads_as_pyyaml(text)


@pytest.mark.parametrize("value", OLDER)
def test_what_only_an_older_omegaconf_reads_is_a_warning_and_read_to_its_end(value: str) -> None:
    text = f"root: {value}{SITE}"
    tree = parse_yaml(text)
    (problem,) = tree.problems
    assert problem.severity == "warning"
    assert problem.message.startswith("OmegaConf 2.4 and later cannot read this, 2.3 can: ")
    assert "cross_entropy" in str(tree.documents[0].root)
    assert_reads_as_pyyaml(text)


@pytest.mark.parametrize("value", NEITHER)
def test_what_no_omegaconf_reads_is_an_error_at_its_place(value: str) -> None:
    text = f"root: {value}{SITE}"
    tree = parse_yaml(text)
    assert errors(tree) == ["error"]
    # What is never closed ends with the file.
    assert 6 <= tree.problems[0].span.start <= (len(text) if value[:1] in "[{'" else len(value) + 8)
    assert_reads_as_pyyaml(text)


def test_the_reading_goes_as_far_as_that_of_either() -> None:
    text = "a: [x:, y]\nlosses: 1\nb: {c: d}}\n"
    tree = parse_yaml(text)
    assert [text[slice(*problem.span)] for problem in tree.problems] == [":", "}"]
    assert errors(tree) == ["error", "error"]
    assert data(tree.documents[0].root, tree.documents[0]) == (
        "mapping",
        [("a", [("mapping", [("x", "")]), "y"]), ("losses", "1"), ("b", ("mapping", [("c", "d")]))],
    )


def test_a_large_text_is_not_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser in Python takes twelve times as long."""
    text = f"a: [x:, y]\n{'#' * 80}\n"
    assert errors(parse_yaml(text)) == ["warning"]
    monkeypatch.setattr(yaml_tree, "MAX_SECOND_READING", len(text) - 1)
    assert errors(parse_yaml(text)) == ["error"]


def test_a_deep_text_is_not_read_twice() -> None:
    """The parser in Python looks at every open bracket at every token."""
    assert errors(parse_yaml(f"a: {'[' * 30}x:, y{']' * 30}\n")) == ["warning"]
    assert errors(parse_yaml(f"a: {'[' * 31}x:, y{']' * 31}\n")) == ["error"]
    assert growth(lambda n: parse_yaml(f"a: {'[' * n}x:, y{']' * n}\n"), 200) < 5


@pytest.mark.parametrize("text", ["[" * 2_000, "a: " + "{a: " * 5_000, "[" * 600 + "]" * 600])
def test_what_is_too_deep_is_a_spent_budget_and_no_mistake(text: str) -> None:
    (problem,) = parse_yaml(text).problems
    assert problem.is_budget
    assert problem.message == "nested deeper than 500 levels"


def test_a_text_that_the_first_parser_reads_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "SafeLoader")
    with pytest.raises(AttributeError):
        parse_yaml("a: [x:, y]\n")
    assert parse_yaml("a: [x:y, b]\n").problems == ()


def test_a_second_byte_order_mark_moves_no_place() -> None:
    """The first one is no part of the text; OmegaConf reads the file."""
    text = "\ufeffa: [x, y]\n"
    root = parse_yaml(text).documents[0].root
    assert isinstance(root, Mapping)
    assert [text[node.start : node.end] for node in root.pairs[0]] == ["a", "[x, y]"]


def test_without_libyaml_the_parser_in_python_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert parse_yaml("a: [x:, y]\n").problems == ()
    assert errors(parse_yaml("a: [b?c]\n")) == ["error"]


@pytest.mark.parametrize(
    ("text", "place", "first"),
    [
        ("a: &x 1\nb: &x 2\n", (11, 13), (3, 5)),
        ("a: !!int &x 1\nb: &x [*x]\n", (17, 19), (9, 11)),
        ("a: &x [1, &x 2]\n", (10, 12), (3, 5)),
        ("&x a: 1\n&y b: !t\n  &x c\n", (19, 21), (0, 2)),
        ("a: &x\nb: &x\n", (9, 11), (3, 5)),
    ],
)
def test_an_anchor_defined_twice_is_an_error_at_the_second(
    text: str, place: tuple[int, int], first: tuple[int, int]
) -> None:
    assert read_by(yaml.CSafeLoader, text) is None
    assert read_by(yaml.SafeLoader, text) is None
    (problem,) = parse_yaml(text).problems
    assert problem.severity == "error"
    assert problem.span == Span(*place)
    assert [related.span for related in problem.related] == [Span(*first)]


def test_each_document_has_anchors_of_its_own() -> None:
    text = "a: &x 1\n---\nb: &x 2\n---\nc: *x\n"
    (problem,) = parse_yaml(text).problems
    assert problem.message == "the alias *x has no anchor before it"


# A plain scalar in a flow collection, with every sign that some parser takes for its own.
_PART = st.text(alphabet="ab1:?#,-/. '\"\t*&!|>%@~=<", max_size=7)
_LEAVES = _PART | st.sampled_from(["s3://b/x", "1:30", "a?b", "&a", "&a x", "*a", "x:", "'q'"])
_FLOW = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.lists(st.tuples(_LEAVES, inner), max_size=3).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"
        )
    ),
    max_leaves=8,
)


@given(_FLOW)
@settings(max_examples=examples(400))
@example("[s3://b/x, y]")
@example("{a?b: c?, d}")
@example("[!, :]")
@example("[!, x:]")
@example("[?, !!, 'q']")
def test_generated_flow_collections_read_as_pyyaml_reads_them(value: str) -> None:
    assert_reads_as_pyyaml(f"a: {value}\nb: 1\n")


_LINES = st.lists(
    st.tuples(
        st.sampled_from(["", " ", "  ", "    ", "\t"]),
        st.sampled_from(
            ["", "- ", "a: ", "b:", "? ", ": ", "-\t", "&x ", "*x", "!t ", "---", "..."]
        ),
        st.sampled_from(
            ["", "1", "x", "|", ">-", "|2", "# c", "'q", 'q"', "[a", "b]", "{c:", "d}", "%YAML 1.2"]
        ),
    ).map("".join),
    max_size=6,
)


@given(_LINES, st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=examples(400))
def test_generated_lines_read_as_pyyaml_reads_them(lines: list[str], end: str) -> None:
    assert_reads_as_pyyaml(end.join(lines))
