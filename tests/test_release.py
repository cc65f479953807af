"""Wheel and sdist: what they hold, what their page says, and that losslint runs from each."""

from __future__ import annotations

import email.message
import email.parser
import email.policy
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from losslint import __version__
from tests import releasing
from tests.editors.test_schemas import CHECKER, needs_checker

ROOT = Path(__file__).parent.parent
NAME = f"losslint-{__version__}"
HOME = "https://example.org/somebody/losslint"
# What stands at the top of the sdist. The rest of the repository is for working on it.
TOPS = {
    ".ci",
    ".gitignore",
    ".pre-commit-hooks.yaml",
    "CHANGELOG.md",
    "CITATION.cff",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "PKG-INFO",
    "README.md",
    "RELEASING.md",
    "SECURITY.md",
    "action",
    "action.yml",
    "docs",
    "editors",
    "fixtures",
    "hatch_build.py",
    "losslint",
    "mkdocs.yml",
    "pyproject.toml",
    "schemas",
    "tests",
    "tools",
}
BROKEN = "fixtures/netspresso/broken/first-try.yaml"
_LINKS = re.compile(r'\]\(([^)\s]+)\)|\b(?:src|href)="([^"]+)"')
_SCRIPTS = "Scripts" if os.name == "nt" else "bin"


class Packages(NamedTuple):
    """What was built, and the tree that it was built from."""

    tree: Path
    wheel: Path
    sdist: Path


