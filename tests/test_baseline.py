"""A baseline: known findings do not count, new ones do, what is gone is said and dropped."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from losslint.cli.watch import Watcher
from losslint.diagnostics import Diagnostic, Span
from losslint.files.cache import Cache
from losslint.files.discovery import FoundFile
from losslint.files.reading import given_source
from losslint.files.source import Source
from losslint.linter.baseline import Baseline, NoBaseline, read_baseline
from losslint.linter.cache_keys import ResultCache
from losslint.linter.outcome import FileOutcome
from losslint.linter.runner import Linter
from losslint.report import FORMATS
from losslint.server.project import OpenDocument, Project
from losslint.settings.model import Overrides
from tests import strategies as our
from tests.cli.test_check import BROKEN, SOUND
from tests.command import assert_refused, losslint

FIXTURES = Path(__file__).parent.parent / "fixtures"
NAME = "known.json"
WRITE = ("check", "--write-baseline", NAME)
CHECK = ("check", "--baseline", NAME)


def rows(folder: Path, name: str = NAME) -> list[list[str]]:
    data = json.loads((folder / name).read_text("utf-8"))
    assert data["losslint-baseline"] == 1
    assert data["findings"].pop() is None
    return list(data["findings"])


def found(folder: Path, *arguments: str) -> list[tuple[str, str]]:
    done = losslint(*CHECK, "-f", "json", *arguments, cwd=folder)
    findings = json.loads(done.stdout)
    assert done.returncode == int(any(each["severity"] != "info" for each in findings)), done.stderr
    return [(os.path.basename(each["filename"]), each["code"]) for each in findings]


def old_repository(folder: Path) -> Path:
    """Configs of both styles, programs and a notebook, most of them broken."""
    for kind in ("keras", "netspresso", "python"):
        for state in ("broken", "sound"):
            shutil.copytree(FIXTURES / kind / state, folder / kind / state)
    for path in folder.rglob("*.expect"):
        path.unlink()
    return folder


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def take_up(folder: Path, victim: Path, fault: tuple[str, str], old: str) -> None:
    """An old repository in three commands: baseline, a new fault is found, mended it shrinks."""
    assert losslint("check", cwd=folder).returncode == 1
    done = losslint(*WRITE, cwd=folder)
    assert done.returncode == 0
    before = rows(folder)
    assert done.stdout.splitlines()[-1] == (
        f"Wrote {len(before)} findings to {NAME}: {len(before)} new, 0 gone".encode()
    )
    assert found(folder) == []

    # A new fault is found, alone.
    sound = victim.read_text("utf-8")
    assert fault[0] in sound
    victim.write_text(sound.replace(*fault, 1), "utf-8")
    assert {name for name, _ in found(folder)} == {victim.name}
    victim.write_text(sound, "utf-8")

    # Old ones are mended: it is said, and they are dropped at the next write.
    mended = folder / old
    losslint("check", "--fix", "--unsafe-fixes", "--no-baseline", str(mended), cwd=folder)
    done = losslint(*CHECK, cwd=folder)
    assert done.returncode == 0
    gone = done.stderr.count(b" no longer occurs\n")
    assert gone
    assert f"of {NAME} no longer occur".encode() in done.stderr
    done = losslint(*WRITE, cwd=folder)
    told = f"Wrote {len(before) - gone} findings to {NAME}: 0 new, {gone} gone\n"
    assert done.stdout.endswith(told.encode())
    after = rows(folder)
    assert len(after) == len(before) - gone
    assert set(map(tuple, after)) < set(map(tuple, before))
    assert {row[2] for row in before if row not in after} == {old}
    assert found(folder) == []


@pytest.mark.slow
def test_an_old_repository_is_taken_up(tmp_path: Path) -> None:
    old_repository(tmp_path)
    victim = tmp_path / "netspresso" / "sound" / "lanes-segformer.yaml"
    take_up(
        tmp_path, victim, ("seg_cross_entropy", "cross_entropi"), "netspresso/broken/first-try.yaml"
    )


@pytest.mark.slow
def test_two_branches_merge_without_a_conflict(tmp_path: Path) -> None:
    merge_two_branches(old_repository(tmp_path))


def merge_two_branches(tmp_path: Path) -> None:
    """Each branch takes a file away and writes the baseline; git merges them."""
    losslint(*WRITE, cwd=tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "old")
    before = rows(tmp_path)
    # Where lines beside each other change, git cannot tell; of these, others lie between.
    left, right = before[0][2], before[-1][2]
    assert left != right
    for branch, path in (("left", left), ("right", right)):
        git(tmp_path, "checkout", "-qb", branch, "main")
        (tmp_path / path).unlink()
        done = losslint(*WRITE, cwd=tmp_path)
        assert b": 0 new, " in done.stdout
        git(tmp_path, "commit", "-qam", branch)
    git(tmp_path, "merge", "-q", "left", "-m", "both")
    assert rows(tmp_path) == [row for row in before if row[2] not in (left, right)]
    assert found(tmp_path) == []
    assert losslint(*CHECK, cwd=tmp_path).stderr == b""


def test_git_keeps_the_lines_of_both_sides(tmp_path: Path) -> None:
    """With `merge=union`, even where both branches change the same lines."""
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text(BROKEN)
    (tmp_path / ".gitattributes").write_text(f"{NAME} merge=union\n")
    losslint(*WRITE, cwd=tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "old")
    for branch, names in (("left", "ab"), ("right", "bc")):
        git(tmp_path, "checkout", "-qb", branch, "main")
        for name in names:
            (tmp_path / f"{name}.yaml").write_text(SOUND)
        (tmp_path / f"{branch}.yaml").write_text(BROKEN)
        losslint(*WRITE, cwd=tmp_path)
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", branch)
    git(tmp_path, "merge", "-q", "left", "-m", "both")
    assert found(tmp_path) == []
    losslint(*WRITE, cwd=tmp_path)
    assert sorted(row[2] for row in rows(tmp_path)) == ["left.yaml", "right.yaml"]


def test_union_of_lines_is_read(tmp_path: Path) -> None:
    """`merge=union` leaves lines of both sides, in any order and twice: they count once."""
    (tmp_path / "m.yaml").write_text(BROKEN)
    (tmp_path / "n.yaml").write_text(BROKEN)
    losslint(*WRITE, cwd=tmp_path)
    lines = (tmp_path / NAME).read_text().splitlines(keepends=True)
    assert len(lines) == 4
    (tmp_path / NAME).write_text("".join([lines[0], lines[2], lines[1], lines[2], lines[3]]))
    assert found(tmp_path) == []
    assert losslint(*WRITE, cwd=tmp_path).returncode == 0
    assert (tmp_path / NAME).read_text().splitlines(keepends=True) == lines


def test_the_file_is_sorted_and_the_same_each_time(tmp_path: Path) -> None:
    old_repository(tmp_path)
    losslint(*WRITE, cwd=tmp_path)
    first = (tmp_path / NAME).read_bytes()
    assert rows(tmp_path) == sorted(rows(tmp_path))
    assert first.count(b"\n") == len(rows(tmp_path)) + 2
    losslint(*WRITE, "--no-cache", "--jobs", "1", cwd=tmp_path)
    assert (tmp_path / NAME).read_bytes() == first
    # From another folder, and by absolute paths, the names are the same.
    (tmp_path / NAME).unlink()
    place = tmp_path / "keras"
    losslint("check", "--write-baseline", f"../{NAME}", str(tmp_path), cwd=place)
    assert (tmp_path / NAME).read_bytes() == first


OTHER = "criterion: focal_loss, alpha: 0.25, gamma: 2.0"
MOVED = [
    ("rows above", "# a\n# b\n\n" + BROKEN),
    (
        "an entry above",
        BROKEN.replace("losses:\n", f"losses:\n    - {{{OTHER}, weight: ~}}\n"),
    ),
    ("other line ends", BROKEN.replace("\n", "\r\n")),
    ("a comment behind", BROKEN.replace("'1'", "'1'  # old")),
]


@pytest.mark.parametrize(("text"), [text for _, text in MOVED], ids=[name for name, _ in MOVED])
def test_what_moves_stays_known(text: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    losslint(*WRITE, cwd=tmp_path)
    (tmp_path / "m.yaml").write_bytes(text.encode())
    assert found(tmp_path) == []
    assert losslint(*CHECK, cwd=tmp_path).stderr == b""


NEW = [
    ("another value", BROKEN.replace("'1'", "'2'")),
    ("another rule", BROKEN + "      label_smoothing: 2\n"),
    ("once more", BROKEN + f"    - {{{OTHER}, weight: '1'}}\n"),
]


@pytest.mark.parametrize(("text"), [text for _, text in NEW], ids=[name for name, _ in NEW])
def test_what_is_new_counts(text: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    losslint(*WRITE, cwd=tmp_path)
    (tmp_path / "m.yaml").write_text(text)
    assert len(found(tmp_path)) == 1


def test_a_renamed_file_is_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    losslint(*WRITE, cwd=tmp_path)
    (tmp_path / "m.yaml").rename(tmp_path / "n.yaml")
    assert found(tmp_path) == [("n.yaml", "LL211")]
    assert b"m.yaml: LL211 at model.losses[].weight no longer occurs" in (
        losslint(*CHECK, cwd=tmp_path).stderr
    )
    done = losslint(*WRITE, cwd=tmp_path)
    assert b"Wrote 1 finding to known.json: 1 new, 1 gone\n" in done.stdout


def test_with_both_options_it_only_shrinks(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(BROKEN)
    losslint(*WRITE, cwd=tmp_path)
    (tmp_path / "a.yaml").write_text(SOUND)
    (tmp_path / "c.yaml").write_text(BROKEN)
    done = losslint(*CHECK, "--write-baseline", NAME, "-f", "concise", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.startswith(b"c.yaml:4:15: LL211")
    assert b"Wrote 1 finding to known.json: 0 new, 1 gone\n" in done.stdout
    assert [row[2] for row in rows(tmp_path)] == ["b.yaml"]


def test_what_was_not_looked_at_is_neither_gone_nor_dropped(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "m.yaml").write_text(BROKEN)
    losslint(*WRITE, cwd=tmp_path)
    before = rows(tmp_path)
    (tmp_path / "one" / "m.yaml").write_text(SOUND)
    # Another folder, another rule, and a file that cannot be read at the moment.
    assert losslint(*CHECK, "two", cwd=tmp_path).stderr == b""
    assert losslint(*CHECK, "--select", "LL1", cwd=tmp_path).stderr == b""
    for arguments in (("two",), ("--select", "LL1")):
        losslint(*WRITE, *arguments, cwd=tmp_path)
        assert rows(tmp_path) == before
    (tmp_path / "one" / "m.yaml").write_text(BROKEN + "  ][\n")
    assert b"no longer" not in losslint(*CHECK, cwd=tmp_path).stderr
    (tmp_path / "one" / "m.yaml").unlink()
    losslint(*WRITE, "two", cwd=tmp_path)
    assert rows(tmp_path) == before
    losslint(*WRITE, cwd=tmp_path)
    assert [row[2] for row in rows(tmp_path)] == ["two/m.yaml"]


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_shows_the_new_ones_alone(format: str, tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_text(BROKEN)
    losslint(*WRITE, cwd=tmp_path)
    (tmp_path / "new.yaml").write_text(BROKEN)
    done = losslint(*CHECK, "-f", format, cwd=tmp_path)
    assert done.returncode == 1
    assert b"new.yaml" in done.stdout
    assert b"old.yaml" not in done.stdout
    done = losslint(*WRITE, "-f", format, cwd=tmp_path)
    assert done.returncode == 0
    assert b"LL211" not in done.stdout.replace(b'"id": "LL211"', b"")
    if format == "json":
        assert done.stdout == b"[]\n"
        assert done.stderr == b"Wrote 2 findings to known.json: 1 new, 0 gone\n"


def test_statistics_exit_zero_and_standard_input(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    losslint(*WRITE, cwd=tmp_path)
    (tmp_path / "n.yaml").write_text(BROKEN)
    assert losslint(*CHECK, "--statistics", cwd=tmp_path).stdout.startswith(b"1\tLL211")
    assert losslint(*CHECK, "--exit-zero", cwd=tmp_path).returncode == 0
    known = losslint(*CHECK, "-", "--stdin-filename", "m.yaml", cwd=tmp_path, stdin=BROKEN.encode())
    assert (known.returncode, known.stderr) == (0, b"")
    new = losslint(*CHECK, "-", "--stdin-filename", "o.yaml", cwd=tmp_path, stdin=BROKEN.encode())
    assert new.returncode == 1


def test_only_new_findings_are_fixed(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    losslint(*WRITE, cwd=tmp_path)
    both = BROKEN + f"    - {{{OTHER}, weight: '2'}}\n"
    (tmp_path / "m.yaml").write_text(both)
    shown = losslint(*CHECK, "--diff", "--unsafe-fixes", cwd=tmp_path).stdout
    assert b", weight: 2}" in shown
    assert b"+      weight: 1" not in shown
    done = losslint(*CHECK, "--fix", "--unsafe-fixes", cwd=tmp_path)
    assert done.returncode == 0
    assert (tmp_path / "m.yaml").read_text() == both.replace("'2'", "2")
    losslint("check", "--fix", "--unsafe-fixes", "--no-baseline", cwd=tmp_path)
    assert (tmp_path / "m.yaml").read_text() == both.replace("'2'", "2").replace("'1'", "1")


def test_the_settings_name_one(tmp_path: Path) -> None:
    (tmp_path / "losslint.toml").write_text(f'baseline = "../{NAME}"\n')
    top = tmp_path / "top"
    top.mkdir()
    (tmp_path / "losslint.toml").rename(top / "losslint.toml")
    (top / "m.yaml").write_text(BROKEN)
    missing = losslint("check", "top", cwd=tmp_path)
    assert missing.returncode == 2
    assert missing.stderr.endswith(b"known.json does not exist; --write-baseline makes it\n")
    assert losslint(*WRITE, "top", cwd=tmp_path).returncode == 0
    assert [row[2] for row in rows(tmp_path)] == ["top/m.yaml"]
    # Of whatever folder the run is, and whether or not the outcome is in the cache.
    for folder, arguments in ((tmp_path, ("top",)), (top, ()), (top, ("--no-cache",))):
        done = losslint("check", *arguments, cwd=folder)
        assert done.returncode == 0
        assert b"1 finding known by the baseline" in done.stdout
    assert losslint("check", "--no-baseline", cwd=top).returncode == 1
    assert losslint("check", cwd=top).returncode == 0


WRONG = [
    ("", "is no baseline of losslint"),
    (BROKEN, "is no baseline of losslint"),
    ("[1]", "is no baseline of losslint"),
    ('{"losslint-baseline": 2, "findings": [\nnull]}\n', "is a baseline of version 2; this"),
    ('{"losslint-baseline": 1, "findings": [\n', "is torn: it does not end as it was written"),
    ('{"losslint-baseline": 1, "findings": []}', "is a baseline with a line that holds no finding"),
    (
        '{"losslint-baseline": 1, "findings": [\n["a", "LL1"],\nnull]}',
        "is a baseline with a line that holds no finding",
    ),
    (
        '{"losslint-baseline": 1, "findings": [\n<<<<<<< HEAD\n=======\n>>>>>>> b\nnull]}\n',
        "holds the marks of a merge conflict",
    ),
    ("[" * 100_000, "is no baseline of losslint"),
    ("\udcff", "is no baseline of losslint"),
]


@pytest.mark.parametrize(("text", "reason"), WRONG)
def test_what_is_no_baseline_is_one_sentence(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(text.encode("utf-8", "surrogateescape"))
    (tmp_path / "m.yaml").write_text(BROKEN)
    done = losslint(*CHECK, "m.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(f"losslint: {NAME} {reason}".encode())
    assert done.stderr.count(b"\n") == 1
    # What is not ours is not written over; what was to be ours is made anew.
    done = losslint(*WRITE, "m.yaml", cwd=tmp_path)
    if "no baseline" in reason:
        assert done.returncode == 2
        assert (tmp_path / NAME).read_bytes() == text.encode("utf-8", "surrogateescape")
    else:
        assert done.returncode == 0
        assert len(rows(tmp_path)) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--baseline", "gone.json"], "gone.json does not exist; --write-baseline makes it"),
        (["--baseline", "a", "--no-baseline"], "--baseline and --no-baseline: choose one"),
        (
            ["--baseline", "a.json", "--write-baseline", "b.json"],
            "--baseline and --write-baseline name two files: only one can shrink",
        ),
        (["--write-baseline", "no/b.json"], "no/b.json: the folder no does not exist"),
        (["--write-baseline", "."], "--write-baseline .: . is a folder"),
        (
            ["--write-baseline", "m.yaml"],
            "m.yaml: it is no baseline of losslint, and was left",
        ),
        (["--write-baseline", "b.json", "--fix"], "known: leave --fix out"),
        (["--write-baseline", "b.json", "--diff"], "known: leave --fix out"),
        (["--write-baseline", "b.json", "--watch"], "known: leave --watch out"),
        (["--write-baseline", "b.json", "--statistics"], "known: leave --statistics out"),
        (["--write-baseline", "b.json", "-"], "standard input has no path"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    assert_refused(sentence, "check", *arguments, cwd=tmp_path)
    assert (tmp_path / "m.yaml").read_text() == BROKEN


def test_a_wrong_baseline_of_a_nested_folder_costs_that_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "losslint.toml").write_text('baseline = "gone.json"\n')
    (tmp_path / "in" / "m.yaml").write_text(BROKEN)
    (tmp_path / "m.yaml").write_text(BROKEN)
    done = losslint("check", "-f", "concise", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout.startswith(b"m.yaml:4:15: LL211")
    assert b"gone.json does not exist" in done.stderr


def test_a_baseline_in_a_walked_folder_is_no_config(tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(BROKEN)
    for name in ("known.json", "known.yaml", "known.py"):
        losslint("check", "--write-baseline", name, "m.yaml", cwd=tmp_path)
        (tmp_path / f"torn-{name}").write_bytes((tmp_path / name).read_bytes()[:-6])
        done = losslint("check", "--baseline", name, ".", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, b"")


def _outcome(texts: list[str], path: str = "m.yaml") -> FileOutcome:
    """A file with a finding on each text; all of them of one rule, at one place."""
    source, at = "\n".join(texts), 0
    found: list[Diagnostic] = []
    for text in texts:
        span = Span(at, at + len(text))
        found.append(Diagnostic("LL110", "a", "error", "m", span, path=f"a[{len(found)}]"))
        at += len(text) + 1
    return FileOutcome(path, Source(path, source, source.encode()), tuple(found))


words = st.lists(st.sampled_from(["a", "b", "c"]), max_size=6)


@given(words, words)
def test_equal_findings_are_counted(old: list[str], new: list[str]) -> None:
    baseline = Baseline("known.json")
    baseline.with_all_known(_outcome(old))
    later = Baseline("known.json", baseline.added.values())
    left = later.without_known(_outcome(new))
    more = {word: max(new.count(word) - old.count(word), 0) for word in "abc"}
    assert len(left.diagnostics) == sum(more.values())
    assert left.known == len(new) - sum(more.values())
    fewer = {word: max(old.count(word) - new.count(word), 0) for word in "abc"}
    assert len(later.gone(lambda _path, _code: True)) == sum(fewer.values())


@given(st.lists(st.text(max_size=20), max_size=5), st.text(min_size=1, max_size=20))
def test_what_is_written_is_read(texts: list[str], name: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, NAME)
        baseline = Baseline(path)
        file = name.replace("\0", "").replace("/", "") or "m"
        baseline.with_all_known(_outcome(texts, os.path.join(folder, file)))
        assert baseline.write_without(()) == len(baseline.added)
        again = read_baseline(path)
        assert not isinstance(again, NoBaseline)
        assert again.entries == baseline.added


def test_an_editor_shows_the_new_ones_alone(tmp_path: Path) -> None:
    (tmp_path / "losslint.toml").write_text(f'baseline = "{NAME}"\n')
    (tmp_path / "m.yaml").write_text(BROKEN)
    losslint(*WRITE, cwd=tmp_path)
    project = Project(Overrides())
    path = str(tmp_path / "m.yaml")

    def codes(text: str) -> list[str]:
        analysis = project.analyse(OpenDocument(f"file://{path}", path, text), "utf-16")
        assert analysis.outcome is not None
        assert analysis.checked is not None
        assert analysis.checked.diagnostics == analysis.outcome.diagnostics
        return [each.code for each in analysis.outcome.diagnostics]

    assert codes(BROKEN) == []
    assert codes("# moved\n" + BROKEN) == []
    assert codes(BROKEN.replace("'1'", "'2'")) == ["LL211"]
    # It was written anew while the editor was open.
    before = (tmp_path / NAME).read_text()
    (tmp_path / NAME).write_text('{"losslint-baseline": 1, "findings": [\nnull]}\n')
    assert codes(BROKEN) == ["LL211"]
    (tmp_path / NAME).write_text(before[:-8])
    analysis = project.analyse(OpenDocument("file://m", path, BROKEN), "utf-16")
    assert "is torn" in (analysis.problem or "")


def test_what_is_watched_shows_the_new_ones_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text(BROKEN)
    losslint(*WRITE, cwd=tmp_path)
    cache = ResultCache(Cache(None))
    said = Overrides(baseline=str(tmp_path / NAME))
    watcher = Watcher(lambda: Linter(said, cache), ["m.yaml"])
    watcher.look()
    assert [(o.diagnostics, o.known) for o in watcher.outcomes] == [((), 1)]
    (tmp_path / NAME).unlink()
    watcher.look()
    assert watcher.problems == (f"{tmp_path / NAME} does not exist; --write-baseline makes it",)


@settings(max_examples=25, deadline=None)
@given(our.netspresso(), st.sampled_from(["# a\n\n", "\n# a\n# b\n", "other: 1\n"]))
def test_whatever_stands_above_leaves_it_known(text: str, above: str) -> None:
    linter, baseline = Linter(Overrides()), Baseline("known.json")

    def outcome(content: str) -> FileOutcome:
        given = given_source("m.yaml", content.encode())
        return linter.run(FoundFile("m.yaml", explicit=True), given)

    before = outcome(text)
    baseline.with_all_known(before)
    later = Baseline("known.json", baseline.added.values())
    after = later.without_known(outcome(above + text))
    assert after.diagnostics == ()
    assert after.known == len(before.diagnostics)
    assert later.gone(lambda _path, _code: True) == []
