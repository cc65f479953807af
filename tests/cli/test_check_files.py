"""Which files and settings a run takes: --exclude, --config, --changed and their neighbours."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.test_check import BROKEN, SOUND
from tests.command import assert_refused, losslint


def files(folder: Path, *arguments: str) -> list[str]:
    """The files that would be checked, from the top of the test's folder."""
    done = losslint("check", "--show-files", *arguments, cwd=folder)
    assert (done.returncode, done.stderr) == (0, b"")
    found = done.stdout.decode().splitlines()
    assert all(os.path.isabs(path) for path in found)
    return [os.path.relpath(path, folder) for path in found]


def write(folder: Path, *names: str, text: str = BROKEN) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_the_files_are_shown_and_not_checked(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "build/b.yaml", "c/d.json", "e.py", "f.txt")
    assert files(tmp_path) == ["a.yaml", "c/d.json", "e.py"]
    assert files(tmp_path, "c", "f.txt") == ["c/d.json", "f.txt"]
    done = losslint("check", "--show-files", "gone.yaml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, b"losslint: gone.yaml does not exist\n")


def test_exclude_takes_the_place_of_the_settings(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "build/b.yaml", "c/d.yaml", "e.json", "own/f.yaml")
    (tmp_path / "losslint.toml").write_text('extend-exclude = ["own/"]\n')
    assert files(tmp_path) == ["a.yaml", "c/d.yaml", "e.json"]
    assert files(tmp_path, "--exclude", "*.json") == ["a.yaml", "build/b.yaml", "c/d.yaml"]
    both = ["build/b.yaml", "c/d.yaml"]
    assert files(tmp_path, "--exclude", "*.json,/a.yaml") == both
    assert files(tmp_path, "--exclude=*.json", "--exclude=a.yaml") == both
    assert files(tmp_path, "--extend-exclude", "*.json") == ["a.yaml", "c/d.yaml"]
    # The patterns are relative to the folder of the run; a file that is named is taken.
    assert files(tmp_path / "c", "--exclude", "/d.yaml") == []
    assert files(tmp_path, "--exclude", "*.yaml", "a.yaml") == ["a.yaml"]
    assert files(tmp_path, "--exclude", "*.yaml", "--force-exclude", "a.yaml") == []


def codes(folder: Path, *arguments: str) -> set[str]:
    done = losslint("check", "-f", "json", *arguments, cwd=folder)
    found = {row["code"] for row in json.loads(done.stdout)}
    assert done.returncode == int(bool(found)), done.stderr
    return found


def test_one_settings_file_for_all_and_none(tmp_path: Path) -> None:
    write(tmp_path, "m.yaml", "in/m.yaml", text=BROKEN + "      label_smoothing: 2\n")
    (tmp_path / "losslint.toml").write_text('select = ["LL1"]\n')
    (tmp_path / "in" / "losslint.toml").write_text('select = ["LL2"]\n')
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci" / "none.toml").write_text(
        'extend = "more.toml"\nper-file-ignores."/m.yaml"=["ALL"]'
    )
    (tmp_path / "ci" / "more.toml").write_text('ignore = ["LL2"]\n')
    assert codes(tmp_path, "m.yaml") == {"LL113"}
    assert codes(tmp_path, "in") == {"LL211"}
    assert codes(tmp_path, "--isolated") == {"LL113", "LL211"}
    # Its paths are relative to the folder of the run, and what it extends lies beside it.
    assert codes(tmp_path, "--config", "ci/none.toml", "m.yaml") == set()
    assert codes(tmp_path, "--config", "ci/none.toml", "in") == {"LL113"}
    assert codes(tmp_path, "--config", "in/losslint.toml", "--select", "LL1") == {"LL113"}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--config", "gone.toml"], "--config gone.toml: there is no such file"),
        (["--config", "pyproject.toml"], "pyproject.toml holds no [tool.losslint]"),
        (["--config", "new.toml"], "new.toml: `required-version`: this is losslint "),
        (["--config", "new.toml", "--isolated"], "--isolated and --config new.toml: choose one"),
        (["--changed"], "--changed: this is no git repository"),
        (["--changed", "-"], "--changed and --show-files are about files, and - is standard input"),
        (["--show-files", "--watch"], "--watch looks at every file again: leave --changed and"),
        (["--fix-only", "--watch"], "--watch only reports"),
        (["--changed", "confgs/"], "--changed confgs/: this is no git repository"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\n')
    (tmp_path / "new.toml").write_text('required-version = "99"\n')
    assert_refused(sentence, "check", *arguments, cwd=tmp_path)


@pytest.mark.parametrize("text", ['required-version = ">=99"\nnew = 1\n', "required-version = 1\n"])
def test_settings_for_another_release_stop_the_run(text: str, tmp_path: Path) -> None:
    write(tmp_path, "m.yaml")
    (tmp_path / "losslint.toml").write_text(text)
    done = losslint("check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"`required-version`" in done.stderr
    assert losslint("check", "--isolated", cwd=tmp_path).returncode == 1


def test_what_git_says_changed(tmp_path: Path) -> None:
    repository = tmp_path / "été"
    write(repository, "kept.yaml", "staged.yaml", "edited.yaml", "gone.yaml", "in/moved.yaml")
    assert b"no git repository" in losslint("check", "--changed", cwd=repository).stderr
    git(repository, "init", "-q")
    # Before the first commit everything is new.
    assert len(files(repository, "--changed")) == 5
    git(repository, "add", "staged.yaml")
    assert len(files(repository, "--changed")) == 5
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "all")
    assert files(repository, "--changed") == []
    write(repository, "staged.yaml", "edited.yaml", text=SOUND)
    git(repository, "add", "staged.yaml")
    write(repository, "in/new é\n.yaml", "ignored.yaml", "in/new.txt")
    (repository / ".gitignore").write_text("ignored.yaml\n")
    (repository / "gone.yaml").unlink()
    git(repository, "mv", "in/moved.yaml", "in/to.yaml")
    done = losslint("check", "--changed", "--show-files", cwd=repository)
    names = done.stdout.decode().replace("é\n.", "é.").splitlines()
    expected = ["edited.yaml", "in/new é.yaml", "in/to.yaml", "staged.yaml"]
    assert [os.path.relpath(name, repository) for name in names] == expected
    # From below, of some paths, and by absolute ones.
    (repository / "in" / "new é\n.yaml").unlink()
    assert files(repository / "in", "--changed") == ["to.yaml"]
    git(repository, "config", "diff.relative", "true")
    assert files(repository / "in", "--changed", "..") == [
        "../edited.yaml",
        "to.yaml",
        "../staged.yaml",
    ]
    assert files(repository, "--changed", "in", "kept.yaml") == ["in/to.yaml"]
    assert files(tmp_path / "été", "--changed", str(repository / "in")) == ["in/to.yaml"]


def test_what_changed_since_a_branch_was_left(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "b.yaml")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "all")
    git(tmp_path, "checkout", "-qb", "topic")
    write(tmp_path, "a.yaml", text=SOUND)
    git(tmp_path, "commit", "-qam", "a")
    # What main did meanwhile is not this branch's.
    git(tmp_path, "checkout", "-q", "main")
    write(tmp_path, "b.yaml", text=SOUND)
    git(tmp_path, "commit", "-qam", "b")
    git(tmp_path, "checkout", "-q", "topic")
    assert files(tmp_path, "--changed") == []
    assert files(tmp_path, "--changed", "main") == ["a.yaml"]
    assert files(tmp_path, "--changed=main~1", ".") == ["a.yaml"]
    write(tmp_path, "c.yaml")
    assert files(tmp_path, "--changed", "main", ".") == ["a.yaml", "c.yaml"]
    done = losslint("check", "--changed", "main", "-f", "concise", cwd=tmp_path)
    assert done.stdout.startswith(b"c.yaml:4:15: LL211")
    assert b"in 1 of 2 files" in done.stdout
    done = losslint("check", "--changed", "maain", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        b"losslint: --changed maain: git knows no commit 'maain'\n",
    )
    git(tmp_path, "checkout", "-q", "--orphan", "other")
    git(tmp_path, "commit", "-qm", "other")
    done = losslint("check", "--changed", "main", cwd=tmp_path)
    assert done.returncode == 2
    assert b"have no commit in common" in done.stderr


