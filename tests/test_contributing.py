"""CONTRIBUTING.md and the pages beside it name nothing that is not there."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
from pathlib import Path

import pytest

from losslint.cli import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
_ALL = "\n".join(page.read_text("utf-8") for page in PAGES)
_MODULES = re.findall(r"`(?:[A-Z_]+=\S+ )*python -m (\w+\.[\w.]+)", _ALL)
# Each link, from the repository's folder.
_LINKS = [
    os.path.relpath(page.parent / link, ROOT)
    for page in PAGES
    for link in re.findall(r"\]\(((?!https?:)[^)#]+)", page.read_text("utf-8"))
]
_SPANS = sorted(set(re.findall(r"`([^`\n]+)`", TEXT)))
_ELSEWHERE = re.findall(r"`((?:losslint|tests|fixtures|docs|schemas)/[\w.*/-]+)`", _ALL)
_PATHS = [
    span for span in _SPANS if re.fullmatch(r"[\w.*/-]+", span) and ("/" in span or ".py" in span)
]
_PYTEST = [
    word
    for span in _SPANS
    if re.search(r"(^| )pytest ", span)
    for word in shlex.split(span)
    if word.startswith("tests")
]
# What somebody who adds something writes his own name for.
_OWN = {"NAME": "*", "DIALECT": "*", "LLnnn": "LL[0-9][0-9][0-9]"}


def _is_there(named: str) -> bool:
    pattern = re.sub("|".join(_OWN), lambda found: _OWN[found[0]], named)
    folder = named.endswith("/")
    below = (ROOT, ROOT / "losslint" / "linter")
    return any(
        not folder or path.is_dir() for top in below for path in top.glob(pattern.rstrip("/"))
    )


def test_something_is_found_to_be_looked_for() -> None:
    assert len(_PATHS) > 30
    assert len(set(_MODULES)) > 5
    assert len(_PYTEST) > 5
    assert not _is_there("losslint/rules/NAME.yaml")
    assert not _is_there("losslint/gone/")


@pytest.mark.parametrize("named", sorted({*_PATHS, *_PYTEST, *_LINKS, *_ELSEWHERE}))
def test_every_path_is_there(named: str) -> None:
    assert _is_there(named)


@pytest.mark.parametrize("module", sorted(set(_MODULES)))
def test_every_command_can_be_run(module: str) -> None:
    found = importlib.util.find_spec(module)
    assert found is not None
    if found.submodule_search_locations is not None:
        assert importlib.util.find_spec(f"{module}.__main__") is not None
    else:
        assert "__main__" in Path(found.origin or "").read_text("utf-8")


def test_every_module_that_a_docstring_names_is_there() -> None:
    for path in (ROOT / "losslint").rglob("*.py"):
        for named in re.findall(r"`(losslint\.(?!toml)[\w.]+\w)`", path.read_text("utf-8")):
            place = ROOT / named.replace(".", "/")
            # The last word may be a function of a module.
            files = (place.with_suffix(".py"), place.parent.with_suffix(".py"))
            assert place.is_dir() or any(file.is_file() for file in files), named


def test_every_command_of_losslint_is_one() -> None:
    named = {span.split()[1] for span in _SPANS if span.startswith("losslint ")}
    assert named <= set(COMMANDS)
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_plan_lists_every_room_once() -> None:
    table = TEXT.partition("## The house")[2].partition("\n\nBeside")[0]
    rows = re.findall(r"^\| (`losslint/[^|]*) \|", table, re.M)
    listed = [each for row in rows for each in re.findall(r"losslint/([\w.]+)", row)]
    there = [path.name for path in (ROOT / "losslint").iterdir() if not path.name.startswith("__")]
    assert sorted(listed) == sorted(name for name in there if name != "py.typed")


@pytest.mark.parametrize("recipe", re.findall(r"^### (.*)", TEXT, re.M))
def test_a_recipe_says_what_fails_first(recipe: str) -> None:
    text = TEXT.partition(f"### {recipe}\n")[2].partition("\n### ")[0].partition("\n## ")[0]
    assert "ails first" in text or "(`tests/" in text
    steps = [int(number) for number in re.findall(r"^(\d)\. ", text, re.M)]
    assert steps == list(range(1, len(steps) + 1))


def test_it_is_short_enough_to_be_read() -> None:
    assert TEXT.count("\n") <= 250
