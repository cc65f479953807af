"""`losslint dry-run`: every loss, on the device that will train, proved to compute."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, NoReturn

from losslint.cli.declared import CliArgument, Option
from losslint.cli.options import (
    FAILED,
    FINDINGS,
    OK,
    Color,
    fail,
    has_bar,
    refuse_folder,
    refuse_mixed,
    tell,
    write_file,
)
from losslint.cli.progress import Bar
from losslint.cli.wrong_usage import choose
from losslint.text import bytes_of

if TYPE_CHECKING:
    from losslint.cli.verdict_rows import Rows
    from losslint.dryrun.collect_jobs import JobOptions
    from losslint.dryrun.records import Job, Verdict
    from losslint.dryrun.runner import DryRunOutcome, Executor

_PATHS = "Configs, or folders of them; - is standard input. The current folder by default."
_DEVICE = "auto (cuda, then mps, then cpu), cpu, cuda, cuda:N, mps or all."

_START = "starting the frameworks"
_DEVICES = ("auto", "cpu", "cuda", "mps", "all")
_DTYPES = ("float32", "float16", "bfloat16", "float64")
_DTYPE = "float32, float16, bfloat16, float64; several with commas."
_TYPE = "float32"
_KERAS = ("tensorflow", "torch", "jax")
_BACKEND = "What Keras computes on: tensorflow, torch, jax; several with commas."
_ON = "ray: each node of the Ray cluster judges; ray://HOST:PORT: of one elsewhere."
_RESOURCE = "With --on: only the nodes that have this resource."
_AMP = "Mixed precision, as the trainer would."
_TIMEOUT = "Seconds a loss may take (60, a large batch more); a framework's start, 5 times that."
_SECONDS = 60.0
_MEMORY = "What one loss may take, such as 4GB; what does not fit is said."
_FIND_BATCH = "Double the batch until it does not fit, and say the largest that computes."
_REPORT = "Write a page with every curve."
_STRESS = "Grow predictions until value or gradient is no longer right, and say where."


class DryRunOptions(NamedTuple):
    """What the command line asks for: a field an option."""

    paths: Annotated[list[str] | None, CliArgument(_PATHS, metavar="PATH")] = None
    every: Annotated[bool, Option("Every loss of the catalog.", long="--all")] = False
    device: Annotated[str, Option(_DEVICE, metavar="NAME", offers=_DEVICES)] = "auto"
    on: Annotated[str | None, Option(_ON, metavar="ADDRESS", offers=("ray", "ray://"))] = None
    node_resource: Annotated[str | None, Option(_RESOURCE, metavar="NAME")] = None
    dtype: Annotated[str | None, Option(_DTYPE, metavar="NAMES", offers=_DTYPES, joined=True)] = (
        None
    )
    amp: Annotated[bool, Option(_AMP, long="--amp/--no-amp")] = False
    stress: Annotated[bool, Option(_STRESS)] = False
    keras_backend: Annotated[
        str | None, Option(_BACKEND, metavar="NAMES", offers=_KERAS, joined=True)
    ] = None
    seed: Annotated[int, Option("Seeds the batches.", metavar="N", least=0)] = 0
    timeout: Annotated[float | None, Option(_TIMEOUT, metavar="SECONDS", least=0.1)] = None
    batch: Annotated[int | None, Option("Samples in a batch.", metavar="N", least=1)] = None
    classes: Annotated[int | None, Option("Classes in a batch.", metavar="N", least=2)] = None
    image: Annotated[int | None, Option("Side of the image in pixels.", metavar="N", least=8)] = (
        None
    )
    memory: Annotated[str | None, Option(_MEMORY, metavar="SIZE")] = None
    find_batch: Annotated[bool, Option(_FIND_BATCH)] = False
    format: Annotated[Literal["table", "json"], Option("How to print the verdicts.")] = "table"
    report: Annotated[str | None, Option(_REPORT, metavar="FILE.html")] = None
    color: Annotated[Color, Option("auto, always or never.", metavar="WHEN")] = "auto"


def dry_run(request: DryRunOptions) -> NoReturn:
    """Run every loss once on the device that will train, and judge it.

    Forward and backward, in a process of the framework's own, against an independent reference.
    Exit codes: 0 all compute, 1 one does not, or a file cannot be read, 2 a path is not there, or
    nothing could be run. What can be computed is, whatever the others are.

    Examples: losslint dry-run configs/ | losslint dry-run model.yaml --report curves.html
    | losslint dry-run --all --device cuda --dtype float32,float16
    """
    from losslint.cli.verdict_rows import Rows, table, tell_missing
    from losslint.dryrun.cluster import ClusterError
    from losslint.dryrun.collect_jobs import in_types, on_backends
    from losslint.dryrun.devices import AbsentDeviceError, UnknownDeviceError, check_device_name
    from losslint.dryrun.stand_out import mark_outliers
    from losslint.dryrun.verdict_formats import as_json

    dtypes = _words("--dtype", request.dtype, _DTYPES) or [_TYPE]
    backends = _words("--keras-backend", request.keras_backend, _KERAS)
    _check_cluster(request)
    plan = _job_options(request)
    try:
        check_device_name(request.device)
        jobs, refused, told = _jobs(request.paths, request.every, plan)
        work = on_backends(in_types(jobs, dtypes, request.amp), backends)
        with Bar(_START, work.__len__, shown=has_bar() and bool(work), patience=0.0) as bar:
            rows = Rows(partial(table, request, work, refused), bar, told, refused)
            run = _executor(request, rows)
            outcome = run(work, request.device, request.timeout or _SECONDS, rows.seen)
    except (AbsentDeviceError, UnknownDeviceError) as error:
        fail(f"--device {error}")
    except ClusterError as error:
        fail(f"--on {request.on}: {error}")
    tell_missing(outcome)
    rows.end(outcome)
    outcome = outcome._replace(verdicts=refused + mark_outliers(outcome.verdicts))
    if request.format == "json":
        print(as_json(outcome.verdicts))
    if request.report is not None:
        from losslint.dryrun.html_report import page

        write_file(request.report, page(outcome.verdicts))
    raise SystemExit(FAILED if told else _status(outcome))


def _job_options(request: DryRunOptions) -> JobOptions:
    """What is asked of every job. Leaves with 2 where no page can be written."""
    from losslint.dryrun import html_page, html_report
    from losslint.dryrun.collect_jobs import JobOptions

    if request.report is not None:
        if absent := html_page.missing_report_packages():
            fail(absent)
        refuse_folder(f"--report {request.report}", request.report)
    return JobOptions(
        request.batch,
        request.classes,
        request.image,
        request.seed,
        0 if request.report is None else html_report.POINTS,
        request.stress,
        _memory(request.memory),
        request.find_batch,
        patient=request.timeout is None,
        typed=request.dtype is not None,
    )


def _status(outcome: DryRunOutcome) -> int:
    """OK where all is well, FINDINGS where a loss is not, FAILED where nothing could compute."""
    if all(verdict.ok for verdict in outcome.verdicts):
        return OK
    nothing_ran = not any(verdict.runtime for verdict in outcome.verdicts)
    unable = bool(outcome.missing) or any(verdict.node for verdict in outcome.verdicts)
    return FAILED if nothing_ran and unable else FINDINGS


def _check_cluster(request: DryRunOptions) -> None:
    """Refuse what names no cluster, or cannot be reached for want of Ray."""
    from losslint.dryrun.cluster import is_address, missing_ray

    if request.on is None:
        if request.node_resource is not None:
            fail("--node-resource names nodes of a cluster: it needs --on")
    elif not is_address(request.on):
        fail(f"--on {request.on or repr(request.on)}: {choose(('ray', 'ray://HOST:PORT'))}")
    elif absent := missing_ray(request.on):
        fail(f"--on {request.on}: {absent}")


def _executor(request: DryRunOptions, rows: Rows) -> Executor:
    """Where the losses are computed."""
    from losslint.dryrun import runner
    from losslint.dryrun.cluster import RayCluster

    if request.on is None:
        rows.begin()
        return runner.run
    return RayCluster(request.on, request.node_resource or "", rows.begin).run


def _words(option: str, text: str | None, choices: Sequence[str]) -> list[str]:
    """The words of an option that takes several, each once."""
    names = [] if text is None else [name.strip() for name in text.split(",")]
    for name in names:
        if name not in choices:
            fail(f"{option} {name or repr(name)}: {choose(choices, name)}")
    return list(dict.fromkeys(names))


def _memory(text: str | None) -> int | None:
    count = None if text is None else bytes_of(text)
    if text is not None and not count:
        fail(f"--memory {text or repr(text)}: write a number and its unit, such as 4GB or 512MB")
    return count


def _jobs(
    paths: list[str] | None, every: bool, options: JobOptions
) -> tuple[list[Job], list[Verdict], list[str]]:
    """What to compute, what is refused without computing, and what was said of unusable paths."""
    from losslint.dryrun.collect_jobs import all_jobs, jobs_from_paths

    if every:
        if paths:
            fail("--all runs the catalog: it takes no paths")
        return all_jobs(options), [], []
    refuse_mixed(paths or [])
    found = jobs_from_paths(paths or ["."], options)
    for note in found.notes:
        tell(note)
    for problem in found.problems:
        tell(f"losslint: {problem}")
    if not found.jobs and not found.refused and not found.problems:
        tell("no losses found")
    return found.jobs, found.refused, found.problems
