"""A failure is laid on a parameter where that is certain, and on none where it is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from losslint.dryrun.attribute_failure import attribute_failure, named_parameter
from losslint.dryrun.evaluate import Evaluator, evaluate
from losslint.dryrun.records import DialectName, Job, SourceLocation, Verdict, uncomputed

_ENTRY = SourceLocation("model.yaml", 1, 1)


@pytest.mark.parametrize(
    ("problem", "params", "name"),
    [
        ("TypeError: f() got an unexpected keyword argument 'alpa'", ["alpa", "gamma"], "alpa"),
        ("ValueError: `axis` must be of type `int`. Received: axis=x", ["axis", "name"], "axis"),
        ("Invalid value for argument `reduction`. Expected one of …", ["reduction"], "reduction"),
        (
            "argument 'ignore_index' (position 5) must be int, not float",
            ["ignore_index"],
            "ignore_index",
        ),
        ("TypeError: gamma must be a number, not None", ["alpha", "gamma"], "gamma"),
        ("detr_loss: matcher.gamma must be a number", ["gamma", "matcher"], "matcher"),
        # Words of a message that happen to be parameters, too.
        ("Invalid reduction dimension (7) [Op:Sum] name:", ["axis", "name", "reduction"], None),
        ("dtype='string' is not a valid dtype for Keras type promotion.", ["dtype", "gamma"], None),
        # What was looked for and is not there.
        ("KeyError: 'weight_dict'", ["matcher", "weight_dict"], None),
        ("missing 1 required keyword-only argument: 'alpha'", ["alpha"], None),
        ("TypeError: unexpected keyword argument 'alpa'", ["alpha"], None),
        ("alpha must be less than beta, and beta must be positive", ["alpha", "beta"], None),
    ],
)
def test_what_a_message_names(problem: str, params: list[str], name: str | None) -> None:
    assert named_parameter(problem, params) == name


def _job(name: str, dialect: DialectName, params: dict[str, Any]) -> Job:
    """A job whose parameters stand one a row, from row 2 on."""
    places = {key: SourceLocation("model.yaml", row, 3) for row, key in enumerate(params, start=2)}
    return Job(name, dialect, params, location=_ENTRY, places=places, points=5)


def _attributed(job: Job, fails: Callable[[Mapping[str, Any]], str | None]) -> tuple[Verdict, int]:
    """The verdict on a job that fails by its parameters, and how many trials it took."""
    trials: list[Job] = []

    def verdict(one: Job) -> Verdict:
        problem = fails(one.params)
        return uncomputed(one, problem=problem)._replace(ok=problem is None)

    async def trial(one: Job) -> Verdict:
        trials.append(one)
        return verdict(one)

    found = asyncio.run(attribute_failure(job, verdict(job), trial))
    assert not any(one.points for one in trials)
    return found, len(trials)


def test_the_one_parameter_without_which_it_computes() -> None:
    job = _job("loss", "keras", {"a": 1, "b": 2, "c": 3})
    found, trials = _attributed(job, lambda params: "odd." if "b" in params else None)
    assert found.location == job.places["b"]
    assert found.problem == "odd; it computes without b"
    assert found.params == job.params
    assert trials == 3


@pytest.mark.parametrize(
    "fails",
    [
        lambda params: "odd" if {"a", "b"} <= set(params) else None,  # either will do
        lambda params: "odd",  # none will
        lambda params: "odd" if {"a", "b"} & set(params) else None,  # both must go
    ],
)
def test_what_is_not_certain_stays_at_the_entry(
    fails: Callable[[Mapping[str, Any]], str | None],
) -> None:
    found, trials = _attributed(_job("loss", "keras", {"a": 1, "b": 2, "c": 3}), fails)
    assert (found.location, found.problem) == (_ENTRY, "odd")
    assert trials == 3


def test_trials_are_only_made_where_they_help() -> None:
    job = _job("loss", "keras", {"a": 1, "b": 2})
    found, trials = _attributed(job, lambda params: "a must be odd" if "a" in params else None)
    assert (found.location, found.problem, trials) == (job.places["a"], "a must be odd", 0)
    assert _attributed(job, lambda params: None)[1] == 0
    many = _job("loss", "keras", {f"p{number}": 1 for number in range(11)})
    found, trials = _attributed(many, lambda params: "odd" if "p3" in params else None)
    assert (found.location, trials) == (_ENTRY, 0)


def _row(evaluator: Evaluator, job: Job) -> int | None:
    """The row that a real framework's failure is laid on."""

    async def trial(one: Job) -> Verdict:
        return evaluate(evaluator, one)

    found = asyncio.run(attribute_failure(job, evaluate(evaluator, job), trial))
    assert not found.ok
    return found.location.row if found.location is not None else None


_SAVED = {"name": "x", "reduction": "sum", "dtype": "float32"}


@pytest.mark.keras
@pytest.mark.parametrize(
    ("name", "params", "row"),
    [
        ("Huber", {**_SAVED, "delt": 1.0}, 5),
        ("Huber", {**_SAVED, "reduction": "average"}, 3),
        # Keras's words: "Invalid reduction dimension (7 …) name:", "a valid dtype".
        ("CosineSimilarity", {**_SAVED, "axis": 7}, 5),
        ("BinaryFocalCrossentropy", {**_SAVED, "gamma": "2"}, 5),
        ("Huber", {**_SAVED, "delta": 0}, 5),
        ("BinaryFocalCrossentropy", {"apply_class_balancing": True, "alpha": "0.25"}, 1),
        ("Nothing", _SAVED, 1),
    ],
)
def test_failures_of_keras(
    keras_evaluator: Evaluator, name: str, params: dict[str, Any], row: int
) -> None:
    assert _row(keras_evaluator, _job(name, "keras", params)) == row


@pytest.mark.torch
@pytest.mark.parametrize(
    ("name", "params", "row"),
    [
        ("cross_entropy", {"label_smoothing": 0.1, "ignore_index": 255.0, "weight": None}, 3),
        ("cross_entropy", {"label_smoothing": 0.1, "weight": float("nan")}, 3),
        ("cross_entropy", {"cur_epoch": 3, "weight": None}, 2),
        ("seg_cross_entropy", {"ignore_index": 255, "reduce": False, "weight": None}, 3),
        ("yolox_loss", {"weight": None, "l1_activate_epoch": None}, 3),
        ("yolox_loss", {"weight": None, "l1_activation_epoch": 1}, 1),
        ("focal_loss", {"alpha": 0.25, "gamma": float("nan"), "weight": None}, 1),
    ],
)
def test_failures_of_the_criteria(name: str, params: dict[str, Any], row: int) -> None:
    pytest.importorskip("torch")
    from losslint.dryrun.backends import open_evaluator

    assert _row(open_evaluator("netspresso"), _job(name, "netspresso", params)) == row
