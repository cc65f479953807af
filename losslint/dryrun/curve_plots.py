"""Curves as SVG, drawn by matplotlib, coloured by the page that they stand in.

The colours that matplotlib writes are placeholders; each is replaced by a CSS variable, so that
one drawing serves light and dark.
"""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Any

from losslint.dryrun.records import Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _GRID, _POINT, _LINE = "#010101", "#020202", "#030303", "#040404"
_VARIABLES = {
    _INK: "var(--ink)",
    _GRID: "var(--grid)",
    _POINT: "var(--point)",
    _LINE: "var(--line)",
}
_SIZE = (4.2, 2.5)  # inches; the page scales the drawing to its column
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def value_plot(loss: str, curve: Curve) -> str:
    """An `<svg>` of a loss along the line, with its reference as dashes."""
    return _drawn("loss", loss, curve, curve.value, curve.reference, legend=True)


def slope_plot(loss: str, curve: Curve) -> str:
    """An `<svg>` of the gradient of a loss along the line."""
    return _drawn("slope", loss, curve, curve.slope, [], legend=False)


def _drawn(
    name: str, loss: str, curve: Curve, heights: list[float], reference: list[float], legend: bool
) -> str:
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    # Several drawings share one page: the salt keeps their ids apart, and the same every time.
    salt = hashlib.sha256(repr((name, loss, curve)).encode()).hexdigest()[:16]
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
        # The small dots say where it was measured; between them the line is only a line.
        axes.plot(curve.t, heights, "o-", color=_LINE, linewidth=2.0, markersize=3.0, label=loss)
        if reference:
            dashes: Any = {"linewidth": 1.2, "linestyle": (0, (3, 3))}
            axes.plot(curve.t, reference, label="formula", color=_INK, **dashes)
        middle = min(range(len(curve.t)), key=lambda index: abs(curve.t[index]))
        axes.plot(curve.t[middle], heights[middle], "o", color=_POINT, markersize=5.0)
        axes.set_ylabel(name)
        _dress(axes, legend)
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata=_NO_METADATA)
    return _inline(text.getvalue(), f"{name} along the line")


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
    for placeholder, variable in _VARIABLES.items():
        svg = svg.replace(placeholder, variable)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
