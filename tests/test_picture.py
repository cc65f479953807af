"""The README's picture shows what the command prints, and loads nothing from elsewhere."""

from __future__ import annotations

import html
import re

import pytest

pytest.importorskip("rich")

from tests import picture


def _shown(svg: str) -> list[str]:
    """The words of the picture, row by row as they are drawn."""
    rows: dict[float, str] = {}
    for y, text in re.findall(r'<text [^>]*\by="([\d.]+)"[^>]*>(.*?)</text>', svg):
        rows[float(y)] = rows.get(float(y), "") + html.unescape(text).replace("\xa0", " ")
    return [rows[y].strip() for y in sorted(rows) if rows[y].strip()]


def test_the_picture_shows_what_the_command_prints() -> None:
    drawn = picture.PICTURE.read_text("utf-8")
    printed = re.sub(r"\x1b\[[\d;]*m", "", picture.printed())
    shown = "".join("".join(_shown(drawn)).split())
    assert picture.COMMAND.replace(" ", "") in shown
    for line in printed.splitlines():
        assert "".join(line.split()) in shown


def test_the_picture_asks_no_network() -> None:
    drawn = picture.PICTURE.read_text("utf-8")
    addresses = set(re.findall(r"https?://[^\"' )]+", drawn))
    # The names of namespaces and the comment of the tool that drew it; nothing is loaded from them.
    assert addresses <= {"http://www.w3.org/2000/svg", "https://www.textualize.io"}
    assert "@import" not in drawn
    assert "url(http" not in drawn
