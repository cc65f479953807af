"""Start-up: what `check` may import, and that the light parser of options agrees with Typer."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.cli.check_options import CheckOptions
from losslint.cli.convert import ConvertOptions
from losslint.cli.declared import WrongUsageError, fields, parse, with_values
from losslint.cli.dry_run import DryRunOptions
from losslint.cli.loss import LossOptions
from losslint.linter.code_fingerprint import _ASIDE
from losslint.rules import load_rules

# What `check` imports for a file without losses, beside what `typing` and `re` bring along. A name
# more costs everybody a fraction of a millisecond at every start.
CLEAN = {
    "losslint",
    "losslint.files",
    "losslint.linter",
    "losslint.settings",
    "losslint.files.cache",
    "losslint.files.cache_folder",
    "losslint.linter.cache_keys",
    "losslint.cli",
    "losslint.cli.check",
    "losslint.cli.check_files",
    "losslint.cli.check_options",
    "losslint.cli.declared",
    "losslint.cli.options",
    "losslint.cli.output",
    "losslint.cli.stream",
    "losslint.diagnostics",
    "losslint.dialects",
    "losslint.dialects.declarations",
    "losslint.dialects.dialect",
    "losslint.dialects.keras",
    "losslint.dialects.netspresso",
    "losslint.dialects.prefilter",
    "losslint.dialects.registry",
    "losslint.dialects.words",
    "losslint.files.discovery",
    "losslint.files.gitignore",
    "losslint.files.globs",
    "losslint.files.listing",
    "losslint.linter.parallel",
    "losslint.files.reading",
    "losslint.report",
    "losslint.report.links",
    "losslint.report.model",
    "losslint.report.paint",
    "losslint.report.summary",
    "losslint.linter.serialize",
    "losslint.linter.runner",
    "losslint.linter.outcome",
    "losslint.linter.selection",
    "losslint.settings.model",
    "losslint.settings.store",
    "losslint.files.source",
    "losslint.settings.rule_selectors",
}
STANDARD = {"__future__", "bisect", "gc", "importlib"}
if sys.version_info < (3, 11):
    # There importlib brings it along.
    STANDARD |= {"warnings"}
if sys.version_info >= (3, 13):
    # Before, typing brought it along.
    STANDARD |= {"contextlib"}
# What the first file with losses needs for its key.
KNOWN = {
    "losslint.linter.code_fingerprint",
    "losslint.dialects.netspresso.experiment",
}

# What a file with losses may not bring along either.
NEVER = {
    "asyncio",
    "concurrent.futures",
    "dataclasses",
    "difflib",
    "importlib.metadata",
    "inspect",
    "jsonschema",
    "multiprocessing",
    "rich",
    "shutil",
    "tempfile",
    "typer",
}

PROBE = """
import re, sys, typing
before = set(sys.modules)
from losslint.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert end.code == 0, end.code
sys.stderr.write(" ".join(sorted(set(sys.modules) - before)))
"""
SOUND = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
LOSSY = (
    "model:\n  task: detection\n  losses:\n"
    "    - criterion: cros_entropy\n    - {criterion: l2, weight: a, x: 1}\n"
)
KERAS = '{"compile_config": {"loss": "mae"}, "config": {"layers": []}, "class_name": "Sequential"}'


def imported(folder: Path, *options: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, "check", *options, "."],
        cwd=folder,
        capture_output=True,
        check=True,
        text=True,
    )
    return set(done.stderr.split())


def test_a_file_without_losses_imports_next_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("key: value\n")
    found = imported(tmp_path)
    ours = {name for name in found if name.startswith("losslint")}
    assert ours <= CLEAN
    others = {name for name in found - ours if not name.rpartition(".")[2].startswith("_")}
    assert others <= STANDARD


@pytest.mark.parametrize(
    "text", ["key: value\n", "loss: 1\nmodel: {losses: ~}\n", SOUND, LOSSY, KERAS]
)
def test_no_annotation_is_compiled(text: str, tmp_path: Path) -> None:
    """`typing` compiles each annotation of a record that is text: a tenth of the start-up."""
    (tmp_path / "a.yaml").write_text(text)
    code = (
        "import sys, typing\n"
        "def refuse(self, text, *rest, **options): raise AssertionError(text)\n"
        "typing.ForwardRef.__init__ = refuse\n" + PROBE
    )
    options = ["check", "--no-cache", "--exit-zero", "a.yaml"]
    subprocess.run([sys.executable, "-c", code, *options], cwd=tmp_path, check=True)


def test_a_file_with_losses_imports_no_heavy_library(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SOUND)
    cold = imported(tmp_path)
    assert "losslint.rules" in cold
    assert not NEVER & cold


def test_a_file_known_from_an_earlier_run_imports_no_parser(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SOUND)
    imported(tmp_path)
    warm = imported(tmp_path)
    assert {name for name in warm if name.startswith("losslint")} <= CLEAN | KNOWN
    assert not {name for name in warm if name.partition(".")[0] == "yaml"}


# A room, and the commands that show nothing of what is in it.
_NOT_SHOWN = {
    "losslint.rules.unknown_loss": ("--help", "--version", "rule", "loss", "loss mse", "config"),
    "losslint.catalog.keras": ("--help", "--version", "rule", "config", "completion bash"),
    "typer": ("--version", "rule", "loss mse", "config", "completion bash", "schema keras"),
    "yaml": ("--help", "check --help", "--version", "rule", "loss mse", "config", "schema keras"),
    "losslint.dryrun": ("dry-run --help", "--help", "loss mse"),
    "losslint.convert": ("convert --help", "--help", "loss mse"),
    "losslint.server": ("server --help", "--help"),
    # Typer asks importlib.metadata, which takes json from Python 3.13 on.
    "json": ("--help", "--version", "rule", "completion bash"),
}


@pytest.mark.parametrize(
    ("words", "module"), [(each, name) for name, every in _NOT_SHOWN.items() for each in every]
)
def test_a_command_imports_nothing_that_it_does_not_show(words: str, module: str) -> None:
    assert module not in _imported_by(words)


@cache
def _imported_by(words: str) -> frozenset[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words.split()], capture_output=True, check=True, text=True
    )
    return frozenset(done.stderr.split())


def test_a_list_of_rules_reads_none_of_them() -> None:
    found = _imported_by("rule")
    names = {each.module for each in load_rules()}
    assert len(names) > 60
    assert not {f"losslint.rules.{name}" for name in names} & found


def test_what_decides_a_finding_is_part_of_the_cache_key(tmp_path: Path) -> None:
    """Code that is left out of the digest of the code must have no say in findings."""
    code = (
        "import sys; from losslint.linter.runner import Linter\n"
        "from losslint.files.discovery import FoundFile\n"
        "from losslint.files.source import decode\n"
        "from losslint.settings.model import Overrides\n"
        "given = decode('a.yaml', sys.argv[1].encode())\n"
        "Linter(Overrides()).run(FoundFile('a.yaml', explicit=True), given)\n"
        "print(*(name for name in sys.modules if name.startswith('losslint.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, SOUND], capture_output=True, check=True, text=True
    )
    rooms = {name.split(".")[1] for name in done.stdout.split()}
    assert not rooms & _ASIDE
    assert "rules" in rooms


def test_plain_lines_are_read_without_typer() -> None:
    values = parse(
        CheckOptions,
        ["a.yaml", "--format=json", "-f", "full", "--jobs", "2", "--", "-x"],
        "check",
    )
    assert values == CheckOptions(paths=["a.yaml", "-x"], format=["json", "full"], jobs=2)


@pytest.mark.parametrize(
    "words",
    [["--help"], ["-h"], ["-vh"], ["a.yaml", "--help", "--nothing"]],
)
def test_help_is_left_to_typer(words: list[str]) -> None:
    assert parse(CheckOptions, words, "check") is None


@pytest.mark.parametrize(
    ("record", "words", "sentence"),
    [
        (CheckOptions, ["--form", "json"], "x has no option --form; did you mean --format?"),
        (
            CheckOptions,
            ["--nothing-like-it"],
            "x has no option --nothing-like-it; losslint x --help lists them",
        ),
        (CheckOptions, ["--config"], "--config needs a value: --config FILE"),
        (CheckOptions, ["--fix=1"], "--fix takes no value"),
        (CheckOptions, ["--jobs", "many"], "--jobs many: a whole number is needed"),
        (CheckOptions, ["--color=red"], "--color red: choose auto, always or never"),
        (ConvertOptions, ["--to"], "--to needs a value: choose keras or netspresso"),
        (ConvertOptions, ["a.yaml"], "x needs --to: choose keras or netspresso"),
        (ConvertOptions, ["--to", "keras"], "x needs PATH: files and folders; - is standard input"),
        (
            ConvertOptions,
            ["--to", "kras", "a.yaml"],
            "--to kras: choose keras or netspresso; did you mean keras?",
        ),
        (DryRunOptions, ["--timeout", "soon"], "--timeout soon: a number is needed"),
        (DryRunOptions, ["--timeout=nan"], "--timeout nan: it must be at least 0.1"),
        (DryRunOptions, ["--batch", "0"], "--batch 0: it must be at least 1"),
        (LossOptions, ["mse", "mae"], "x takes one NAME: mae is too much"),
    ],
)
def test_what_is_wrong_is_one_sentence(record: Any, words: list[str], sentence: str) -> None:
    with pytest.raises(WrongUsageError, match=f"^{re.escape(sentence)}$"):
        parse(record, words, "x")


WORDS = [
    *(spelling for option in fields(CheckOptions) for spelling in option.spellings),
    *("--format=json", "--jobs=3", "--color=never", "--fix=1", "-fjson", "-j4"),
    *("--", "-", "a.yaml", "json", "3", "auto", "LL1", "", "-x", "--fix-all", "0x3", "-1"),
]


def test_an_option_may_go_without_its_value(tmp_path: Path) -> None:
    def changed(*words: str) -> tuple[str | None, list[str] | None]:
        read = parse(CheckOptions, list(words), "check")
        assert read is not None
        return read.changed, read.paths

    here = str(tmp_path)
    assert changed() == (None, None)
    assert changed("--changed") == ("", None)
    assert changed("--changed", "--fix", here) == ("", [here])
    assert changed("--changed", "main", here) == ("main", [here])
    assert changed("--changed=main") == ("main", None)
    # What is there is a path; a branch of its name can still be written.
    assert changed("--changed", here) == ("", [here])
    assert changed(f"--changed={here}") == (here, None)
    assert changed("--", "--changed", "main") == (None, ["--changed", "main"])


@given(st.lists(st.sampled_from(WORDS), max_size=6))
def test_both_parsers_read_the_same(words: list[str]) -> None:
    try:
        light = parse(CheckOptions, words, "check")
    except WrongUsageError:
        light = None
    if light is None:
        return
    import typer
    from typer.testing import CliRunner

    from losslint.cli.typer_options import typed

    seen: list[CheckOptions] = []
    app = typer.Typer()
    app.command()(typed(CheckOptions, seen.append))
    done = CliRunner().invoke(app, with_values(fields(CheckOptions), words))
    assert done.exit_code == 0, done.output
    assert seen == [light]
