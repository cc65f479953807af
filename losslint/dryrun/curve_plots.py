"""Curves as SVG, drawn by matplotlib, coloured by the page that they stand in.

The colours that matplotlib writes are placeholders; each is replaced by a CSS variable, so that
one drawing serves light and dark.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from losslint.dryrun.records import Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _GRID, _POINT = "#010101", "#020202", "#030303"
_SERIES = ("#040404", "#050505", "#060606")
_VARIABLES = (
    (_INK, "var(--ink)"),
    (_GRID, "var(--grid)"),
    (_POINT, "var(--point)"),
    (_SERIES[0], "var(--series-a)"),
    (_SERIES[1], "var(--series-b)"),
    (_SERIES[2], "var(--series-c)"),
)
_SIZE = (4.2, 2.5)  # inches; the page scales the drawing to its column


class PlottedCurve(NamedTuple):
    """A curve and what the legend calls it."""

    label: str
    curve: Curve


def value_plot(series: Sequence[PlottedCurve]) -> str:
    """An `<svg>` of the losses along the line, with their references as dashes.

    Args:
        series: one to three curves.
    """
    return _drawn("loss", series, [one.curve.value for one in series], references=True)


def slope_plot(series: Sequence[PlottedCurve]) -> str:
    """An `<svg>` of the gradients along the line.

    Args:
        series: one to three curves.
    """
    return _drawn("slope", series, [one.curve.slope for one in series], references=False)


def _drawn(
    name: str, series: Sequence[PlottedCurve], heights: Sequence[Sequence[float]], references: bool
) -> str:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    # Several drawings share one page: the salt keeps their ids apart, and the same every time.
    salt = hashlib.sha256(repr((name, series)).encode()).hexdigest()[:16]
    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "font.size": 9.0,
        "text.color": _INK,
        "axes.edgecolor": _GRID,
        "axes.labelcolor": _INK,
        "xtick.color": _INK,
        "ytick.color": _INK,
        "axes.formatter.useoffset": False,
    }
    with rc_context(settings):
        figure = Figure(figsize=_SIZE, layout="constrained")
        FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        _curves(axes, series, heights, references)
        axes.set_ylabel(name)
        _dress(axes, legend=len(series) > 1 or references)
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata=_NO_METADATA)
    return _inline(text.getvalue(), f"{name} along the line")


_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def _curves(
    axes: Axes, series: Sequence[PlottedCurve], heights: Sequence[Sequence[float]], references: bool
) -> None:
    for (label, curve), ys, colour in zip(series, heights, _SERIES, strict=False):
        # The small dots say where it was measured; between them the line is only a line.
        axes.plot(curve.t, ys, "o-", color=colour, linewidth=2.0, markersize=3.0, label=label)
        if references and curve.reference:
            dashes = (0, (3, 3))
            axes.plot(
                curve.t,
                curve.reference,
                label="formula",
                color=_INK,
                linewidth=1.2,
                linestyle=dashes,
            )
        middle = min(range(len(curve.t)), key=lambda index: abs(curve.t[index]))
        axes.plot(curve.t[middle], ys[middle], "o", color=_POINT, markersize=5.0)


def _dress(axes: Axes, legend: bool) -> None:
    axes.grid(color=_GRID, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.set_xlabel("step along the descent (rms)")
    axes.locator_params(nbins=5)
    if legend:
        axes.legend(frameon=False, labelcolor=_INK, fontsize=8.0)


def _inline(document: str, title: str) -> str:
    """The `<svg>` element alone, in the page's colours, with a name for those who do not see."""
    svg = document[document.index("<svg") :]
    for placeholder, variable in _VARIABLES:
        svg = svg.replace(placeholder, variable)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
