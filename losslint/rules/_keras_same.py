"""Which losses compute the same, however they are written."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from losslint.rules._names import known_losses
from losslint.rules.base import Context, ResolvedNode, Site, entry_params

# What an object is called, and in which type it computes, changes nothing of what is meant.
ASIDE = ("name", "dtype", "fn")


def computation(view: ResolvedNode, site: Site, context: Context) -> object:
    """Equal for losses that compute the same: a string, a function and an object of one loss.

    What the catalog does not know is equal to what is written in the same letters.
    """
    for entry, loss in known_losses(site, context):
        if entry.view.node is not view.node:
            continue
        defaults = {p.name: p.default for p in entry_params(entry, loss, context)}
        differing = {
            each.name: each.view.source_text
            for each in entry.arguments
            if each.name not in ASIDE
            and (each.name not in defaults or each.view.value != defaults[each.name])
        }
        return loss.name, tuple(sorted(differing.items()))
    return view.source_text


def is_same_in(
    written: Sequence[object], taken: Sequence[Hashable], meant: Sequence[Hashable]
) -> bool:
    """Whether each output gets the same in the one order of the outputs as in the other."""
    by_taken = dict(zip(taken, written, strict=True))
    return by_taken == dict(zip(meant, written, strict=True))
