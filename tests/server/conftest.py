"""Editors with a server each, shared by the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.client import Editor

pytest.importorskip("pygls")


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor that can do everything and gets diagnostics pushed."""
    opened = Editor(tmp_path_factory.mktemp("project"))
    yield opened
    opened.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
