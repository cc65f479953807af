"""The place in a Python program where somebody is typing, made readable.

A program that is being written mostly does not parse. What stands behind the statement with the
cursor is left away, and that statement is replaced by one that compiles a model with a mark where
the cursor is, and with the names that stand there: what those are is asked of the same reader that
checks programs.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from losslint.diagnostics import Span
from losslint.server.cursor import Attempt, Kind
from losslint.syntax.python_text import MAX_LENGTH
from losslint.syntax.python_tokens import Statement, Token, statements_until

# Names that nobody has: of Keras, and of what stands at the cursor.
_KERAS: Final = "losslint_keras"
_MARK: Final = "losslint_cursor_mark"
_METRICS: Final = ("metrics", "weighted_metrics")
# What every release of Keras has, so that what is asked about it is asked about its neighbours.
_CLASS, _FUNCTION = "MeanSquaredError", "mean_squared_error"


class _Spot(NamedTuple):
    """Where the cursor is: the word there, the tokens of its statement before and behind it."""

    at: Span
    word: str
    quote: str
    before: tuple[Token, ...]
    behind: tuple[Token, ...]

    @property
    def is_named(self) -> bool:
        """Whether the word is the name of an argument."""
        return bool(self.behind) and self.behind[0].text == "="


class _Call(NamedTuple):
    """The call in whose brackets the cursor is.

    `receiver` and `name` are what is called, `argument` is the name of the cursor's argument,
    `others` those of the others, `position` is how many stand before it without a name.
    """

    receiver: str
    name: str
    argument: str
    position: int
    others: tuple[str, ...]
    is_nested: bool

    @property
    def callee(self) -> str:
        """The whole of what is called."""
        return f"{self.receiver}.{self.name}" if self.receiver else self.name


class _Probe(NamedTuple):
    """What stands for the statement with the cursor, the marks in it, and what they are."""

    text: str
    marks: tuple[str, ...]
    kind: Kind


def attempts_in_code(around: str, text: str, offset: int, *, keep: bool) -> Iterator[Attempt]:
    """The program with marks where the cursor is, once for each thing that may stand there.

    `around` is what the program has before this text: other cells of a notebook. `keep`: what
    stands at the cursor is asked about, and is its own mark.
    """
    if len(around) + len(text) > MAX_LENGTH:
        return
    statements = statements_until(text, offset)
    spot = _spot(statements[-1].tokens, offset) if statements else None
    if spot is None or (keep and not spot.word):
        return
    left = around + text[: statements[-1].start]
    right = _ends(statements, text)
    alone = not spot.is_named
    for probe in _about(spot, text) if keep else _missing(spot, text):
        whole = left + probe.text + right
        yield Attempt(whole, probe.kind, spot.at, spot.quote, alone, probe.marks, len(left))


def _spot(tokens: Sequence[Token], offset: int) -> _Spot | None:
    """The word at the cursor, which may be empty; None inside of a docstring or a number."""
    at = next((t for t in tokens if _holds(t, offset)), None)
    before = tuple(t for t in tokens if t.end <= offset and t is not at)
    behind = tuple(t for t in tokens if t.start >= offset and t is not at)
    if at is None:
        return _Spot(Span(offset, offset), "", "", before, behind)
    span = Span(*at.inner) if at.kind == "string" else Span(at.start, at.end)
    word = at.text[span.start - at.start : span.end - at.start]
    if at.kind == "word":
        return _Spot(span, word, "", before, behind)
    is_plain = at.kind == "string" and at.text.startswith(at.quote) and len(at.quote) == 1
    return _Spot(span, word, at.quote, before, behind) if is_plain else None


def _holds(token: Token, offset: int) -> bool:
    """Whether the cursor is in a token; behind a word it is still in it."""
    if token.kind == "string":
        start, end = token.inner
        return start <= offset <= end or token.start < offset < start
    return token.kind in ("word", "number") and token.start <= offset <= token.end


def _missing(spot: _Spot, text: str) -> Iterator[_Probe]:
    """What may be written at the cursor."""
    imported, way = _imported_from(spot.before), _way(spot.before)
    if spot.quote:
        imported = way = None
    if imported is not None:
        given = f"from {imported} import {_CLASS} as {_MARK}, {_FUNCTION} as {_KERAS}_f; "
        yield _Probe(given + _compiled(f"{_MARK}(), {_KERAS}_f"), (_CLASS, _FUNCTION), "member")
        yield _measured(f"{_MARK}()", f"from {imported} import {_CLASS} as {_MARK}; ")
    elif way is not None:
        losses = f"{way}{_CLASS}(), {way}{_FUNCTION}"
        yield _Probe(_compiled(losses), (_CLASS, _FUNCTION), "member")
        yield _measured(f"{way}{_CLASS}()")
    else:
        call = _call(spot, text)
        if call is not None and call.name == "compile":
            yield from _of_compile(call, _FUNCTION)
            if call.argument in _METRICS:
                yield _Probe(
                    f"({call.receiver}).compile(loss={_FUNCTION!r})", (_FUNCTION,), "metric"
                )
        elif call is not None and call.argument:
            yield from _argument(call, _MARK)
        elif call is not None and not spot.quote and not call.is_nested:
            yield _named(call, _MARK)


def _about(spot: _Spot, text: str) -> Iterator[_Probe]:
    """What is to be asked of the word at the cursor."""
    call = _call(spot, text)
    if spot.quote:
        if call is not None and call.name == "compile":
            yield from _of_compile(call, spot.word)
        elif call is not None and call.argument:
            yield from _argument(call, spot.word)
    elif spot.is_named:
        if call is not None and not call.argument and not call.is_nested:
            yield _named(call, spot.word)
    elif spot.word.isidentifier() and not keyword.iskeyword(spot.word):
        imported, way = _imported_from(spot.before), _way(spot.before)
        if imported is not None:
            given = f"from {imported} import {spot.word} as {_MARK}; "
            yield _Probe(given + _compiled(_MARK), (), "member")
        elif way is not None or not _is_behind_dot(spot.before):
            yield _Probe(_compiled(f"{way or ''}{spot.word}"), (), "member")


def _compiled(losses: str) -> str:
    """A model of Keras's, compiled with losses."""
    return f"import keras as {_KERAS}; {_KERAS}.Sequential().compile(loss=[{losses}])"


