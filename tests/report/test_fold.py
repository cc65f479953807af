"""Sentences on a terminal."""

from __future__ import annotations

import pytest

from losslint.report.fold import folded

TEXT = "the quick brown fox jumps over the lazy dog"


@pytest.mark.parametrize("width", [0, 20, len(TEXT), 200])
def test_what_fits_or_has_no_width_is_left_alone(width: int) -> None:
    assert folded(TEXT, width) == TEXT


@pytest.mark.parametrize("lead", ["", "    "])
def test_no_line_is_wider_and_no_word_is_lost(lead: str) -> None:
    lines = folded(lead + TEXT, 30, indent="        ").split("\n")
    assert all(len(line) <= 30 for line in lines)
    assert lines[0].startswith(lead + "the")
    assert all(line.startswith("        ") for line in lines[1:])
    assert " ".join(line.strip() for line in lines) == TEXT


def test_what_the_first_line_has_spent_counts() -> None:
    first, *_ = folded(TEXT, 40, used=20).split("\n")
    assert len(first) <= 20


def test_a_long_word_stays_whole() -> None:
    word = "x" * 50
    assert word in folded(f"a {word} b", 30).split("\n  ")
