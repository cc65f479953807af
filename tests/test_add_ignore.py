"""`--add-ignore`: a comment on each line with findings, and no other change of the file."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.files.discovery import FoundFile
from losslint.linter.add_ignores import add_ignores
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter
from losslint.rules._suppression import BLANKET, INVALID, UNUSED
from losslint.settings.model import Overrides
from tests import strategies as our
from tests.cli.test_check import BROKEN, SOUND
from tests.command import assert_refused, losslint

FIXTURES = Path(__file__).parent.parent / "fixtures"
OWN = {BLANKET[0], UNUSED[0], INVALID[0]}
WORDS = re.compile(r"[ \t]*# losslint: ignore\[[^\]]*\][^\r\n]*")
HEAD = "model:\n  losses:\n    - criterion: cross_entropy\n"


def run(text: str, name: str = "m.yaml", reason: str = "") -> tuple[str, FileOutcome, FileOutcome]:
    """The new text, and the outcomes before and after."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name)
        Path(path).write_bytes(text.encode("utf-8", "surrogatepass"))
        linter = Linter(Overrides())
        before = linter.run(FoundFile(path, explicit=True))
        after = add_ignores(linter, before, reason)
        if after.source is None or before.source is None:
            return text, before, after
        content = after.source.encode()
        return content.decode("utf-8", "surrogatepass"), before, after


@pytest.mark.parametrize("text", [SOUND, "key: value\n", "", "# losslint: ignore[LL211]\n" + SOUND])
def test_nothing_is_done_where_nothing_is_found(text: str) -> None:
    assert run(text)[0] == text


COMMENT = "# losslint: ignore[LL211]"
CASES = [
    ("a line", HEAD + "      weight: '1'\n", HEAD + f"      weight: '1'  {COMMENT}\n"),
    ("no line end", HEAD + "      weight: '1'", HEAD + f"      weight: '1'  {COMMENT}"),
    ("blanks", HEAD + "      weight: '1' \n", HEAD + f"      weight: '1'  {COMMENT}\n"),
    ("a comment", HEAD + "      weight: '1' # a\n", HEAD + f"      weight: '1' # a  {COMMENT}\n"),
    (
        "an ignore",
        HEAD + "      weight: '1'  # losslint: ignore[LL212] old\n",
        HEAD + "      weight: '1'  # losslint: ignore[LL212, LL211] old\n",
    ),
    (
        "in one line",
        "model: {losses: [{criterion: cross_entropy, weight: '1'}]}\n",
        f"model: {{losses: [{{criterion: cross_entropy, weight: '1'}}]}}  {COMMENT}\n",
    ),
    (
        "in brackets",
        "model: {losses: [{criterion: cross_entropy,\n  weight: '1'\n}]}\n",
        f"model: {{losses: [{{criterion: cross_entropy,\n  weight: '1'  {COMMENT}\n}}]}}\n",
    ),
    (
        "a text of several lines",
        HEAD + "      weight: 'a\n        b'\n",
        HEAD + f"      {COMMENT}\n      weight: 'a\n        b'\n",
    ),
    (
        "a block",
        HEAD + "      weight: |\n        a\n",
        HEAD + f"      weight: |  {COMMENT}\n        a\n",
    ),
]


