"""`per-file-ignores` with a place in the document: the way to silence one finding in JSON."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.settings.places import is_place, lies_in, split_place
from losslint.syntax.languages import JSON
from losslint.syntax.whereabouts import whereabouts
from tests.command import losslint

ENTRY = {"criterion": "cross_entropy", "weight": "1"}
SOUND = {"criterion": "cross_entropy", "weight": 1}
COMPILED = {
    "class_name": "Sequential",
    "config": {"name": "s", "layers": []},
    "compile_config": {"optimizer": "adam", "loss": {"cls": "huber_losss"}},
}


def write(folder: Path, name: str, *entries: object) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"model": {"losses": entries}}, indent=1))


def settings(folder: Path, **ignores: list[str]) -> None:
    lines = (f"{json.dumps(key)} = {json.dumps(words)}\n" for key, words in ignores.items())
    (folder / "losslint.toml").write_text("[per-file-ignores]\n" + "".join(lines))


def found(folder: Path, *arguments: str) -> list[tuple[str, str, str | None]]:
    done = losslint("check", "-f", "json", *arguments, cwd=folder)
    rows = json.loads(done.stdout)
    assert done.returncode == int(bool(rows)), done.stderr
    return [(Path(row["filename"]).name, row["code"], row["path"]) for row in rows]


def test_one_place_is_silent_and_no_other(tmp_path: Path) -> None:
    write(tmp_path, "models/a.json", ENTRY, {**ENTRY, "criterion": "seg_cross_entropy"})
    settings(tmp_path, **{"models/*.json:model.losses[1]": ["LL211"]})
    weights = [each for each in found(tmp_path) if each[1] == "LL211"]
    assert weights == [("a.json", "LL211", "model.losses[0].weight")]
    # Another file, another rule.
    write(tmp_path, "b.json", SOUND, ENTRY)
    assert ("b.json", "LL211", "model.losses[1].weight") in found(tmp_path)
    settings(tmp_path, **{"models/*.json:model.losses[1]": ["LL1"]})
    assert ("a.json", "LL211", "model.losses[1].weight") in found(tmp_path)


@pytest.mark.parametrize(
    "place", ["model", "model.losses", "model.losses[0].weight", "*.losses[*]", "model.*[0].*"]
)
def test_what_a_place_covers(place: str, tmp_path: Path) -> None:
    write(tmp_path, "a.json", ENTRY)
    assert found(tmp_path) == [("a.json", "LL211", "model.losses[0].weight")]
    settings(tmp_path, **{f"a.json:{place}": ["invalid-weight"]})
    assert found(tmp_path) == []
    # Known from an earlier run, or not; by several processes, or one.
    assert found(tmp_path, "--no-cache", "--jobs", "2") == []
    fixed = losslint("check", "--diff", "--unsafe-fixes", cwd=tmp_path)
    assert (fixed.returncode, fixed.stdout) == (0, b"")


def test_in_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(COMPILED))
        archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
    (name, code, path), *_ = found(tmp_path)
    assert name == "m.keras!config.json"
    assert path is not None
    assert path.startswith("compile_config.loss")
    settings(tmp_path, **{f"*.keras:{path}": [code]})
    assert (name, code, path) not in found(tmp_path)


@pytest.mark.parametrize("where", ["losslint.toml", "pyproject.toml"])
def test_what_silences_nothing_is_reported_at_its_line(where: str, tmp_path: Path) -> None:
    write(tmp_path, "a.json", ENTRY)
    key = "*.json:model.losses[0]"
    settings(tmp_path, **{key: ["LL211", "LL1"]})
    if where == "pyproject.toml":
        text = (tmp_path / "losslint.toml").read_text()
        (tmp_path / "losslint.toml").unlink()
        text = text.replace("[per-file", "[tool.losslint.per-file")
        (tmp_path / where).write_text('[project]\nname = "x"\n' + text)
    assert found(tmp_path) == [(where, "LL902", None)]
    done = losslint("check", "-f", "concise", cwd=tmp_path)
    row = 2 if where == "losslint.toml" else 4
    message = "LL902 warning: the suppression of LL1 silences nothing"
    assert done.stdout.decode().startswith(f"{where}:{row}:2: {message}")
    write(tmp_path, "a.json", SOUND)
    before = (tmp_path / where).read_bytes()
    for option in ("--fix", "--add-ignore", "--diff", "--fix-only"):
        done = losslint("check", option, cwd=tmp_path)
        assert done.stderr == b""
        assert (tmp_path / where).read_bytes() == before
    done = losslint("check", "-f", "concise", "--fix", cwd=tmp_path)
    assert b"LL902 warning: the suppression of LL211 and LL1 silences nothing" in done.stdout


def test_it_is_reported_only_where_every_file_was_looked_at(tmp_path: Path) -> None:
    write(tmp_path, "in/a.json", SOUND)
    write(tmp_path, "in/b.json", SOUND)
    settings(
        tmp_path,
        **{"*.json:model": ["LL211"], "in/a.json:model": ["LL211"], "in/b.json:model": ["LL211"]},
    )
    assert len(found(tmp_path)) == 3
    assert len(found(tmp_path / "in")) == 2
    assert len(found(tmp_path, "in/a.json")) == 1
    # A rule that does not run silences nothing, and that is no fault.
    assert found(tmp_path, "--ignore", "LL2") == []
    assert found(tmp_path, "--ignore", "unused-suppression") == []


def test_what_several_files_extend_is_told_once(tmp_path: Path) -> None:
    base = tmp_path / "base.toml"
    base.write_text('per-file-ignores."*.json:model[\\"a b\\"]" = ["LL211"]\n')
    for folder in ("", "in"):
        (tmp_path / folder).mkdir(exist_ok=True)
        up = "../" if folder else ""
        (tmp_path / folder / "losslint.toml").write_text(f'extend = "{up}base.toml"\n')
        write(tmp_path, os.path.join(folder, "a.json"), ENTRY)
    told = [each for each in found(tmp_path) if each[1] == "LL902"]
    # The key is written with escapes, so that its line is not found.
    assert told == [("losslint.toml", "LL902", None)]
    base.write_text('per-file-ignores.\'*.json:model["a b"]\' = ["LL211"]\n')
    told = [each for each in found(tmp_path) if each[1] == "LL902"]
    assert told == [("base.toml", "LL902", None)]
    done = losslint("check", "-f", "concise", "--config", "base.toml", cwd=tmp_path)
    assert b"base.toml:1:19: LL902" in done.stdout


def test_a_file_that_failed_leaves_it_open(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"model": {"losses": [}}')
    settings(tmp_path, **{"*.json:model": ["LL211"]})
    done = losslint("check", "-f", "json", "a.json", ".", cwd=tmp_path)
    assert {row["code"] for row in json.loads(done.stdout)} == {"LL001"}


@pytest.mark.parametrize(
    ("pattern", "parts"),
    [
        ("*.json", ("*.json", None)),
        ("a/*.json:model.losses[1]", ("a/*.json", "model.losses[1]")),
        ("!*.json:model", ("!*.json", "model")),
        ("[[:alpha:]].json", ("[[:alpha:]].json", None)),
        ("[[:alpha:]:].json:a", ("[[:alpha:]:].json", "a")),
        (r"a\:b.json", (r"a\:b.json", None)),
        (r"a\:b.json:c", (r"a\:b.json", "c")),
        ('a.json:b["c:d"]', ("a.json", 'b["c:d"]')),
        ("a.json:b:c", ("a.json", "b:c")),
        ("a.json:", ("a.json", "")),
    ],
)
def test_a_pattern_and_its_place(pattern: str, parts: tuple[str, str | None]) -> None:
    assert split_place(pattern) == parts


@pytest.mark.parametrize(
    "text", ["", ".a", "a b", "a[", "a[x]", "a[-1]", 'a["', r'a["\x"]', "a..b", "a[1", "]"]
)
def test_what_is_no_place(text: str) -> None:
    assert not is_place(text)


@pytest.mark.parametrize(
    ("path", "place", "expected"),
    [
        ("model.losses[1].weight", "model.losses[1]", True),
        ("model.losses[10].weight", "model.losses[1]", False),
        ("model.losses_too", "model.losses", False),
        ("model", "model.losses", False),
        ("a[0]", "a.*", False),
        ("a.b", "a[*]", False),
        ('a["x y"].c', 'a["x y"]', True),
        ('a["x y"].c', "*.*.c", True),
        (None, "a", False),
        ("a" * 300 + "…", "b", False),
    ],
)
def test_what_lies_in_a_place(path: str | None, place: str, expected: bool) -> None:
    assert lies_in(path, place) is expected


@given(st.lists(st.one_of(st.integers(0, 3), st.text(max_size=4)), min_size=1, max_size=4))
def test_what_reports_name_is_a_place(steps: list[int | str]) -> None:
    """The way that a report tells can be written into the settings, whatever the keys are."""
    value: object = "here"
    for step in reversed(steps):
        value = [0] * step + [value] if isinstance(step, int) else {step: value}
    if isinstance(value, list):
        value = {"top": value}
    text = json.dumps(value)
    from losslint.diagnostics import Span

    at = text.index('"here"')
    path = whereabouts(JSON.parse(text), Span(at, at + 6)).path
    assert path is not None
    if not path.endswith("…"):
        assert is_place(path)
        assert lies_in(path, path)
        assert split_place(f"*.json:{path}") == ("*.json", path)