def _measured(metric: str, given: str = "") -> _Probe:
    """A model of Keras's, compiled with a metric; of the same name there is a loss, too."""
    made = f"import keras as {_KERAS}; {_KERAS}.Sequential()"
    compiled = f"{made}.compile(loss={_FUNCTION!r}, metrics=[{metric}])"
    return _Probe(given + compiled, (_FUNCTION,), "metric member")


def _of_compile(call: _Call, word: str) -> Iterator[_Probe]:
    """The name of a loss, in a call on what may be a model."""
    if call.argument == "loss" or (not call.argument and call.position == 1):
        yield _Probe(f"({call.receiver}).compile(loss={word!r})", (word,), "value")


def _argument(call: _Call, word: str) -> Iterator[_Probe]:
    """The value of an argument."""
    if not call.is_nested:
        yield _Probe(_compiled(f"{call.callee}({call.argument}={word!r})"), (word,), "value")


def _named(call: _Call, word: str) -> _Probe:
    """The name of an argument, beside all others."""
    names = [f"{name}=None" for name in (word, *call.others)]
    given = ", ".join((*["None"] * call.position, *dict.fromkeys(names)))
    return _Probe(_compiled(f"{call.callee}({given})"), (word,), "argument")


def _imported_from(before: Sequence[Token]) -> str | None:
    """The module from which the word is imported."""
    texts = [token.text for token in before]
    if texts[:1] != ["from"] or "import" not in texts or texts[-1] not in ("import", "(", ","):
        return None
    return "".join(texts[1 : texts.index("import")])


def _is_behind_dot(before: Sequence[Token]) -> bool:
    return bool(before) and before[-1].text == "."


