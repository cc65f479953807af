"""Edits as an editor tells of them: the answer is that of a fresh check, and nothing piles up."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from losslint.server.documents import Change, OpenDocument
from losslint.server.position_map import Encoding, PositionMap
from losslint.server.project import Analysis, Project
from losslint.settings.model import Overrides
from losslint.syntax import yaml_tree
from tests.server.client import Editor, Json
from tests.server.test_protocol import long_config

pytest.importorskip("pygls")

from losslint.server import session as session_module
from losslint.server.memory import tidy
from losslint.server.session import Session
from losslint.server.turns import SupersededError, Turn

SOUND = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
BROKEN = SOUND.replace("~", "'1'")
PIECES = (
    "model:\n", "  losses:\n", "    - criterion: cross_entropi\n", "      weight: '1'\n", "---\n",
    "    - {criterion: focal_loss, gama: 2}\n", "task: segmentation\n", "é😀\r\n", "\r", "# 😀 ",
    "# losslint: ignore[LL211]\n", "&a ", "*a", "- ", ": ", "[", "}", '"', "\t", " ", "\ufeff", "",
)  # fmt: skip
NUMBERS = count()


@pytest.fixture(scope="module", params=["utf-8", "utf-16"])
def editor(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Editor]:
    told = {"general": {"positionEncodings": [request.param]}}
    opened = Editor(tmp_path_factory.mktemp("project"), told)
    yield opened
    opened.kill()


def said(found: list[Json]) -> list[tuple[object, ...]]:
    return [(each["code"], each["message"], str(each["range"])) for each in found]


def part(text: str, start: int, end: int, new: str, encoding: Encoding) -> tuple[Json, str] | None:
    """An edit as an editor tells it, and the text after it; None where no editor could tell it."""
    at = PositionMap(text, encoding, marked=False)
    places = [at.line_and_character(each) for each in (start, end)]
    if [at.offset(*each) for each in places] != [start, end]:
        # Between "\r" and "\n".
        return None
    begin, stop = ({"line": line, "character": character} for line, character in places)
    change = {"range": {"start": begin, "end": stop}, "text": new}
    return change, text[:start] + new + text[end:]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_after_any_edits_the_answer_is_that_of_a_fresh_check(
    editor: Editor, data: st.DataObject
) -> None:
    encoding: Encoding = editor.answer["capabilities"]["positionEncoding"]
    assert editor.answer["capabilities"]["textDocumentSync"]["change"] == 2
    name, fresh = f"{next(NUMBERS)}.yaml", f"{next(NUMBERS)}.yaml"
    text = data.draw(st.sampled_from((BROKEN, SOUND + "---\n" + BROKEN, long_config(60)[:900], "")))
    editor.open(name, text)
    version = 1
    for _ in range(data.draw(st.integers(1, 4))):
        changes: list[Json] = []
        for _ in range(data.draw(st.integers(1, 3))):
            new = data.draw(st.sampled_from(PIECES))
            start = data.draw(st.integers(0, len(text)))
            end = data.draw(st.integers(start, min(len(text), start + 40)))
            told = part(text, start, end, new, encoding)
            if data.draw(st.integers(0, 9)) == 0:
                told = {"text": text + new}, text + new
            if told is not None:
                changes.append(told[0])
                text = told[1]
        if not changes:
            continue
        version += 1
        document = {"uri": editor.uri(name), "version": version}
        params = {"textDocument": document, "contentChanges": changes}
        editor.say("textDocument/didChange", params)
    found = editor.pushed(name, version)
    assert said(found) == said(editor.open(fresh, text))
    for each in (name, fresh):
        editor.say("textDocument/didClose", {"textDocument": {"uri": editor.uri(each)}})


class Counted(Project):
    """A project that counts what it does."""

    analysed: list[str]

    def __init__(self) -> None:
        super().__init__(Overrides())
        self.analysed = []

    def analyse(
        self, document: OpenDocument, encoding: Encoding, turn: Turn | None = None
    ) -> Analysis:
        found = super().analyse(document, encoding, turn)
        self.analysed.append(document.text)
        return found


class Late(Turn):
    """A turn that is over after so many steps."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.left = steps

    def pulse(self) -> None:
        self.left -= 1
        self.is_over |= self.left < 0
        super().pulse()


