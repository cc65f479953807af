"""What is asked of settings: which rules run, on which file, with which fixes."""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint.dialects.registry import SUFFIXES
from losslint.files.discovery import discover
from losslint.settings.load import load_settings
from losslint.settings.model import (
    Overrides,
    Selection,
    Settings,
    active_codes,
    combine,
    experiments_of,
    fixable_codes,
    ignored_in_file,
)
from losslint.settings.rule_selectors import Vocabulary
from losslint.settings.store import SettingsStore

RULES = Vocabulary(
    [
        ("LL001", "syntax-error"),
        ("LL101", "unknown-loss"),
        ("LL110", "unknown-parameter"),
        ("LL201", "duplicate-criterion"),
    ]
)


def write(folder: Path, text: str, name: str = "losslint.toml") -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return str(folder / name)


def loaded(file: str) -> Settings:
    result = load_settings(file, check_code=RULES.problem)
    assert isinstance(result, Settings), result
    return result


def test_the_command_line_goes_before_the_file(tmp_path: Path) -> None:
    settings = loaded(
        write(tmp_path, 'select = ["LL1"]\nignore = ["LL110"]\ntarget = { keras = "3.0" }\n')
    )
    assert combine(settings, Overrides()) == settings
    said = Overrides(
        ignore=("LL101",),
        target=(("netspresso", "1.4.1"),),
        force_exclude=True,
    )
    both = combine(settings, said)
    assert both.target == (("keras", "3.0"), ("netspresso", "1.4.1"))
    assert both.force_exclude
    assert both.exclude == settings.exclude
    assert active_codes(both, RULES, RULES.codes) == set()
    assert active_codes(combine(settings, Overrides()), RULES, RULES.codes) == {"LL101"}


@pytest.mark.parametrize(
    ("selections", "expected"),
    [
        ([], "001 101 201"),
        ([Selection(extend_select=("LL110",))], "001 101 110 201"),
        ([Selection(("LL1",))], "101 110"),
        ([Selection(("LL1",), (), ("LL110",))], "101"),
        ([Selection(("LL110",), (), ("LL1",))], "110"),
        ([Selection(("ALL",), (), ("unknown-loss", "LL0"))], "110 201"),
        ([Selection(("LL101",), (), ("LL101",))], ""),
        ([Selection(ignore=("LL2",)), Selection(("LL201",))], "201"),
        ([Selection(("LL1",)), Selection(ignore=("LL110",))], "101"),
        ([Selection(())], ""),
    ],
)
def test_which_rules_run(selections: list[Selection], expected: str) -> None:
    settings = Settings(selections=tuple(selections))
    active = active_codes(settings, RULES, ("LL001", "LL101", "LL201"))
    assert active == {f"LL{number}" for number in expected.split()}


def test_which_fixes_may_be_applied() -> None:
    assert fixable_codes(Settings(), RULES) == set(RULES.codes)
    some = Settings(fixable=("LL1",), unfixable=("unknown-loss",))
    assert fixable_codes(some, RULES) == {"LL110"}


def test_per_file_ignores_and_experiments(tmp_path: Path) -> None:
    settings = loaded(
        write(
            tmp_path,
            'experiments = [["a/data.yaml", "a/model.yaml"]]\n[per-file-ignores]\n'
            '"old" = ["LL1"]\n"*.json" = ["LL2", "LL1"]\n"!/new/**" = ["LL0"]\n',
        )
    )

    def ignored(name: str) -> tuple[str, ...]:
        return ignored_in_file(settings, str(tmp_path / name))

    assert ignored("a.yaml") == ("LL0",)
    assert ignored("old/x/a.json") == ("LL1", "LL2", "LL0")
    assert ignored("new/a.yaml") == ()
    assert experiments_of(settings, str(tmp_path / "a/model.yaml")) == settings.experiments
    assert experiments_of(settings, str(tmp_path / "model.yaml")) == ()


def test_words_for_rules() -> None:
    assert RULES.codes_of("LL1") == {"LL101", "LL110"}
    assert RULES.codes_of("unknown-loss") == {"LL101"}
    assert RULES.codes_of("ALL") == set(RULES.codes)
    assert RULES.codes_of("") == RULES.codes_of("L") == RULES.codes_of("LL3") == frozenset()
    assert RULES.problem("LL") is None
    assert (
        RULES.problem("Unknown_Loss") == "'Unknown_Loss' is no rule; did you mean 'unknown-loss'?"
    )
    assert RULES.problem("unknown_loss", suggest=False) == "'unknown_loss' is no rule"
    assert len(RULES.problem("x" * 100_000) or "") < 100


def test_excludes_of_the_closest_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, 'extend-exclude = ["/sub/out/", "*.gen.yaml"]')
    write(tmp_path / "own", 'exclude = ["x.yaml"]')
    for name in ("a.gen.yaml", "sub/out/b.yaml", "sub/c.yaml", "build/d.yaml"):
        write((tmp_path / name).parent, "", Path(name).name)
    for name in ("own/a.gen.yaml", "own/x.yaml", "own/build/e.yaml"):
        write((tmp_path / name).parent, "", Path(name).name)
    found = [item.path for item in discover(["."], SUFFIXES, exclude=SettingsStore().excluder)]
    assert found == ["own/a.gen.yaml", "own/build/e.yaml", "sub/c.yaml"]
