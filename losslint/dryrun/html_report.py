"""The report of a dry run: one HTML page that needs nothing from outside itself."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from importlib import resources
from importlib.util import find_spec
from typing import Any, NamedTuple

import losslint
from losslint.dryrun.curve_plots import PlottedCurve, slope_plot, value_plot
from losslint.dryrun.records import Verdict

POINTS = 13
"""How many points a curve of the report has: odd, so that one lies on the predictions."""


class ReportCard(NamedTuple):
    """One loss of the report.

    Attributes:
        title: the loss's name.
        ok: whether all went well.
        problem: what did not, in one line.
        config: the loss as its config writes it.
        facts: names and values, already text.
        series: the curves to draw over each other, three at most.
        computed: whether there is a value, be it right or wrong.
    """

    title: str
    ok: bool
    problem: str | None
    config: str
    facts: tuple[tuple[str, str], ...]
    series: tuple[PlottedCurve, ...]
    computed: bool = True


def missing_report_packages() -> str | None:
    """None, or the line that says what to install before a report can be drawn."""
    absent = [name for name in ("matplotlib", "jinja2") if find_spec(name) is None]
    if not absent:
        return None
    return f"{' and '.join(absent)} not installed: pip install 'losslint[report]'"


def card_of(verdict: Verdict) -> ReportCard:
    """The card of a dry run's verdict."""
    facts = (
        ("computed by", verdict.runtime or "nothing"),
        ("device", _device(verdict)),
        ("type", verdict.dtype and verdict.dtype + (", mixed precision" if verdict.amp else "")),
        ("value", _number(verdict.value)),
        ("gradient norm", _number(verdict.gradient_norm)),
        ("off the formula", _error(verdict.reference_error)),
        ("gradient off", _error(verdict.gradient_error)),
        ("seconds", f"{verdict.seconds:.3f}"),
        ("peak memory", _bytes(verdict.peak_memory)),
        ("where", str(verdict.location or "")),
    )
    return ReportCard(
        title=verdict.name,
        ok=verdict.ok,
        problem=verdict.problem,
        config=json.dumps({"name": verdict.name, **verdict.params}, indent=1, default=str),
        facts=tuple((name, text) for name, text in facts if text),
        series=(PlottedCurve(verdict.name, verdict.curve),) if verdict.curve else (),
        computed=verdict.value is not None,
    )


def page(cards: Sequence[ReportCard], title: str = "losslint dry-run") -> str:
    """The report as HTML.

    Args:
        cards: in the order in which they are shown.
        title: heading of the page.

    Raises:
        ImportError: matplotlib or jinja2 is not installed; see `missing_report_packages`.
    """
    from jinja2 import Environment

    source = resources.files("losslint.dryrun").joinpath("templates/report.html.j2")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(source.read_text(encoding="utf-8"))
    return template.render(
        title=title,
        version=losslint.__version__,
        date=datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        cards=[_context(number, card) for number, card in enumerate(cards, start=1)],
        computed=sum(card.computed for card in cards),
        failed=sum(card.computed and not card.ok for card in cards),
    )


def _context(number: int, card: ReportCard) -> dict[str, Any]:
    from markupsafe import Markup

    plots = []
    if card.series:
        # matplotlib escapes what it writes; nothing of a config gets into a drawing unescaped.
        plots = [
            ("Loss", Markup(value_plot(card.series))),
            ("Gradient along the line", Markup(slope_plot(card.series))),
        ]
    return {**card._asdict(), "id": f"loss-{number}", "plots": plots}


def _device(verdict: Verdict) -> str:
    known = verdict.device_name not in ("", verdict.device)
    return f"{verdict.device} ({verdict.device_name})" if known else verdict.device


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _error(value: float | None) -> str:
    return "" if value is None else f"{value:.1e}"


def _bytes(count: int | None) -> str:
    return "" if count is None else f"{count / 2**20:,.0f} MiB"
