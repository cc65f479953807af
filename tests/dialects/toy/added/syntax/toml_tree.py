"""TOML to a tree, as far as the toy dialect needs it: tables of keys with plain values."""

from __future__ import annotations

import re
from typing import Final

from losslint.diagnostics import Span
from losslint.syntax.languages import Language
from losslint.syntax.nodes import Document, Mapping, Pair, Problem, Scalar, Tree
from losslint.syntax.readers import JSON_LOAD, Reader
from losslint.syntax.scalars import Value

_LINE = re.compile(
    r"""[ \t]*(?:\[(?P<table>[\w-]+)\]"""
    r"""|(?P<key>[\w-]+)[ \t]*=[ \t]*(?P<value>"[^"\n]*"|[^\s#"]+))?"""
    r"""[ \t]*(?P<comment>\#[^\r\n]*)?\r?(?:\n|\Z)"""
)


def parse_toml(text: str) -> Tree:
    """The tree of a text; a line that is none of these ends the reading."""
    top: list[Pair] = []
    inner: list[Pair] = []
    table: Scalar | None = None
    comments: list[Span] = []
    problems: list[Problem] = []
    at = 0
    while at < len(text):
        line = _LINE.match(text, at)
        if line is None:
            problems.append(Problem(Span(at, at + 1), "neither a table, a key nor a comment"))
            break
        at = line.end()
        if line["comment"] is not None:
            comments.append(Span(*line.span("comment")))
        if line["table"] is not None:
            top += _closed(table, inner)
            table, inner = _scalar(text, *line.span("table")), []
        elif line["key"] is not None:
            pair = Pair(_scalar(text, *line.span("key")), _scalar(text, *line.span("value")))
            (top if table is None else inner).append(pair)
    top += _closed(table, inner)
    root = Mapping(0, len(text), tuple(top))
    tables = tuple(pair.value for pair in top if isinstance(pair.value, Mapping))
    document = Document(root, mappings=(*tables, root))
    return Tree(text, TOML, (document,), tuple(problems), tuple(comments))


class _Toml(Language):
    name = "TOML"
    suffixes = (".toml",)
    editor_names = ("toml",)
    null = ""
    quotes = ('"',)
    has_plain_words = has_anchors = has_blocks = allows_mark = False
    has_comments = True

    def parse(self, text: str) -> Tree:
        return parse_toml(text)


TOML: Final[Language] = _Toml()


class _TomlLoad(Reader):
    language = TOML

    def value_of(self, scalar: Scalar) -> Value:
        return JSON_LOAD.value_of(scalar)

    def plain_value(self, text: str) -> Value:
        return JSON_LOAD.plain_value(text)


TOML_LOAD: Final[Reader] = _TomlLoad()


def _closed(table: Scalar | None, pairs: list[Pair]) -> list[Pair]:
    """A table with its pairs as a pair itself; none where no table was open."""
    if table is None:
        return []
    end = pairs[-1].value.end if pairs else table.end
    start = pairs[0].key.start if pairs else table.end
    return [Pair(table, Mapping(start, end, tuple(pairs)))]


def _scalar(text: str, start: int, end: int) -> Scalar:
    if text[start] == '"':
        return Scalar(start, end, text[start + 1 : end - 1], '"', outer=start)
    return Scalar(start, end, text[start:end], outer=start)