@pytest.mark.parametrize(
    ("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_where_the_comment_stands(text: str, expected: str, ends: str) -> None:
    found, before, after = run(text.replace("\n", ends))
    assert before.diagnostics
    assert not after.refused
    assert not [each for each in after.diagnostics if each.code not in OWN]
    assert found == expected.replace("\n", ends)
    assert WORDS.sub("", found).split() == WORDS.sub("", text).split()
    # There is nothing left to do.
    assert run(found)[0] == found


def test_a_reason_and_every_code_of_a_line() -> None:
    text = "model: {losses: [{criterion: cross_entropi, weight: '1', x: 1}]}\n"
    found, _, after = run(text, reason="ours, until May")
    assert found == text[:-1] + "  # losslint: ignore[LL100, LL211] ours, until May\n"
    assert (after.fixed, after.diagnostics) == (2, ())


PROGRAM = "import keras\nmodel = keras.Sequential([keras.layers.Dense(9)])\n{}"
PROGRAMS = [
    ('model.compile(loss="huber_loss")\n', 'model.compile(loss="huber_loss")  {}\n'),
    (
        'model.compile(\n    loss="huber_loss",\n)\n',
        'model.compile(\n    loss="huber_loss",  {}\n)\n',
    ),
    (
        'model.compile(loss="""huber_\\\nloss""")\n',
        '{}\nmodel.compile(loss="""huber_\\\nloss""")\n',
    ),
    (
        'model.compile(loss=\\\n    "huber_loss", \\\n    optimizer="sgd")\n',
        'model.compile(loss=\\\n    {}\n    "huber_loss", \\\n    optimizer="sgd")\n',
    ),
    # Outside of brackets no comment can stand between lines that a backslash joins.
    ('x = \\\n  model.compile(loss="huber_loss") \\\n  or 1\n', None),
]


@pytest.mark.parametrize(("text", "expected"), PROGRAMS)
def test_programs(text: str, expected: str | None) -> None:
    whole = PROGRAM.format(text)
    found, before, after = run(whole, "train.py")
    if expected is None:
        assert found == whole
        assert [each.diagnostic.code for each in after.refused] == ["LL101"]
        assert after.diagnostics == before.diagnostics
    else:
        assert found == PROGRAM.format(expected.replace("{}", "# losslint: ignore[LL101]"))
        assert not after.diagnostics


def test_a_notebook_changes_in_the_strings_of_its_cells(tmp_path: Path) -> None:
    cells = [
        ["%matplotlib inline\n", "import keras"],
        ["model = keras.Sequential([keras.layers.Dense(9)])\n", 'model.compile(loss="huber_loss")'],
        'model.compile(loss="huber_loss")\nx = 1',
        ["model.compile(\n", '    loss="huber_loss",\n', ")"],
    ]
    notebook = {
        "cells": [
            {"cell_type": "markdown", "source": "# losses"},
            *({"cell_type": "code", "source": each, "outputs": []} for each in cells),
        ],
        "metadata": {},
        "nbformat": 4,
    }
    text = json.dumps(notebook, indent=1)
    (tmp_path / "m.ipynb").write_text(text)
    done = losslint("check", "--add-ignore", "--reason", 'an "old" one', cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Silenced 3 findings. All checks passed!")
    after = (tmp_path / "m.ipynb").read_text()
    comment = '  # losslint: ignore[LL101] an \\"old\\" one'
    assert after == text.replace('huber_loss\\")', f'huber_loss\\"){comment}').replace(
        'huber_loss\\",', f'huber_loss\\",{comment}'
    )


def test_every_broken_fixture_is_silenced(tmp_path: Path) -> None:
    """Without their comments they are as before."""
    for source in sorted(FIXTURES.glob("*/broken/*")):
        if source.suffix in (".expect", ".json"):
            continue
        path = tmp_path / source.name
        path.write_bytes(source.read_bytes())
        linter = Linter(Overrides())
        before = linter.run(FoundFile(str(path), explicit=True))
        after = add_ignores(linter, before, "old")
        assert after.source is not None
        assert not after.refused, (source, after.refused)
        assert not after.diagnostics, source
        assert after.fixed == len(before.diagnostics)
        assert WORDS.sub("", after.source.text) == before.source.text  # type: ignore[union-attr]


def test_json_is_told_of_the_other_ways(tmp_path: Path) -> None:
    text = '{"model": {"losses": [{"criterion": "cross_entropy", "weight": "1"}]}}'
    (tmp_path / "m.json").write_text(text)
    (tmp_path / "m.yaml").write_text(BROKEN)
    done = losslint("check", "--add-ignore", "-f", "concise", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.decode() == (
        "m.json: LL211: no comment was added: JSON has no comments; --write-baseline FILE takes "
        "the finding for known, `per-file-ignores` silences m.json:model.losses[0].weight\n"
    )
    assert done.stdout.startswith(b"m.json:1:64: LL211")
    told = b"Silenced 1 finding. Found 1 error (1 fixable with --fix) in 1 of 2 files\n"
    assert told in done.stdout
    assert (tmp_path / "m.json").read_text() == text
    assert COMMENT in (tmp_path / "m.yaml").read_text()
    # What it says works.
    place = "m.json:model.losses[0].weight"
    (tmp_path / "losslint.toml").write_text(f'per-file-ignores."{place}" = ["LL211"]\n')
    assert losslint("check", cwd=tmp_path).returncode == 0


def test_standard_input_and_diff(tmp_path: Path) -> None:
    done = losslint("check", "--add-ignore", "-", cwd=tmp_path, stdin=BROKEN.encode())
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == BROKEN.replace("'1'", f"'1'  {COMMENT}")
    (tmp_path / "m.yaml").write_text(BROKEN)
    done = losslint("check", "--add-ignore", "--diff", cwd=tmp_path)
    assert done.returncode == 1
    assert f"+      weight: '1'  {COMMENT}\n" in done.stdout.decode()
    assert (tmp_path / "m.yaml").read_text() == BROKEN
    done = losslint(
        "check", "-", "--add-ignore", "--stdin-filename", "m.json", cwd=tmp_path, stdin=b"{}"
    )
    assert done.stdout == b"{}"


def test_what_a_baseline_knows_needs_no_comment(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    losslint("check", "--write-baseline", "k.json", cwd=tmp_path)
    (tmp_path / "n.yaml").write_text(BROKEN)
    done = losslint("check", "--baseline", "k.json", "--add-ignore", cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "m.yaml").read_text() == BROKEN
    assert COMMENT in (tmp_path / "n.yaml").read_text()


def test_what_an_encoding_cannot_hold_is_left(tmp_path: Path) -> None:
    program = b"# coding: latin-1\nimport keras  # \xe9\n"
    program += b'm = keras.Sequential([keras.layers.Dense(9)])\nm.compile(loss="huber_loss")\n'
    (tmp_path / "m.py").write_bytes(program)
    done = losslint("check", "--add-ignore", "--reason", "5 €", "m.py", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(b"m.py: LL101: no comment was added: ")
    assert (tmp_path / "m.py").read_bytes() == program
    assert losslint("check", "--add-ignore", "--reason", "é", cwd=tmp_path).returncode == 0
    assert (tmp_path / "m.py").read_bytes() == (
        program[:-1] + "  # losslint: ignore[LL101] é\n".encode("latin-1")
    )


def test_what_is_broken_gets_no_comment(tmp_path: Path) -> None:
    text = BROKEN + "    ]\n"
    (tmp_path / "m.yaml").write_text(text)
    done = losslint("check", "--add-ignore", "m.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert (tmp_path / "m.yaml").read_text() == text
    assert b"LL001: no comment was added: what is broken" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--reason", "x"], "--reason is that of --add-ignore, which is not given"),
        (["--add-ignore", "--fix"], "--add-ignore and --fix: first fix, then silence"),
        (["--add-ignore", "--fix-only"], "--add-ignore and --fix: first fix, then silence"),
        (["--add-ignore", "--statistics"], "--add-ignore and --statistics: choose one"),
        (
            ["--add-ignore", "--write-baseline", "b"],
            "--add-ignore and --write-baseline: choose one",
        ),
        (["--add-ignore", "--watch"], "--watch only reports: leave --fix, --diff and --add-ignore"),
        (["--add-ignore", "--reason", "a\nb"], "--reason: one line of text"),
        (["--add-ignore", "--reason", "a # losslint: b"], "--reason: one line of text"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    assert_refused(sentence, "check", *arguments, cwd=tmp_path)
    assert (tmp_path / "m.yaml").read_text() == BROKEN


texts = our.netspresso()


@settings(max_examples=25, deadline=None)
@given(
    text=texts | our.damaged(texts) | our.broken_lines(texts), reason=st.sampled_from(["", "a b"])
)
def test_whatever_the_text_is_only_comments_come(text: str, reason: str) -> None:
    """What is left was refused; a second run adds nothing; beside the comments all is as before."""
    text = text.lstrip("\ufeff")
    found, before, after = run(text, reason=reason)
    assert _without_comments(found) == _without_comments(text)
    if after.source is None:
        return
    refused = Counter(each.diagnostic.code for each in after.refused)
    left = Counter(each.code for each in after.diagnostics if each.code not in OWN)
    assert left == refused
    assert run(found, reason=reason)[0] == found
    assert after.fixed + sum(refused.values()) == sum(
        each.code not in OWN for each in before.diagnostics
    )


def _without_comments(text: str) -> list[str]:
    """The words of a text without what suppressions add to it."""
    return re.sub(r"# losslint: ignore\[[^\]\r\n]*\]( a b)?", "", text).split()
