"""The NetsPresso half: lists of criteria on batches, in a process of its own.

Run as a module with two paths: jobs in, results out, both .npz. With `trainer` as the third
argument the criteria are those of the installed NetsPresso Trainer, otherwise losslint's own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from losslint.dryrun.nested_arrays import map_leaves
from losslint.dryrun.records import Batch

from .records import Criteria, Result

_ROOT = Path(__file__).resolve().parents[2]
_FIELDS = ("out", "target")


def run_all(jobs: Sequence[Criteria], dtype: str) -> tuple[list[list[Result]], str]:
    """The results of each job, one a list, and which code computed them.

    Raises:
        RuntimeError: the process failed; the text is the end of what it said.
    """
    trainer = os.environ.get("LOSSLINT_TRAINER_PYTHON")
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder, "jobs.npz"), Path(folder, "results.npz")
        _write_jobs(given, jobs, dtype)
        command = [trainer or sys.executable, "-W", "ignore", "-m", __name__]
        done = subprocess.run(
            [*command, str(given), str(found), *(["trainer"] if trainer else [])],
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"the NetsPresso half failed: {done.stderr.strip()[-400:]}")
        return _read_results(found)


def _write_jobs(path: Path, jobs: Sequence[Criteria], dtype: str) -> None:
    """Arrays under numbers, and a text in which numbers stand for them."""
    arrays: dict[str, Any] = {}

    def kept(value: Any) -> Any:
        if not isinstance(value, np.ndarray):
            return value
        arrays[f"a{len(arrays)}"] = value
        return {"array": f"a{len(arrays) - 1}"}

    texts = [
        {
            **{field: map_leaves(getattr(job.batch, field), kept) for field in _FIELDS},
            "leaves": job.batch.leaves,
            "lists": job.lists,
            "dtype": job.dtype or dtype,
        }
        for job in jobs
    ]
    np.savez(path, text=np.array(json.dumps(texts)), **arrays)


def _read_jobs(path: Path) -> list[Criteria]:
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    text = json.loads(str(arrays.pop("text")))

    def whole(node: Any) -> Any:
        if isinstance(node, dict):
            if set(node) == {"array"}:
                return arrays[node["array"]]
            return {key: whole(child) for key, child in node.items()}
        return [whole(child) for child in node] if isinstance(node, list) else node

    return [
        Criteria(
            Batch(whole(job["out"]), whole(job["target"]), tuple(job["leaves"])),
            tuple(job["lists"]),
            job["dtype"],
        )
        for job in text
    ]


def _write_results(path: Path, results: Sequence[Sequence[Result]], label: str) -> None:
    arrays: dict[str, Any] = {}
    texts: list[list[Any]] = []
    for number, several in enumerate(results):
        texts.append([[one.problem, sorted(one.gradients)] for one in several])
        arrays[f"v{number}"] = np.array([one.value for one in several])
        for index, one in enumerate(several):
            for leaf in one.gradients:
                arrays[f"g{number}.{index}.{leaf}"] = one.gradients[leaf]
    np.savez(path, text=np.array(json.dumps({"label": label, "results": texts})), **arrays)


def _read_results(path: Path) -> tuple[list[list[Result]], str]:
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    text = json.loads(str(arrays["text"]))
    results = [
        [
            Result(
                float(arrays[f"v{number}"][index]),
                {leaf: arrays[f"g{number}.{index}.{leaf}"] for leaf in leaves},
                problem,
            )
            for index, (problem, leaves) in enumerate(several)
        ]
        for number, several in enumerate(text["results"])
    ]
    return results, text["label"]


def main() -> None:
    """Run every job of a file."""
    import torch

    from losslint.dryrun.runtimes import netspresso
    from losslint.dryrun.runtimes.torch import TorchRuntime

    torch.set_num_threads(1)
    runtime = netspresso.open_runtime() if sys.argv[3:] else TorchRuntime()
    results = computed(_read_jobs(Path(sys.argv[1])), runtime)
    _write_results(Path(sys.argv[2]), results, runtime.label)


def computed(jobs: Sequence[Criteria], runtime: Any, dtype: str = "") -> list[list[Result]]:
    """The results of each job in this process; `dtype` where a job has none of its own."""
    from losslint.dryrun.runtimes.torch import Placement

    def one(job: Criteria, entries: list[dict[str, Any]]) -> Result:
        try:
            step = runtime.run(entries, job.batch, Placement(dtype=job.dtype or dtype))
        except Exception as error:  # a framework may raise anything
            return Result(np.nan, {}, f"NetsPresso: {type(error).__name__}")
        return Result(step.value, step.gradients)

    return [[one(job, entries) for entries in job.lists] for job in jobs]


if __name__ == "__main__":
    main()
