"""`losslint dry-run` from the outside."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from losslint.cli import build, main
from losslint.dryrun import html_page, runner
from losslint.dryrun.records import Job, uncomputed

pytest.importorskip("numpy")

_BACKEND = str(Path(__file__).with_name("fake_backend.py"))
_FIELDS = (
    "name",
    "dialect",
    "params",
    "runtime",
    "device",
    "device_name",
    "dtype",
    "amp",
    "ok",
    "value",
    "gradient_norm",
    "reference_error",
    "gradient_error",
    "seconds",
    "forward_seconds",
    "backward_seconds",
    "peak_memory",
    "problem",
    "location",
    "node",
    "backend",
    "alone",
    "sizes",
    "taken",
    "notes",
    "fits",
    "memory",
    "largest_batch",
    "batch_limit",
)
_ENTRY = "  - {criterion: %s, weight: ~}\n"

_APP = build(["dry-run"])


def _invoke(arguments: list[str], **options: Any) -> Result:
    return CliRunner().invoke(_APP, ["dry-run", *arguments], **options)


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> None:
    """Losses are computed by the fake child."""
    run = partial(runner.run, command=lambda dialect: (sys.executable, _BACKEND))
    monkeypatch.setattr(runner, "run", run)


def _config(folder: Path, *names: str) -> str:
    path = folder / "model.yaml"
    head = "model:\n  task: classification\n  losses:\n"
    path.write_text(head + "".join(_ENTRY % name for name in names))
    return str(path)


@pytest.mark.usefixtures("fake")
def test_json_has_the_shape_that_scripts_depend_on(tmp_path: Path) -> None:
    path = _config(tmp_path, "fine", "raise")
    result = _invoke([path, "--format", "json", "--device", "cpu", "--dtype", "float64,float32"])
    assert result.exit_code == 1
    verdicts = json.loads(result.stdout)
    assert all(list(verdict) == list(_FIELDS) for verdict in verdicts)
    kinds = [(verdict["name"], verdict["dtype"], verdict["ok"]) for verdict in verdicts]
    assert kinds == [
        ("fine", "float64", True),
        ("fine", "float32", True),
        ("raise", "float64", False),
        ("raise", "float32", False),
    ]
    assert verdicts[0]["location"] == {"filename": path, "row": 4, "column": 5}
    assert verdicts[0]["reference_error"] == 0.0
    assert verdicts[2]["problem"] == "ValueError: first line second line"


@pytest.mark.usefixtures("fake")
def test_keras_s_backends_stand_in_the_table(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"compile_config": {"loss": "mse", "optimizer": "adam"}}))
    named = [str(path), _config(tmp_path, "fine"), "--device", "cpu"]
    result = _invoke([*named, "--keras-backend", "torch, jax"])
    rows = [line.split()[:3] for line in result.stdout.splitlines()[:4]]
    assert rows[0] == ["loss", "backend", "device"]
    assert sorted(rows[1:]) == [
        ["MeanSquaredError", "jax", "cpu"],
        ["MeanSquaredError", "torch", "cpu"],
        ["fine", "cpu", "float32"],
    ]
    assert "backend" not in _invoke(named).stdout


@pytest.mark.usefixtures("fake")
def test_the_table_names_the_place_and_the_reason(tmp_path: Path) -> None:
    path = _config(tmp_path, "fine", "raise")
    result = _invoke([path, "--device", "cuda"])
    assert result.exit_code == 1
    assert f"{path}:5:5: raise (float32 on cuda:0): ValueError: first line second line" in (
        result.stdout
    )
    assert "fake 1.0 on cuda:0 (Fake GPU)" in result.stdout
    assert _invoke([_config(tmp_path, "fine")]).exit_code == 0


@pytest.mark.usefixtures("fake")
def test_a_name_sends_nothing_to_the_terminal(tmp_path: Path) -> None:
    (folder := tmp_path / "\x1b[31m").mkdir()
    result = _invoke([_config(folder, '"raise\\e[m"', "raise"), "--device", "cpu"])
    assert (result.exit_code, "\x1b" in result.output) == (1, False)
    assert "\\x1b[31m/model.yaml:5:" in result.stdout


def test_each_row_is_out_when_it_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Into a pipe, too: what is read here is what has left the process."""
    pipe = io.BytesIO()
    seen: list[list[str]] = []

    def run(
        jobs: list[Job], device: str, timeout: float, report: runner.OnVerdict
    ) -> runner.DryRunOutcome:
        verdicts = [uncomputed(job, "fake 1.0", "cpu")._replace(ok=True) for job in jobs]
        for verdict in verdicts:
            report(verdict, len(jobs))
            seen.append([line.split()[0] for line in pipe.getvalue().decode().splitlines()])
        return runner.DryRunOutcome(verdicts, [])

    monkeypatch.setattr(runner, "run", run)
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BufferedWriter(pipe), "utf-8"))
    with pytest.raises(SystemExit) as leaving:
        main(["dry-run", _config(tmp_path, "fine", "own")])
    assert leaving.value.code == 0
    assert seen == [["loss", "fine"], ["loss", "fine", "own"]]


