"""The proof of a conversion as a page: for each loss what became of it, and both curves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from losslint.dryrun.curve_plots import Line, pair_plot
from losslint.dryrun.html_page import Column, Facet, filled, render, useful

POINTS = 13
"""How many points a curve of the page has: odd, so that one lies on the predictions."""


class BothCurves(NamedTuple):
    """Two losses along one line: their names, and for each its value and slope at each place."""

    names: tuple[str, str]
    places: list[float]
    values: tuple[list[float], list[float]]
    slopes: tuple[list[float], list[float]]


class ProvedLoss(NamedTuple):
    """What the page shows of one loss.

    Attributes:
        name: the loss as it is written now, the table's first column.
        target: what it becomes, "" where that is nothing.
        where: the file and the place.
        ok: whether it was converted.
        outcome: that in words: "converted", "refused", …
        told: one sentence on it.
        details: what must be changed, what holds, and what was measured.
        errors: differences of value and gradient in float64, as text, "" where not measured.
        curves: None where there are none.
    """

    name: str
    target: str
    where: str
    ok: bool
    outcome: str
    told: str
    details: tuple[str, ...] = ()
    errors: tuple[str, str] = ("", "")
    curves: BothCurves | None = None


def page(losses: Sequence[ProvedLoss], label: str, missing: str | None = None) -> str:
    """The page as HTML: what was refused stands first.

    Args:
        losses: what became of each.
        label: the code that computed.
        missing: why nothing could be computed, None where it could.

    Raises:
        ImportError: matplotlib or jinja2 is not installed; see `html_page`.
    """
    ordered = sorted(losses, key=lambda loss: loss.ok)
    cards = [_card(number, loss) for number, loss in enumerate(ordered)]
    facets = useful([Facet("verdict", "Outcome", [loss.outcome for loss in ordered])])
    for card in cards:
        card["words"] = [(facet.key, facet.words[card["number"]]) for facet in facets]
    return render(
        "proof.html.j2",
        title="losslint convert --prove",
        columns=filled(
            [
                Column("becomes", [loss.target for loss in ordered]),
                Column("value differs by", [loss.errors[0] for loss in ordered], right=True),
                Column("gradient differs by", [loss.errors[1] for loss in ordered], right=True),
                Column("where", [loss.where for loss in ordered]),
            ]
        ),
        facets=facets,
        cards=cards,
        proved=sum(bool(loss.ok and loss.errors[0]) for loss in ordered),
        failed=sum(not loss.ok for loss in ordered),
        label=label,
        missing=missing,
    )


def _card(number: int, loss: ProvedLoss) -> dict[str, Any]:
    facts = (
        ("becomes", loss.target),
        ("where", loss.where),
        ("value differs by", loss.errors[0]),
        ("gradient differs by", loss.errors[1]),
    )
    return {
        "number": number,
        "id": f"loss-{number + 1}",
        "title": loss.name,
        "aside": loss.where,
        "ok": loss.ok,
        "verdict": loss.outcome,
        "problem": None if loss.ok else loss.told,
        "relation": loss.told if loss.ok else "",
        "alone": False,
        "config": "\n".join(loss.details),
        "facts": [(name, text) for name, text in facts if text],
        "plots": [] if loss.curves is None else _plots(loss.curves),
    }


def _plots(curves: BothCurves) -> list[tuple[str, str]]:
    from markupsafe import Markup

    plots: list[tuple[str, str]] = []
    for caption, name, heights in (
        ("Value", "value", curves.values),
        ("Gradient along the line", "slope", curves.slopes),
    ):
        one, other = (
            Line(label, curves.places, found)
            for label, found in zip(curves.names, heights, strict=True)
        )
        # matplotlib escapes what it writes; nothing of a config gets into it unescaped.
        plots.append((caption, Markup(pair_plot(name, one, other))))
    return plots
