"""Keras's own backends: each loss on each that is named, and one right sentence for the others."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from losslint.dryrun import runner
from losslint.dryrun.backends import (
    BACKENDS,
    UnsuitableBackendError,
    check_own_backend,
    missing_framework,
)
from losslint.dryrun.collect_jobs import on_backends
from losslint.dryrun.records import Job, Verdict, uncomputed
from losslint.dryrun.stand_out import mark_outliers, outlier_lines
from losslint.dryrun.verdict_formats import problems
from tests.dryrun import keras_backends

_FAKE = str(Path(__file__).with_name("fake_backend.py"))


@pytest.mark.parametrize(
    ("dialect", "absent", "says"),
    [
        ("keras", "jax", "jax is not installed: pip install 'losslint[jax]'"),
        ("keras", "jax.numpy", "jax.numpy is not installed: pip install 'losslint[jax]'"),
        ("keras", "torch", "torch is not installed: pip install 'losslint[torch]'"),
        ("keras", "tensorflow", "tensorflow is not installed: pip install 'losslint[keras]'"),
        ("keras", "keras", "keras is not installed: pip install 'losslint[keras]'"),
        ("netspresso", "torch", "torch is not installed: pip install 'losslint[torch]'"),
        ("netspresso", "scipy", "scipy is not installed: pip install 'losslint[torch]'"),
    ],
)
def test_the_extra_is_the_one_that_brings_what_is_missing(
    dialect: str, absent: str, says: str
) -> None:
    error = ModuleNotFoundError(f"No module named {absent!r}", name=absent)
    assert missing_framework(dialect, error) == says


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "numpy",
            "KERAS_BACKEND=numpy: a dry run needs gradients: choose tensorflow, torch or jax",
        ),
        ("openvino", "choose tensorflow, torch or jax"),
        ("tensorflw", "did you mean tensorflow?"),
    ],
)
def test_a_backend_without_gradients_is_one_sentence(name: str, says: str) -> None:
    with pytest.raises(UnsuitableBackendError) as refused:
        check_own_backend("keras", name)
    told = missing_framework("keras", refused.value)
    assert says in told
    assert "pip" not in told


def test_jobs_are_spread_over_the_backends_of_their_framework() -> None:
    jobs = [Job("a", "keras", {}), Job("b", "netspresso", {})]
    found = [(job.name, job.backend) for job in on_backends(jobs, ["torch", "jax"])]
    assert found == [("a", "torch"), ("a", "jax"), ("b", "")]
    assert on_backends(jobs, []) == jobs
    assert tuple(BACKENDS["keras"].own) == ("tensorflow", "torch", "jax")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_each_backend_has_a_process_that_is_told_which(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("numpy")
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    jobs = on_backends([Job("backend", "keras", {}), Job("a", "keras", {})], ["torch", "jax"])
    found = runner.run(jobs, "cpu", 20.0, command=_command).verdicts
    assert [(one.name, one.backend) for one in found] == [
        ("backend", "torch"),
        ("backend", "jax"),
        ("a", "torch"),
        ("a", "jax"),
    ]
    assert [one.problem for one in found] == ["ValueError: torch", "ValueError: jax", None, None]
    (usual,) = runner.run([Job("backend", "keras", {})], "cpu", 20.0, command=_command).verdicts
    assert usual.problem == "ValueError: tensorflow"


def _command(dialect: str) -> tuple[str, str]:
    return sys.executable, _FAKE


def _judged(
    name: str, fails: str = "", node: str | None = None, backend: str = "", device: str = "cpu"
) -> Verdict:
    job = Job(name, "keras", {}, device=device, backend=backend)
    return uncomputed(job, "fake 1.0", problem=fails or None)._replace(ok=not fails, node=node)


@pytest.mark.parametrize(
    ("verdicts", "lines", "alone"),
    [
        # No comparison, or no difference: nothing stands out.
        ([_judged("a")], [], [False]),
        ([_judged("a", "x")], [], [False]),
        ([_judged("a", node="n"), _judged("a", node="m")], [], [False, False]),
        ([_judged("a", "x", node="n"), _judged("a", "x", node="m")], [], [False, False]),
        (
            [_judged("a", "x", "n", device="cpu"), _judged("a", "x", "m", device="cuda:0")],
            [],
            [False, False],
        ),
        ([_judged("a", "x", "n"), _judged("b", node="m")], [], [False, False]),
        # One place, among others of its kind.
        (
            [_judged("a", "x", "n"), _judged("a", node="m"), _judged("a", node="o")],
            ["a fails on n alone"],
            [True, False, False],
        ),
        (
            [_judged("a", "x", backend="jax"), _judged("a", backend="torch")],
            ["a fails with jax alone"],
            [True, False],
        ),
        (
            [
                _judged(name, "x" if place == ("n", "cuda:0") else "", place[0], device=place[1])
                for name in "ab"
                for place in (("n", "cuda:0"), ("n", "cpu"), ("m", "cuda:0"), ("m", "cpu"))
            ],
            ["a, b fail on n on cuda:0 alone"],
            [True, False, False, False] * 2,
        ),
        (
            [
                _judged("a", "x" if node == "n" else "", node, device=device)
                for node in "nm"
                for device in ("cuda:0", "cpu")
            ],
            ["a fails on n alone"],
            [True, True, False, False],
        ),
    ],
)
def test_what_fails_at_one_place_alone_stands_out(
    verdicts: list[Verdict], lines: list[str], alone: list[bool]
) -> None:
    assert outlier_lines(verdicts) == lines
    assert [verdict.alone for verdict in mark_outliers(verdicts)] == alone


def test_what_keeps_a_node_from_computing_is_said_once() -> None:
    absent = [
        uncomputed(Job(name, "keras", {}), problem="jax is not installed")._replace(node="n")
        for name in "abc"
    ]
    assert problems([*absent, _judged("d", "wrong", "m")]) == [
        "d (float32 on cpu, m): wrong",
        "3 losses on n: jax is not installed",
    ]
    assert outlier_lines([*absent, _judged("a", node="m")]) == []
    assert mark_outliers([*absent, _judged("a", node="m")])[0].alone


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.parametrize("name", ["torch", "jax"])
def test_the_catalog_computes_on_keras_s_other_backends(name: str) -> None:
    pytest.importorskip("keras")
    pytest.importorskip(name)
    from losslint.dryrun.collect_jobs import JobOptions, all_jobs

    jobs = [job for job in all_jobs(JobOptions()) if job.dialect == "keras"]
    found = runner.run(on_backends(jobs, [name]), "cpu").verdicts
    assert {one.name: one.problem for one in found if not one.ok} == {}
    assert all(name in one.runtime and one.backend == name for one in found)


def test_the_page_shows_what_was_measured() -> None:
    text = keras_backends.PAGE.read_text(encoding="utf-8")
    assert keras_backends.page(text, keras_backends.facts()) == text
    assert "| Dice | float16, 2,000 pixels |" in text


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.parametrize("name", keras_backends.BACKENDS)
def test_the_backends_give_what_was_measured(name: str) -> None:
    pytest.importorskip("keras")
    pytest.importorskip(name)
    found = keras_backends.measure(name)
    recorded = keras_backends.facts()[name]
    differ = [
        (case, now, then)
        for case, now, then in zip(keras_backends.CASES, found, recorded, strict=True)
        if not keras_backends.is_same(now, then)
    ]
    assert differ == []
