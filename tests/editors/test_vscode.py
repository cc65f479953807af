"""The VS Code extension: what its manifest says fits what losslint does and what its pages tell.

The extension itself is tried in a real VS Code by `npm test` in editors/vscode.
"""

from __future__ import annotations

import json
import re
import struct
from pathlib import Path
from typing import Any

from losslint import __version__
from losslint.dialects.registry import DIALECTS, SUFFIXES, language_of
from losslint.server.actions import KINDS
from tests.editors.test_ci import snippet

ROOT = Path(__file__).parent.parent.parent
EXTENSION = ROOT / "editors" / "vscode"
MANIFEST: dict[str, Any] = json.loads((EXTENSION / "package.json").read_text("utf-8"))
CONTRIBUTES: dict[str, Any] = MANIFEST["contributes"]
SETTINGS: dict[str, Any] = CONTRIBUTES["configuration"]["properties"]
README = (EXTENSION / "README.md").read_text("utf-8")


def test_the_version_is_that_of_losslint() -> None:
    lock = json.loads((EXTENSION / "package-lock.json").read_text("utf-8"))
    assert MANIFEST["version"] == lock["version"] == __version__


def test_the_schemas_are_for_the_names_that_a_conversion_gives() -> None:
    """`a.yaml` becomes `a.keras.json`; no other name tells what a file holds."""
    rows = [*CONTRIBUTES["jsonValidation"], *CONTRIBUTES["yamlValidation"]]
    found = {(row["fileMatch"], Path(row["url"]).name) for row in rows}
    assert found == {
        (f"*.{dialect.name}{suffix}", f"{dialect.name}.schema.json")
        for dialect in DIALECTS
        for suffix in SUFFIXES
        if suffix in (".json", ".yaml", ".yml")
    }
    assert all((ROOT / "schemas" / name).is_file() for _, name in found)
    for dialect in DIALECTS:
        written = f"*.{dialect.name}{language_of(dialect.fresh_name).suffixes[0]}"
        assert written in {pattern for pattern, _ in found}


def test_the_targets_are_the_frameworks() -> None:
    known = SETTINGS["losslint.target"]["properties"]
    assert set(known) == {dialect.name for dialect in DIALECTS}


def test_every_setting_and_command_is_in_the_readme() -> None:
    told = re.findall(r"^\| `(losslint\.[\w.]+)` \|", README, re.M)
    assert told == list(SETTINGS)
    commands = {f"{each['category']}: {each['title']}" for each in CONTRIBUTES["commands"]}
    assert set(re.findall(r"^\| (losslint: [^|]+) \|", README, re.M)) == commands


def test_the_settings_of_the_page_are_there() -> None:
    settings: dict[str, Any] = json.loads(snippet("editors.md", "vscode"))
    own = {name for name in settings if name.startswith("losslint.")}
    assert own <= set(SETTINGS)
    assert settings["losslint.run"] in SETTINGS["losslint.run"]["enum"]
    on_save = settings["editor.codeActionsOnSave"] | settings["notebook.codeActionsOnSave"]
    assert set(on_save) <= set(KINDS)


def test_the_icon_is_as_wide_as_the_marketplace_wants() -> None:
    head = (EXTENSION / MANIFEST["icon"]).read_bytes()[:24]
    assert struct.unpack(">8xI4sII", head) == (13, b"IHDR", 128, 128)


def test_the_lock_file_names_no_registry() -> None:
    """So that it installs from whichever a machine uses."""
    lock = json.loads((EXTENSION / "package-lock.json").read_text("utf-8"))
    assert len(lock["packages"]) > 100
    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
