"""What a project pins beside a program: told once, and not obeyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import losslint

PROGRAM = 'import keras\nx.compile(loss="huber_loss", optimizer="adam")\n'


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "text", "release"),
    [
        ("requirements.txt", "numpy\nkeras==2.15.0\n", b"2.15"),
        ("requirements.txt", "tensorflow[and-cuda]~=2.11  # old\n", b"2.11"),
        ("requirements.txt", "tensorflow<2.16\n", b"2.15"),
        ("requirements.txt", "tensorflow==1.15.5\n", b"2.2"),
        ("requirements.txt", "tensorflow==2.5\n", b"2.5"),
        ("requirements.txt", "tensorflow<2.10\n", b"2.9"),
        ("requirements.txt", "keras<2.5\n", b"2.4"),
        ("pyproject.toml", '[project]\ndependencies = [\n  "keras<3",\n]\n', b"2.15"),
        ("pyproject.toml", '[project]\ndependencies = ["tf-keras==2.15.1"]\n', b"2.15"),
        ("requirements.txt", "keras==3.4.0\n", None),
        ("requirements.txt", "keras>=2.0\n", None),
        ("requirements.txt", "tensorflow==2.17.0\n", None),
        ("requirements.txt", "keras-tuner==1.0\n# keras==2.15\n", None),
    ],
)
def test_a_pin_is_told(name: str, text: str, release: bytes | None, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    (tmp_path / "src").mkdir()
    for program in ("a.py", "b.py"):
        (tmp_path / "src" / program).write_text(PROGRAM)
    done = losslint("check", "--no-cache", "src", cwd=tmp_path)
    assert done.stdout.count(b"LL101") == 2
    if release is None:
        assert b"--target" not in done.stderr
    else:
        assert done.stderr.count(b"--target keras=" + release + b" judges by that") == 1
    done = losslint("check", "--no-cache", "--target", "keras=2.15", "src", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
