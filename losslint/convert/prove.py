"""`--prove`: both losses on the same tensors, in a process that holds the two frameworks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

from losslint.catalog.equivalences import find
from losslint.convert.conversion import Conversion
from losslint.convert.model import EntryPlan, Loss, Proof, ProofCurve

# NumPy, which the proof itself is made with, comes with the frameworks and is missing with them.
_BOOT = """
import sys
sys.path[:] = [p for p in sys.path if p] + [sys.argv[1]]
try:
    from losslint.dryrun.compare_losses import main
except ImportError as error:
    import json
    from losslint.dryrun.backends import missing_framework
    print(json.dumps({"missing": missing_framework("keras", error)}))
    sys.exit(3)
sys.exit(main())
"""
_QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": ""}
_SECONDS = 300.0

# Between rounding, which stays below these, and a real difference, which does not.
_EXACT = {"float64": 1e-9, "float32": 1e-3}
_ROOM = 10.0


class MissingFrameworkError(Exception):
    """A framework is not installed, or its process failed; the text is one line that says so."""


class Prover:
    """One child process that answers for every file of a run; a context manager.

    `points`: how many points of both curves to compute, 0 for none.
    """

    def __init__(self, points: int = 0) -> None:
        self._points = points
        root = str(Path(__file__).resolve().parents[2])
        self._process = subprocess.Popen(
            (sys.executable, "-c", _BOOT, root),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_QUIET},
            text=True,
            encoding="utf-8",
        )
        self._label: str | None = None

    def __enter__(self) -> Prover:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def __call__(self, result: Conversion) -> Conversion:
        """A converted file with its proofs; refused where one fails.

        Raises MissingFrameworkError.
        """
        if result.status != "converted" or result.migrated:
            return result
        entries = tuple(self._proved(entry) for entry in result.plan.entries)
        plan = result.plan._replace(entries=entries)
        if any(entry.action == "refuse" for entry in entries):
            return result._replace(status="refused", plan=plan, text=None, after=None)
        return result._replace(plan=plan)

    def _proved(self, entry: EntryPlan) -> EntryPlan:
        pair = _pair(entry)
        if pair is None:
            return entry
        self._label = self._label or str(self._line().get("label", ""))
        answer = self._ask({**pair, "points": self._points})
        entry = entry._replace(curve=_curve(answer.get("curve")))
        if "problem" in answer:
            return entry._replace(action="refuse", reason=f"the proof fails: {answer['problem']}")
        numbers = {kind: _numbers(answer.get(kind)) for kind in _EXACT}
        proof = Proof(*numbers["float64"], *numbers["float32"], self._label)
        proved = entry._replace(proof=proof)
        problem = _fails(proved, numbers)
        return proved._replace(action="refuse", reason=problem) if problem else proved

    def _ask(self, pair: dict[str, object]) -> dict[str, object]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(pair) + "\n")
            self._process.stdin.flush()
        except OSError as error:
            raise MissingFrameworkError("the process that proves has ended") from error
        return self._line()

    def _line(self) -> dict[str, object]:
        """The child's next answer; its end where it takes too long."""
        assert self._process.stdout is not None
        timer = threading.Timer(_SECONDS, self._process.kill)
        timer.start()
        try:
            line = self._process.stdout.readline()
        finally:
            timer.cancel()
        if not line:
            raise MissingFrameworkError("the process that proves has ended without an answer")
        answer = json.loads(line)
        if "missing" in answer:
            raise MissingFrameworkError(str(answer["missing"]))
        return dict(answer)


def _curve(value: object) -> ProofCurve | None:
    return ProofCurve(**value) if isinstance(value, dict) else None


def _numbers(value: object) -> tuple[float, float]:
    if isinstance(value, list) and len(value) == 2:
        return float(value[0]), float(value[1])
    return float("nan"), float("nan")


def _fails(entry: EntryPlan, numbers: dict[str, tuple[float, float]]) -> str | None:
    """Why a proof fails: differences beyond rounding where the catalog promises none."""
    measured = entry.measured
    for kind, found in numbers.items():
        known = (0.0, 0.0) if measured is None else (measured.value, measured.gradient)
        for word, number, usual in zip(("value", "gradient"), found, known, strict=True):
            allowed = max(_EXACT[kind], _ROOM * usual)
            if entry.kind == "lossy":
                allowed = float("inf")
            if not number <= allowed:
                return f"the proof fails: the {word} in {kind} differs by {number:.1e}"
    return None


def _pair(entry: EntryPlan) -> dict[str, object] | None:
    """What is to be compared; None where two losses alone do not tell."""
    if entry.target is None or not all(find(row).provable for row in entry.rows):
        return None
    sides = {
        entry.source.dialect: (entry.source, entry.weight),
        entry.target.dialect: (entry.target, entry.factor),
    }
    (keras, factor), (other, weight) = sides["keras"], sides["netspresso"]
    names = _class_of(keras)
    if names is None:
        return None
    return {
        "name": names,
        "config": {key: value for key, value in keras.params if value != "auto"},
        "factor": 1.0 if factor is None else factor,
        "entry": {"criterion": other.name, **dict(other.params), "weight": weight},
        "activation": _activation(entry, keras),
    }


def _class_of(loss: Loss) -> str | None:
    from losslint.catalog import keras

    found = keras.find(loss.name)
    return found[0].class_name if found is not None else None


def _activation(entry: EntryPlan, keras: Loss) -> str:
    """What the Keras model ends in for the two to be equal."""
    if dict(keras.params).get("from_logits") is True:
        return ""
    told = next((row.activation for row in map(find, entry.rows) if row.activation), None)
    return told or ("sigmoid" if keras.name.startswith("binary_") else "softmax")
