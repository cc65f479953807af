"""Sentences on a terminal."""

from __future__ import annotations

import pytest

from losslint.report.fold import folded, reflowed
from losslint.rules import load_rules
from losslint.rules.pages import page

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


@pytest.mark.parametrize("width", [60, 80])
def test_pages_are_as_wide_as_the_screen_and_keep_words_and_code(width: int) -> None:
    for rule in load_rules():
        text = page(rule, lambda *_: "")
        shown = reflowed(text, width)
        assert shown.split() == text.split(), rule.code
        assert shown.split("```")[1::2] == text.split("```")[1::2]
        prose = "".join(shown.split("```")[::2]).split("\n")
        wide = [line for line in prose if len(line) > width and " " in line.strip()]
        # A single word, an address or a line of Markdown's own, may be longer.
        assert not [line for line in wide if not line.startswith(("#", "|"))], rule.code
        # What was joined fills its lines.
        assert reflowed(shown, width) == shown


def test_items_stand_apart() -> None:
    page = "one\ntwo\n\n- first\n  goes on\n- second\n\n```\na\nb\n```\n"
    expected = "one two\n\n- first goes on\n- second\n\n```\na\nb\n```\n"
    assert reflowed(page, 80) == expected
