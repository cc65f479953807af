"""The curves of losses as parts of a page."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from losslint.catalog.model import LossDef
from losslint.dialects.registry import all_losses
from losslint.dryrun.curve_plots import COLORS, DASHED, INK, Line, drawing
from tools.site import curves, overlays

# The first of these that a loss has is shown at several values.
_VARIED: dict[str, tuple[float, ...]] = {
    "gamma": (0.0, 2.0, 5.0),
    "label_smoothing": (0.0, 0.1, 0.3),
    "delta": (0.5, 1.0, 2.0),
    "q": (0.2, 0.5, 0.8),
}
_THROUGH = (
    "Through a drawn batch: to the right as a training step would go, in root mean squares of the "
    "predictions' change."
)
_KINDS = {
    "exact": "the same numbers",
    "conditional": "the same numbers under the conditions of the table",
    "lossy": "other numbers: converted with `--lossy` only",
    "none": "not the same",
}


def drawn(kind: str, name: str) -> str:
    """A loss's value and gradient, or all pairs over each other."""
    if kind == "overlays":
        return "\n".join(map(_overlay, overlays.pairs()))
    framework, _, loss_name = name.partition("/")
    (loss,) = (
        each for each in all_losses() if (each.framework, each.name) == (framework, loss_name)
    )
    return _loss(loss)


def _loss(loss: LossDef) -> str:
    lines = list(_variants(loss))
    along = lines[0][1].along
    shown = [
        (label, line, {"linewidth": 2.0}, shade)
        for (label, line), shade in zip(lines, COLORS, strict=False)
    ]
    told = _THROUGH if curves.looks_at_batches(_formula_name(loss)) else ""
    return _figure(loss.name, along, shown, told)


def _formula_name(loss: LossDef) -> str:
    """The name under which a loss has its formula."""
    return loss.name if loss.framework == "netspresso" else loss.class_name or loss.name


def _variants(loss: LossDef) -> Iterator[tuple[str, curves.Drawn]]:
    """The curve of a loss at its own defaults, or one for each value of what shapes it most."""
    is_criterion = loss.framework == "netspresso"
    params: dict[str, Any] = dict(loss.example) if is_criterion else {}
    of = curves.of_netspresso if is_criterion else curves.of_keras
    name = _formula_name(loss)
    varied = next((key for key in _VARIED if key in {p.name for p in loss.params}), None)
    if varied is None or curves.looks_at_batches(name):
        yield loss.name, of(name, params)
        return
    for value in _VARIED[varied]:
        yield f"{varied} {value:g}", of(name, {**params, varied: value})


def _overlay(pair: overlays.Pair) -> str:
    plan = pair.plan
    assert plan.target is not None
    ends = {"linear": "logits", "softmax": "a softmax", "sigmoid": "a sigmoid"}
    config = ", ".join(f"{key} {_shown(value)}" for key, value in pair.example.config.items())
    params = ", ".join(f"{key} {value}" for key, value in plan.target.params)
    if plan.factor is not None:
        params = ", ".join(filter(None, (params, f"weight {plan.factor:.3g}")))
    shown = [
        ("Keras", pair.keras, {"linewidth": 4.0, "alpha": 0.6}, COLORS[0]),
        ("NetsPresso", pair.netspresso, DASHED, INK),
    ]
    left = f"{pair.example.class_name}({config}) behind {ends[pair.example.activation]}"
    title = f"{left} and {plan.target.name}({params})"
    told = f"{title}: {_KINDS[plan.kind]}."
    return _figure(title, pair.keras.along, shown, told)


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _figure(
    title: str,
    along: str,
    lines: Sequence[tuple[str, curves.Drawn, Any, str]],
    caption: str,
) -> str:
    """Value and gradient beside each other; what searches and what reads aloud get the words."""
    plots = []
    for what in ("value", "gradient"):
        drawn_lines = [
            Line(label, found.t, getattr(found, what), shade, style)
            for label, found, style, shade in lines
        ]
        plots.append(
            drawing(what, along, drawn_lines, title=f"{what} of {title}, along the {along}")
        )
    words = f"\n<figcaption>{escape(caption)}</figcaption>" if caption else ""
    drawings = f"<div>{''.join(plots)}</div>"
    return f'<figure class="curves" data-search-exclude>\n{drawings}{words}\n</figure>'
