"""Generated ignore files and trees: what is ignored here is what `git check-ignore` names."""

from __future__ import annotations

import os
import re
import subprocess
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from losslint.files.excluded import is_excluded
from losslint.files.globs import Globs
from losslint.files.wildmatch import translate

GIT = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
FOLDERS = ("", "a/", "a/b/", "b/", "é/", "a b/")

PLAIN = st.sampled_from([*"aabbcAé-.] ", "ab", "a/", "b/", ".py", "/"])
ODD = st.sampled_from(
    [
        *("*", "*", "**", "**/", "/**", "/**/", "***", "?", "*.yaml", "*.py[cod]", "a**", "**b"),
        *("[ab]", "[!a]", "[^a]", "[a-c]", "[]a]", "[!]a]", "[b-a]", "[a-]", "[--b]", "[a-c-e]"),
        *("[[:alpha:]]", "[[:punct:]b]", "[[:space:]]", "[[:foo:]]", "[[:a]", "[[:", "[[a]"),
        *("[\\]a]", "[a\\-c]", "[\\a-\\c]", "[a/b]", "[é]", "[!é]", "[", "[a", "[]", "[!]"),
        *("\\*", "\\?", "\\[", "\\\\", "\\", "\\a", "\\ ", "\\/", "**\\/", "\\!", "\\#"),
        *("!", "#", "  ", "\t", "\r"),
    ]
)
LINE = st.builds(
    lambda start, words, end: start + "".join(words) + end,
    st.sampled_from(["", "", "", "!", "/", "!/", "#"]),
    st.lists(st.one_of(PLAIN, ODD), min_size=1, max_size=5),
    st.sampled_from(["", "", "", "/", "/**", " ", "\\ ", "\\", "\r"]),
)
FILES = st.dictionaries(
    st.sampled_from([*(f"{folder}.gitignore" for folder in FOLDERS), ".git/info/exclude"]),
    st.lists(LINE, max_size=6).map("\n".join),
    min_size=1,
    max_size=4,
)
NAME = st.one_of(
    st.sampled_from(["a", "b", "ab", "a.yaml", "b.py", "x.pyc", "é", "aé.yaml", "a b"]),
    st.text(alphabet="abcdA-]!#*?[\\é .\t", min_size=1, max_size=4),
).filter(lambda name: name not in (".", ".."))
PATHS = st.lists(
    st.builds(
        lambda folder, names: folder + "/".join(names),
        st.sampled_from(FOLDERS),
        st.lists(NAME, min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q"], cwd=root, env=GIT, check=True, capture_output=True)
    for folder in FOLDERS:
        (root / folder).mkdir(exist_ok=True)
    (root / ".git" / "info").mkdir(exist_ok=True)
    return root


def assert_as_git(root: Path, files: dict[str, str], paths: list[str]) -> None:
    # Folders are asked about on the way to what lies in them.
    paths = [path for path in paths if not (root / path).is_dir()]
    for old in (*root.rglob(".gitignore"), root / ".git" / "info" / "exclude"):
        old.unlink(missing_ok=True)
    for name, text in files.items():
        (root / name).write_bytes(text.encode())
    done = subprocess.run(
        ["git", "check-ignore", "--no-index", "--stdin", "-z"],
        cwd=root,
        env=GIT,
        input="\0".join(paths).encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    expected = {os.fsdecode(each) for each in done.stdout.split(b"\0") if each}
    found = {path for path in paths if is_excluded(str(root / path), lambda _folder: ())}
    assert found == expected


@pytest.mark.slow
def test_generated_files(repository: Path) -> None:
    run_generated(repository, 250)


@pytest.mark.slow
def test_many_generated_files(repository: Path) -> None:
    run_generated(repository, 2500)


def run_generated(repository: Path, count: int) -> None:
    @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
    @given(files=FILES, paths=PATHS)
    def run(files: dict[str, str], paths: list[str]) -> None:
        assert_as_git(repository, files, paths)

    run()


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        # What stands before the first special character is compared by itself.
        *("a**/b", "a/b**/c", "/a**", "a\\/**/b", "a**\\/b", "x**"),
        # A space that is kept, and one behind an escaped backslash that is not.
        *("a\\ ", "a\\\\ ", "a \\ ", "a  ", "a\t", "\\", "a\\"),
        *("?", "??", "[é]", "[!a]*", "é*", "*é", "[[:alpha:]]*", "[z-a]", "[a-\\c]"),
        *("*.py[cod]", ".coverage.*", "*,cover", "**/b/", "b/**/c", "b/*/c", "*/**", "**/*/c"),
        *("a/", "/a", "/", "//", "a//", "!", "!!a", "\\!a", "\\#a", "#a"),
    ],
)
@pytest.mark.parametrize("where", [".gitignore", "a/.gitignore", ".git/info/exclude"])
def test_lines(repository: Path, where: str, line: str) -> None:
    names = ["a", "b", "c", "é", "z", "\\", "a ", "a\\", "a\\ ", "!a", "#a", "x.pyc", ".coverage.1"]
    paths = [*names, *(f"{one}/{name}" for one in ("a", "b", "b/x", "ab", "é") for name in names)]
    for text in (line, f"*\n!*/\n!{line}", f"{line}\r\n"):
        assert_as_git(repository, {where: text}, paths)


def test_settings_take_a_character_for_a_character() -> None:
    assert Globs(["?.yaml"]).covers("é.yaml")
    assert Globs(["[é-ü]*"]).covers("ö/b.yaml")
    assert not Globs(["[!é].yaml"]).covers("é.yaml")


def test_many_asterisks_end() -> None:
    """A search that tries every place would not end within the life of whoever waits for it."""
    deep = "a/" * 500
    for pattern, path in (
        ("*a" * 60 + "b", "a" * 250),
        ("?*" * 40 + "b", "a" * 250),
        ("**/a/" * 60 + "b", deep + "a"),
        ("**/*a*a*a/" * 30 + "b", deep + "a"),
        ("/".join(["*a*a*a*b"] * 30), deep),
    ):
        expression = translate(pattern)
        assert expression is not None
        assert re.fullmatch(expression, path) is None


def test_no_pattern_makes_the_expressions_warn() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for members in ("[a", "a--b", "a&&b", "a||b", "a~~b", "!^"):
            expression = translate(f"[{members}]x")
            assert expression is not None
            re.compile(expression)
