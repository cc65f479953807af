"""`losslint config`: what holds for a path, and who says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from losslint.catalog.releases import KERAS, NETSPRESSO
from losslint.files.discovery import DEFAULT_EXCLUDE
from losslint.rules import load_rules
from losslint.settings.declared import SETTINGS
from tests.cli.test_check import BROKEN
from tests.command import assert_refused, losslint

CODES = [rule.code for rule in load_rules()]


def told(folder: Path, *arguments: str) -> dict[str, Any]:
    done = losslint("config", "--format", "json", *arguments, cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    data: dict[str, Any] = json.loads(done.stdout)
    assert list(data["settings"]) == list(SETTINGS)
    assert sorted(data["rules"]["on"] + data["rules"]["off"]) == CODES
    return data


def project(folder: Path) -> Path:
    """A settings file that extends another, and a folder with one of its own."""
    (folder / "in").mkdir()
    (folder / "base.toml").write_text(
        'select = ["LL1"]\nignore = ["LL100"]\nextend-exclude = ["b/"]\n'
        'target = { keras = "2.15", netspresso = "1.0.0" }\n'
    )
    (folder / "losslint.toml").write_text(
        'extend = "base.toml"\nextend-select = ["LL211"]\nignore = ["LL110"]\nexclude = ["a/"]\n'
        'extend-exclude = ["c/"]\ntarget = { netspresso = "1.4.1" }\nforce-exclude = true\n'
        'per-file-ignores = { "*.json" = ["LL111"] }\n'
    )
    (folder / "in" / "pyproject.toml").write_text('[tool.losslint]\nselect = ["LL2"]\n')
    (folder / "in" / "m.yaml").write_text(BROKEN)
    return folder


def test_without_a_file_all_is_default(tmp_path: Path) -> None:
    data = told(tmp_path)
    assert data["files"] == []
    voices = data["settings"].values()
    assert all([each["from"] for each in found] == ["default"] for found in voices)
    assert data["settings"]["exclude"][0]["value"] == list(DEFAULT_EXCLUDE)
    assert data["settings"]["respect-gitignore"][0]["value"] is True
    assert data["rules"] == {"on": CODES, "off": [], "ignored": []}
    assert data["targets"] == {
        "keras": {"release": KERAS[-1], "from": "default"},
        "netspresso": {"release": NETSPRESSO[-1], "from": "default"},
    }


def test_each_value_with_its_file(tmp_path: Path) -> None:
    data = told(project(tmp_path))
    own, base = str(tmp_path / "losslint.toml"), str(tmp_path / "base.toml")
    assert data["files"] == [own, base]
    settings = data["settings"]
    assert settings["select"] == [{"value": ["LL1"], "from": base}]
    assert settings["ignore"] == [
        {"value": ["LL100"], "from": base},
        {"value": ["LL110"], "from": own},
    ]
    # A new `exclude` ends what was excluded below.
    assert settings["exclude"] == [{"value": ["a/"], "from": own}]
    assert settings["extend-exclude"] == [{"value": ["c/"], "from": own}]
    assert settings["force-exclude"] == [{"value": True, "from": own}]
    assert settings["unfixable"] == [{"value": [], "from": "default"}]
    assert data["targets"]["keras"] == {"release": "2.15", "from": base}
    assert data["targets"]["netspresso"] == {"release": "1.4.1", "from": own}
    on = [code for code in CODES if code.startswith("LL1") and code not in ("LL100", "LL110")]
    assert data["rules"]["on"] == [*on, "LL211"]


def test_of_a_file_and_of_another_folder(tmp_path: Path) -> None:
    project(tmp_path)
    data = told(tmp_path, "in/m.yaml")
    assert data["path"] == str(tmp_path / "in" / "m.yaml")
    assert data["files"] == [str(tmp_path / "in" / "pyproject.toml")]
    assert data["rules"]["on"] == [code for code in CODES if code.startswith("LL2")]
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "m.json").write_text("{}")
    data = told(tmp_path, "a/m.json")
    assert (data["excluded"], data["rules"]["ignored"]) == (True, ["LL111"])


def test_the_command_line_goes_before(tmp_path: Path) -> None:
    project(tmp_path)
    options = ("--select", "LL2,LL211", "--ignore", "LL212", "--target", "keras=3.0")
    data = told(tmp_path, *options)
    assert data["settings"]["select"] == [{"value": ["LL2", "LL211"], "from": "command line"}]
    assert data["settings"]["ignore"] == [{"value": ["LL212"], "from": "command line"}]
    assert data["targets"]["keras"] == {"release": "3.0", "from": "command line"}
    assert data["targets"]["netspresso"]["from"] == str(tmp_path / "losslint.toml")
    assert data["rules"]["on"] == [c for c in CODES if c.startswith("LL2") and c != "LL212"]
    assert told(tmp_path, "--isolated")["files"] == []
    assert told(tmp_path, "in", "--config", "base.toml")["files"] == [str(tmp_path / "base.toml")]


def test_what_is_told_is_what_check_does(tmp_path: Path) -> None:
    """The rules that it names are those that `check` runs."""
    project(tmp_path)
    for path in ("in/m.yaml", "m.yaml"):
        (tmp_path / path).write_text(BROKEN + "      label_smoothing: 2\n")
        on = told(tmp_path, path)["rules"]["on"]
        done = losslint("check", "--isolated", "-f", "json", path, cwd=tmp_path)
        every = {row["code"] for row in json.loads(done.stdout)}
        done = losslint("check", "-f", "json", path, cwd=tmp_path)
        assert {row["code"] for row in json.loads(done.stdout)} == every & set(on)


def test_the_text(tmp_path: Path) -> None:
    project(tmp_path)
    done = losslint("config", cwd=tmp_path)
    assert done.stderr == b""
    lines = done.stdout.decode().splitlines()
    assert lines[0] == str(tmp_path)
    assert lines[1] == "settings file: losslint.toml, which extends base.toml"
    for line in (
        'ignore = ["LL100"]  # base.toml',
        'ignore = ["LL110"]  # losslint.toml',
        "respect-gitignore = true  # default",
        'per-file-ignores = {"*.json": ["LL111"]}  # losslint.toml',
        "keras is judged by 2.15 (base.toml)",
        "on: LL211 invalid-weight",
    ):
        assert line in lines
    done = losslint("config", "--isolated", "--ignore", "LL211", cwd=tmp_path)
    lines = done.stdout.decode().splitlines()
    assert "settings file: none" in lines
    assert lines[-2:] == [
        f"{len(CODES) - 1} of {len(CODES)} rules run",
        "off: LL211 invalid-weight",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["gone.yaml"], "gone.yaml does not exist"),
        (["--select", "LL999"], "'LL999' is no rule"),
        (["--config", "gone.toml"], "--config gone.toml: there is no such file"),
        (["--target", "keras=0.1"], "Keras 0.1 is older than the oldest known"),
        (["--format", "xml"], "--format xml: choose text or json"),
        (["wrong"], "`selct` is no setting; did you mean `select`?"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "wrong").mkdir()
    (tmp_path / "wrong" / "losslint.toml").write_text("selct = []\n")
    assert_refused(sentence, "config", *arguments, cwd=tmp_path)


def test_a_later_release_is_noted(tmp_path: Path) -> None:
    (tmp_path / "losslint.toml").write_text('target = ["keras=99"]\n')
    done = losslint("config", "--format", "json", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["targets"]["keras"]["release"] == KERAS[-1]
    assert done.stderr.count(b"Keras 99 is newer than what is known here; judged as ") == 1


def test_what_settings_hold_sends_nothing_to_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "losslint.toml").write_text(
        'exclude = ["\\u009b31m"]\n'
        '[losses."mine\\u001b[m"."Loss\\u001b[m"]\n'
        'schema = {description = "\\u001b]0;a\\u0007\\nb", properties = {"x\\u009b1m" = {}}}\n'
        '[[sites]]\nfiles = ["*.yml"]\npath = "loss"\nname = "type"\ndialect = "mine\\u001b[m"\n'
    )
    lines = 0
    for words in (["config"], ["loss"], ["loss", "Loss\x1b[m"]):
        for form in ("text", "json"):
            done = losslint(*words, "--format", form, cwd=tmp_path)
            assert done.returncode == 0, done.stderr
            text = done.stdout.decode()
            assert all(c.isprintable() or c == "\n" for c in text)
            lines += text.count("Declared in losslint.toml.")
    assert lines == 4
