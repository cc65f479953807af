"""docs/own-losses.md: each setup is run as it stands there, and says what stands beneath it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.command import losslint_text

PAGE = (Path(__file__).parent.parent / "docs" / "own-losses.md").read_text("utf-8")
_SECTION = re.compile(r"^##+ (.+)$", re.MULTILINE)
_BLOCK = re.compile(r"```(\w+) ?([^\n]*)\n(.*?)```", re.DOTALL)


class Setup(NamedTuple):
    """A section: its files, the settings among them, and what `check` says of all of them."""

    title: str
    files: dict[str, str]
    said: list[str]


def setups() -> Iterator[Setup]:
    """The sections that hold settings."""
    _, *parts = _SECTION.split(PAGE)
    for title, text in zip(parts[::2], parts[1::2], strict=True):
        blocks = _BLOCK.findall(text)
        files = {name: body for _, name, body in blocks if name}
        said = [line for word, name, body in blocks if not name for line in body.splitlines()]
        if files:
            yield Setup(title, files, said)


SETUPS = list(setups())


def test_the_page_has_three_setups_and_more() -> None:
    titles = [setup.title for setup in SETUPS]
    assert {title.partition(":")[0] for title in titles} >= {"PaddleSeg", "kgcnn", "mmf"}
    for setup in SETUPS:
        assert "losslint.toml" in setup.files
        faulty = {line.partition(":")[0] for line in setup.said}
        assert faulty < setup.files.keys()


@pytest.mark.parametrize("setup", SETUPS, ids=lambda setup: setup.title)
def test_a_setup_says_what_the_page_shows(setup: Setup, tmp_path: Path) -> None:
    for name, text in setup.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    done = losslint_text("check", "--no-cache", "--format", "concise", ".", cwd=tmp_path)
    *said, _ = done.stdout.splitlines()
    assert sorted(said) == sorted(setup.said)
    assert done.stderr == ""
    assert done.returncode == 1
