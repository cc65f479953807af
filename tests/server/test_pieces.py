"""A text checked piece by piece, keystroke by keystroke: what is said is what a fresh check says."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from losslint import diagnostics
from losslint.diagnostics import Diagnostic
from losslint.files.discovery import FoundFile
from losslint.files.source import Source
from losslint.linter import pieces as pieces_module
from losslint.linter.runner import Linter
from losslint.server.documents import OpenDocument
from losslint.server.position_map import MARK
from losslint.server.project import Project
from losslint.settings.model import Overrides
from losslint.syntax import yaml_tree
from losslint.syntax.yaml_documents import pieces_of
from losslint.syntax.yaml_tree import parse_yaml

SOUND = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
BROKEN = "model:\n  losses:\n    - criterion: cross_entropi\n      weight: '1'\n      gama: 2\n"
PLATFORM = (
    "MODEL:\n  MODEL_TYPE: CLASSIFICATION\n  COMPILATION:\n    LOSS: {NAME: mse, FROM_LOGITS: 1}\n"
    "    OPT: {NAME: adam}\n    METRICS: [acuracy]\n"
)
COMPILED = "compile_config:\n  optimizer: adam\n  loss: msee\nconfig: {layers: []}\nclass_name: X\n"
OTHER = "steps:\n  - run: |\n      ---\n      a\n  - {a: 1, a: 2}\n"
MARKED = SOUND.replace("~", "2  # losslint: ignore[LL999, LL212]")
DOCUMENTS = (
    SOUND, BROKEN, PLATFORM, COMPILED, OTHER, MARKED, "", "# nothing\n", "a: &x [1]\nb: *x\n",
    "a: 1\na: 2\n" + SOUND, "text: |+\n  a\n\n\n", "text: >\n  b\n\n", "? a\n", "- a\n-\n",
    f"# losslint: ignore-file[LL112]\n{BROKEN}", f"{SOUND}# losslint: ignore[LL110]\n",
    BROKEN.replace("'1'", "&w '1'").replace("2", "*w"), "model: {losses: [{criterion: x}]}\n",
    "'a\n\n b'\n", "!!map {a: !x 1}\n", "model:\n  losses: &l\n    - *l\n",
)  # fmt: skip
TYPED = (
    *DOCUMENTS, "---\n", "--- ", "---", "\n---\n", "--- |\n", "...\n", "%YAML 1.1\n---\n", "# ---\n",
    "%TAG ! tag:x,2:\n", "  ---\n", "'", '"', "[", "]", "{", "}", "\n", "\r\n", "\r", "\t", " ", ":", "-",
    "&a ", "*a", "${a}", "\\", "#", "# losslint: ignore[LL110]\n", "\x85", "\u2028", "\ufeff", "é😀", "~",
)  # fmt: skip
JOINTS = ("---\n", "---\n", "---\n", "--- # next\n", "...\n---\n", "---\t\n", "--- \n", "\n---\n\n")


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The bounds of findings and of nodes are soon reached."""
    for module in (diagnostics, pieces_module):
        monkeypatch.setattr(module, "MAX_FINDINGS", 2)
    for module in (yaml_tree, pieces_module):
        monkeypatch.setattr(module, "MAX_NODES", 150)
    yield


@st.composite
def texts(draw: st.DrawFn) -> list[str]:
    """A text of several documents, and what becomes of it edit by edit."""
    parts = draw(st.lists(st.sampled_from(DOCUMENTS), min_size=1, max_size=6))
    joints = [draw(st.sampled_from(JOINTS)) for _ in parts]
    text = "".join(each for pair in zip(joints, parts, strict=True) for each in pair)
    found = [text[draw(st.sampled_from((0, 4))) :]]
    for _ in range(draw(st.integers(1, 4))):
        text = found[-1]
        start = draw(st.integers(0, len(text)))
        end = min(start + draw(st.sampled_from((0, 0, 0, 1, 1, 5, 60))), len(text))
        found.append(text[:start] + draw(st.sampled_from(TYPED)) + text[end:])
    return found


PATH = "/nowhere/config.yaml"
Said = tuple[tuple[Diagnostic, ...], int]


def typed(project: Project, text: str, version: int = 1) -> Said:
    """What is said of a text behind all that was typed before."""
    document = OpenDocument("file:///nowhere/config.yaml", PATH, text, version)
    outcome = project.analyse(document, "utf-16").outcome
    assert outcome is not None
    return outcome.diagnostics, outcome.sites


def fresh(text: str) -> Said:
    """What is said of a text that was never seen, of its pieces neither."""
    text = text.removeprefix(MARK)
    outcome = Linter(Overrides()).run(FoundFile(PATH), Source(PATH, text, text.encode()))
    return outcome.diagnostics, outcome.sites


def alike(steps: list[str]) -> None:
    project = Project(Overrides())
    for version, text in enumerate(steps):
        assert typed(project, text, version) == fresh(text), steps


@settings(deadline=None)
@given(texts())
@example([f"{SOUND}---\n{BROKEN}", f"{SOUND}---\n{BROKEN}# losslint: ignore-file[LL110]\n"])
@example([f"{BROKEN}# losslint: ignore[LL100]\n---\n{SOUND}"] * 2)
@example(["a: 'b\n---\nc'\n" + SOUND, f"a: 'b'\n---\nc: ''\n---\n{SOUND}"])
@example([f"%TAG ! x:\n---\na: !b\n---\n{SOUND}", f"---\na: !b\n---\n{SOUND}"])
def test_what_is_said_of_the_pieces_is_said_of_the_whole(steps: list[str]) -> None:
    alike(steps)
