"""Runs of `check` beside each other over one cache, some killed: nothing torn, nothing lost.

`python -m tests.kill_cache --processes 8 --runs 200` prints what was wrong, or that nothing was.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from losslint.files.cache import Cache
from losslint.files.cache_folder import FILE_NAME

ROOT = str(Path(__file__).parent.parent)
_TEXT = "model:\n  losses:\n    - criterion: cross_entropy\n      weight: '{number}'\n"


def run(folder: Path, *, processes: int, runs: int, files: int, seed: int = 0) -> list[str]:
    """So many runs, so many at a time, every fourth of them killed; what was wrong.

    Every run has a project of its own, so that all of them write, and what it says is compared with
    what a run without cache says. A run that ended has its entries in the cache.
    """
    rng = random.Random(seed)
    cache = folder / "cache"
    environment = {**os.environ, "LOSSLINT_CACHE_DIR": str(cache), "PYTHONPATH": ROOT}
    projects = [_project(folder / f"project{number}", files) for number in range(runs)]
    # The projects differ in their place alone, which no output of theirs shows.
    expected = _check(projects[0], environment, "--no-cache")
    delays = [rng.uniform(0.02, 0.6) if number % 4 == 3 else None for number in range(runs)]
    with ThreadPoolExecutor(processes) as pool:
        jobs = [
            pool.submit(_killed, project, environment, delay)
            if delay is not None
            else pool.submit(_check, project, environment)
            for project, delay in zip(projects, delays, strict=True)
        ]
        outputs = [job.result() for job in jobs]
    wrong = [
        f"{project.name}: {output}"
        for project, output in zip(projects, outputs, strict=True)
        if output is not None and output != expected
    ]
    ended = [project for project, output in zip(projects, outputs, strict=True) if output]
    wrong += [f"{project.name}: entries are lost" for project in ended if _writes(project, cache)]
    again = [_check(project, environment) for project in ended[:processes]]
    wrong += [f"again: {output}" for output in again if output != expected]
    left = {*os.listdir(cache)} - {".gitignore", "CACHEDIR.TAG", FILE_NAME}
    # The journal of a run that was killed may wait for the next one that writes.
    wrong += [f"left over: {name}" for name in left if name != f"{FILE_NAME}-journal"]
    return wrong


def _project(folder: Path, files: int) -> Path:
    folder.mkdir(parents=True)
    for number in range(files):
        (folder / f"{number:03}.yaml").write_text(_TEXT.format(number=number))
    return folder


Output = tuple[int, bytes, bytes]


def _start(project: Path, environment: dict[str, str], *options: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "losslint", "check", "-v", "-f", "concise", *options, "."],
        cwd=project,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _check(project: Path, environment: dict[str, str], *options: str) -> Output:
    process = _start(project, environment, *options)
    out, err = process.communicate()
    return process.returncode, out, err


def _killed(project: Path, environment: dict[str, str], delay: float) -> None:
    """A run that is killed after a while, so that nothing is expected of it."""
    process = _start(project, environment)
    time.sleep(delay)
    process.kill()
    process.communicate()


def _writes(project: Path, cache: Path) -> bool:
    """Whether another run in a project has news for the cache."""
    code = (
        "import losslint.files.cache, sys\n"
        "from losslint.cli import main\n"
        "losslint.files.cache._write = lambda *rest: sys.stderr.write('writes')\n"
        "main(['check', '-q', '-f', 'concise', '.'])"
    )
    environment = {**os.environ, "LOSSLINT_CACHE_DIR": str(cache), "PYTHONPATH": ROOT}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return b"writes" in done.stderr


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.kill_cache", description=__doc__)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--files", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        wrong = run(
            Path(folder), processes=options.processes, runs=options.runs, files=options.files
        )
        size = (Path(folder) / "cache" / FILE_NAME).stat().st_size
        entry = Cache(str(Path(folder) / "cache")).get(bytes(16))
    assert entry is None
    took = time.monotonic() - start
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(
        f"{options.runs} runs, {options.processes} at a time, every fourth killed: "
        f"{len(wrong)} wrong; {size} bytes, {took:.0f} s"
    )
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    main()
