"""Fixes in programs and notebooks, drawn: what they mean to change, and no other byte."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.dialects.release_targets import release_targets
from losslint.files.source import Source, decode
from losslint.linter.apply_rules import check_source
from losslint.linter.fix import fix_source
from losslint.rules import load_rules
from losslint.syntax.notebook import as_program
from tests.dialects.test_programs import PROGRAMS, marks
from tests.dialects.test_python_real import as_notebook

RULES = load_rules()
MODEL = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"
CALL = 'model.compile(loss="huber_loss", optimizer="adam")'
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=12)
LINES = st.lists(WORDS.map("# {}\n".format), max_size=4)
STYLES = st.fixed_dictionaries(
    {"indent": st.sampled_from([None, 1, 4, "\t"]), "ensure_ascii": st.booleans()}
)
ENDS = st.sampled_from(["\n", "\r\n"])


def fixed(name: str, raw: bytes) -> bytes:
    """A file after all its fixes, unsafe ones included."""
    source = decode(name, raw)
    assert isinstance(source, Source)
    program = as_program(source)
    done = fix_source(program, lambda s: check_source(s, RULES, release_targets({})), bool)
    return done.source.encode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_sound_programs_keep_every_byte(end: str) -> None:
    for path in PROGRAMS:
        text = path.read_text("utf-8")
        if marks(text):
            continue
        for name, whole in (("a.py", text), ("a.ipynb", as_notebook(text))):
            raw = whole.replace("\n", end).encode()
            assert fixed(name, raw) == raw, path


@given(LINES, LINES, LINES, ENDS)
def test_a_fix_in_a_program_changes_one_word(
    before: list[str], between: list[str], behind: list[str], end: str
) -> None:
    text = "".join([*before, MODEL, *between, f"{CALL}  # ä\n", *behind]).replace("\n", end)
    expected = text.replace('loss="huber_loss"', 'loss="huber"')
    assert fixed("a.py", text.encode()) == expected.encode()


@given(st.lists(LINES, min_size=1, max_size=4), st.data(), STYLES, ENDS)
def test_a_fix_in_a_notebook_changes_one_word_of_one_cell(
    cells: list[list[str]], data: st.DataObject, style: dict[str, object], end: str
) -> None:
    place = data.draw(st.integers(0, len(cells) - 1))
    cells[place] = [*cells[place], MODEL, f"{CALL}\n", *data.draw(LINES)]
    written = [
        {
            "cell_type": "code",
            "outputs": [{"text": data.draw(WORDS), "data": CALL}],
            "source": lines if data.draw(st.booleans()) else "".join(lines),
        }
        for lines in cells
    ]
    notes = {"cell_type": "markdown", "source": [CALL, data.draw(WORDS)]}
    text = json.dumps({"cells": [notes, *written]}, **style).replace("\n", end)  # type: ignore[arg-type]
    before, _, _ = json.dumps(CALL)[1:-1].partition("huber_loss")
    after = fixed("a.ipynb", text.encode()).decode()
    # Outputs and notes hold the same words, and keep them.
    assert after.count(f"{before}huber_loss") == text.count(f"{before}huber_loss") - 1
    found = json.loads(after)["cells"][place + 1]
    assert "".join(found["source"]) == "".join(cells[place]).replace("huber_loss", "huber")
    at = next(i for i, (a, b) in enumerate(zip(text, after, strict=False)) if a != b)
    assert after == text[:at] + text[at:].replace("_loss", "", 1)
