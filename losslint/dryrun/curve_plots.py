"""Curves as SVG, drawn by matplotlib, coloured by the page that they stand in.

The colours that matplotlib writes are placeholders; each is replaced by a CSS variable, so that
one drawing serves light and dark.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from losslint.dryrun.records import Curve

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _GRID, _POINT, _LINE = "#010101", "#020202", "#030303", "#040404"
COLORS = (_LINE, "#050505", "#060606")
"""Those of several lines; the page names them --line, --line-2 and --line-3."""
_VARIABLES = {
    _INK: "var(--ink)",
    _GRID: "var(--grid)",
    _POINT: "var(--point)",
    _LINE: "var(--line)",
    COLORS[1]: "var(--line-2)",
    COLORS[2]: "var(--line-3)",
}
_SIZE = (4.2, 2.5)  # inches; the page scales the drawing to its column
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


_ALONG = "step along the descent (rms)"


class Line(NamedTuple):
    """A line of a drawing: its label, where it goes, and how it is drawn."""

    label: str
    x: Sequence[float]
    y: Sequence[float]
    color: str = _LINE
    style: Mapping[str, Any] = MappingProxyType({"linewidth": 2.0})


MEASURED: Mapping[str, Any] = MappingProxyType({"marker": "o", "linewidth": 2.0, "markersize": 3.0})
"""Small dots say where it was measured; between them the line is only a line."""
DASHED: Mapping[str, Any] = MappingProxyType({"linewidth": 1.2, "linestyle": (0, (3, 3))})
INK = _INK


def value_plot(loss: str, curve: Curve) -> str:
    """An `<svg>` of a loss along the line, with its reference as dashes."""
    lines = [Line(loss, curve.t, curve.value, style=MEASURED)]
    if curve.reference:
        lines.append(Line("formula", curve.t, curve.reference, _INK, DASHED))
    return drawing("loss", _ALONG, lines, _middle(curve, curve.value))


def slope_plot(loss: str, curve: Curve) -> str:
    """An `<svg>` of the gradient of a loss along the line."""
    lines = [Line(loss, curve.t, curve.slope, style=MEASURED)]
    return drawing("slope", _ALONG, lines, _middle(curve, curve.slope))


def _middle(curve: Curve, heights: list[float]) -> tuple[float, float]:
    """The place of the predictions themselves."""
    middle = min(range(len(curve.t)), key=lambda index: abs(curve.t[index]))
    return curve.t[middle], heights[middle]


def drawing(
    name: str,
    along: str,
    lines: Sequence[Line],
    point: tuple[float, float] | None = None,
    title: str = "",
) -> str:
    """An `<svg>` of lines: what they show, along what, a place that is marked, and its title."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    # Several drawings share one page: the salt keeps their ids apart, and the same every time.
    salt = hashlib.sha256(repr((name, along, *lines)).encode()).hexdigest()[:16]
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
        for line in lines:
            style: Any = dict(line.style)
            axes.plot(line.x, line.y, color=line.color, label=line.label, **style)
        if point is not None:
            axes.plot(*point, "o", color=_POINT, markersize=5.0)
        axes.set(xlabel=along, ylabel=name)
        _dress(axes, len(lines) > 1)
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata=_NO_METADATA)
    return _inline(text.getvalue(), title or f"{name} along the line")


def _dress(axes: Axes, legend: bool) -> None:
    axes.grid(color=_GRID, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    axes.locator_params(nbins=5)
    if legend:
        axes.legend(frameon=False, labelcolor=_INK, fontsize=8.0)


def _inline(document: str, title: str) -> str:
    """The `<svg>` element alone, in the page's colours, with a name for those who do not see."""
    svg = document[document.index("<svg") :]
    for placeholder, variable in _VARIABLES.items():
        svg = svg.replace(placeholder, variable)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
