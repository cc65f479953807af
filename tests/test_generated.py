"""Checked-in files that are made from the catalog and the rules are today's."""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint.rules.pages import generated

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("path", "content"), generated(str(ROOT)).items(), ids=lambda v: str(v)[:40]
)
def test_pages_are_in_sync(path: str, content: str) -> None:
    assert (ROOT / path).read_text("utf-8") == content, "run python -m losslint.rules.pages"


def test_no_page_without_a_rule() -> None:
    pages = {f"docs/rules/{page.name}" for page in (ROOT / "docs" / "rules").iterdir()}
    assert pages <= generated(str(ROOT)).keys()
