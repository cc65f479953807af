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
    """A folder with `losslint` and `python` in it, as installing makes one."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, words in (("losslint", "-m losslint"), ("python", "")):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {words} "$@"\n')
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


def check(
    project: Path, bin_folder: Path, paths: str, args: str = "", folder: str = ".", **inputs: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Run the action's check as GitHub does, and read its outputs."""
    (step,) = [step for step in action()["runs"]["steps"] if step.get("id") == "check"]
    assert set(step["env"]) == {"PATHS", "ARGS", "SARIF", "BIN", "ACTION"}
    assert step["working-directory"] == "${{ inputs.working-directory }}"
    given = {"PATHS": paths, "ARGS": args, "SARIF": "out.sarif", "BIN": str(bin_folder), **inputs}
    known = {"ACTION": str(ROOT), "GITHUB_WORKSPACE": str(project)}
    output = project.parent / "output"
    done = run(step["run"], project / folder, GITHUB_OUTPUT=str(output), **known, **given)
    lines = output.read_text().splitlines() if output.is_file() else []
    return done, dict(line.split("=", 1) for line in lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("paths", "args", "findings"),
    [
        ("sound.yaml", "", "false"),
        ("sound.yaml\r\n\r\n  sound.yaml  \r\n", "", "false"),
        ("[sound].yaml", "", "false"),
        ("two words", "--select LL1 --ignore LL1", "false"),
        ("two words", "--select LL1\n--ignore LL1\n", "false"),
        ("two words", "--select 'LL1, LL2' \\\n--ignore LL1,\"LL2\"\r\n", "false"),
        (".", "--exclude 'two words'", "false"),
        ("sound.yaml\ntwo words\n", "", "true"),
        ("sound.yaml\r\ntwo words\r\n", "", "true"),
        ("two*/*.yaml", "", "true"),
        ("**/*.yaml", "", "true"),
        ("*.yaml\ntwo ?ords", "", "true"),
        ("", "", "true"),
        ("two words", "--exit-zero", "true"),
        ("two words", "--fix\n--exit-zero", "true"),
    ],
)
def test_the_actions_check(
    paths: str, args: str, findings: str, project: Path, bin_folder: Path
) -> None:
    shutil.copy(project / "sound.yaml", project / "[sound].yaml")
    done, outputs = check(project, bin_folder, paths, args)
    assert done.returncode == 0, done.stderr
    failed = "false" if "--exit-zero" in args else findings
    assert outputs == {"findings": findings, "failed": failed, "sarif-file": "out.sarif"}
    (log,) = json.loads((project / "out.sarif").read_text())["runs"]
    assert bool(log["results"]) == (findings == "true")
    assert ("::error" in done.stdout) == (findings == "true")


@pytest.mark.parametrize(
    ("paths", "args", "told"),
    [
        ("missing", "", "missing"),
        ("missing/*.yaml", "", "missing/*.yaml"),
        ("-v", "", "-v"),
        ("sound.yaml", "--nonsense", "--nonsense"),
        ("sound.yaml", "--select 'LL1", "args: No closing quotation"),
    ],
)
def test_what_the_action_cannot_do_fails_the_step(
    paths: str, args: str, told: str, project: Path, bin_folder: Path
) -> None:
    done, outputs = check(project, bin_folder, paths, args)
    assert done.returncode == 2
    assert told in done.stderr
    assert not outputs
    assert "Traceback" not in done.stderr


def test_only_notes_are_no_findings(project: Path, bin_folder: Path) -> None:
    loss = {"class_name": "Huber", "config": {"dtype": "float32"}, "module": "keras.losses"}
    note = {"compile_config": {"loss": loss, "optimizer": "adam"}}
    (project / "note.json").write_text(json.dumps(note))
    done, outputs = check(project, bin_folder, "note.json", "--select LL407")
    assert "::notice" in done.stdout
    assert (outputs["findings"], outputs["failed"]) == ("false", "false")


def test_the_actions_working_directory(project: Path, bin_folder: Path) -> None:
    """Paths and the report count from there, what is told of them from the workspace."""
    folder, sarif = "two words", "reports/deep/losslint.sarif"
    done, outputs = check(project, bin_folder, "broken.yaml", folder=folder, SARIF=sarif)
    assert done.returncode == 0, done.stderr
    assert "file=two words/broken.yaml," in done.stdout
    assert outputs["sarif-file"] == f"{folder}/{sarif}"
    (log,) = json.loads((project / folder / sarif).read_text())["runs"]
    location = log["results"][0]["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "two%20words/broken.yaml"


def test_what_the_check_says_is_what_the_steps_behind_it_read() -> None:
    text = (ROOT / "action.yml").read_text("utf-8")
    read = set(re.findall(r"steps\.check\.outputs\.([\w-]+)", text))
    told = set(
        re.findall(r'^        "([\w-]+)": ', (ROOT / "action/check.py").read_text("utf-8"), re.M)
    )
    assert read == told


def test_all_that_the_action_installs_is_pinned() -> None:
    steps = action()["runs"]["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", each) for each in used)
    pins = (ROOT / "action" / "requirements.txt").read_text("utf-8")
    entries = re.split(r"\n(?=\S)", pins.strip())
    assert all(re.match(r"[\w-]+==\S+", each) for each in entries)
    assert all("--hash=sha256:" in each for each in entries)
    pinned = {each.partition("==")[0] for each in entries}
    project = re.search(
        r"^dependencies = \[\n(.*?)^\]", (ROOT / "pyproject.toml").read_text(), re.M | re.S
    )
    assert project is not None
    needed = set(re.findall(r'^ +"([\w-]+)', project[1], re.M))
    assert len(needed) > 3
    assert needed | {"hatchling"} <= pinned


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
