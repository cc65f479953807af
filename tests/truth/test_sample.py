"""A few dozen cases of the truth runs; skipped where the frameworks are not."""

from __future__ import annotations

import importlib.util
import json
import os
import sys

import pytest

from . import experiment_cases, keras_cases, model_cases, netspresso_cases
from .__main__ import (
    experiment_outcomes,
    judge,
    judge_experiments,
    judge_models,
    model_outcomes,
    outcomes,
)

CASES = 48


def _is_there(*names: str) -> bool:
    return all(importlib.util.find_spec(name) is not None for name in names)


TRAINER = os.environ.get("LOSSLINT_TRAINER_PYTHON")


@pytest.mark.torch
@pytest.mark.skipif(
    not TRAINER and not _is_there("netspresso_trainer", "omegaconf", "torch"),
    reason="no NetsPresso Trainer",
)
def test_netspresso_sample() -> None:
    made = netspresso_cases.generate(CASES, 7)
    lines = [json.dumps(case._asdict()) for case in made]
    found = outcomes(TRAINER or sys.executable, "trainer", lines)
    verdicts = list(judge([case.text for case in made], found, "model.yaml"))
    assert [v for v in verdicts if v.disagreement] == []


@pytest.mark.slow
@pytest.mark.skipif(not TRAINER, reason="LOSSLINT_TRAINER_PYTHON does not name a Python")
def test_experiments_sample() -> None:
    assert TRAINER is not None
    cases = experiment_cases.generate(CASES, 7)
    found = experiment_outcomes(TRAINER, cases)
    assert [v for v in judge_experiments(cases, found) if v.disagreement] == []
    assert len({outcome for outcome, _ in found}) > 2


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.skipif(not _is_there("keras", "tensorflow"), reason="no Keras")
def test_keras_sample() -> None:
    texts = keras_cases.generate(CASES, 7)
    found = outcomes(sys.executable, "real_keras", [json.dumps(text) for text in texts])
    verdicts = list(judge(texts, found, "config.json"))
    assert [v for v in verdicts if v.disagreement] == []


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.skipif(not _is_there("keras", "tensorflow"), reason="no Keras")
def test_models_sample() -> None:
    found = model_outcomes(sys.executable, model_cases.generate(CASES, 7))
    false_alarms = [
        verdict
        for verdict in judge_models(found)
        if verdict.disagreement and verdict.outcome in ("accepted", "either")
    ]
    assert false_alarms == []
    assert len({each.outcome for each in found}) > 3


def test_generators_write_what_they_promise() -> None:
    assert len({case.text for case in netspresso_cases.generate(300, 1)}) == 300
    experiments = experiment_cases.generate(300, 1)
    assert {len(case.files) for case in experiments} <= {1, 2, 3, 4, 5}
    assert all(set(case.held.values()) <= case.files.keys() for case in experiments)
    assert all(json.loads(text) for text in keras_cases.generate(300, 1))
    assert all(json.dumps(case.as_json()) for case in model_cases.generate(300, 1))
