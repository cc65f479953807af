"""Curves as SVG, drawn by matplotlib, coloured by the page that they stand in.

The colours that matplotlib writes are placeholders; each is replaced by a CSS variable, so that
one drawing serves light and dark.
"""

from __future__ import annotations

import hashlib
import io
import math
import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from losslint.dryrun.records import Curve, Stress

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, _GRID, _POINT, _LINE = "#010101", "#020202", "#030303", "#040404"
COLORS = (_LINE, "#050505", "#060606")
"""Those of several lines; the page names them --line, --line-2 and --line-3."""
_VARIABLES = {
    INK: "var(--ink)",
    _GRID: "var(--grid)",
    _POINT: "var(--point)",
    _LINE: "var(--line)",
    COLORS[1]: "var(--line-2)",
    COLORS[2]: "var(--line-3)",
}
_SIZE = (4.2, 2.5)  # inches; the page scales the drawing to its column
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


# What a page of hundreds of drawings can do without: digits that no screen shows, lists of fonts,
# names of groups, a style that the page has itself. Labels stand between other signs.
_IDLE = (
    (re.compile(r'(?<=[\s"(])(-?\d+\.\d{2})\d+(?=[\s")])'), r"\1"),
    (re.compile(r" font-family: [^;]*;"), ""),
    (re.compile(r' ?transform="rotate\(-0 [^"]*"'), ""),
    (re.compile(r'<g id="[^"]*"'), "<g"),
    (re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL), ""),
    (re.compile(r"\s*\n\s*"), "\n"),
)
_FLOOR = 1e-18  # where no error at all stands on a logarithmic axis
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


def value_plot(loss: str, curve: Curve) -> str:
    """An `<svg>` of a loss along the line, with its reference as dashes."""
    lines = [Line(loss, curve.t, curve.value, style=MEASURED)]
    if curve.reference:
        lines.append(Line("formula", curve.t, curve.reference, INK, DASHED))
    return drawing("loss", _ALONG, lines, _middle(curve, curve.value))


def slope_plot(loss: str, curve: Curve) -> str:
    """An `<svg>` of the gradient of a loss along the line."""
    lines = [Line(loss, curve.t, curve.slope, style=MEASURED)]
    return drawing("slope", _ALONG, lines, _middle(curve, curve.slope))


def pair_plot(name: str, one: Line, other: Line) -> str:
    """An `<svg>` of two losses over each other: where they are equal, dashes lie on the line."""
    wide: Mapping[str, Any] = {"linewidth": 4.0, "alpha": 0.6}
    lines = [one._replace(style=wide), other._replace(color=INK, style=DASHED)]
    return drawing(name, _ALONG, lines, title=f"{name} of both losses along the line")


def stress_plot(stress: Stress, allowed: float) -> str:
    """An `<svg>` of how far value and gradient are off, by the size of what the loss is given.

    `allowed`: how far they may be.
    """
    errors = (("value", stress.value_error), ("gradient", stress.gradient_error))
    lines = [
        Line(label, stress.sizes, [_height(error) for error in found], color, MEASURED)
        for (label, found), color in zip(errors, COLORS, strict=False)
    ]
    ends = (stress.sizes[0], stress.sizes[-1])
    lines.append(Line("allowed", ends, (allowed, allowed), INK, DASHED))
    if stress.bound is not None:
        heights = [*filter(math.isfinite, (*lines[0].y, *lines[1].y)), allowed, _FLOOR]
        wall = (stress.bound, stress.bound)
        style = {"linewidth": 1.2}
        lines.append(Line(stress.fault or "", wall, (min(heights), max(heights)), _POINT, style))
    return drawing("error", stress.unit, lines, title="error by size", scale="log")


def _height(error: float | None) -> float:
    return math.nan if error is None else max(error, _FLOOR)


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
    scale: Literal["linear", "log"] = "linear",
) -> str:
    """An `<svg>` of lines: what they show, along what, a place that is marked, and its title.

    `scale` is that of both axes.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    # Several drawings share one page: the salt keeps their ids apart, and the same every time.
    salt = hashlib.sha256(repr((name, along, *lines)).encode()).hexdigest()[:16]
    settings: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": salt,
        "font.size": 9.0,
        "text.color": INK,
        "axes.edgecolor": _GRID,
        "axes.labelcolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.formatter.useoffset": False,
    }
    with rc_context(settings):
        figure = Figure(figsize=_SIZE)
        FigureCanvasSVG(figure)
        # Measured out by hand: matplotlib's own layout draws everything twice.
        figure.subplots_adjust(left=0.18, right=0.98, bottom=0.19, top=0.93)
        axes = figure.add_subplot(xscale=scale, yscale=scale)
        for line in lines:
            style: Any = dict(line.style)
            axes.plot(line.x, line.y, color=line.color, label=line.label, **style)
        if point is not None:
            axes.plot(*point, "o", color=_POINT, markersize=5.0)
        axes.set(xlabel=along, ylabel=name)
        axes.minorticks_off()
        _dress(axes, len(lines) > 1)
        text = io.StringIO()
        figure.savefig(text, format="svg", transparent=True, metadata=_NO_METADATA)
    return _inline(text.getvalue(), title or f"{name} along the line")


def _dress(axes: Axes, legend: bool) -> None:
    axes.grid(color=_GRID, linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    if axes.get_xscale() == "linear":
        axes.locator_params(nbins=5)
    else:
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter("{x:g}")  # powers as formulas take a second to set
    if legend:
        axes.legend(frameon=False, labelcolor=INK, fontsize=8.0)


def _inline(document: str, title: str) -> str:
    """The `<svg>` element alone, in the page's colours, with a name for those who do not see."""
    svg = document[document.index("<svg") :]
    for idle, instead in _IDLE:
        svg = idle.sub(instead, svg)
    for placeholder, variable in _VARIABLES.items():
        svg = svg.replace(placeholder, variable)
    return svg.replace("<svg ", f'<svg role="img" aria-label="{title}" ', 1)
