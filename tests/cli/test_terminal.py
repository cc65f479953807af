"""What stands on a terminal: nothing cut, nothing wider than it is, and how far long work is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from losslint.cli.options import use_color

pytest.importorskip("pty")

from tests.cli.terminal import on_terminal

LOSS = "    - criterion: {}\n      weight: ~\n"
SOUND = "model:\n  losses:\n" + LOSS.format("cross_entropy")
BROKEN = "model:\n  losses:\n" + LOSS.format("cross_entropi")
SEVERAL = (
    '{"compile_config": {"optimizer": "adam", "loss": {"module": "keras.losses", "class_name": '
    '"CategoricalCrossentropy", "config": {"from_logits": true, "label_smoothing": 0.1}}}}\n'
)

# No test waits for a second to pass.
PATIENT, AT_ONCE = "options.PATIENCE = 1e9", "options.PATIENCE = -1.0"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_text(SOUND)
    (tmp_path / "b.yaml").write_text(BROKEN)
    (tmp_path / "c.json").write_text(SEVERAL)
    return tmp_path


@pytest.mark.parametrize("width", [60, 80])
@pytest.mark.parametrize("color", ["1", "0"])
@pytest.mark.parametrize(
    "words",
    [
        ["check", "."],
        ["check", "--statistics"],
        ["rule"],
        ["loss"],
        ["loss", "focal_loss"],
        ["rule", "unknown-loss"],
        ["convert", "--to", "keras", "a.yaml", "b.yaml", "-o", "out/"],
        ["convert", "--to", "netspresso", "c.json", "-o", "out.yaml"],
    ],
    ids=" ".join,
)
def test_nothing_is_wider_than_the_terminal(
    words: list[str], color: str, width: int, here: Path
) -> None:
    seen = on_terminal(words, here, width=width, before=PATIENT, environment={"CLICOLOR": color})
    assert seen.code in (0, 1)
    # A path or a piece of a config is as long as it is.
    wide = [line for line in seen.lines if len(line) > width and " " in line.strip()]
    assert not [line for line in wide if not line.lstrip().startswith(("{", "|", "b.yaml"))]
    # A code other than that of a link.
    assert ("\x1b[" in seen.written) == (color == "1") or words[0] in ("rule", "loss")
    # The report on a rule's page shows the part of an example's line that matters.
    assert not [line for line in seen.lines if "…" in line and "{" not in line]


def test_a_narrow_table_says_what_it_leaves_out(here: Path) -> None:
    words = ["convert", "--to", "keras", "a.yaml", "-o", "out.json"]
    assert "4e-16" in on_terminal(words, here, width=60).written
    seen = on_terminal(words, here, width=40)
    assert "gradient off" in " ".join(seen.lines)
    assert "--format json has it all" in " ".join(line.strip() for line in seen.lines)


LOADED = "print('loaded', 'losslint.cli.progress' in sys.modules)"


@pytest.fixture
def many(tmp_path: Path) -> Path:
    for number in range(300):
        (tmp_path / f"{number:03}.yaml").write_text(BROKEN if number % 100 == 50 else SOUND)
    return tmp_path


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_check_that_takes_long_says_how_far_it_is(jobs: str, many: Path) -> None:
    words = ["check", "--no-cache", "-j", jobs, "-f", "concise"]
    seen = on_terminal(words, many, before=AT_ONCE)
    assert "\x1b[Kchecking ####" in seen.written or "\x1b[Kchecking ...." in seen.written
    assert "/300" in seen.written
    # What is left on the screen is what a pipe gets.
    assert [line.partition(":")[0] for line in seen.lines if ".yaml" in line] == [
        "050.yaml", "150.yaml", "250.yaml",
    ]  # fmt: skip
    assert not [line for line in seen.lines if "checking" in line]
    assert seen.lines[-2].startswith("Found 3 errors")
    # Standard output may lead elsewhere.
    assert "checking" in on_terminal(words, many, before=AT_ONCE, piped=True).written


@pytest.mark.parametrize(
    ("words", "environment"),
    [(["-q"], {}), (["-v"], {}), (["-f", "json"], {}), ([], {"TERM": "dumb"})],
)
def test_no_bar_where_it_would_disturb(
    words: list[str], environment: dict[str, str], many: Path
) -> None:
    seen = on_terminal(
        ["check", "--no-cache", *words], many, before=AT_ONCE, environment=environment
    )
    assert seen.code == 1
    assert "checking" not in seen.written


def test_a_short_check_imports_nothing_for_it(many: Path) -> None:
    seen = on_terminal(["check", "--no-cache"], many, before=PATIENT, after=LOADED)
    assert "checking" not in seen.written
    assert seen.lines[-2] == "loaded False"


def test_convert_says_how_far_it_is(many: Path) -> None:
    seen = on_terminal(["convert", "--to", "keras", ".", "-o", "out"], many, before=AT_ONCE)
    assert "converting" in seen.written
    assert not [line for line in seen.lines if "converting" in line]


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1"}, True, False),
        ({"NO_COLOR": "0"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"CLICOLOR_FORCE": "1", "CLICOLOR": "0", "TERM": "dumb"}, False, True),
        ({"CLICOLOR_FORCE": "0", "FORCE_COLOR": "0"}, False, False),
        ({"CLICOLOR": "0"}, True, False),
        ({"CLICOLOR": "1"}, False, False),
        ({"TERM": "dumb"}, True, False),
    ],
)
def test_what_the_environment_says_of_colour(
    environment: dict[str, str], terminal: bool, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert use_color("auto", terminal) == expected
    assert use_color("always", terminal)
    assert not use_color("never", terminal)
    assert os.environ.get("TERM")
