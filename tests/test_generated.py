"""Checked-in files that are made from the catalog and the rules are today's."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("numpy", reason="the pages of losses show formulas in NumPy")

from tools.site.generated import FOLDERS, generated

ROOT = Path(__file__).parent.parent
FILES = generated(ROOT)


@pytest.mark.parametrize(("path", "content"), FILES.items(), ids=lambda v: str(v)[:40])
def test_pages_are_in_sync(path: str, content: str) -> None:
    assert (ROOT / path).read_text("utf-8") == content, "run python -m tools.site"


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_page_without_what_it_is_made_from(folder: str) -> None:
    pages = {page.relative_to(ROOT).as_posix() for page in (ROOT / folder).rglob("*.md")}
    assert pages <= FILES.keys()
