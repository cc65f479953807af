"""Settings: where they are found, what they may say, and what is asked of them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from losslint import __version__
from losslint.settings.load import load_settings
from losslint.settings.model import (
    FileIgnore,
    Overrides,
    Patterns,
    Selection,
    Settings,
    defaults,
)
from losslint.settings.required_version import REQUIRED, is_fit
from losslint.settings.rule_selectors import Vocabulary
from losslint.settings.store import SettingsStore

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
RULES = Vocabulary(
    [
        ("LL001", "syntax-error"),
        ("LL101", "unknown-loss"),
        ("LL110", "unknown-parameter"),
        ("LL201", "duplicate-criterion"),
    ]
)


_ALLOWED = ", ".join(
    (
        "baseline, exclude, experiments, extend, extend-exclude, extend-select, fixable",
        "force-exclude",
        "ignore, per-file-ignores, required-version, respect-gitignore, select, target, unfixable",
    )
)


def write(folder: Path, text: str, name: str = "losslint.toml") -> str:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return str(folder / name)


def loaded(file: str) -> Settings:
    result = load_settings(file, check_code=RULES.problem)
    assert isinstance(result, Settings), result
    return result


def sentences(folder: Path, text: str) -> list[str]:
    result = load_settings(write(folder, text), check_code=RULES.problem)
    assert isinstance(result, tuple)
    assert not isinstance(result, Settings)
    assert all(problem.file == str(folder / "losslint.toml") for problem in result)
    return [problem.message for problem in result]


def test_everything_that_may_be_said(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        r"""
        select = ["LL0", "unknown-loss"]
        extend-select = ["LL110"]
        ignore = ["ALL"]
        fixable = ["ALL"]
        unfixable = ["LL2"]
        exclude = ["old/"]
        extend-exclude = ["*.x.yaml"]
        respect-gitignore = false
        required-version = ">=0.0.1, <9"
        force-exclude = true
        experiments = [["data.yaml", "../model.yaml"]]
        baseline = "known.json"
        target = ["netspresso=1.4.1", "keras=3.15.1"]
        [per-file-ignores]
        "*.json" = ["LL1"]
        "[[:alpha:]]/a\\:b.json:model[\"a:b\"].c[0]" = ["LL2"]
        """,
    )
    root = str(tmp_path)
    settings = loaded(file)
    assert settings == Settings(
        files=(file,),
        selections=(Selection(("LL0", "unknown-loss"), ("LL110",), ("ALL",)),),
        fixable=("ALL",),
        unfixable=("LL2",),
        exclude=(Patterns(root, ("old/",)), Patterns(root, ("*.x.yaml",))),
        per_file_ignores=(
            FileIgnore(root, "*.json", ("LL1",)),
            FileIgnore(root, "[[:alpha:]]/a\\:b.json", ("LL2",), 'model["a:b"].c[0]'),
        ),
        target=(("keras", "3.15.1"), ("netspresso", "1.4.1")),
        respect_gitignore=False,
        force_exclude=True,
        experiments=((f"{root}/data.yaml", f"{tmp_path.parent}/model.yaml"),),
        baseline=f"{root}/known.json",
    )
    hash(settings)


def test_the_target_may_be_a_table(tmp_path: Path) -> None:
    settings = loaded(write(tmp_path, '[target]\nnetspresso = "0.1.0"\n'))
    assert settings.target == (("netspresso", "0.1.0"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('selct = ["LL1"]', ["`selct` is no setting; did you mean `select`?"]),
        (
            'extend_select = ["LL1"]',
            ["`extend_select` is no setting; did you mean `extend-select`?"],
        ),
        ('select = "LL1"', ['`select` must be a list, not "LL1"']),
        ("select = [1]", ["`select[0]` must be a string, not 1"]),
        ("exclude = [['a']]", ["`exclude[0]` must be a string, not a list"]),
        ('select = ["LL11", "LL999"]', ["`select`: 'LL999' is no rule"]),
        ('ignore = ["ll110"]', ["`ignore`: 'll110' is no rule; did you mean 'LL110'?"]),
        (
            'fixable = ["unknown_los"]',
            ["`fixable`: 'unknown_los' is no rule; did you mean 'unknown-loss'?"],
        ),
        ("respect-gitignore = 1", ["`respect-gitignore` must be true or false, not 1"]),
        (
            '[per-file-ignores]\n"a/*" = ["LL111"]',
            ["`per-file-ignores.\"a/*\"`: 'LL111' is no rule; did you mean 'LL110'?"],
        ),
        (
            'per-file-ignores."*.json:a b" = ["LL1"]',
            [
                "`per-file-ignores.\"*.json:a b\"`: 'a b' is no place in a document, such as"
                " model.losses[1].weight"
            ],
        ),
        (
            'per-file-ignores."*.json:" = []',
            [
                "`per-file-ignores.\"*.json:\"`: '' is no place in a document, such as"
                " model.losses[1].weight"
            ],
        ),
        (
            'required-version = "new"',
            [
                '`required-version` must be a release or a range of them, such as ">=0.1,<0.3",'
                ' not "new"'
            ],
        ),
        (
            'required-version = ">=99"\nwhatever-comes = 1',
            [f"`required-version`: this is losslint {__version__}, and >=99 is wanted"],
        ),
        ('per-file-ignores."a/*" = true', ['`per-file-ignores."a/*"` must be a list, not true']),
        ("target = 3", ["`target` must be a table or a list, not 3"]),
        (
            'target = ["keras"]',
            ['`target[0]` must be "keras=3.15.1" or "netspresso=1.4.1", not "keras"'],
        ),
        (
            '[target]\nkeras = 3.1\nnetspreso = "1"',
            [
                "`target.netspreso` is no setting; did you mean `netspresso`?",
                "`target.keras` must be a string, not 3.1",
            ],
        ),
        (
            '[target]\nkeras = "new"',
            ['`target.keras` must be a release such as "1.4.1", not "new"'],
        ),
        ("experiments = [[]]", ["`experiments[0]` must not be empty"]),
        ('experiments = ["a.yaml"]', ['`experiments[0]` must be a list, not "a.yaml"']),
        ("[losses.keras]\ndice = 1", ["`losses.keras.dice` must be a table, not 1"]),
    ],
)
def test_one_clear_sentence_each(tmp_path: Path, text: str, expected: list[str] | None) -> None:
    if expected is None:
        expected = [f"`extend` names {tmp_path}/gone.toml, which does not exist"]
    assert sorted(sentences(tmp_path, text)) == sorted(expected)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe",
        b"a = " + b"[" * 100_000,
        b"a = " + b"9" * 100_000,
        b"x = 1\n" * 1_000_000,
        b"target.keras = " + b"[" * 300 + b"]" * 300,
        b"\0",
    ],
)
def test_hostile_files_are_values(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "losslint.toml").write_bytes(raw)
    result = load_settings(str(tmp_path / "losslint.toml"))
    assert isinstance(result, tuple)
    assert not isinstance(result, Settings)
    assert all(len(problem.message) < 500 for problem in result)


def test_the_closest_file_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, '[project]\nname = "x"\n[tool.losslint]\nselect = ["LL1"]\n', "pyproject.toml")
    write(tmp_path / "a/b", "[tool.ruff]\nline-length = 100\n", "pyproject.toml")
    write(tmp_path / "a/c", "", "losslint.toml")
    write(tmp_path / "a/c", 'ignore = ["LL2"]', ".losslint.toml")
    write(tmp_path / "d", "[broken", "pyproject.toml")
    write(tmp_path / "e", "[tool.losslint]\nselct = 1", "pyproject.toml")
    store = SettingsStore(check_code=RULES.problem)

    def file(path: str) -> str | None:
        found = store.for_file(path)
        return found.files[0] if isinstance(found, Settings) else found[0].message

    top = str(tmp_path / "pyproject.toml")
    assert file("x.yaml") == file("a/b/x.yaml") == file("a/b/deep/er/x.yaml") == top
    assert file("d/x.yaml") == top
    assert file("a/c/x.yaml") == file("a/c/z/x.yaml") == str(tmp_path / "a/c/.losslint.toml")
    assert file("e/x.yaml") == "`selct` is no setting; did you mean `select`?"
    assert store.for_file("x.yaml") is store.for_file("a/y.yaml")


def test_without_a_file_the_defaults_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    store = SettingsStore()
    assert store.for_file("x.yaml") == defaults(str(tmp_path))
    given = SettingsStore(overrides=Overrides(target=(("keras", "3.0"),)))
    write(tmp_path, "respect-gitignore = false")
    found = given.for_file("x.yaml")
    assert isinstance(found, Settings)
    assert found.target == (("keras", "3.0"),)


def test_extend(tmp_path: Path) -> None:
    base = write(
        tmp_path / "base",
        '[tool.losslint]\nselect = ["LL1"]\nexclude = ["b/"]\nfixable = ["LL1"]\n'
        'target = { keras = "3.0", netspresso = "1.0" }\n'
        'per-file-ignores = { "old/" = ["LL2"] }\n',
        "pyproject.toml",
    )
    file = write(
        tmp_path / "own",
        'extend = "../base/pyproject.toml"\nextend-select = ["LL2"]\nextend-exclude = ["o/"]\n'
        'target = ["keras=3.15.1"]\nper-file-ignores = { "*.json" = ["LL1"] }\n',
    )
    settings = loaded(file)
    assert settings.files == (file, base)
    assert settings.selections == (Selection(("LL1",)), Selection(None, ("LL2",)))
    assert settings.exclude == (
        Patterns(str(tmp_path / "base"), ("b/",)),
        Patterns(str(tmp_path / "own"), ("o/",)),
    )
    assert settings.target == (("keras", "3.15.1"), ("netspresso", "1.0"))
    assert [entry.glob for entry in settings.per_file_ignores] == ["old/", "*.json"]
    write(tmp_path / "base", "[tool.other]", "pyproject.toml")
    problems = load_settings(file)
    assert isinstance(problems, tuple)
    assert not isinstance(problems, Settings)
    assert problems[0].message.endswith("which holds no [tool.losslint]")


def test_what_is_extended_may_be_a_folder(tmp_path: Path) -> None:
    problems = load_settings(write(tmp_path, 'extend = "."'))
    assert isinstance(problems, tuple)
    assert list(map(str, problems)) == [f"{tmp_path} cannot be read: is a directory"]


def test_every_mistake_of_a_file_and_of_those_it_extends_is_told(tmp_path: Path) -> None:
    base = write(tmp_path, "fixable = 1\n[target]\nkeras = 3", "base.toml")
    own = write(tmp_path, 'extend = "base.toml"\nselct = []\nselect = ["LL9"]\nignore = 2')
    problems = load_settings(own, check_code=RULES.problem)
    assert isinstance(problems, tuple)
    assert not isinstance(problems, Settings)
    assert [(problem.file, problem.key) for problem in problems] == [
        (own, "selct"),
        (own, "select"),
        (own, "ignore"),
        (base, "fixable"),
        (base, "target.keras"),
    ]


def test_a_settings_file_costs_no_import_of_jsonschema(tmp_path: Path) -> None:
    write(tmp_path, 'select = ["LL1"]\ntarget = ["keras=3.0"]')
    code = (
        "import sys; from losslint.settings.store import SettingsStore\n"
        f"assert SettingsStore().for_folder({str(tmp_path)!r}).files\n"
        "assert not {'jsonschema', 'json', 'difflib', 'dataclasses'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, env=ENVIRONMENT)


def test_a_pyproject_of_others_costs_no_import(tmp_path: Path) -> None:
    write(tmp_path, '[project]\nname = "x"\n', "pyproject.toml")
    code = (
        "import sys; from losslint.settings.store import SettingsStore\n"
        f"SettingsStore().for_folder({str(tmp_path)!r})\n"
        "heavy = {'tomllib', 'tomli', 'jsonschema', 'json', 'difflib'}\n"
        "assert not heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-S", "-c", code], check=True, env=ENVIRONMENT)


@pytest.mark.parametrize(
    ("required", "fits"),
    [
        ("0.2.1", True),
        ("==0.2.1", True),
        ("0.2", False),
        ("0.2.*", True),
        ("==0.3.*", False),
        ("!=0.2.1", False),
        ("!=0.3.*", True),
        (">=0.2.1", True),
        (">0.2.1", False),
        (">0.2", True),
        ("<=0.2.1", True),
        ("<0.2.1", False),
        ("<0.10", True),
        ("~=0.2", True),
        ("~=0.2.0", True),
        ("~=0.1.9", False),
        ("~=0.3", False),
        (">=0.1,<0.3", True),
        (" >= 0.1 , < 0.2 ", False),
    ],
)
def test_which_releases_are_required(required: str, fits: bool) -> None:
    assert re.fullmatch(REQUIRED, required)
    assert is_fit(required, "0.2.1") is fits
    # As Python's own reader of them has it.
    specifiers = pytest.importorskip("packaging.specifiers")
    assert specifiers.SpecifierSet(_with_sign(required)).contains("0.2.1") is fits


def _with_sign(required: str) -> str:
    return required if required.strip()[0] in "=!<>~" else f"=={required}"
