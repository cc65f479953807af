"""Sentences are broken between words on a terminal, and left alone elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from losslint.report.escape import width_of
from losslint.report.fold import folded
from tests.report.samples import sample, text_of

TEXT = "a sentence that goes on for much longer than any screen that people still use is wide"


def test_lines_end_between_words() -> None:
    lines = folded(TEXT, 40, used=10).split("\n")
    assert len(lines[0]) <= 30
    assert all(len(line) <= 40 and line.startswith("  ") for line in lines[1:])
    assert " ".join(line.strip() for line in lines) == TEXT


def test_what_fits_or_must_not_be_broken_stays() -> None:
    assert folded(TEXT, 200) == TEXT
    assert folded(TEXT, 0) == TEXT
    assert folded("x" * 100 + " y", 40) == "x" * 100 + "\n  y"


def test_wide_characters_count_twice() -> None:
    lines = folded("损失 " * 30, 40).split("\n")
    assert all(width_of(line) <= 40 for line in lines)


def test_the_full_report_on_a_screen_of_60_columns(golden: Callable[[str, str], None]) -> None:
    text = text_of("full", sample(), fold=True, width=60)
    golden("full_screen", text)
    assert all(width_of(line) <= 60 for line in text.split("\n") if " |" not in line)
