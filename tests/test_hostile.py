"""Every hostile file ends in a clear answer: soon, in little memory, with nothing of it run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile import files

pytestmark = pytest.mark.slow

# Lines of Python, about fifteen million a second; 50 000 keys take ten.
LIMIT = 8_000_000
SLOW = dict.fromkeys(("keys.yaml", "keys.json", "entry-keys.yaml", "model-keys.yaml"), 16_000_000)
# What no line of Python counts, a pattern that goes back and forth, would not end within this.
MINUTES = 30

Row = dict[str, object]


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    folder = tmp_path_factory.mktemp("hostile")
    for name, content in files().items():
        (folder / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile_child", str(folder)],
        stdout=subprocess.PIPE,
        check=False,
        cwd=Path(__file__).parent.parent,
        timeout=60 * MINUTES,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert not (folder / "owned").exists()
    assert done.returncode == 0, f"the process ended behind {found[-1]['name'] if found else '-'}"
    return {str(row["name"]): row for row in found}


def test_every_file_was_read(rows: dict[str, Row]) -> None:
    assert rows.keys() == files().keys()


def test_every_file_gets_a_clear_answer(rows: dict[str, Row]) -> None:
    wrong = [name for name, row in rows.items() if row["code"] not in (0, 1) or not row["size"]]
    assert wrong == []


def test_no_traceback(rows: dict[str, Row]) -> None:
    words = ("Traceback", "internal error", "Error:")
    assert [name for name, row in rows.items() if any(w in str(row["said"]) for w in words)] == []


def test_in_few_steps(rows: dict[str, Row]) -> None:
    many = {
        name: row["steps"]
        for name, row in rows.items()
        if int(str(row["steps"])) > SLOW.get(name, LIMIT)
    }
    assert many == {}


def test_the_answer_is_bounded(rows: dict[str, Row]) -> None:
    assert {n: row["size"] for n, row in rows.items() if int(str(row["size"])) > 400_000} == {}


def test_nothing_reaches_the_terminal(rows: dict[str, Row]) -> None:
    """No control character but line ends and tabs, no change of the writing direction."""
    allowed = "\n\t"
    for name, row in rows.items():
        bad = [c for c in str(row["said"]) if not c.isprintable() and c not in allowed and c != " "]
        assert bad == [], name


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("brackets.yaml", "nested deeper than 500 levels"),
        ("closed.json", "nested deeper than 500 levels"),
        ("block-3000.yaml", "nested deeper than 500 levels"),
        ("digits.yaml", "integer of more than 4300 digits"),
        ("digits.json", "integer of more than 4300 digits"),
        ("nul.yaml", "the character U+0000 is not allowed in YAML"),
        ("latin.yaml", "not UTF-8: byte 16 cannot be read"),
        ("self.yaml", "stands inside the node that it names"),
        ("self-interpolation.yaml", "leads back to itself"),
        ("entries.yaml", "more than 999 losses in one place"),
        ("entry-keys.yaml", "more than 999 parameters"),
        ("twins.yaml", "more than 500 findings of LL002"),
        ("huge.yaml", "larger than 16 MiB"),
        ("bomb.keras", "holds a config.json of more than 16 MiB"),
        ("truncated.keras", "truncated or damaged"),
        ("nested.keras", "not UTF-8"),
        ("only-paths.keras", "holds no config.json"),
        ("lying.keras", "damaged config.json"),
        ("commas.json", "more than 500 findings of LL001"),
    ],
)
def test_the_budget_is_named(rows: dict[str, Row], name: str, sentence: str) -> None:
    assert sentence in str(rows[name]["said"])
