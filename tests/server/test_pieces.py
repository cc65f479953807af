"""A text checked piece by piece, keystroke by keystroke: said is what a fresh check says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from losslint import diagnostics
from losslint.diagnostics import Diagnostic
from losslint.files.discovery import FoundFile
from losslint.files.source import Source
from losslint.linter import apply_rules
from losslint.linter import pieces as pieces_module
from losslint.linter.runner import Linter
from losslint.server import project as project_module
from losslint.server.actions import actions
from losslint.server.at_cursor import hovered
from losslint.server.documents import OpenDocument
from losslint.server.position_map import MARK
from losslint.server.project import Project
from losslint.server.turns import SupersededError, Turn
from losslint.settings.model import Overrides
from losslint.syntax import yaml_documents, yaml_tree
from losslint.syntax.nodes import Tree
from losslint.syntax.yaml_documents import pieces_of
from losslint.syntax.yaml_tree import parse_yaml
from tests.rules.test_pages import RULES, examples

SOUND = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
BROKEN = "model:\n  losses:\n    - criterion: cross_entropi\n      weight: '1'\n      gama: 2\n"
TYPOS = (
    "model:\n  task: classification\n  losses:\n    - criterion: cross_entropy\n      weight: '1'\n"
    "      label_smoothin: 0.1 # why\n      params: {reduction: sum}\n"
    "    - {criterion: focal_loss, gama: 2}\n"
)
PLATFORM = (
    "MODEL:\n  MODEL_TYPE: CLASSIFICATION\n  COMPILATION:\n    LOSS: {NAME: mse, FROM_LOGITS: 1}\n"
    "    OPT: {NAME: adam}\n    METRICS: [acuracy]\n"
)
COMPILED = "compile_config:\n  optimizer: adam\n  loss: msee\nconfig: {layers: []}\nclass_name: X\n"
OTHER = "steps:\n  - run: |\n      ---\n      a\n  - {a: 1, a: 2}\n"
MARKED = SOUND.replace("~", "2  # losslint: ignore[LL999, LL212]")
DOCUMENTS = (
    SOUND, BROKEN, TYPOS, TYPOS, PLATFORM, COMPILED, OTHER, MARKED, "", "# nothing\n",
    "a: &x [1]\nb: *x\n",
    "a: 1\na: 2\n" + SOUND, "text: |+\n  a\n\n\n", "text: >\n  b\n\n", "? a\n", "- a\n-\n",
    f"# losslint: ignore-file[LL112]\n{BROKEN}", f"{SOUND}# losslint: ignore[LL110]\n",
    BROKEN.replace("'1'", "&w '1'").replace("2", "*w"), "model: {losses: [{criterion: x}]}\n",
    "'a\n\n b'\n", "!!map {a: !x 1}\n", "model:\n  losses: &l\n    - *l\n",
)  # fmt: skip
TYPED = (
    *DOCUMENTS, "---\n", "--- ", "---", "\n---\n", "--- |\n", "...\n", "%YAML 1.1\n---\n",
    "# ---\n", "%TAG ! tag:x,2:\n", "  ---\n", "'", '"', "[", "]", "{", "}", "\n", "\r\n", "\r",
    "\t", " ", ":", "-", "&a ", "*a", "${a}", "\\", "#", "# losslint: ignore[LL110]\n", "\x85",
    "\u2028", "\ufeff", "é😀", "~",
)  # fmt: skip
JOINTS = ("---\n", "---\n", "---\n", "--- # next\n", "...\n---\n", "---\t\n", "--- \n", "\n---\n\n")


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


URI, PATH = "file:///nowhere/config.yaml", "/nowhere/config.yaml"
Said = tuple[tuple[Diagnostic, ...], int]


def typed(project: Project, text: str, version: int = 1) -> Said:
    """What is said of a text behind all that was typed before."""
    document = OpenDocument(URI, PATH, text, version)
    outcome = project.analyse(document, "utf-16").outcome
    assert outcome is not None
    return outcome.diagnostics, outcome.sites


def fresh(text: str) -> Said:
    """What is said of a text that was never seen, of its pieces neither."""
    text = text.removeprefix(MARK)
    outcome = Linter(Overrides()).run(FoundFile(PATH), Source(PATH, text, text.encode()))
    return outcome.diagnostics, outcome.sites


def alike(steps: list[str], few: int = 1) -> None:
    """What is said of each text; one of so many documents ends a piece, however short."""
    project = Project(Overrides())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(yaml_documents, "_FEW", few)
        for version, text in enumerate(steps):
            assert typed(project, text, version) == fresh(text), steps


SEVERAL = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STEPS = (
    [f"{SOUND}---\n{BROKEN}", f"{SOUND}---\n{BROKEN}# losslint: ignore-file[LL110]\n"],
    [f"{BROKEN}# losslint: ignore[LL100]\n---\n{SOUND}"] * 2,
    [f"a: 'b\n---\nc'\n{SOUND}", f"a: 'b'\n---\nc: ''\n---\n{SOUND}"],
    [f"%TAG ! x:\n---\na: !b\n---\n{SOUND}", f"---\na: !b\n---\n{SOUND}"],
    [f"a: b---c\n...\n{SOUND}", f"a: b---c\n---\n{SOUND}"],
    [f"---\n{BROKEN}" * 9, f"---\n{BROKEN}" * 9 + "---\n"],
)


@settings(deadline=None)
@given(texts(), st.sampled_from((1, 1, 2, 8)))
def test_what_is_said_of_the_pieces_is_said_of_the_whole(steps: list[str], few: int) -> None:
    alike(steps, few)


@pytest.mark.parametrize("steps", STEPS)
def test_what_crosses_documents_is_said_of_the_whole(steps: list[str]) -> None:
    alike(steps)


@SEVERAL
@given(texts())
def test_within_narrow_bounds_too(monkeypatch: pytest.MonkeyPatch, steps: list[str]) -> None:
    for module in (diagnostics, pieces_module):
        monkeypatch.setattr(module, "MAX_FINDINGS", 2)
    for module in (yaml_tree, pieces_module):
        monkeypatch.setattr(module, "MAX_NODES", 150)
    alike(steps)


@pytest.mark.slow
@settings(deadline=None, max_examples=3_000)
@given(texts())
def test_many_texts_and_their_edits(steps: list[str]) -> None:
    alike(steps)


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are parsed from now on."""
    found: list[str] = []

    def parse(source: Source, pulse: Callable[[], None] | None = None) -> Tree:
        found.append(source.text)
        return apply_rules.parse(source, pulse)

    monkeypatch.setattr(pieces_module, "parse", parse)
    return found


