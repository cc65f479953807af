"""The GitHub action and the snippets for CI: their own scripts are run, their syntax is checked."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.editors.test_schemas import CHECKER, FIXTURES, ROOT, needs_checker

BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="no bash")


def snippet(page: str, name: str) -> str:
    """A block of code of a page, by the comment above it."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    found = re.search(rf"<!-- snippet: {name} -->\n```\w+\n(.*?)```", text, re.S)
    assert found is not None, name
    return found[1]


def action() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    return loaded


def test_the_hooks_are_what_pre_commit_reads() -> None:
    """pre-commit refuses the whole repository for one mistake in this file."""
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert [hook["id"] for hook in hooks] == ["losslint", "losslint-fix"]
    for hook in hooks:
        suffixes = ("a.yaml", "a.yml", "a.json", "a.keras", "a.h5", "a.py", "a.ipynb")
        assert all(re.search(hook["files"], name) for name in suffixes)
        assert not re.search(hook["files"], "README.md")


PROGRAM = 'import keras\n\nmodel.compile(loss="huber_loss", optimizer="adam")\n'


def test_the_hooks_check_and_mend_programs_and_notebooks(tmp_path: Path, bin_folder: Path) -> None:
    """As pre-commit runs them: with the names of the files that `files` lets through."""
    cell = {"cell_type": "code", "source": PROGRAM, "outputs": [], "metadata": {}}
    notebook = json.dumps({"cells": [cell], "metadata": {}}, indent=1)
    files = {"train.py": PROGRAM, "train.ipynb": notebook, "README.md": PROGRAM}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    check, fix = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    path = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
    for hook, code in ((check, 1), (fix, 0), (check, 0)):
        named = [name for name in files if re.search(hook["files"], name)]
        done = run(shlex.join([*shlex.split(hook["entry"]), *named]), tmp_path, PATH=path)
        assert done.returncode == code, done.stdout + done.stderr
    for name, text in files.items():
        after = text if name == "README.md" else text.replace("huber_loss", "huber")
        assert (tmp_path / name).read_text() == after


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A folder with a `losslint` in it, as installing makes one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "losslint"
    script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m losslint "$@"\n')
    script.chmod(0o755)
    return folder


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "two words").mkdir(parents=True)
    shutil.copy(FIXTURES / "netspresso/sound/lanes-pidnet.yaml", folder / "sound.yaml")
    shutil.copy(FIXTURES / "netspresso/broken/twice.yaml", folder / "two words" / "broken.yaml")
    return folder


def run(script: str, project: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script as GitHub runs `shell: bash`."""
    return subprocess.run(
        [str(BASH), "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=project,
        env={**os.environ, "GITHUB_OUTPUT": str(project / "output"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("paths", "args", "code", "findings"),
    [
        ("sound.yaml", "", 0, "false"),
        ("sound.yaml\ntwo words\n", "", 0, "true"),
        ("two words", "--select LL1 --ignore LL1", 0, "false"),
        ("missing", "", 2, ""),
        ("-v", "", 2, ""),
    ],
)
def test_the_actions_check(
    paths: str, args: str, code: int, findings: str, project: Path, bin_folder: Path
) -> None:
    (step,) = [step for step in action()["runs"]["steps"] if step.get("id") == "check"]
    assert set(step["env"]) == {"PATHS", "ARGS", "SARIF", "BIN"}
    done = run(step["run"], project, PATHS=paths, ARGS=args, SARIF="out.sarif", BIN=str(bin_folder))
    assert done.returncode == code, done.stderr
    if findings:
        assert (project / "output").read_text() == f"findings={findings}\n"
        (log,) = json.loads((project / "out.sarif").read_text())["runs"]
        assert bool(log["results"]) == (findings == "true")
        assert ("::error" in done.stdout) == (findings == "true")


def test_no_input_of_the_action_is_pasted_into_a_script() -> None:
    for step in action()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_action_and_its_page_name_the_same_inputs() -> None:
    page = (ROOT / "docs" / "ci.md").read_text("utf-8")
    listed = re.findall(r"^\| `([\w-]+)` \|", page, re.M)
    assert listed == list(action()["inputs"])


@needs_checker
@pytest.mark.parametrize(
    ("schema", "name", "text"),
    [
        ("github-actions", "action.yml", None),
        ("github-workflows", "losslint.yml", "github"),
        ("gitlab-ci", ".gitlab-ci.yml", "gitlab"),
    ],
)
def test_the_snippets_are_what_the_services_take(
    schema: str, name: str, text: str | None, tmp_path: Path
) -> None:
    content = snippet("ci.md", text) if text else (ROOT / "action.yml").read_text("utf-8")
    (tmp_path / name).write_text(content)
    done = subprocess.run(
        [str(CHECKER), "--builtin-schema", f"vendor.{schema}", str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_gitlab_job(project: Path, bin_folder: Path) -> None:
    job = yaml.safe_load(snippet("ci.md", "gitlab"))["losslint"]
    assert job["script"][0] == "pip install losslint"
    path = f"{bin_folder}{os.pathsep}{os.environ['PATH']}"
    done = run(job["script"][1], project, PATH=path)
    assert done.returncode == 1
    report = json.loads((project / job["artifacts"]["reports"]["codequality"]).read_text())
    assert {item["location"]["path"] for item in report} == {"two words/broken.yaml"}
    assert "Found " in done.stdout
