"""Fixtures of the report tests: golden files and the samples that they show."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`, which writes what the reports say now."""
    # Another room of the tests may have added it already.
    with contextlib.suppress(ValueError):
        parser.addoption("--update-golden", action="store_true", help="rewrite the golden files")


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reports show an address, whether the project has one yet or not."""
    monkeypatch.setattr("losslint.report.links.HOME", "https://example.org/losslint")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a golden file, byte for byte."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.txt"
        if request.config.getoption("--update-golden", default=False):
            path.write_bytes(text.encode("utf-8"))
        assert path.read_bytes().decode("utf-8") == text

    return compare
