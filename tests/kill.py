"""Kill a process that rewrites a file, again and again: the file is always the old or the new one.

`python -m tests.kill --kills 2000` prints how many kills there were and what they found.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
OLD = b"old: " + b"a" * 300_000 + b"\n"
NEW = b"new: " + b"b" * 250_000 + b"\n"

_WRITER = """
import sys
from losslint.files.write import replace_file
from tests.kill import NEW, OLD
path = sys.argv[1]
before = open(path, "rb").read()
print("ready", flush=True)
while True:
    after = NEW if before == OLD else OLD
    refused = replace_file(path, before, after)
    assert refused is None, refused
    before = after
"""


class Tally(NamedTuple):
    """What the kills left: old and new files, torn ones, and temporary files beside them."""

    kills: int
    old: int
    new: int
    torn: int
    leftovers: int


def run(kills: int, folder: Path, seed: int = 0) -> Tally:
    """So many kills at random moments, each of a new process on one file."""
    rng = random.Random(seed)
    path = folder / "model.yaml"
    path.write_bytes(OLD)
    old = new = torn = 0
    for _ in range(kills):
        _kill_one(path, rng.uniform(0, 0.02))
        content = path.read_bytes()
        old, new = old + (content == OLD), new + (content == NEW)
        if content not in (OLD, NEW):
            torn += 1
            path.write_bytes(OLD)
    leftovers = sum(1 for each in folder.iterdir() if each != path)
    return Tally(kills, old, new, torn, leftovers)


def _kill_one(path: Path, delay: float) -> None:
    with subprocess.Popen(
        [sys.executable, "-S", "-c", _WRITER, str(path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as child:
        assert child.stdout is not None
        ready = child.stdout.readline()
        assert ready == b"ready\n"
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill")
    parser.add_argument("--kills", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = run(arguments.kills, Path(folder), arguments.seed)
    print(
        f"{tally.kills} kills: {tally.old} old files, {tally.new} new files, {tally.torn} torn, "
        f"{tally.leftovers} temporary files left behind"
    )
    return 1 if tally.torn else 0


if __name__ == "__main__":
    raise SystemExit(main())
