"""The report of a dry run: a table of all verdicts, then a card for each with its curves."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from losslint.dryrun.counterparts import grouped
from losslint.dryrun.curve_plots import slope_plot, stress_plot, value_plot
from losslint.dryrun.dtypes import tolerance
from losslint.dryrun.html_page import Column, Facet, filled, render, useful
from losslint.dryrun.records import BatchSizes, Verdict
from losslint.dryrun.verdict_formats import bound_of, size_in_words
from losslint.text import in_bytes

POINTS = 13
"""How many points a curve of the report has: odd, so that one lies on the predictions."""


def page(verdicts: Sequence[Verdict]) -> str:
    """The report as HTML: what failed stands first, losses that `convert` relates side by side.

    Raises:
        ImportError: matplotlib or jinja2 is not installed; see `html_page`.
    """
    ordered = sorted(verdicts, key=lambda verdict: verdict.ok)
    cards = [_card(number, verdict) for number, verdict in enumerate(ordered)]
    facets = useful(_facets(ordered))
    for card in cards:
        card["words"] = [(facet.key, facet.words[card["number"]]) for facet in facets]
    return render(
        "report.html.j2",
        title="losslint dry-run",
        columns=filled(_columns(ordered)),
        facets=facets,
        groups=[
            [(cards[number], relation) for number, relation in zip(*group, strict=True)]
            for group in grouped(ordered)
        ],
        cards=cards,
        computed=sum(verdict.value is not None for verdict in ordered),
        failed=sum(verdict.value is not None and not verdict.ok for verdict in ordered),
    )


def _columns(verdicts: Sequence[Verdict]) -> list[Column]:
    def of(heading: str, text: Callable[[Verdict], str], right: bool = True) -> Column:
        return Column(heading, [text(verdict) for verdict in verdicts], right=right)

    return [
        of("style", lambda each: each.dialect or "", right=False),
        of("node", lambda each: each.node or "", right=False),
        of("backend", lambda each: each.backend, right=False),
        of("device", lambda each: each.device, right=False),
        of("type", _type, right=False),
        of("value", lambda each: _number(each.value)),
        of("error", lambda each: _error(each.reference_error)),
        of("gradient error", lambda each: _error(each.gradient_error)),
        of("memory", lambda each: in_bytes(each.peak_memory)),
        of("forward, s", lambda each: _seconds(each.forward_seconds)),
        of("backward, s", lambda each: _seconds(each.backward_seconds)),
        of("largest batch", lambda each: str(each.largest_batch or "")),
        of("wrong from", lambda each: size_in_words(each.stress.bound) if each.stress else ""),
    ]


def _facets(verdicts: Sequence[Verdict]) -> list[Facet]:
    def of(key: str, label: str, word: Callable[[Verdict], str]) -> Facet:
        return Facet(key, label, [word(verdict) for verdict in verdicts])

    return [
        of("verdict", "Verdict", _verdict),
        of("style", "Style", lambda each: each.dialect or ""),
        of("node", "Node", lambda each: each.node or ""),
        of("backend", "Backend", lambda each: each.backend),
        of("device", "Device", lambda each: each.device),
        of("type", "Type", _type),
    ]


def _verdict(verdict: Verdict) -> str:
    if verdict.ok:
        return "ok"
    return "fails" if verdict.value is not None else "did not compute"


def _card(number: int, verdict: Verdict) -> dict[str, Any]:
    """What the template shows of a verdict: names and values, already text."""
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
        ("peak memory", in_bytes(verdict.peak_memory)),
        ("memory allowed", in_bytes(verdict.memory)),
        ("batch", _sizes(verdict.sizes)),
        ("taken from", "; ".join(f"{name} {place}" for name, place in verdict.taken.items())),
        ("of the batch", "; ".join(verdict.notes)),
        ("largest batch", _largest(verdict)),
        ("under stress", bound_of(verdict.stress) if verdict.stress else ""),
        ("where", str(verdict.location or "")),
    )
    return {
        "number": number,
        "id": f"loss-{number + 1}",
        "title": verdict.name,
        "aside": " ".join(part for part in (_type(verdict), verdict.device, verdict.node) if part),
        "ok": verdict.ok,
        "verdict": _verdict(verdict),
        "problem": verdict.problem,
        "alone": verdict.alone,
        "config": json.dumps({"name": verdict.name, **verdict.params}, indent=1, default=str),
        "facts": [(name, text) for name, text in facts if text],
        "plots": _plots(verdict),
    }


def _plots(verdict: Verdict) -> list[tuple[str, str]]:
    """Captions and drawings."""
    from markupsafe import Markup

    # matplotlib escapes what it writes; nothing of a config gets into a drawing unescaped.
    plots: list[tuple[str, str]] = []
    if verdict.curve:
        plots.append(("Loss", Markup(value_plot(verdict.name, verdict.curve))))
        plots.append(("Gradient along the line", Markup(slope_plot(verdict.name, verdict.curve))))
    if verdict.stress and len(verdict.stress.sizes) > 1:
        drawing = stress_plot(verdict.stress, tolerance(verdict.dtype).gradient)
        plots.append((f"Under stress: {bound_of(verdict.stress)}", Markup(drawing)))
    return plots


def _sizes(sizes: BatchSizes | None) -> str:
    if sizes is None:
        return ""
    return f"{sizes.batch} of {sizes.image} px, {sizes.classes} classes"


def _largest(verdict: Verdict) -> str:
    if verdict.largest_batch is None:
        return ""
    limit = f"; {verdict.batch_limit}" if verdict.batch_limit else ""
    return f"{verdict.largest_batch}{limit}"


def _type(verdict: Verdict) -> str:
    return verdict.dtype + ("+amp" if verdict.amp else "")


def _device(verdict: Verdict) -> str:
    known = verdict.device_name not in ("", verdict.device)
    return f"{verdict.device} ({verdict.device_name})" if known else verdict.device


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.6g}"


def _error(value: float | None) -> str:
    return "" if value is None else f"{value:.1e}"


def _seconds(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