def test_a_check_ends_within_a_step_once_nobody_waits_for_it(folder: Path) -> None:
    path = str(folder / "a.yaml")
    document = OpenDocument("file:///a.yaml", path, long_config(), 1)
    project, patient = Project(Overrides()), Late(10**6)
    whole = project.analyse(document, "utf-16", patient)
    steps = 10**6 - patient.left
    assert steps > 20
    for left in (0, 1, 2, steps // 2, steps - 1):
        turn = Late(left)
        with pytest.raises(SupersededError):
            project.analyse(document, "utf-16", turn)
        assert turn.left == -1
    # What was given up leaves nothing behind.
    again = project.analyse(document, "utf-16")
    assert again.outcome is not None
    assert whole.outcome is not None
    assert again.outcome.diagnostics == whole.outcome.diagnostics


@pytest.mark.parametrize(
    "text",
    [SOUND + "a: {b: 1}\n" * 4_000, SOUND + "a: {b: 1}\n" * 4_000 + "no key\n"],
    ids=["sound", "read a second time"],
)
def test_a_long_text_is_read_no_further_once_nobody_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    fed: list[int] = []
    feed = yaml_tree._feed

    def count(*args: Any) -> Any:
        fed.append(1)
        return feed(*args)

    monkeypatch.setattr(yaml_tree, "_feed", count)
    document = OpenDocument("file:///a.yaml", "/nowhere/a.yaml", text, 1)
    project, patient = Project(Overrides()), Late(10**6)
    project.analyse(document, "utf-16", patient)
    blocks = len(fed)
    assert blocks >= 5 * (1 + ("no key" in text))
    for left in range(1, blocks):
        fed.clear()
        with pytest.raises(SupersededError):
            project.analyse(document, "utf-16", Late(left))
        assert len(fed) == left - 1


def run_with(work: Callable[[Session, Counted], object]) -> None:
    """Run something on a session whose project counts."""

    async def run() -> None:
        session, project = Session(Overrides()), Counted()
        session._project.result()
        session._project = session._worker.submit(lambda: project)
        done = work(session, project)
        assert asyncio.iscoroutine(done)
        await done
        session._worker.shutdown()

    asyncio.run(run())


def test_what_is_typed_over_is_worked_out_no_further() -> None:
    async def work(session: Session, project: Counted) -> None:
        uri = "file:///a.yaml"
        session.open(uri, "yaml", BROKEN, 1)
        first = asyncio.ensure_future(session.analysis(uri))
        await asyncio.sleep(0)
        turn = session._pending[uri].turn
        session.change(uri, [Change("#", (0, 0, 0, 0))], 2)
        assert turn.is_over
        found = await session.analysis(uri)
        assert found is not None
        # Who waited for the first gets the latest.
        assert await first is found
        assert found.document.text == "#" + BROKEN

    run_with(work)


def test_a_large_text_is_checked_while_nobody_types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "_LARGE", 10)
    waited: list[float] = []
    rested = asyncio.Event()

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        await rested.wait()

    async def work(session: Session, project: Counted) -> None:
        uri = "file:///a.yaml"
        session.open(uri, "yaml", BROKEN, 1)
        # What is opened is checked at once.
        assert await session.analysis(uri)
        assert waited == []
        with monkeypatch.context() as patched:
            patched.setattr(session_module.asyncio, "sleep", sleep)
            asked = []
            for version in range(2, 30):
                session.change(uri, [Change("#", (0, 0, 0, 0))], version)
                asked.append(asyncio.ensure_future(session.analysis(uri)))
                for _ in range(5):
                    await real_sleep(0)
            assert len(project.analysed) == 1
            rested.set()
            answers = await asyncio.gather(*asked)
        assert set(waited) == {session_module._PAUSE}
        assert project.analysed == [BROKEN, "#" * 28 + BROKEN]
        assert all(each is answers[-1] for each in answers)

    real_sleep = asyncio.sleep
    run_with(work)


def alive(*, searches: bool) -> int:
    """How many objects hold others; without a search, also those that wait for one."""
    if searches:
        tidy()
    gc.unfreeze()
    return len(gc.get_objects())


@pytest.mark.slow
def test_edits_leave_nothing_behind() -> None:
    async def work(session: Session, project: Counted) -> None:
        uri, text = "file:///a.yaml", SOUND + "---\n" + BROKEN
        session.open(uri, "yaml", text, 1)
        after = []
        for version in range(1, 601):
            letter = "x" if version % 2 else ""
            session.change(uri, [Change(text + "#" + letter)], version)
            await session.analysis(uri)
            if version % 200 == 0:
                project.analysed.clear()
                await session.run(lambda _: None)
                after.append((alive(searches=False), alive(searches=True)))
        # A check makes a thousand objects: they go at once, and none stays.
        assert after[2][0] - after[1][1] < 200 * 20
        assert after[2][1] - after[1][1] < 200

    run_with(work)


@pytest.mark.slow
def test_opened_files_are_not_kept_with_their_trees() -> None:
    async def work(session: Session, project: Counted) -> None:
        after = []
        for number in range(121):
            uri = f"file:///{number}.yaml"
            session.open(uri, "yaml", long_config(40), 1)
            found = await session.analysis(uri)
            assert found is not None
            if number % 40 == 0:
                project.analysed.clear()
                await session.run(lambda _: None)
                after.append(alive(searches=True))
        assert len(session._pending) <= session_module._MAX_KEPT
        # A document, its text and its place among the others.
        assert after[3] - after[2] < 40 * 25
        # One whose analysis was let go is asked for again, and known as before.
        first = await session.analysis("file:///0.yaml")
        assert first is not None
        assert first.outcome is not None
        assert first.outcome.diagnostics
        for number in range(121):
            assert session.close(f"file:///{number}.yaml")
        assert session._pending == {}

    run_with(work)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="looks into /proc")
def test_a_server_does_not_grow_with_what_is_typed(folder: Path) -> None:
    """The whole process, with what the libraries keep."""

    def kilobytes() -> int:
        status = Path(f"/proc/{opened.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])

    opened = Editor(folder)
    try:
        opened.open("a.yaml", BROKEN + "#\n")
        sizes = []
        for version in range(2, 4002):
            start, end = {"line": 4, "character": 1}, {"line": 4, "character": 1 + version % 2}
            change = {"range": {"start": start, "end": end}, "text": "" if version % 2 else "x"}
            document = {"uri": opened.uri("a.yaml"), "version": version}
            params = {"textDocument": document, "contentChanges": [change]}
            opened.say("textDocument/didChange", params)
            assert opened.pushed("a.yaml", version)
            opened._kept.clear()
            if version % 1000 == 1:
                sizes.append(kilobytes())
    finally:
        opened.kill()
    # Two and a half kilobytes a letter it once was.
    assert sizes[3] - sizes[0] < 2_500
