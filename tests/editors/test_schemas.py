"""The schemas in the tools that people use them with: yaml-language-server and check-jsonschema.

Both are looked for on the PATH; where one is absent its tests are skipped.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import losslint_text
from tests.server.client import Editor, Json

ROOT = Path(__file__).parent.parent.parent
FIXTURES = ROOT / "fixtures"
SERVER = shutil.which("yaml-language-server")
CHECKER = shutil.which("check-jsonschema") or shutil.which(
    "check-jsonschema", path=sysconfig.get_path("scripts")
)

needs_server = pytest.mark.skipif(SERVER is None, reason="no yaml-language-server")
needs_checker = pytest.mark.skipif(CHECKER is None, reason="no check-jsonschema")

STYLES = ("keras", "netspresso")


def configs(style: str, kind: str, *suffixes: str) -> list[Path]:
    folder = FIXTURES / style / kind
    return sorted(path for path in folder.iterdir() if path.suffix in suffixes)


def names(path: Path) -> str:
    return str(path.relative_to(FIXTURES))


def printed(subject: str) -> str:
    return losslint_text("schema", subject).stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the schemas as the command prints them."""
    place = tmp_path_factory.mktemp("schemas")
    for subject in (*STYLES, "settings"):
        (place / f"{subject}.schema.json").write_text(printed(subject), encoding="utf-8")
    return place


def test_the_command_prints_the_checked_in_files(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        assert path.read_bytes() == (ROOT / "schemas" / path.name).read_bytes()


@pytest.mark.slow
@needs_checker
@pytest.mark.parametrize("style", STYLES)
def test_check_jsonschema(style: str, folder: Path) -> None:
    def failed(kind: str) -> set[str]:
        files = configs(style, kind, ".yaml", ".json")
        schema = str(folder / f"{style}.schema.json")
        command = [str(CHECKER), "--schemafile", schema, "-o", "json", *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        report = json.loads(done.stdout)
        errors = (*report.get("errors", ()), *report.get("parse_errors", ()))
        return {names(Path(error["filename"])) for error in errors}

    assert failed("sound") == set()
    assert failed("broken") == {names(path) for path in configs(style, "broken", ".yaml", ".json")}


@needs_checker
def test_check_jsonschema_on_settings(folder: Path, tmp_path: Path) -> None:
    schema = str(folder / "settings.schema.json")
    sound = 'ignore = ["LL212"]\n[target]\nnetspresso = "1.3.0"\n'
    for text, code in ((sound, 0), ("ignore = 'LL212'\n", 1), ("ignored = []\n", 1)):
        (tmp_path / "losslint.toml").write_text(text)
        command = [str(CHECKER), "--schemafile", schema, str(tmp_path / "losslint.toml")]
        assert subprocess.run(command, capture_output=True, check=False).returncode == code, text


@pytest.fixture(scope="module")
def editor(folder: Path) -> Iterator[Editor]:
    """An editor with yaml-language-server, which takes each schema for files of its name."""
    yaml: Json = {
        "schemas": {
            (folder / f"{style}.schema.json").as_uri(): f"*.{style}.yaml" for style in STYLES
        },
        "schemaStore": {"enable": False},
        "validate": True,
        "hover": True,
        "completion": True,
    }
    capabilities: Json = {
        "workspace": {"configuration": True},
        "textDocument": {
            "publishDiagnostics": {},
            "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
            "hover": {"contentFormat": ["markdown"]},
        },
    }
    opened = Editor(folder, capabilities, (str(SERVER), "--stdio"), {"yaml": yaml})
    opened.say("workspace/didChangeConfiguration", {"settings": {"yaml": yaml}})
    opened.hear(lambda message: message.get("method") == "workspace/configuration")
    yield opened
    opened.kill()


def found(editor: Editor, name: str, text: str) -> list[str]:
    """What the server says of a text."""
    document = {"uri": editor.uri(name), "languageId": "yaml", "version": 1, "text": text}
    editor.say("textDocument/didOpen", {"textDocument": document})

    def about(message: Json) -> bool:
        return bool(
            message.get("method") == "textDocument/publishDiagnostics"
            and message["params"]["uri"] == editor.uri(name)
        )

    return [each["message"] for each in editor.hear(about)["params"]["diagnostics"]]


@needs_server
@pytest.mark.parametrize("style", STYLES)
def test_yaml_language_server_validates(style: str, editor: Editor) -> None:
    for kind in ("sound", "broken"):
        for path in configs(style, kind, ".yaml"):
            messages = found(editor, f"{kind}-{path.stem}.{style}.yaml", path.read_text("utf-8"))
            assert bool(messages) == (kind == "broken"), (path, messages)


MODEL = (
    "model:\n  losses:\n    - criterion: yolov9_loss\n      weight: ~\n      l1_activate_epoch: ~\n"
)


@needs_server
def test_yaml_language_server_shows_what_the_catalog_knows(editor: Editor) -> None:
    text = MODEL + "      reg_max: 16\n"
    assert found(editor, "hover.netspresso.yaml", text) == []
    shown = editor.at("textDocument/hover", "hover.netspresso.yaml", 5, 9)
    page = json.dumps(shown["contents"], ensure_ascii=False)
    assert "An integer" in page, page
    assert "default 16" in page, page
    shown = editor.at("textDocument/hover", "hover.netspresso.yaml", 2, 22)
    assert "Predictions: " in json.dumps(shown["contents"], ensure_ascii=False)


@needs_server
def test_yaml_language_server_completes(editor: Editor) -> None:
    found(editor, "complete.netspresso.yaml", MODEL + "      \n")
    answer = editor.at("textDocument/completion", "complete.netspresso.yaml", 5, 6)
    items = {item["label"]: item for item in answer["items"]}
    assert "reg_max" in items
    assert "16" in items["reg_max"]["insertText"]
    found(editor, "names.netspresso.yaml", "model:\n  losses:\n    - criterion: \n")
    answer = editor.at("textDocument/completion", "names.netspresso.yaml", 2, 17)
    assert "focal_loss" in {item["label"] for item in answer["items"]}