def _way(before: Sequence[Token]) -> str | None:
    """The names with dots before the word; None where it stands behind anything else."""
    if not _is_behind_dot(before):
        return None
    first = _first_of(before, len(before) - 2)
    way = before[first:] if first is not None else ()
    is_plain = bool(way) and all(token.kind == "word" or token.text == "." for token in way)
    return "".join(token.text for token in way) if is_plain else None


def _first_of(tokens: Sequence[Token], last: int) -> int | None:
    """Where the expression starts that ends with a token: names, dots, calls, subscripts."""
    at = last
    while at >= 0:
        token = tokens[at]
        if token.kind == "close":
            opening = _opening(tokens, at)
            if opening is None:
                return None
            before = tokens[opening - 1] if opening else None
            is_called = before is not None and (before.kind == "close" or _is_name(before))
            if not is_called:
                return opening
            at = opening - 1
        elif not _is_name(token):
            return None
        elif at == 0 or tokens[at - 1].text != ".":
            return at
        else:
            at -= 2
    return None


def _is_name(token: Token) -> bool:
    return token.kind == "word" and not keyword.iskeyword(token.text)


def _opening(tokens: Sequence[Token], end: int) -> int | None:
    """The bracket that is open before a token."""
    depth = 0
    for at in range(end - 1, -1, -1):
        if tokens[at].kind == "close":
            depth += 1
        elif tokens[at].kind == "open":
            if depth == 0:
                return at
            depth -= 1
    return None


def _call(spot: _Spot, text: str) -> _Call | None:
    """The call around the cursor, where an argument of it, or a part of one, starts there."""
    tokens, element, argument = spot.before, len(spot.before), ""
    while True:
        start = element
        if start > 1 and tokens[start - 1].text == "=" and _is_name(tokens[start - 2]):
            start -= 2
            argument = tokens[start].text
        opening = _opening(tokens, start)
        before = tokens[start - 1].text if start else ""
        if opening is None or before not in ("(", "[", ",", ":"):
            return None
        bracket, name = tokens[opening].text, tokens[opening - 1] if opening else None
        if bracket == "(" and name is not None and _is_name(name) and before != ":":
            return _called(spot, text, opening, start, argument, element < len(tokens))
        # In a dict a loss stands behind a colon, and only there.
        if argument or (bracket == "{") != (before == ":"):
            return None
        element = opening


def _called(
    spot: _Spot, text: str, opening: int, start: int, argument: str, is_nested: bool
) -> _Call | None:
    tokens = spot.before
    first = _first_of(tokens, opening - 1)
    if first is None or (first and tokens[first - 1].text in ("def", "class")):
        return None
    receiver = text[tokens[first].start : tokens[opening - 2].end] if first < opening - 1 else ""
    receiver = receiver if tokens[opening - 2].text != "." else receiver[:-1]
    others, position = _arguments(tokens[opening + 1 : start])
    more, _ = _arguments(spot.behind, is_behind=True)
    return _Call(
        receiver, tokens[opening - 1].text, argument, position, (*others, *more), is_nested
    )


def _arguments(tokens: Sequence[Token], *, is_behind: bool = False) -> tuple[list[str], int]:
    """The names of the arguments in brackets, and how many have none, up to where those close."""
    names: list[str] = []
    depth, is_new, positional = 0, not is_behind, 0
    for at, token in enumerate(tokens):
        if depth == 0 and token.kind == "close":
            break
        if is_new and depth == 0:
            following = tokens[at + 1].text if at + 1 < len(tokens) else ""
            if _is_name(token) and following == "=":
                names.append(token.text)
            else:
                positional += 1
        depth += (token.kind == "open") - (token.kind == "close")
        is_new = depth == 0 and token.text == ","
    return names, positional


def _ends(statements: Sequence[Statement], text: str) -> str:
    """What is missing behind the cursor's statement: the ends of `try` around it."""
    indent, found = statements[-1].indent, ""
    for each in reversed(statements[:-1]):
        if each.indent < indent:
            indent = each.indent
            if each.tokens[0].text == "try":
                found += f"\n{text[each.start - indent : each.start]}finally: pass"
    return found + "\n"
