"""The report of a dry run: one HTML page that needs nothing from outside itself."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from importlib import resources
from importlib.util import find_spec
from typing import Any

import losslint
from losslint.dryrun.curve_plots import slope_plot, value_plot
from losslint.dryrun.records import Verdict

POINTS = 13
"""How many points a curve of the report has: odd, so that one lies on the predictions."""


def missing_report_packages() -> str | None:
    """None, or the line that says what to install before a report can be drawn."""
    absent = [name for name in ("matplotlib", "jinja2") if find_spec(name) is None]
    if not absent:
        return None
    return f"{' and '.join(absent)} not installed: pip install 'losslint[report]'"


def page(verdicts: Sequence[Verdict]) -> str:
    """The report as HTML: a card a verdict, in their order.

    Raises:
        ImportError: matplotlib or jinja2 is not installed; see `missing_report_packages`.
    """
    from jinja2 import Environment

    source = resources.files("losslint.dryrun").joinpath("templates/report.html.j2")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(source.read_text(encoding="utf-8"))
    return template.render(
        title="losslint dry-run",
        version=losslint.__version__,
        date=datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        cards=[_card(number, verdict) for number, verdict in enumerate(verdicts, start=1)],
        computed=sum(verdict.value is not None for verdict in verdicts),
        failed=sum(verdict.value is not None and not verdict.ok for verdict in verdicts),
    )


def _card(number: int, verdict: Verdict) -> dict[str, Any]:
    """What the template shows of a verdict: names and values, already text."""
    from markupsafe import Markup

    facts = (
        ("computed by", verdict.runtime or "nothing"),
        ("node", verdict.node or ""),
        ("backend", verdict.backend),
        ("device", _device(verdict)),
        ("type", verdict.dtype and verdict.dtype + (", mixed precision" if verdict.amp else "")),
        ("value", _number(verdict.value)),
        ("gradient norm", _number(verdict.gradient_norm)),
        ("off the formula", _error(verdict.reference_error)),
        ("gradient off", _error(verdict.gradient_error)),
        ("forward, seconds", _number(verdict.forward_seconds)),
        ("backward, seconds", _number(verdict.backward_seconds)),
        ("seconds in all", f"{verdict.seconds:.3f}"),
        ("peak memory", _bytes(verdict.peak_memory)),
        ("where", str(verdict.location or "")),
    )
    plots = []
    if verdict.curve:
        # matplotlib escapes what it writes; nothing of a config gets into a drawing unescaped.
        plots = [
            ("Loss", Markup(value_plot(verdict.name, verdict.curve))),
            ("Gradient along the line", Markup(slope_plot(verdict.name, verdict.curve))),
        ]
    return {
        "id": f"loss-{number}",
        "title": verdict.name,
        "ok": verdict.ok,
        "computed": verdict.value is not None,
        "problem": verdict.problem,
        "alone": verdict.alone,
        "config": json.dumps({"name": verdict.name, **verdict.params}, indent=1, default=str),
        "facts": [(name, text) for name, text in facts if text],
        "plots": plots,
    }


def _device(verdict: Verdict) -> str:
    known = verdict.device_name not in ("", verdict.device)
    return f"{verdict.device} ({verdict.device_name})" if known else verdict.device


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _error(value: float | None) -> str:
    return "" if value is None else f"{value:.1e}"


def _bytes(count: int | None) -> str:
    return "" if count is None else f"{count / 2**20:,.0f} MiB"
