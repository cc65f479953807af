"""Configs through the whole of a dry run, by the criteria that are installed here."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from losslint.dryrun.backends import open_evaluator
from losslint.dryrun.collect_jobs import JobOptions, all_jobs, jobs_from_paths
from losslint.dryrun.evaluate import evaluate
from losslint.dryrun.records import BatchSizes, Job, Verdict

pytestmark = pytest.mark.torch

_DETR = {
    "losses": ["cardinality"],
    "weight_dict": {"cardinality_error": 1},
    "matcher": {
        "type": "HungarianMatcher",
        "weight_dict": {"cost_class": 2, "cost_bbox": 5, "cost_giou": 2},
        "alpha": 0.25,
        "gamma": 2.0,
        "use_focal_loss": True,
    },
}
_REAL = BatchSizes(classes=19, image=256)


def _judged(job: Job) -> Verdict:
    return evaluate(open_evaluator("netspresso"), job)


def test_a_term_without_a_gradient_is_a_zero_gradient() -> None:
    verdict = _judged(Job("detr_loss", "netspresso", _DETR))
    assert verdict.problem is not None
    assert "the gradient is zero everywhere: nothing would be learned" in verdict.problem
    assert verdict.value is not None


@pytest.mark.parametrize("key", [1, True, 1.5])
def test_a_key_that_is_no_text_is_refused_in_python_s_words(key: object) -> None:
    verdict = _judged(Job("cross_entropy", "netspresso", {key: 2, "weight": None}))
    assert verdict.problem is not None
    assert "keywords must be strings" in verdict.problem


def test_the_reason_names_whose_words_it_gives() -> None:
    verdict = _judged(Job("cross_entropy", "netspresso", {"label_smoothing": 2}))
    assert verdict.problem is not None
    own = "losslint's own implementation of cross_entropy: "
    assert verdict.problem.startswith(own) == verdict.runtime.startswith("losslint")


def test_a_criterion_that_nobody_knows_is_refused_by_who_computes() -> None:
    verdict = _judged(Job("cross_entropi", "netspresso", {}))
    assert verdict.problem is not None
    assert "KeyError" in verdict.problem
    assert "cross_entropi" in verdict.problem
    assert verdict.runtime


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "job",
    [job for job in all_jobs(JobOptions(image=256, classes=19)) if job.dialect == "netspresso"],
    ids=lambda job: str(job.name),
)
def test_real_images_are_judged_right(job: Job, dtype: str) -> None:
    verdict = _judged(job._replace(dtype=dtype))
    if job.name == "yolov9_loss" and dtype == "float64":
        assert verdict.problem is not None  # the trainer's stops there, and so does losslint's
        assert "float" in verdict.problem.lower()
        return
    assert verdict.problem is None
    assert verdict.gradient_error is not None
    assert verdict.gradient_error < (1e-5 if dtype == "float32" else 1e-9)


@pytest.mark.slow
def test_a_config_of_a_segmentation_at_a_real_size(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(
        "model:\n  task: segmentation\n  losses:\n"
        "    - {criterion: seg_cross_entropy, ignore_index: 255, weight: ~}\n"
    )
    (job,) = jobs_from_paths([str(path)], JobOptions(image=512, classes=5)).jobs
    for dtype, most in (("float32", 1e-5), ("float64", 1e-12)):
        verdict = _judged(job._replace(dtype=dtype))
        assert verdict.problem is None
        assert verdict.gradient_error is not None
        assert verdict.gradient_error < most
