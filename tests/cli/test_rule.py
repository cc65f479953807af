"""`losslint rule`: the page that the site has, in three formats."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from losslint.rules import load_rules

from .terminal import on_terminal

ROOT = Path(__file__).parent.parent.parent
CODES = ("LL000", "LL110", "LL123", "LL202", "LL411", "LL502")
PAGES = {
    rule.code: ROOT / "docs" / "rules" / f"{rule.name}.md"
    for rule in load_rules()
    if rule.code in CODES
}


def rule(*arguments: str, folder: Path = ROOT) -> str:
    command = [sys.executable, "-m", "losslint", "rule", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=True)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
def test_it_prints_the_page_of_the_site(code: str, tmp_path: Path) -> None:
    # What the current folder's settings and files say concerns no example.
    (tmp_path / "losslint.toml").write_text('select = ["LL9"]\ntarget = { netspresso = "0.1.0" }\n')
    (tmp_path / "training.yaml").write_text("training:\n  l1_epoch: 3\n")
    page = PAGES[code].read_text("utf-8")
    assert rule(code, folder=tmp_path) == page
    assert rule(code, "--format", "markdown", folder=tmp_path) == page
    data = json.loads(rule(code, "--format", "json", folder=tmp_path))
    assert data.pop("explanation") == page
    assert list(data) == ["code", "name", "severity", "summary", "fix", "since"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["losslint.toml", "training.yaml"]


def test_all_rules_are_a_list_in_each_format() -> None:
    rules = load_rules()
    assert [line[:5] for line in rule().splitlines()] == [r.code for r in rules]
    assert [each["code"] for each in json.loads(rule("--format", "json"))] == [
        r.code for r in rules
    ]
    rows = rule("--format", "markdown").splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == [f"| {r.code}" for r in rules]


def test_a_terminal_gets_addresses_in_the_place_of_links(tmp_path: Path) -> None:
    seen = on_terminal(["rule", "LL202"], tmp_path, width=60)
    assert "](" not in seen.written
    (address,) = (line.strip() for line in seen.lines if "https://" in line)
    assert address.endswith("/src/netspresso_trainer/losses/builder.py")
    assert "There is no fix: which of the entries you want" in " ".join(seen.written.split())
