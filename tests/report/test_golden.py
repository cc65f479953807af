"""What each format says of the same findings, byte for byte."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from losslint.report import FORMATS
from losslint.report.statistics import statistics_json, statistics_text

from .samples import counts, sample, summary, text_of

Golden = Callable[[str, str], None]


@pytest.mark.parametrize("name", FORMATS)
def test_format(name: str, golden: Golden) -> None:
    golden(name, text_of(name, sample()))


@pytest.mark.parametrize("width", [40, 200])
def test_full_at_other_widths(width: int, golden: Golden) -> None:
    golden(f"full_{width}", text_of("full", sample(), width=width))


def test_full_with_unsafe_fixes(golden: Golden) -> None:
    golden("full_unsafe", text_of("full", sample()[:1], unsafe_fixes=True))


@pytest.mark.parametrize("name", ["full", "concise"])
def test_colour(name: str, golden: Golden) -> None:
    text = text_of(name, sample(), color=True, hyperlinks=True)
    golden(f"{name}_color", text.replace("\x1b", "<ESC>"))


def test_statistics(golden: Golden) -> None:
    rows = counts(sample())
    below = summary(sample(), files=105, with_losses=54)
    golden("statistics", f"{statistics_text(rows)}{below}\n{statistics_json(rows)}")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("full", ""),
        ("concise", ""),
        ("github", ""),
        ("json", "[]\n"),
        ("gitlab", "[]\n"),
    ],
)
def test_nothing_found(name: str, text: str) -> None:
    assert text_of(name, []) == text
