"""Places of Python: every literal of Keras's own sources is read back at its span."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.syntax.python_text import Places, comments_of, parse_module


def literals(text: str) -> Iterator[tuple[object, str]]:
    """Each literal with the text at its span."""
    places = Places(text)
    module = parse_module(text).module
    assert module is not None
    todo: list[ast.AST] = [module]
    while todo:
        node = todo.pop()
        # Before 3.12 the places inside of an f-string are no places of the file.
        if not isinstance(node, ast.JoinedStr):
            todo += ast.iter_child_nodes(node)
        if isinstance(node, ast.Constant):
            start, end = places.span(node)
            yield node.value, text[start:end]


def check(text: str) -> int:
    found = list(literals(text))
    for value, written in found:
        # A string of several parts goes on over lines.
        assert repr(ast.literal_eval(f"({written})")) == repr(value)
    return len(found)


def test_wide_characters_and_line_ends() -> None:
    text = "é = ['ä', '大', 1]; x = '😀'\r\ny = 'b'\ré2 = 'ü' 'v'\n\x0c\nz = (\n 'w')\n"
    assert check(text) == 7


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=5))
def test_any_strings(words: list[str]) -> None:
    assert check(
        "\n".join(f"x{i} = [{w!r}, 'é', {w!r}]" for i, w in enumerate(words)) + "\n"
    ) == 3 * len(words)


@pytest.mark.slow
def test_the_sources_of_keras() -> None:
    keras = pytest.importorskip("importlib.util").find_spec("keras")
    if keras is None:
        pytest.skip("Keras is not installed")
    files = sorted(Path(keras.origin).parent.rglob("*.py"))
    assert sum(check(path.read_text("utf-8")) for path in files) > 10_000


def test_comments() -> None:
    text = "x = '# no'  # yes\n'''\n# no\n'''\ny = r'\\' # no\\''\n# last"
    assert [text[slice(*span)] for span in comments_of(text)] == ["# yes", "# last"]