def run(*command: str | Path, cwd: Path, codes: tuple[int, ...] = (0,)) -> str:
    """What a command prints; it must leave with one of the codes."""
    # Nothing of this environment is to be found by the fresh ones.
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    own |= {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=own,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in codes, done.stdout + done.stderr
    return done.stdout


def tracked() -> list[str]:
    """The files of the repository, those that are not yet committed among them."""
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout of the repository")
    listed = run("git", "ls-files", "-z", "-co", "--exclude-standard", cwd=ROOT)
    return [name for name in sorted(set(listed.split("\0"))) if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with what builds and installs packages."""
    folder = tmp_path_factory.mktemp("tools")
    venv.create(folder, with_pip=True)
    python = folder / _SCRIPTS / "python"
    needed = ["build>=1.2", "hatchling>=1.27", "twine>=6.1", "uv>=0.5"]
    try:
        run(python, "-m", "pip", "install", "--quiet", *needed, cwd=folder)
    except AssertionError as told:
        pytest.skip(f"no build, hatchling, twine and uv to be had: {str(told)[:200]}")
    return folder / _SCRIPTS


def built(tools: Path, folder: Path, home: str | None = None) -> Packages:
    """The packages of a copy of the repository, which may have an address."""
    tree, out = folder / "tree", folder / "out"
    for name in tracked():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tree / name)
    if home is not None:
        links = tree / "losslint/report/links.py"
        text, number = re.subn(r"^HOME: .*$", f"HOME = {home!r}", links.read_text(), flags=re.M)
        assert number == 1
        links.write_text(text)
    # The wheel is made of the sdist, as an installer without a wheel makes it.
    run(tools / "python", "-m", "build", "--no-isolation", "--outdir", out, tree, cwd=folder)
    return Packages(tree, out / f"{NAME}-py3-none-any.whl", out / f"{NAME}.tar.gz")


@pytest.fixture(scope="module")
def packages(tools: Path, tmp_path_factory: pytest.TempPathFactory) -> Packages:
    """The packages as they are today."""
    return built(tools, tmp_path_factory.mktemp("today"))


def metadata(wheel: Path) -> email.message.EmailMessage:
    """What an index shows of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        raw = archive.read(f"{NAME}.dist-info/METADATA").decode("utf-8")
    return email.parser.Parser(policy=email.policy.HTTP).parsestr(raw)  # type: ignore[return-value]


def links(page: str) -> list[str]:
    """Where a page leads, without places on it."""
    found = [one or other for one, other in _LINKS.findall(page)]
    return [each for each in found if not each.startswith("#")]


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_nothing_else(packages: Packages) -> None:
    with zipfile.ZipFile(packages.wheel) as archive:
        names = set(archive.namelist())
    about = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    package = {name for name in tracked() if name.startswith("losslint/")}
    assert names == package | {f"{NAME}.dist-info/{name}" for name in about}
    assert "losslint/py.typed" in names


@pytest.mark.slow
def test_the_sdist_holds_what_packagers_need_and_nothing_else(packages: Packages) -> None:
    with tarfile.open(packages.sdist) as archive:
        names = {each.name.removeprefix(f"{NAME}/") for each in archive if each.isfile()}
    assert {name.partition("/")[0] for name in names} == TOPS
    expected = {name for name in tracked() if name.partition("/")[0] in TOPS}
    assert names == expected | {"PKG-INFO"}


@pytest.mark.slow
def test_twine_takes_both(packages: Packages, tools: Path) -> None:
    told = run(
        tools / "python", "-m", "twine", "check", "--strict", packages.wheel, packages.sdist,
        cwd=packages.tree,
    )  # fmt: skip
    assert told.count("PASSED") == 2


@pytest.mark.slow
def test_without_an_address_the_page_shows_none(packages: Packages) -> None:
    told = metadata(packages.wheel)
    page = told.get_content()
    assert told["Description-Content-Type"].startswith("text/markdown")
    if "Project-URL" not in told:
        assert [each for each in links(page) if not each.startswith("https://")] == []
    # Of a link the text is left.
    shown = re.sub(r"[\[\]]|\([^()\s]+\)", "", (ROOT / "README.md").read_text("utf-8"))
    assert set(re.findall(r"^## .*", page, re.M)) == set(re.findall(r"^## .*", shown, re.M))
    assert len(page) > 0.8 * len(shown)


@pytest.mark.slow
def test_with_an_address_every_link_of_the_page_leads_into_the_release(
    tools: Path, tmp_path: Path
) -> None:
    told = metadata(built(tools, tmp_path, HOME).wheel)
    addresses = dict(each.split(", ") for each in told.get_all("Project-URL", []))
    assert set(addresses) == {"Homepage", "Documentation", "Changelog", "Issues"}
    assert all(address.startswith(HOME) for address in addresses.values())
    page = links(told.get_content())
    assert [each for each in page if not re.match(r"https?://", each)] == []
    ours = [each for each in page if each.startswith(f"{HOME}/")]
    written = links((ROOT / "README.md").read_text("utf-8"))
    assert len(ours) == sum(not re.match(r"https?://", each) for each in written)
    for each in ours:
        place = re.fullmatch(rf"{HOME}/(?:blob|raw)/v{re.escape(__version__)}/([^#]+)(#.*)?", each)
        assert place is not None, each
        assert (ROOT / place[1]).exists(), each


@pytest.mark.slow
@pytest.mark.parametrize("installer", ["pip", "uv"])
@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_losslint_runs_where_nothing_else_is(
    kind: str, installer: str, packages: Packages, tools: Path, tmp_path: Path
) -> None:
    package, empty = getattr(packages, kind), tmp_path / "empty"
    python = empty / _SCRIPTS / "python"
    if installer == "pip":
        venv.create(empty, with_pip=True)
        run(python, "-m", "pip", "install", "--quiet", package, cwd=tmp_path)
    else:
        run(tools / "uv", "venv", "--quiet", "--python", sys.executable, empty, cwd=tmp_path)
        run(tools / "uv", "pip", "install", "--quiet", "--python", python, package, cwd=tmp_path)
    # A copy, from which the tree's own package cannot be imported.
    shutil.copytree(packages.tree / "fixtures", tmp_path / "fixtures")
    losslint = empty / _SCRIPTS / "losslint"
    assert run(losslint, "--version", cwd=tmp_path) == f"losslint {__version__}\n"
    check = ["check", "--no-cache", "--format", "concise"]
    told = run(losslint, *check, BROKEN, cwd=tmp_path, codes=(1,))
    assert f"{BROKEN}:22:18: LL100 " in told
    assert "Found 5 errors" in told
    run(losslint, *check, "fixtures/netspresso/sound", cwd=tmp_path)
    converted = run(
        losslint, "convert", "--to", "netspresso", "fixtures/keras/sound/digits.json", cwd=tmp_path
    )
    assert "criterion: cross_entropy" in converted


@pytest.mark.slow
def test_uvx_runs_it(packages: Packages, tools: Path, tmp_path: Path) -> None:
    told = run(
        tools / "uv", "tool", "run", "--quiet", "--python", sys.executable,
        "--from", packages.wheel, "losslint", "--version", cwd=tmp_path,
    )  # fmt: skip
    assert told == f"losslint {__version__}\n"


@pytest.mark.slow
def test_the_tests_run_from_the_sdist(packages: Packages, tmp_path: Path) -> None:
    with tarfile.open(packages.sdist) as archive:
        archive.extractall(tmp_path)
    chosen = [
        "tests/catalog",
        "tests/editors",
        "tests/test_readme.py",
        "tests/test_contributing.py",
    ]
    command = [sys.executable, "-m", "pytest", "-m", "not slow", "-n", "0", *chosen]
    done = subprocess.run(
        command,
        cwd=tmp_path / NAME,
        env={**os.environ, "PYTHONPATH": str(tmp_path / NAME)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_version_is_the_same_wherever_it_stands() -> None:
    named = releasing.versions()
    extensions = {"editors/vscode/package.json", "editors/zed/extension.toml"}
    assert {"losslint/__init__.py", "CITATION.cff", "CHANGELOG.md", "ci.md 1"} <= set(named)
    assert extensions <= set(named)
    assert set(named.values()) == {__version__}


def test_a_tag_is_released_only_when_all_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    (newest, _, text), *older = releasing.changes()
    monkeypatch.setattr(releasing, "HOME", HOME)
    monkeypatch.setattr(releasing, "changes", lambda: [(newest, "2027-01-31", text), *older])
    assert list(releasing.missing(f"v{__version__}")) == []
    assert len(list(releasing.missing("v99.0.0"))) == len(releasing.versions())
    monkeypatch.setattr(releasing, "HOME", None)
    monkeypatch.setattr(releasing, "changes", lambda: [(newest, "not released yet", text)])
    assert len(list(releasing.missing(f"v{__version__}"))) == 2


def test_each_release_says_what_was_added_changed_or_fixed() -> None:
    for version, _, text in releasing.changes():
        parts = re.findall(r"^### (\w+)", text, re.M)
        assert parts, version
        assert set(parts) <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def forms() -> list[Path]:
    """The forms that GitHub shows for a new issue."""
    folder = ROOT / ".github" / "ISSUE_TEMPLATE"
    return sorted(path for path in folder.glob("*.yml") if path.name != "config.yml")


@pytest.mark.parametrize("path", forms(), ids=lambda path: path.name)
def test_a_form_asks_for_the_config_and_for_what_the_framework_did(path: Path) -> None:
    form = yaml.safe_load(path.read_text("utf-8"))
    assert set(form) <= {"name", "description", "title", "labels", "body"}
    asked = [each for each in form["body"] if each["type"] != "markdown"]
    assert {each["type"] for each in asked} <= {"input", "textarea", "dropdown", "checkboxes"}
    names = [each["id"] for each in asked]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[\w-]+", name) for name in names)
    assert all(each["attributes"]["label"] for each in asked)
    needed = {each["id"] for each in asked if each.get("validations", {}).get("required")}
    assert {"config", "framework", "framework-version", "output", "version"} <= needed


@needs_checker
@pytest.mark.skipif(not (ROOT / ".github").exists(), reason="the sdist has no workflows")
def test_the_workflows_are_what_github_takes() -> None:
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    run(str(CHECKER), "--builtin-schema", "vendor.github-workflows", *workflows, cwd=ROOT)


@pytest.mark.skipif(not (ROOT / ".github").exists(), reason="the sdist has no workflows")
def test_all_that_the_workflows_use_is_pinned() -> None:
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    used = [each for path in workflows for each in re.findall(r"uses: (.*)", path.read_text())]
    assert len(used) > 5
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each) for each in used)