@pytest.mark.usefixtures("fake")
def test_the_place_is_the_parameter_where_it_is_known(tmp_path: Path) -> None:
    path = _config(tmp_path, "fine, stone: 1", "fine")
    result = _invoke([path, "--device", "cpu"])
    assert f"{path}:4:23: fine (float32 on cpu): ValueError: stumbled; it computes" in result.stdout
    (found, _) = json.loads(_invoke([path, "--device", "cpu", "--format", "json"]).stdout)
    assert found["location"] == {"filename": path, "row": 4, "column": 23}


@pytest.mark.usefixtures("fake")
@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone tells what a loss takes")
def test_the_largest_batch_is_said(tmp_path: Path) -> None:
    path = _config(tmp_path, "grow", "raise")
    options = ["--device", "cpu", "--find-batch", "--memory", "48MiB", "--batch", "1"]
    result = _invoke([path, *options])
    assert (
        f"{path}:4:5: grow (float32 on cpu): the largest batch that computes is 8; 16: would"
        in (result.stdout)
    )
    grow, fails = json.loads(_invoke([path, *options, "--format", "json"]).stdout)
    assert (grow["largest_batch"], grow["memory"]) == (8, 48 << 20)
    sizes = {key: value for key, value in grow["sizes"].items() if value is not None}
    assert sizes == {"batch": 1, "classes": 5, "image": 64}
    assert fails["largest_batch"] is None


@pytest.mark.usefixtures("fake")
def test_what_does_not_fit_is_said(tmp_path: Path) -> None:
    path = _config(tmp_path, "grow")
    result = _invoke([path, "--device", "cpu", "--memory", "16MiB", "--batch", "64"])
    assert result.exit_code == 1
    assert "grow (float32 on cpu): does not fit in 16.8 MB: MemoryError: Unable to allocate" in (
        result.stdout
    )


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--device", "cuda:7"], "--device cuda:7 is not there; present: fake 1.0: cuda:0, cpu"),
        (["--device", "gpu"], "--device gpu: choose auto, cpu, cuda, cuda:N, mps or all"),
        (["--dtype", "int8"], "--dtype int8: choose float32, float16, bfloat16 or float64"),
        (["--memory", "4"], "--memory 4: write a number and its unit, such as 4GB or 512MB"),
        (["--memory", "0GB"], "--memory 0GB: write a number and its unit"),
        (["--all"], "--all runs the catalog"),
    ],
)
def test_wrong_usage_is_exit_code_2(tmp_path: Path, arguments: list[str], says: str) -> None:
    result = _invoke([_config(tmp_path, "fine"), *arguments])
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_wrong_device_is_told_before_any_verdict(tmp_path: Path) -> None:
    """Some losses are refused before anything computes."""
    path = tmp_path / "model.yaml"
    path.write_text("model:\n  losses:\n    - criterion: no_such_loss\n")
    result = _invoke([str(path), "--device", "gpu"])
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--device gpu: choose" in result.stderr


def test_what_is_not_there_is_exit_code_2(tmp_path: Path) -> None:
    result = _invoke([str(tmp_path / "gone.yaml")])
    assert result.exit_code == 2
    assert "gone.yaml does not exist" in result.stderr


@pytest.mark.usefixtures("fake")
def test_one_file_never_silences_another(tmp_path: Path) -> None:
    path = _config(tmp_path, "fine")
    broken = tmp_path / "broken.yaml"
    broken.write_text("model:\n  task: detection\n  losses: [\n")
    report = tmp_path / "page.html"
    named = [str(broken), path]
    result = _invoke([*named, "--device", "cpu", "--report", str(report)])
    assert result.exit_code == 1
    assert f"{broken}:4:1: broken.yaml: cannot be read: " in result.stdout
    assert re.search(r"fine +cpu +float32 +ok", result.stdout)
    assert "broken.yaml" in report.read_text()
    result = _invoke([*named, "--device", "cpu", "--format", "json"])
    verdicts = json.loads(result.stdout)
    assert [(one["name"], one["dialect"], one["ok"]) for one in verdicts] == [
        ("broken.yaml", None, False),
        ("fine", "netspresso", True),
    ]
    assert all(list(verdict) == list(_FIELDS) for verdict in verdicts)
    assert verdicts[0]["location"] == {"filename": str(broken), "row": 4, "column": 1}
    # A path that is not there is wrong usage, and silences nothing either.
    result = _invoke([path, str(tmp_path / "gone.yaml"), "--device", "cpu"])
    assert result.exit_code == 2
    assert re.search(r"fine +cpu +float32 +ok", result.stdout)
    assert result.stderr == f"losslint: {tmp_path / 'gone.yaml'} does not exist\n"
    assert "gone.yaml" not in result.stdout


