"""What is known of the word under the mouse."""

from __future__ import annotations

from typing import NamedTuple

from losslint.catalog.describe import loss_markdown, param_markdown
from losslint.diagnostics import Span
from losslint.linter.apply_rules import Checked
from losslint.rules.base import Context, entry_params, framework
from losslint.server.spots import Spot, follow, known_loss, known_params, spot_at


class Shown(NamedTuple):
    """A text in Markdown about a span."""

    span: Span
    markdown: str


def hover(checked: Checked, context: Context, offset: int) -> Shown | None:
    """The page of the loss, or of the parameter, that stands at an offset."""
    spot = spot_at(checked.sites, offset)
    if spot is None:
        return None
    text = _loss(spot, context) if spot.kind == "name" else _param(spot, context)
    return Shown(spot.span, text) if text is not None else None


def _loss(spot: Spot, context: Context) -> str | None:
    loss = known_loss(spot.entry, context)
    if loss is None:
        return None
    params = entry_params(spot.entry, loss, context)
    return loss_markdown(loss, params, framework(spot.entry, context))


def _param(spot: Spot, context: Context) -> str | None:
    path = spot.path
    while path and isinstance(path[-1], int):
        # An item of a list is explained by the list.
        path = path[:-1]
    known = follow(path, known_params(spot.entry, context))
    if known is None or known.param is None:
        return None
    owner = path[-2] if len(path) > 1 else spot.entry.name_text
    return param_markdown(known.param, str(owner or ""))
