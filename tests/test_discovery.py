"""Which files a path on the command line stands for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from losslint.dialects.registry import SUFFIXES
from losslint.files.discovery import (
    DEFAULT_EXCLUDE,
    Exclude,
    FoundFile,
    Missing,
    discover,
)
from losslint.files.excluded import is_excluded
from losslint.files.globs import Globs
from tests.steps import growth, steps


def make(root: Path, *files: str) -> None:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a: 1\n")


EXCLUDED = Globs(DEFAULT_EXCLUDE)


def default(_folder: str) -> tuple[Exclude, ...]:
    """What is excluded without settings."""
    return (Exclude(os.getcwd(), EXCLUDED),)


def names(*paths: str, respect_gitignore: bool = True, force_exclude: bool = False) -> list[str]:
    found = discover(
        paths,
        SUFFIXES,
        exclude=default,
        respect_gitignore=respect_gitignore,
        force_exclude=force_exclude,
    )
    return [item.path for item in found]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    return root


def test_a_folder_is_walked_by_name_for_the_known_suffixes(here: Path) -> None:
    make(
        here, "b.yml", "a/z.YAML", "a/b.json", "c.keras", "d.toml", "a.yaml", "A.yaml", "a.b/x.yml"
    )
    expected = ["A.yaml", "a/b.json", "a/z.YAML", "a.b/x.yml", "a.yaml", "b.yml", "c.keras"]
    assert names(".") == names("./") == expected
    assert names("a") == names("./a/") == ["a/b.json", "a/z.YAML"]
    assert names(str(here / "a")) == [str(here / "a/b.json"), str(here / "a/z.YAML")]


def test_what_is_named_is_taken(here: Path) -> None:
    make(here, "config.txt", "node_modules/a.yaml", "build/b.yaml")
    assert list(discover(["config.txt"], SUFFIXES, exclude=default)) == [
        FoundFile("config.txt", explicit=True)
    ]
    assert names(".") == []
    assert names("build", "node_modules") == ["build/b.yaml", "node_modules/a.yaml"]


def test_errors_are_values(here: Path) -> None:
    make(here, "a.yaml")
    items = list(
        discover(["gone.yaml", "a.yaml", "", "nul\0l", "a.yaml/b"], SUFFIXES, exclude=default)
    )
    assert [type(item) for item in items] == [Missing, FoundFile, Missing, Missing, Missing]
    assert items[0] == Missing("gone.yaml", "does not exist")


def test_each_file_once(here: Path) -> None:
    make(here, "a/x.yaml", "a/y.yaml", "ab/z.yaml")
    assert names("a/y.yaml", "a", "./a/x.yaml", "ab", ".") == [
        "a/y.yaml",
        "a/x.yaml",
        "ab/z.yaml",
    ]
    assert names("gone", "gone") == ["gone"]


def test_links(here: Path) -> None:
    make(here, "a/x.yaml")
    (here / "a" / "loop").symlink_to(here)
    (here / "a" / "me.yaml").symlink_to("me.yaml")
    (here / "a" / "broken.yaml").symlink_to("nowhere")
    (here / "a" / "current.yaml").symlink_to("x.yaml")
    (here / "linked").symlink_to("a")
    os.mkfifo(here / "pipe.yaml")
    assert names(".") == ["a/current.yaml", "a/x.yaml"]
    assert names("linked") == ["linked/current.yaml", "linked/x.yaml"]


def test_a_folder_that_cannot_be_listed_is_a_value(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(here, "a/x.yaml", "b/y.yaml")
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("a"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert list(discover(["."], SUFFIXES, exclude=default)) == [
        Missing("a", "cannot be read: permission denied"),
        FoundFile("b/y.yaml"),
    ]


def test_a_path_too_long_for_the_system_is_a_value(here: Path) -> None:
    name = "d" * 100
    for _ in range(60):
        os.mkdir(name)
        os.chdir(name)
    os.chdir(here)
    (found,) = discover(["."], SUFFIXES, exclude=default)
    assert isinstance(found, Missing)
    assert found.reason == "cannot be read: file name too long"
    assert found.path.startswith(f"{name}/{name}/")


def test_lazy(here: Path) -> None:
    make(here, "a/x.yaml", "b/y.yaml")
    walk = discover(["."], SUFFIXES, exclude=default)
    assert next(walk) == FoundFile("a/x.yaml")
    make(here, "b/z.yaml")
    assert [item.path for item in walk] == ["b/y.yaml", "b/z.yaml"]


GIT = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}


def git(root: Path, *arguments: str) -> str:
    command = ["git", "-c", "core.quotePath=false", "-c", "init.defaultBranch=main", *arguments]
    done = subprocess.run(command, cwd=root, env=GIT, check=True, capture_output=True)
    return os.fsdecode(done.stdout)


def as_git(root: Path) -> list[str]:
    listed = git(root, "ls-files", "--others", "--exclude-standard", "-z").split("\0")
    return sorted(name for name in listed if name.endswith(".yaml"))


def ignore(root: Path, text: str) -> None:
    root.mkdir(parents=True, exist_ok=True)
    (root / ".gitignore").write_text(text)


TREE = ("a.yaml", "b.yaml", "a/a.yaml", "a/b/a.yaml", "a/b/b.yaml", "b/a.yaml", "b/b/b/c.yaml")

SEGMENTS = st.sampled_from(["a", "b", "*", "**", "a.yaml", "*.yaml", "?", "[ab]", "[!a]*", "b*"])
LINES = st.builds(
    lambda bang, slash, parts, end: bang + slash + "/".join(parts) + end,
    st.sampled_from(["", "", "!"]),
    st.sampled_from(["", "", "/"]),
    st.lists(SEGMENTS, min_size=1, max_size=3),
    st.sampled_from(["", "", "/", "/**", " "]),
)
IGNORES = st.dictionaries(
    st.sampled_from([".", ".", "a", "a/b", "b"]), st.lists(LINES, max_size=4), min_size=1
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    git(root, "init", "-q")
    make(root, *TREE)
    return root


@pytest.mark.slow
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ignores=IGNORES)
def test_gitignore_as_git_reads_it(repository: Path, ignores: dict[str, list[str]]) -> None:
    for old in repository.rglob(".gitignore"):
        old.unlink()
    for folder, lines in ignores.items():
        ignore(repository / folder, "\n".join(lines))
    expected = as_git(repository)
    prefix = str(repository) + "/"
    assert sorted(name.removeprefix(prefix) for name in names(prefix)) == expected
    one_by_one = [name for name in TREE if not is_excluded(prefix + name, lambda _folder: ())]
    assert sorted(one_by_one) == expected


@pytest.mark.parametrize(
    "text",
    [
        "*\n!*/\n!*.yaml\n",
        "a/**\n!a/a.yaml\n",
        "a\n!a/a.yaml\n",
        "/a/*\n!/a/b\n",
        "# comment\r\n\\#a\n\nb/\r\n",
        "\ufeffa.yaml\n",
        "b/*/b\n*.yaml\n!/b/**/c.yaml\n",
        "a.yaml \n\\!x\n[z-a]\n[\n",
        "**/b/\n",
        "b/**/c.yaml\n",
    ],
)
def test_gitignore_idioms(repository: Path, text: str) -> None:
    for old in repository.rglob(".gitignore"):
        old.unlink()
    ignore(repository, text)
    prefix = str(repository) + "/"
    found = sorted(name.removeprefix(prefix) for name in names(prefix))
    assert found == as_git(repository)


def test_parents_nested_repositories_and_info_exclude(here: Path) -> None:
    git(here, "init", "-q")
    make(here, "a/b/x.yaml", "a/b/y.yaml", "a/b/z.yaml", "sub/x.yaml", "sub/own.yaml")
    git(here / "sub", "init", "-q")
    ignore(here, "x.yaml\n")
    ignore(here / "a", "y.yaml\n")
    ignore(here / "sub", "own.yaml\n")
    (here / ".git/info").mkdir(exist_ok=True)
    (here / ".git/info/exclude").write_text("z.yaml\n")
    assert names("a/b") == []
    assert names("a/b", respect_gitignore=False) == ["a/b/x.yaml", "a/b/y.yaml", "a/b/z.yaml"]
    # The list of a repository does not speak of another one inside it.
    assert names(".") == ["sub/x.yaml"]


def test_a_worktree_reads_the_common_exclude_list(here: Path, tmp_path: Path) -> None:
    git(here, "init", "-q")
    make(here, "x.yaml")
    git(here, "add", "x.yaml")
    git(here, "-c", "user.name=n", "-c", "user.email=e", "commit", "-qm", "m")
    git(here, "worktree", "add", "-q", str(tmp_path / "tree"))
    (here / ".git/info").mkdir(exist_ok=True)
    (here / ".git/info/exclude").write_text("out.yaml\n")
    make(tmp_path / "tree", "out.yaml")
    assert names(str(tmp_path / "tree")) == [str(tmp_path / "tree/x.yaml")]


def test_excludes_and_force_exclude(here: Path) -> None:
    make(here, "old/a.yaml", "old/keep/b.yaml", "new/old.yaml", "new/venv/c.yaml", "c.yaml")
    ignore(here, "c.yaml\n")
    git(here, "init", "-q")
    excludes = (Exclude(str(here), Globs(["old/*", "!old/keep", "/new/*.yaml"])),)

    def excluder(_folder: str) -> tuple[Exclude, ...]:
        return excludes

    assert [item.path for item in discover(["."], SUFFIXES, exclude=excluder)] == [
        "old/keep/b.yaml"
    ]
    named = ["old/a.yaml", "old/keep/b.yaml", "new/old.yaml", "new/venv/c.yaml", "c.yaml"]
    assert [item.path for item in discover(named, SUFFIXES, exclude=excluder)] == named
    forced = discover(named, SUFFIXES, exclude=excluder, force_exclude=True)
    assert [item.path for item in forced] == ["old/keep/b.yaml"]


def test_a_folder_above_the_project_excludes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "venv" / "build" / "project"
    make(project, "a.yaml")
    monkeypatch.chdir(project)
    assert names("a.yaml", force_exclude=True) == ["a.yaml"]


def test_plain_names_need_no_expression(here: Path) -> None:
    make(here, "a.yaml", "data/b.yaml")
    ignore(here, "# plain\ndata/\n*.pyc\n/sub/folder\n")
    code = (
        "import sys; from losslint.files.discovery import discover\n"
        "found = discover(['.'], ('.yaml',), exclude=lambda _: ())\n"
        "assert [item.path for item in found] == ['a.yaml']\n"
        "heavy = {'dataclasses', 'inspect', 'pathlib', 'zipfile', 'losslint.files.wildmatch'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    root = str(Path(__file__).parent.parent)
    environment = {**os.environ, "PYTHONPATH": root}
    subprocess.run([sys.executable, "-S", "-c", code], check=True, env=environment)


def test_a_folder_is_listed_once_and_a_file_costs_what_a_file_costs(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in range(30):
        (here / f"f{folder}").mkdir()
        for number in range(100):
            (here / f"f{folder}" / f"{number}.yaml").touch()
    ignore(here, "\n".join(f"*.x{number}" for number in range(40)) + "\n*.py[co]\n/data/**\n")

    def walk(folders: int) -> None:
        assert (
            sum(1 for _ in discover([f"f{n}" for n in range(folders)], SUFFIXES, exclude=default))
            == 100 * folders
        )

    assert growth(walk, 7) < 4.5
    # A dozen lines a file, and not the forty patterns of the ignore file.
    assert steps(lambda: walk(28)) < 40 * 2_800
    listed: list[str] = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: listed.append(path) or scandir(path))
    assert sum(1 for _ in discover(["."], SUFFIXES, exclude=default)) == 3_000
    assert len(listed) == len(set(listed)) == 31
