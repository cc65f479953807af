"""`losslint check` as scripts see it: exit codes, streams, standard input, bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import assert_refused, losslint

SOUND = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: ~\n"
BROKEN = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: '1'\n"


def test_exit_codes(tmp_path: Path) -> None:
    (tmp_path / "sound.yaml").write_text(SOUND)
    (tmp_path / "broken.yaml").write_text(BROKEN)
    assert losslint("check", "sound.yaml", cwd=tmp_path).returncode == 0
    assert losslint("check", "broken.yaml", cwd=tmp_path).returncode == 1
    assert losslint("check", "--exit-zero", "broken.yaml", cwd=tmp_path).returncode == 0
    assert losslint("check", "--nonsense", cwd=tmp_path).returncode == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["missing.yaml"], "missing.yaml does not exist"),
        (["--format", "xml", "."], "--format xml: choose concise, full,"),
        (["--select", "LL999", "."], "'LL999' is no rule"),
        (["--target", "keras", "."], "write netspresso=RELEASE or keras=RELEASE"),
        (["--target", "keras=new", "."], "'new' is no release number"),
        (["--jobs", "-1", "."], "--jobs -1: a number of processes"),
        (["--jobs=-1", "."], "--jobs -1: a number of processes"),
        (["--stdin-filename", "m.yaml", "."], "--stdin-filename names standard input"),
        (["--stdin-filename", "m.yaml"], "--stdin-filename names standard input"),
        (["--diff", "--format", "json", "."], "--diff shows a diff, not json"),
        (["--statistics", "--format", "sarif", "."], "--statistics counts as text or as json"),
        (["--statistics", "--diff", "."], "--diff and --statistics: choose one"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: list[str], sentence: str, tmp_path: Path) -> None:
    assert_refused(sentence, "check", *arguments, cwd=tmp_path)


def test_standard_input(tmp_path: Path) -> None:
    done = losslint("check", "-", "--format", "json", cwd=tmp_path, stdin=BROKEN.encode())
    (finding,) = json.loads(done.stdout)
    assert (finding["code"], finding["location"]) == ("LL211", {"row": 4, "column": 15})
    assert finding["end_location"] == {"row": 4, "column": 18}
    named = losslint(
        "check", "-", "--stdin-filename", "conf/m.json", "-f", "concise", cwd=tmp_path, stdin=b"{,}"
    )
    assert named.stdout.startswith(b"conf/m.json:1:2: LL001")


def test_folder_gitignore_and_summary(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("out/\n")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "b.yaml").write_text(BROKEN)
    (tmp_path / "a.yaml").write_text(SOUND)
    (tmp_path / "other.yml").write_text("key: value\n")
    done = losslint("check", cwd=tmp_path)
    assert done.stdout == b"All checks passed! 2 files checked, 1 with losses\n"
    loud = losslint("check", "-v", cwd=tmp_path)
    assert b"other.yml: no losses" in loud.stderr


def test_what_could_not_be_checked_did_not_pass(tmp_path: Path) -> None:
    (tmp_path / "link.yaml").symlink_to("nowhere.yaml")
    (tmp_path / "m.yaml").write_text(SOUND)
    done = losslint("check", "link.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"losslint: link.yaml does not exist\n"
    done = losslint("check", "link.yaml", "m.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"1 file checked, 1 with losses\n")


def test_select_ignore_statistics(tmp_path: Path) -> None:
    text = BROKEN + "      label_smoothing: 2\n"
    (tmp_path / "m.yaml").write_text(text)

    def codes(*arguments: str) -> set[str]:
        done = losslint("check", "-f", "json", *arguments, cwd=tmp_path)
        return {finding["code"] for finding in json.loads(done.stdout)}

    assert codes() == {"LL113", "LL211"}
    assert codes("--select", "LL1") == {"LL113"}
    assert codes("--ignore", "value-out-of-range") == {"LL211"}
    assert codes("--select", "LL1", "--ignore", "LL1") == set()
    assert b"1\tLL113" in losslint("check", "--statistics", cwd=tmp_path).stdout


HOSTILE = {
    "empty.yaml": b"",
    "empty.json": b"",
    "binary.yaml": bytes(range(256)) * 8,
    "latin.yaml": "model: {task: détection}".encode("latin-1"),
    "nul.yaml": b"model:\n  losses: [\x00]\n",
    "deep.yaml": b"[" * 100_000,
    "deep.json": b"[" * 100_000,
    "deep2.yaml": b"model: {losses: " + b"[" * 100_000,
    "self.yaml": b"model:\n  losses: &a [*a]\n",
    "self2.yaml": b"model: &m\n  losses: [{criterion: cross_entropy, weight: ~, x: *m}]\n",
    "bomb.yaml": b"a0: &a0 [x]\n"
    + b"".join(
        b"a%d: &a%d [%s]\n" % (i, i, b",".join([b"*a%d" % (i - 1)] * 10)) for i in range(1, 30)
    )
    + b"model:\n  losses:\n    - {criterion: yolofastest_loss, anchors: *a29, weight: ~}\n",
    "digits.yaml": b"model:\n  losses:\n    - {criterion: focal_loss, alpha: 1, gamma: "
    + b"9" * 200_000
    + b", weight: ~}\n",
    "tag.yaml": b"model: !!python/object:os.system\n  losses: []\n",
    "utf16.yaml": SOUND.encode("utf-16"),
    "surrogate.json": b'{"LOSS": {"NAME": "\\ud800"}}',
    "line.yaml": b"model: {losses: [{criterion: cross_entropy, weight: '"
    + b"x" * 5_000_000
    + b"'}]}",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_get_a_clear_answer(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(HOSTILE[name])
    done = losslint("check", name, cwd=tmp_path)
    assert done.returncode in (0, 1)
    assert b"Traceback" not in done.stderr + done.stdout
    assert b"internal error" not in done.stderr
    assert done.stdout.strip()


def test_keys_by_the_ten_thousand(tmp_path: Path) -> None:
    keys = "".join(f"  key{i}: {i}\n" for i in range(50_000))
    (tmp_path / "many.yaml").write_text(SOUND + "training:\n" + keys)
    done = losslint("check", "many.yaml", cwd=tmp_path)
    assert done.returncode == 0


def test_no_framework_is_imported() -> None:
    code = (
        "import sys, losslint.cli, losslint.linter.runner, losslint.report\n"
        "from losslint.linter.runner import Linter\n"
        "from losslint.settings.model import Overrides\n"
        "Linter(Overrides())\n"
        "print(sorted({'numpy', 'torch', 'tensorflow', 'keras', 'jsonschema'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "[]\n"