def many(count: int, size: int = 0) -> list[str]:
    """Documents that differ; of a size that makes each a piece of its own."""
    rest = "# as long as this\n" * (size // 18 + 1)
    return [f"---\n{TYPOS.replace('0.1', str(number))}{rest}" for number in range(count)]


@pytest.mark.parametrize("size", [0, 2_000])
def test_an_edit_in_one_of_many_documents_parses_and_judges_few(
    parsed: list[str], size: int
) -> None:
    project, documents = Project(Overrides()), many(60, size)
    before = typed(project, "".join(documents))
    assert "".join(parsed) == "".join(documents)
    assert len(parsed) == 60 if size else len(parsed) > 8
    parsed.clear()
    documents[17] = documents[17].replace("gama", "gamma_")
    after = typed(project, "".join(documents), 2)
    # Two letters more: nothing behind stands where it stood.
    assert before != after == fresh("".join(documents))
    assert documents[17] in "".join(parsed)
    assert parsed == [documents[17]] if size else sum(map(len, parsed)) < 5_000
    parsed.clear()
    documents[3:5] = ["# only a comment\n---\n"]
    assert typed(project, "".join(documents), 3) == fresh("".join(documents))
    assert len(parsed) <= 3


def test_a_document_that_cannot_be_read_is_judged_with_the_whole(parsed: list[str]) -> None:
    project, (one, two, three) = Project(Overrides()), many(3, 2_000)
    assert typed(project, one + f"{two}a: [\n" + three) == fresh(one + f"{two}a: [\n" + three)
    assert parsed == [one, f"{two}a: [\n"]
    parsed.clear()
    # What could be read is known when the other one is mended.
    assert typed(project, one + two + three, 2) == fresh(one + two + three)
    assert parsed == [two, three]


def test_what_was_read_before_somebody_typed_on_is_known(parsed: list[str]) -> None:
    project, documents = Project(Overrides()), many(5, 2_000)

    class Impatient(Turn):
        def pulse(self) -> None:
            self.is_over = len(parsed) == 3
            super().pulse()

    opened = OpenDocument(URI, PATH, "".join(documents), 1)
    with pytest.raises(SupersededError):
        project.analyse(opened, "utf-16", Impatient())
    assert parsed == documents[:3]
    assert typed(project, opened.text, 2) == fresh(opened.text)
    # The last of the three was parsed and not yet judged.
    assert parsed[3:] == documents[2:]


def test_nothing_is_kept_of_a_closed_file_or_of_another_settings_file(
    parsed: list[str], tmp_path: Path
) -> None:
    project = Project(Overrides())
    path, text = tmp_path / "config.yaml", f"{BROKEN}{'# long' * 400}\n---\n{SOUND}"

    def codes() -> set[str]:
        document = OpenDocument(URI, str(path), text)
        outcome = project.analyse(document, "utf-16").outcome
        return {each.code for each in outcome.diagnostics} if outcome is not None else set()

    assert "LL100" in codes()
    assert codes()
    assert len(parsed) == 2
    (tmp_path / "losslint.toml").write_text('ignore = ["LL100"]\n')
    assert "LL100" not in codes() == codes()
    assert len(parsed) == 4
    project.forget(URI)
    assert codes()
    assert len(parsed) == 6


def test_no_more_is_known_than_of_the_files_that_were_checked_last() -> None:
    pytest.importorskip("pygls")
    from losslint.server.session import Session

    async def work() -> None:
        session, uris = Session(Overrides()), [f"file:///nowhere/{n}.yaml" for n in range(500)]
        project = session._project.result()
        for uri in uris:
            session.open(uri, "yaml", f"---\n{BROKEN}---\n{SOUND}", 1)
            assert await session.analysis(uri) is not None
        assert len(project._known) == project_module._MAX_KNOWN < 100
        assert uris[-1] in project._known
        assert all(session.close(uri) for uri in uris)
        await session.run(lambda _: None)
        assert project._known == {}
        session._worker.shutdown()

    asyncio.run(work())


def test_the_other_files_of_an_experiment_are_read_again(tmp_path: Path) -> None:
    project = Project(Overrides())
    text = f"{SOUND}---\n{SOUND.replace('~', '2')}"
    path, training = tmp_path / "model.yaml", tmp_path / "training.yaml"

    def now() -> tuple[str, ...]:
        (path).write_text(text)
        outcome = project.analyse(OpenDocument(URI, str(path), text), "utf-16").outcome
        whole = Linter(Overrides()).run(FoundFile(str(path)), Source(str(path), text, b""))
        assert outcome is not None
        assert outcome.diagnostics == whole.diagnostics
        return tuple(each.code for each in whole.diagnostics)

    assert "LL502" not in now()
    training.write_text(f"training:\n  epochs: 2\n{SOUND}")
    assert "LL502" in now()


def test_the_tree_is_there_for_who_asks_what_stands_at_the_cursor() -> None:
    project = Project(Overrides())
    text = f"---\n{BROKEN}{'# long' * 400}\n---\n{SOUND}"
    analysis = project.analyse(OpenDocument(URI, PATH, text), "utf-16")
    assert analysis.outcome is not None
    assert analysis.outcome.checked is None
    row = text[: text.rindex("cross_entropy")].count("\n")
    found = hovered(project, analysis, URI, (row, 20))
    assert found is not None
    assert "cross_entropy" in found[0].markdown
    assert analysis.checked is not None
    assert len(analysis.checked.sites) == 2
    offered = actions(
        project, analysis, analysis.outcome.diagnostics[0].span, None, automatic=False
    )
    assert {each.kind for each in offered} >= {"quickfix", "refactor.rewrite"}
    analysis.forget()


def test_the_losses_are_converted_with_the_values_of_the_other_files(tmp_path: Path) -> None:
    text = SOUND.replace("weight: ~", "weight: ${training.factor}")
    assert text != SOUND
    path = tmp_path / "model.yaml"
    path.write_text(text)
    (tmp_path / "training.yaml").write_text("training:\n  factor: ~\n")
    project = Project(Overrides())
    analysis = project.analyse(OpenDocument(path.as_uri(), str(path), text), "utf-16")
    at = text.index("weight")
    (offered,) = (
        each
        for each in actions(project, analysis, diagnostics.Span(at, at), None, automatic=False)
        if each.kind == "refactor.rewrite"
    )
    assert offered.new_file is not None
    assert "categorical_crossentropy" in offered.new_file.text


def test_the_examples_of_all_rules_are_judged_alike_as_documents_of_one_file() -> None:
    found = (blocks for rule in RULES for blocks in examples(rule).values())
    documents = [text for blocks in found for name, text in blocks if not name.endswith(".py")]
    alone = [text for text in documents if pieces_of(f"---\n{text}\n") and "${" not in text]
    several = [text for text in alone if not parse_yaml(f"---\n{text}\n").problems]
    assert len(several) > 150
    text = "".join(f"---\n{each}\n" for each in several)
    said = fresh(text)
    assert len({each.code for each in said[0]}) > 60
    project = Project(Overrides())
    assert typed(project, text) == said
    assert typed(project, f"# a\n{text}", 2) == fresh(f"# a\n{text}")
