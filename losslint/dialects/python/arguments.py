"""The arguments of a call of `compile` in a program, to be replaced where they are written."""

import ast
import re
from typing import Final, NamedTuple

from losslint.diagnostics import Edit, Span
from losslint.dialects.python.signatures import COMPILE
from losslint.syntax.python_text import Places, parse_module

_COMMENT: Final = re.compile("#[^\r\n]*")


class WrittenCall(NamedTuple):
    """A call, and the nodes that lead from the module to it."""

    text: str
    module: ast.Module
    way: list[ast.AST]
    call: ast.Call

    def argument(self, name: str) -> Span | None:
        """The text of an argument; None where the call does not write it out."""
        value = self._value(name)
        return None if value is None else Places(self.text).span(value)

    def _value(self, name: str) -> ast.expr | None:
        for each in self.call.keywords:
            if each.arg == name:
                return each.value
            if each.arg is None and isinstance(each.value, ast.Dict):
                for key, value in zip(each.value.keys, each.value.values, strict=True):
                    if isinstance(key, ast.Constant) and key.value == name:
                        return value
        index = COMPILE.index(name) if name in COMPILE else len(self.call.args)
        given = self.call.args[: index + 1]
        starred = any(isinstance(each, ast.Starred) for each in given)
        return given[index] if len(given) > index and not starred else None

    def one_more(self, text: str) -> Edit | None:
        """One more argument by keyword; None where the order of those before is not sure."""
        if len(self.call.args) > len(COMPILE):
            return None
        places = Places(self.text)
        for each in self.call.keywords:
            start, value = places.span(each).start, places.span(each.value)
            if each.arg == "loss" and "(" not in self.text[start : value.start]:
                return Edit(value.end, value.end, f", {text}")
        if self.call.keywords:
            start = places.span(self.call.keywords[0]).start
            return Edit(start, start, f"{text}, ")
        last = places.span(self.call.args[-1]).end
        end = places.span(self.call).end - 1
        has_comma = "," in _COMMENT.sub("", self.text[last:end])
        return Edit(end, end, text if has_comma else f", {text}")

    @property
    def statement(self) -> Span:
        """The statement that the call is part of."""
        return Places(self.text).span(
            next(n for n in reversed(self.way) if isinstance(n, ast.stmt))
        )


def call_at(text: str, at: Span) -> WrittenCall | None:
    """The call that stands at a place of a program."""
    module = parse_module(text).module
    if module is None:
        return None
    places = Places(text)
    todo: list[tuple[ast.AST, tuple[object, ...]]] = [(module, ())]
    while todo:
        node, above = todo.pop()
        if hasattr(node, "lineno"):
            span = places.span(node)  # type: ignore[arg-type]
            if isinstance(node, ast.Call) and span == at:
                return WrittenCall(text, module, _way(above, node), node)
            # A decorator stands before the definition that it belongs to.
            if not (span.start <= at.start and at.end <= span.end):
                continue
        todo += ((child, (node, above)) for child in ast.iter_child_nodes(node))
    return None


def _way(above: tuple[object, ...], node: ast.AST) -> list[ast.AST]:
    found = [node]
    while above:
        last, above = above  # type: ignore[assignment]
        found.append(last)  # type: ignore[arg-type]
    return found[::-1]
