"""Every wrong usage is answered in one sentence, which somebody has read."""

from __future__ import annotations

import re
import shlex

import pytest

from losslint.cli import COMMANDS
from tests.cli.wrong_usages import GOLDEN, answer, commands, project, rendered


@pytest.fixture(autouse=True)
def _plain(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "COLUMNS", "LOSSLINT_DEBUG"):
        monkeypatch.delenv(name, raising=False)


def test_the_answers_are_those_that_were_read() -> None:
    golden = GOLDEN.read_text(encoding="utf-8")
    with project():
        # `python -m tests.cli.wrong_usages` writes them anew; read what is new.
        assert rendered(commands(golden)) == golden


def test_each_is_one_sentence_and_2() -> None:
    lines = commands(GOLDEN.read_text(encoding="utf-8"))
    assert len(lines) == len(set(lines)) >= 60
    assert {line.partition(" ")[0] for line in lines} >= set(COMMANDS)
    with project():
        for line in lines:
            found = answer(shlex.split(line))
            assert (found.code, found.output) == (2, ""), line
            assert re.fullmatch(r"losslint: [^\n]+[^\n.]\n", found.error), found
            assert "Traceback" not in found.error
            assert "Possible options" not in found.error
            assert "alue error" not in found.error
