"""A child whose losses misbehave in every way that a framework can: run as a script."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping

import numpy as np

from losslint.dryrun.backend_main import serve
from losslint.dryrun.evaluate import Evaluator
from losslint.dryrun.meter import Meter
from losslint.dryrun.records import Batch, BatchSizes, Job, Step
from losslint.dryrun.reference.differentiable_array import as_differentiable, number


class _Fake:
    """Squares its predictions; the job's name says what else happens."""

    label = "fake 1.0"

    def devices(self) -> Mapping[str, str]:
        return {"cuda:0": "Fake GPU", "cpu": "cpu"}

    def load(self, job: Job) -> None:
        """Nothing is loaded."""

    def is_own(self, name: str) -> bool:
        return name == "own"

    def broken_by(self, job: Job, batch: Batch) -> str | None:
        return "square" if batch.out["pred"].max() > 100.0 else None

    def step(self, job: Job, batch: Batch) -> Step:
        pred = batch.out["pred"]
        _misbehave(job.name)
        _stumble(job.params)
        value = float((pred**2).sum())
        if job.name == "narrow" and pred.max() > 100.0:
            value = float("inf")
        meter = Meter()
        if job.name == "grow":
            np.ones(len(pred) << 22, np.uint8)  # 4 MiB a sample
        meter.end_backward()
        return Step(value, {"pred": 2.0 * pred}, job.dtype, job.device, meter.peak)


def _misbehave(name: str) -> None:
    if name == "crash":
        print("the kernel is not supported", file=sys.stderr, flush=True)
        os._exit(7)
    elif name == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif name == "abort":
        os.abort()
    elif name == "hang":
        # A helper process of the framework must not stay behind either.
        helper = subprocess.Popen(["sleep", "600"])
        with open(os.environ["FAKE_PIDS"], "a") as file:
            file.write(f"{os.getpid()} {helper.pid}\n")
        time.sleep(600)
    elif name == "memory":
        resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
        np.ones((1 << 32,))
    elif name == "noise":
        print("a banner on standard output", flush=True)
        os.write(1, b"and one from C\n")
    elif name == "backend":
        raise ValueError(os.environ["KERAS_BACKEND"])
    elif name == "raise":
        raise ValueError("first line\nsecond line")


def _stumble(params: Mapping[str, object]) -> None:
    """Fail for one parameter; end the process where the one that holds it up was left out."""
    if "stone" in params:
        raise ValueError("stumbled")
    if params.get("crutch") is False:
        os._exit(7)


def _batch(name: str, params: Mapping[str, object], sizes: BatchSizes, seed: int, /) -> Batch:
    pred = np.random.default_rng(seed).normal(size=(sizes.batch, sizes.classes))
    return Batch({"pred": pred}, {}, ("pred",))


def _value(
    name: str, params: Mapping[str, object], batch: Batch, /, held: Batch | None = None
) -> float:
    return number((as_differentiable(batch.out["pred"]) ** 2).sum())


def _die_at_the_start() -> None:
    """Be killed, once for each line of the file that FAKE_KILLS names."""
    path = os.environ.get("FAKE_KILLS")
    if path is None:
        return
    with open(path) as file:
        left = file.read().splitlines()
    if left:
        with open(path, "w") as file:
            file.write("\n".join(left[1:]))
        os.kill(os.getpid(), signal.SIGKILL)


def _open() -> Evaluator:
    if "FAKE_MISSING" in os.environ:
        raise ModuleNotFoundError("No module named 'fake'", name="fake")
    _die_at_the_start()
    if "FAKE_SLOW" in os.environ:
        _misbehave("hang")
    if "FAKE_DEAD" in os.environ:
        print("libfake.so: cannot open shared object file", file=sys.stderr, flush=True)
        os._exit(3)
    return Evaluator(_Fake(), _batch, _value)


if __name__ == "__main__":
    sys.exit(serve(_open, lambda error: f"{error.name}: pip install 'losslint[fake]'"))