RISING = """model:
  task: detection
  losses:
    - criterion: yolox_loss
      l1_activate_epoch: 20
      weight: ~
"""


def test_losses_whose_experiment_changed(tmp_path: Path) -> None:
    """A training of fewer epochs is a fault of the losses, which stand in another file."""
    write(tmp_path, "a/model.yaml", "b/model.yaml", "m/yolox.yaml", "n.yaml", text=RISING)
    for name in ("a", "b", "t"):
        write(tmp_path, f"{name}/training.yaml", text="training: {epochs: 30}\n")
    write(tmp_path, "a/notes.yaml", text="loss: none\n")
    declared = 'experiments = [["m/yolox.yaml", "t/training.yaml"]]\n'
    (tmp_path / "losslint.toml").write_text(declared)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "all")
    assert files(tmp_path, "--changed") == []
    for name in ("a", "t"):
        write(tmp_path, f"{name}/training.yaml", text="training: {epochs: 3}\n")
    own = ["a/training.yaml", "t/training.yaml"]
    assert sorted(files(tmp_path, "--changed")) == [
        "a/model.yaml",
        *own[:1],
        "m/yolox.yaml",
        own[1],
    ]
    assert files(tmp_path, "--changed", "b", "m") == ["m/yolox.yaml"]
    assert codes(tmp_path, "--changed") == {"LL500"}
    losslint("check", "--changed", "--write-baseline", "k.json", cwd=tmp_path)
    assert codes(tmp_path, "--baseline", "k.json") == set()


