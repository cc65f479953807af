"""The options of `losslint server`: those of `check`, for everything that an editor opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.command import losslint_text
from tests.server.client import Editor

HEAD = "model:\n  losses:\n    - criterion: "
BROKEN = f"{HEAD}focal_loss\n      alpha: 0.3\n      gama: 2.0\n      weight: '1'\n"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Editor]]:
    """Starts an editor whose server has options."""
    opened: list[Editor] = []

    def start_with(*options: str) -> Editor:
        opened.append(Editor(tmp_path, options=options))
        return opened[-1]

    yield start_with
    for each in opened:
        each.kill()


def codes(editor: Editor, name: str = "model.yaml", text: str = BROKEN) -> list[str]:
    return [found["code"] for found in editor.open(name, text)]


def test_rules_are_chosen(start: Callable[..., Editor]) -> None:
    assert codes(start()) == ["LL110", "LL211"]
    assert codes(start("--ignore", "LL211")) == ["LL110"]
    assert codes(start("--select=LL2")) == ["LL211"]


def test_the_release_that_trains(start: Callable[..., Editor]) -> None:
    younger = f"{HEAD}yolov9_loss\n      weight: ~\n"
    assert "LL100" not in codes(start(), text=younger)
    assert "LL100" in codes(start("--target", "netspresso=0.0.9"), text=younger)


def test_options_go_before_a_settings_file_that_changes(
    start: Callable[..., Editor], tmp_path: Path
) -> None:
    editor = start("--ignore", "LL211")
    assert codes(editor) == ["LL110"]
    (tmp_path / "losslint.toml").write_text('ignore = ["LL110"]\n')
    editor.type("model.yaml", BROKEN, 2)
    assert editor.pushed("model.yaml", 2) == []
    (tmp_path / "losslint.toml").write_text('select = ["LL211", "LL110"]\n')
    editor.type("model.yaml", BROKEN, 3)
    assert [found["code"] for found in editor.pushed("model.yaml", 3)] == ["LL110"]


def test_a_settings_file_of_another_name(start: Callable[..., Editor], tmp_path: Path) -> None:
    (tmp_path / "losslint.toml").write_text('ignore = ["LL110"]\n')
    (tmp_path / "strict.toml").write_text('ignore = ["LL211"]\n')
    assert codes(start("--config", "strict.toml")) == ["LL110"]
    assert codes(start("--isolated")) == ["LL110", "LL211"]
    assert codes(start("--exclude", "model.yaml")) == []


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--select=LL999", "LL999"),
        ("--target=netspresso=one", "'one'"),
        ("--target=pytorch=2", "netspresso=RELEASE"),
        ("--config=absent.toml", "there is no such file"),
        ("--fix", "server has no option --fix"),
    ],
)
def test_a_wrong_option_ends_it_with_a_sentence(option: str, said: str, tmp_path: Path) -> None:
    """So that an editor can show what is wrong before it speaks to a server."""
    done = losslint_text("server", option, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
