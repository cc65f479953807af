"""A folder is listed once for as long as it stays as it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from losslint.files import listing
from losslint.files.listing import FolderListings

YAML = (".yaml",)


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders that were listed, in order."""
    asked: list[str] = []
    scan = os.scandir

    def scandir(folder: str) -> object:
        asked.append(folder)
        return scan(folder)

    monkeypatch.setattr(listing.os, "scandir", scandir)
    return asked


def settle(folder: Path) -> None:
    """Let a folder look as if it had been changed an hour ago."""
    os.utime(folder, (0, folder.stat().st_mtime - 3600))


def test_a_settled_folder_is_listed_once(tmp_path: Path, listed: list[str]) -> None:
    (tmp_path / "b.yaml").touch()
    (tmp_path / "a.yaml").touch()
    (tmp_path / "c.txt").touch()
    settle(tmp_path)
    folders = FolderListings()
    for _ in range(3):
        found = folders.few(str(tmp_path), YAML, 5)
        assert found == (str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml"))
    assert listed == [str(tmp_path)]


def test_what_changes_is_seen(tmp_path: Path) -> None:
    folders = FolderListings()
    names: list[str] = []
    for name in ("a.yaml", "b.yaml", "c.yaml"):
        # Each at once after the other: no clock of a disk tells these apart for sure.
        (tmp_path / name).touch()
        names.append(str(tmp_path / name))
        assert folders.few(str(tmp_path), YAML, 5) == tuple(names)
    settle(tmp_path)
    assert len(folders.few(str(tmp_path), YAML, 5)) == 3
    (tmp_path / "a.yaml").unlink()
    assert folders.few(str(tmp_path), YAML, 5) == tuple(names[1:])


def test_too_many_are_none_and_so_is_no_folder(tmp_path: Path) -> None:
    for index in range(4):
        (tmp_path / f"{index}.yaml").touch()
    (tmp_path / "folder.yaml").mkdir()
    folders = FolderListings()
    assert len(folders.few(str(tmp_path), YAML, 5)) == 4
    assert folders.few(str(tmp_path), YAML, 3) == ()
    assert folders.few(str(tmp_path / "none"), YAML, 5) == ()