def test_a_baseline_of_what_changed_keeps_the_rest(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "b.yaml")
    losslint("check", "--write-baseline", "k.json", cwd=tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "all")
    write(tmp_path, "a.yaml", text=SOUND)
    done = losslint("check", "--changed", "--baseline", "k.json", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr.count(b" no longer occurs\n") == 1
    losslint("check", "--changed", "--write-baseline", "k.json", cwd=tmp_path)
    assert losslint("check", "--baseline", "k.json", cwd=tmp_path).returncode == 0


def test_fixes_alone(tmp_path: Path) -> None:
    fixable = "model:\n  losses:\n    - criterion: cross_entropy\n"
    left = fixable + "      label_smoothing: 2\n"
    write(tmp_path, "m.yaml", text=left)
    done = losslint("check", "--fix-only", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"Fixed 1 finding.\n", b"")
    assert "weight: ~" in (tmp_path / "m.yaml").read_text()
    done = losslint("check", "--fix-only", "-f", "json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"[]\n")
    done = losslint("check", "--fix-only", "-", cwd=tmp_path, stdin=left.encode())
    assert b"weight: ~" in done.stdout
    done = losslint("check", "--fix-only", "--diff", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_fix_may_be_a_failure(tmp_path: Path) -> None:
    fixable = "model:\n  losses:\n    - criterion: cross_entropy\n"
    strict = ("check", "--exit-non-zero-on-fix")
    for options, code in (
        (("--fix",), 1),
        (("--fix-only",), 1),
        (("--fix", "--exit-zero"), 0),
    ):
        write(tmp_path, "m.yaml", text=fixable)
        assert losslint(*strict, *options, cwd=tmp_path).returncode == code
        assert losslint(*strict, *options, cwd=tmp_path).returncode == 0
    write(tmp_path, "m.yaml", text=fixable)
    assert losslint("check", "--fix", cwd=tmp_path).returncode == 0
