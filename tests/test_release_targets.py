"""Targets that exist: a later release is judged as the newest, one that never was is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from losslint.dialects.keras import KERAS
from losslint.dialects.registry import DIALECTS
from losslint.dialects.release_targets import known_release, release_targets
from tests.cli.test_check import BROKEN, SOUND
from tests.command import losslint

# Of a series, the first and the last.
ALL_OF_NETSPRESSO = (
    "0.0.2 to 0.0.10, 0.1.0 to 0.1.2, 0.2.0 to 0.2.2, 1.0.0 to 1.0.3, 1.1.0, 1.2.0, 1.3.0, 1.3.1, "
    "1.4.0, 1.4.1"
)


@pytest.mark.parametrize(
    ("named", "label"),
    [
        ("3.15.1", "3.15.1"),
        ("v3.15.1", "3.15.1"),
        ("2.15", "2.15"),
        # There was no 2.13.0; who writes 2.13 means what there was of it.
        ("2.13", "2.13.1"),
        ("3", "3"),
    ],
)
def test_a_release_that_is_known_is_taken(named: str, label: str) -> None:
    assert known_release(KERAS, named) == (label, False)


@pytest.mark.parametrize("named", ["3.15.2", "3.16", "4", "99.0.0", "3.16.0rc1", "3.15.1.post1"])
def test_a_later_release_is_judged_as_the_newest(named: str) -> None:
    assert known_release(KERAS, named) == (KERAS.newest, True)
    assert release_targets({"keras": named}).keras.label == KERAS.newest


@pytest.mark.parametrize("named", ["0.3", "2.13.0", "3.12.9", "1.4.1", "3.15.1rc1"])
def test_a_release_that_never_was_is_refused_with_the_known_ones(named: str) -> None:
    told = known_release(KERAS, named)
    assert isinstance(told, str)
    assert f"Keras {named} " in told
    assert "; there are 1.0.0 to 1.0.8, 1.1.0 to 1.1.2, " in told
    assert told.endswith(", 2.15.0, 3.0.0 to 3.0.5, " + told.partition(", 3.0.0 to 3.0.5, ")[2])
    assert KERAS.newest in told


def test_every_release_that_is_known_is_taken() -> None:
    for dialect in DIALECTS:
        assert [known_release(dialect, each) for each in dialect.releases] == [
            (each, False) for each in dialect.releases
        ]


@pytest.mark.parametrize("written", ["option", "settings"])
@pytest.mark.parametrize("command", [("check",), ("convert", "--to", "keras")])
def test_each_command_refuses_one_that_never_was(
    command: tuple[str, ...], written: str, tmp_path: Path
) -> None:
    (tmp_path / "m.yaml").write_text(SOUND)
    options = ["--target", "netspresso=1.2.9"]
    if written == "settings":
        options = []
        (tmp_path / "losslint.toml").write_text('target = ["netspresso=1.2.9"]\n')
    done = losslint(*command, *options, "m.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    told = done.stderr.decode()
    assert told.count("\n") == 1
    assert f"NetsPresso Trainer 1.2.9 was never released; there are {ALL_OF_NETSPRESSO}" in told
    assert ("losslint.toml: `target.netspresso`: " in told) == (written == "settings")


def test_a_wrong_target_is_told_even_where_no_file_holds_losses(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.losslint]\ntarget = { keras = "0.1" }\n')
    (tmp_path / "a.yaml").write_text("key: value\n")
    done = losslint("check", cwd=tmp_path)
    assert done.returncode == 2
    assert b"Keras 0.1 is older than the oldest known; there are 1.0.0 to 1.0.8, " in done.stderr


@pytest.mark.parametrize("written", ["option", "settings"])
@pytest.mark.parametrize("command", [("check",), ("convert", "--to", "keras")])
def test_a_later_one_is_noted_once_on_standard_error(
    command: tuple[str, ...], written: str, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text(SOUND)
    (tmp_path / "b.yaml").write_text(SOUND)
    options = ["--target", "netspresso=9.9"]
    if written == "settings":
        options = []
        (tmp_path / "losslint.toml").write_text('target = { netspresso = "9.9" }\n')
    done = losslint(*command, *options, "a.yaml", "b.yaml", cwd=tmp_path)
    assert done.returncode == 0
    note = b"NetsPresso Trainer 9.9 is newer than what is known here; judged as 1.4.1\n"
    assert done.stderr.count(note) == 1


def test_what_is_said_of_a_later_one_names_the_newest(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN.replace("cross_entropy", "crossentropie"))
    done = losslint("check", "-f", "json", "--target", "netspresso=9.9", cwd=tmp_path)
    messages = [each["message"] for each in json.loads(done.stdout)]
    assert any("NetsPresso Trainer 1.4.1 knows no criterion" in each for each in messages)
