"""Carets stand under what they point at, whatever the line holds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.diagnostics import Diagnostic, Edit, Fix, Related, Span
from losslint.files.source import Source
from losslint.linter.outcome import FileOutcome
from losslint.report import difference, frame
from losslint.report.display_line import display_line
from losslint.text import width_of
from tests.examples import examples
from tests.steps import growth

from .samples import one, text_of


def body(text: str, place: Span, width: int = 80) -> list[str]:
    """The lines of the frame, without gutter."""
    lines = text_of("full", [one(text, place)], width=width).splitlines()
    return [re.sub(r"^ *\d* \| ?", "", line) for line in lines[2:]]


def under(lines: list[str]) -> str:
    """The part of the line above that the carets underline, by terminal columns."""
    at = next(i for i, line in enumerate(lines) if line and set(line) <= {" ", "^"})
    carets, shown = lines[at], lines[at - 1]
    first, count = carets.index("^"), carets.count("^")
    picked, column = "", 0
    for character in shown:
        if first <= column < first + count:
            picked += character
        column += width_of(character)
    return picked


@pytest.mark.parametrize(
    ("line", "part", "shown"),
    [
        ("loss: huber", "huber", "huber"),
        ("\t\tloss: huber", "huber", "huber"),
        ("손실: 후버 # 끝", "후버", "후버"),
        ("\uff4c\uff4f\uff53\uff53: x", "x", "x"),
        ("e\u0301e\u0301: x", "x", "x"),
        ("\u1112\u1161\u11ab: x", "x", "x"),
        ("a\x1b[31mb: x", "x", "x"),
        ("a\u202eb: x", "x", "x"),
        ("a\x00b: x", "\x00b", "\\x00b"),
        ("a\x85b: x", "\x85", "\\x85"),
        ("a\u2028b: x", "\u2028", "\\u{2028}"),
        ("a\u00a0b: x", "\u00a0", "\\xa0"),
        ("😀😀: x", "x", "x"),
    ],
)
def test_carets_stand_under_the_span(line: str, part: str, shown: str) -> None:
    start = line.index(part)
    assert under(body(line, Span(start, start + len(part)))) == shown


@given(st.text(st.characters(codec="utf-8"), max_size=30), st.data(), st.integers(40, 100))
@settings(max_examples=examples(150), deadline=None)
def test_carets_stand_under_any_span(line: str, data: st.DataObject, width: int) -> None:
    line = line.replace("\n", "").replace("\r", "").replace("^", "")
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    shown = display_line(line, start, end, width)
    assert width_of(shown.text) <= width
    left, right = shown.column(start), shown.column(end)
    assert 0 <= left <= right <= width_of(shown.text)
    whole = display_line(line, start, end, 10_000)
    assert whole.column(end) - whole.column(start) == width_of(
        whole.text[len(display_line(line[:start], 0, 0, 10_000).text) :]
    ) - width_of(display_line(line[end:], 0, 0, 10_000).text) or _has_marks(line)


def _has_marks(line: str) -> bool:
    """Whether a cut may part a letter from its marks, so that pieces show otherwise."""
    return any(width_of(c) == 0 for c in line)


def test_caret_behind_the_end() -> None:
    assert body("loss:\nx: 1\n", Span(5, 5))[1:3] == ["loss:", "     ^"]
    assert body("", Span(0, 0))[1:3] == ["", "^"]


def test_a_span_that_ends_with_a_line_end_stays_on_its_row() -> None:
    assert body("loss: a\nx: 1\n", Span(0, 8))[1:3] == ["loss: a", "^^^^^^^"]


def test_a_span_out_of_the_text_is_held() -> None:
    assert "a.yaml:1:3" in text_of("concise", [one("ab", Span(90, 99))])
    assert body("ab", Span(90, 99))[1:3] == ["ab", "  ^"]


def test_span_over_rows_that_starts_in_a_row() -> None:
    text = "loss: {a: 1,\n  b: 2}\n"
    assert body(text, Span(6, 21))[1:5] == [
        "  loss: {a: 1,",
        " _______^",
        "|   b: 2}",
        "|_______^",
    ]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_line_ends(ends: str) -> None:
    text = f"a: 1{ends}loss: x{ends}b: 2{ends}"
    start = text.index("x")
    assert body(text, Span(start, start + 1))[1:5] == ["a: 1", "loss: x", "      ^", "b: 2"]


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("start", [0, 5, 2_500_000, 4_999_990])
def test_a_very_long_line_is_cut_around_the_span(width: int, start: int) -> None:
    line = "0123456789" * 500_000
    text = text_of("full", [one(line, Span(start, start + 10))], width=width)
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert under(body(line, Span(start, start + 10), width)) == line[start : start + 10]


def test_a_long_line_takes_no_more_than_a_short_one() -> None:
    def frame(size: int) -> str:
        return text_of("full", [one("0123456789" * size, Span(5 * size, 5 * size + 10))], width=80)

    assert growth(frame, 100_000) < 1.1


def test_a_span_longer_than_the_width() -> None:
    lines = body("x" * 1000, Span(100, 900), 60)
    assert lines[1].startswith("…x")
    assert lines[1].endswith("x…")
    assert max(map(len, lines)) <= 60


def test_piled_marks_do_not_pass() -> None:
    shown = display_line("a" + "\u0301" * 100_000, 0, 1, 80)
    assert len(shown.text) < 700
    assert "\u0301" * 9 not in shown.text


def changed(text: str, edits: tuple[Edit, ...]) -> list[str]:
    """The rows that the help of a fix shows."""
    found = Diagnostic("LL101", "n", "error", "m", Span(0, 1), Fix("f", edits))
    report = FileOutcome("a.yaml", one(text, Span(0, 1)).source, (found,))
    lines = text_of("full", [report]).splitlines()
    return [line for line in lines if re.match(r" *\d* [-+]( |$)", line)]


@pytest.mark.parametrize(
    ("edits", "rows"),
    [
        ((Edit(0, 1, "x"),), ["  - a: 1", "1 + x: 1"]),
        ((Edit(5, 10, ""),), ["  - b: 2"]),
        ((Edit(4, 4, "\nnew: 0"),), ["2 + new: 0"]),
        ((Edit(5, 5, "new: 0\n"),), ["2 + new: 0"]),
        ((Edit(13, 14, "4"), Edit(10, 11, "d")), ["  - c: 3", "3 + d: 4"]),
        ((Edit(0, 5, ""), Edit(10, 11, "d")), ["  - a: 1", "  - c: 3", "2 + d: 3"]),
        ((Edit(0, 0, ""),), []),
        ((Edit(0, 99, ""),), ["  - a: 1", "  - b: 2", "  - c: 3"]),
    ],
)
def test_rows_of_a_fix(edits: tuple[Edit, ...], rows: list[str]) -> None:
    assert changed("a: 1\nb: 2\nc: 3\n", edits) == rows


def test_a_related_place_over_rows_shows_its_first() -> None:
    text = "a:\n  b: 1\nc: *a\n"
    found = Diagnostic("LL1", "n", "error", "m", Span(13, 15), None, (Related(Span(0, 10), "r"),))
    report = FileOutcome("a.yaml", one(text, Span(0, 1)).source, (found,))
    lines = text_of("full", [report]).splitlines()
    assert lines[-4:] == ["1 | a:", "  | -- r", "  |", ""]


def test_enough_frames_of_one_rule_are_drawn() -> None:
    """Beyond two hundred findings of one rule in a file, each is told in two lines."""
    text = "key: value\n" * 260
    found = [
        Diagnostic("LL101", "x", "error", "m", Span(at, at + 3)) for at in range(0, len(text), 11)
    ]
    other = Diagnostic("LL102", "y", "error", "n", Span(len(text) - 11, len(text) - 8))
    source = Source("a.yaml", text, text.encode())
    shown = text_of("full", [FileOutcome("a.yaml", source, (*found, other))])
    assert shown.count("--> a.yaml:") == 261
    assert shown.count("^^^") == 200 + 1
    assert shown.count("note: the lines of the first 200 findings of LL101 are shown") == 1
    blocks = shown.split("\n\n")
    assert blocks[201:259] == [f"LL101 m\n--> a.yaml:{n}:1" for n in range(202, 260)]
    assert "value" in blocks[260]


@given(
    st.integers(0, 400),
    st.integers(0, 400),
    st.integers(0, 400),
    st.sampled_from(["", "x", "é" * 9]),
)
def test_a_row_is_shown_the_same_whether_it_is_cut_before(
    lead: int, length: int, tail: int, new: str
) -> None:
    """A frame of a long row copies a part of it; with the whole row it looks the same."""
    text = "a " * lead + "b" * length + " c" * tail
    place = Span(2 * lead, 2 * lead + length)
    fix = Fix("Do", (Edit(place.start, place.start + length // 2, new),))
    found = Diagnostic("LL101", "x", "error", "m", place, fix)
    report = [FileOutcome("a.yaml", Source("a.yaml", text, text.encode()), (found,))]
    whole = text_of("full", report, width=40)
    with pytest.MonkeyPatch.context() as patch:
        for module in (difference, frame):
            patch.setattr(module, "REACH", 50)
        assert text_of("full", report, width=40) == whole


@pytest.mark.parametrize("odd", ["\f", "\v", "\x1c", "\x85", "\u2028"])
def test_a_diff_breaks_lines_where_files_do(odd: str) -> None:
    before, after = (f"{odd}\nloss = '{name}'  # {odd} x\r\nend" for name in ("msee", "mse"))
    old, new = (Source("train.py", text, text.encode()) for text in (before, after))
    assert difference.unified_diff(old, new).split("\n") == [
        "--- train.py",
        "+++ train.py",
        "@@ -1,3 +1,3 @@",
        f" {odd}",
        f"-loss = 'msee'  # {odd} x\r",
        f"+loss = 'mse'  # {odd} x\r",
        " end",
        "\\ No newline at end of file",
        "",
    ]
