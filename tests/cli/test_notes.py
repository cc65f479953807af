"""A named file with a key that reads like a loss, and without one: a note on standard error."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_check import BROKEN, SOUND
from tests.command import losslint

NOTED = {
    "a.yaml": ("epochs: 3\nloss: bce\n", 2, "loss"),
    "b.json": ('{"training_config": {"loss": 0.3}}', 1, "training_config"),
    "c.yaml": ("model:\n  losses: [dice, focal]\n", 2, "losses"),
    "d.yaml": ("MODEL: {NAME: x}\nLOSS: {NAME: OhemCE}\n", 2, "LOSS"),
    "e.yaml": ("- {criterion: l1}\n", 1, "criterion"),
    "f.json": ('{"weightsManifest": [], "trainingConfig": {"loss": "hinge"}}', 1, "trainingConfig"),
    "g.yaml": ("a: 1\n---\nb:\n  compile_config: {target: x}\n", 4, "compile_config"),
}  # fmt: skip
SILENT = {
    "sound.yaml": SOUND,
    "broken.yaml": BROKEN,
    "words.yaml": "text: a loss of criterion\n# loss: 3\nlossless: true\n",
    "value.yaml": "- loss\n- losses\n",
    "null.json": '{"class_name": "Sequential", "config": {}, "compile_config": null}',
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTED)
@pytest.mark.parametrize("words", [[], ["-v"], ["-q"], ["--fix"], ["-f", "json"]], ids=str)
def test_one_note(name: str, words: list[str], tmp_path: Path) -> None:
    text, row, key = NOTED[name]
    (tmp_path / name).write_text(text)
    for _ in range(2):
        # The second time out of the cache.
        done = losslint("check", name, *words, cwd=tmp_path)
        assert done.returncode == 0
        (line,) = done.stderr.decode().splitlines()
        assert line.startswith(f"{name}: no losses, though line {row} has the key `{key}`; looked")
        assert "keras.losses" in line
        if "json" in words:
            assert json.loads(done.stdout) == []
    assert (tmp_path / name).read_text() == text


@pytest.mark.parametrize("name", SILENT)
def test_no_note(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(SILENT[name])
    assert losslint("check", name, cwd=tmp_path).stderr == b""


def test_standard_input(tmp_path: Path) -> None:
    for words, shown in (([], "-"), (["--stdin-filename", "x/y.yaml"], "x/y.yaml")):
        done = losslint("check", "-", *words, cwd=tmp_path, stdin=b"loss: 3\n")
        assert done.stderr.decode().startswith(f"{shown}: no losses, though line 1 has the key")
        assert done.stderr.count(b"\n") == 1
        assert done.returncode == 0
    fixed = losslint("check", "--fix", "-", cwd=tmp_path, stdin=b"loss: 3\n")
    assert fixed.stdout == b"loss: 3\n"
    assert fixed.stderr.startswith(b"-: no losses, though")


def test_a_walk_tells_nothing(tmp_path: Path) -> None:
    for name, (text, _, _) in NOTED.items():
        (tmp_path / name).write_text(text)
    assert losslint("check", ".", cwd=tmp_path).stderr == b""
    told = losslint("check", "-v", ".", cwd=tmp_path).stderr.decode().splitlines()
    assert told == [f"{name}: no losses" for name in sorted(NOTED)]
    many = losslint("check", *sorted(NOTED), cwd=tmp_path).stderr.decode().splitlines()
    assert [line.partition(":")[0] for line in many] == sorted(NOTED)


def test_a_name_sends_nothing_to_the_terminal(tmp_path: Path) -> None:
    name = "\x1b]0;owned\a.yaml"
    (tmp_path / name).write_text("loss: bce\n")
    for words in (["check", "-v"], ["convert", "--to", "keras"]):
        done = losslint(*words, name, cwd=tmp_path)
        assert b"\x1b" not in done.stderr
        assert b"\\x1b]0;owned\\x07.yaml" in done.stderr