@pytest.mark.usefixtures("fake")
def test_a_missing_framework_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_MISSING", "1")
    result = _invoke([_config(tmp_path, "fine")])
    assert result.exit_code == 2
    assert "pip install 'losslint[fake]'" in result.stderr


def test_a_report_that_cannot_be_drawn_is_said_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        html_page, "missing_report_packages", lambda: "pip install 'losslint[report]'"
    )
    result = _invoke([_config(tmp_path, "fine"), "--report", str(tmp_path / "page.html")])
    assert result.exit_code == 2
    assert "losslint[report]" in result.stderr


def _dry_run(*arguments: str, **environment: str) -> tuple[list[dict[str, Any]], int]:
    done = subprocess.run(
        [sys.executable, "-m", "losslint", "dry-run", "--format", "json", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )
    verdicts: list[dict[str, Any]] = json.loads(done.stdout)
    return verdicts, done.returncode


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.torch
def test_the_whole_catalog_computes_here() -> None:
    """All losses within the reference's tolerance."""
    pytest.importorskip("keras")
    pytest.importorskip("torch")
    verdicts, status = _dry_run("--all", "--device", "cpu")
    assert [verdict["problem"] for verdict in verdicts] == [None] * 34
    assert status == 0
    assert max(verdict["reference_error"] for verdict in verdicts) <= 1e-5


@pytest.mark.slow
@pytest.mark.keras
@pytest.mark.torch
def test_keras_runs_on_the_backend_of_the_environment(tmp_path: Path) -> None:
    pytest.importorskip("keras")
    pytest.importorskip("torch")
    path = tmp_path / "config.json"
    losses = ["mse", "binary_crossentropy", "categorical_crossentropy", "huber"]
    path.write_text(json.dumps({"compile_config": {"loss": losses, "optimizer": "adam"}}))
    verdicts, status = _dry_run(str(path), "--device", "cpu", KERAS_BACKEND="torch")
    assert status == 0
    assert len(verdicts) == 4
    assert all("torch" in verdict["runtime"] for verdict in verdicts)


def test_wrong_settings_are_exit_code_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = _config(tmp_path, "fine")
    (tmp_path / "losslint.toml").write_text("nonsense = 1\n")
    result = _invoke([path])
    assert result.exit_code == 2
    assert "nonsense" in result.stderr
    assert "no losses found" not in result.stderr


@pytest.mark.usefixtures("fake")  # what is told must not hang on a framework that is installed
def test_a_release_that_is_newer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = _config(tmp_path, "fine")
    (tmp_path / "losslint.toml").write_text('target.netspresso = "9.9"\n')
    result = _invoke([path])
    assert result.exit_code == 0
    assert "losslint.toml: target.netspresso: NetsPresso Trainer 9.9 is newer" in result.stderr


@pytest.mark.usefixtures("fake")
def test_a_stress_says_where_a_loss_stops_being_right(tmp_path: Path) -> None:
    path = _config(tmp_path, "narrow", "fine")
    result = _invoke([path, "--stress", "--device", "cpu"])
    assert result.exit_code == 0, result.output  # a bound is no failure
    assert "wrong from" in result.stdout.splitlines()[0]
    place = f"{path}:4:5: narrow float32: "
    assert place + "value inf from predictions of 128: overflow of square" in result.stdout
    assert "fine float32: right up to predictions of 1.84e+19" in result.stdout


@pytest.mark.usefixtures("fake")
def test_a_stress_is_in_the_json_where_it_was_asked_for(tmp_path: Path) -> None:
    path = _config(tmp_path, "narrow")
    options = [path, "--format", "json", "--device", "cpu"]
    (verdict,) = json.loads(_invoke([*options, "--stress"]).stdout)
    stress = verdict["stress"]
    assert (stress["bound"], stress["fault"]) == (128.0, "value inf")
    assert len(stress["sizes"]) == len(stress["value_error"]) == len(stress["gradient_error"])
    assert stress["value_error"][-1] is None
    (verdict,) = json.loads(_invoke(options).stdout)
    assert "stress" not in verdict
