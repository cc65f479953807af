"""Several results on standard output are one text that can be read again."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import yaml

from losslint.convert.console import together
from losslint.convert.conversion import Conversion
from tests.convert.support import source
from tests.convert.test_command import BLOCK, CONFIG, call

LOSS = {
    "module": "keras.losses",
    "class_name": "CategoricalCrossentropy",
    "config": {"from_logits": True},
    "registered_name": None,
}


def documents(text: str) -> list[object]:
    return list(yaml.safe_load_all(text))


def archive(path: Path) -> None:
    model = {"class_name": "Sequential", "config": {"layers": []}, "module": "keras"}
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("config.json", json.dumps({**model, "compile_config": {"loss": LOSS}}))
        file.writestr("metadata.json", '{"keras_version": "3.15.1"}')


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def test_one_result_stands_alone(folder: Path) -> None:
    archive(folder / "a.keras")
    assert call("in", "--to", "netspresso").stdout == BLOCK


def test_archives_become_documents_with_their_names(folder: Path) -> None:
    archive(folder / "a.keras")
    archive(folder / "b.keras")
    (folder / "c.json").write_text(CONFIG)
    out = call("in", "--to", "netspresso").stdout
    assert len(documents(out)) == 3
    for name in ("a.keras", "b.keras", "c.json"):
        assert f"---\n# in/{name}\nmodel:\n" in out


@pytest.mark.parametrize("style", ["platform", "object"])
def test_results_of_keras_are_a_json_list(folder: Path, style: str) -> None:
    (folder / "a.yaml").write_text(BLOCK)
    (folder / "b.yaml").write_text(BLOCK)
    first, second = json.loads(call("in", "--to", "keras", "--style", style).stdout)
    assert first == second
    assert call("in/a.yaml", "--to", "keras", "--style", style).stdout.startswith("{")


def test_migrated_archives_are_a_json_list(folder: Path) -> None:
    archive(folder / "a.keras")
    archive(folder / "b.keras")
    found = json.loads(call("in", "--to", "keras").stdout)
    assert [each["compile_config"]["loss"] for each in found] == [LOSS, LOSS]


def test_a_file_keeps_its_own_start_of_a_document() -> None:
    texts = (
        ("a.yaml", "a: 1\n"),
        ("b.yaml", "--- # two\na: 2"),
        ("c.yaml", "# three\n---\na: 3\n"),
        ("d.yaml", "%YAML 1.1\n---\na: 4\n"),
        ("e\nf.json", '{"a": 5}\n'),
    )
    results = [Conversion(source("", name), "converted", text=text) for name, text in texts]
    text = together(results)
    assert documents(text) == [{"a": number} for number in range(1, 6)]
    assert text.count("# b.yaml\n") == 1
    assert "# e\nf" not in text
