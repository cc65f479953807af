"""The terms of a detr_loss entry and the factors that `weight_dict` gives them."""

from typing import NamedTuple

from losslint.catalog.model import holds
from losslint.catalog.netspresso import DETR_TERMS, Term
from losslint.diagnostics import Span
from losslint.dialects.model import LossEntry
from losslint.rules.base import Context
from losslint.syntax.view import View


class Terms(NamedTuple):
    """The known terms that `losses` asks for, and the keys of `weight_dict` with their places."""

    written: tuple[tuple[Term, View], ...]
    factors: dict[str, Span]


def terms_at(context: Context) -> tuple[Term, ...]:
    """The terms that the target release can train."""
    version = context.netspresso.version
    return tuple(term for term in DETR_TERMS if holds(None, term.until, version))


def gone_terms(context: Context) -> tuple[Term, ...]:
    """The terms that earlier releases had and the target release has no more."""
    version = context.netspresso.version
    return tuple(term for term in DETR_TERMS if not holds(None, term.until, version))


def read_terms(entry: LossEntry, context: Context) -> Terms | None:
    """The terms of an entry, or None where it is no detr_loss with both lists."""
    if entry.name_text != "detr_loss":
        return None
    losses, factors = entry.argument("losses"), entry.argument("weight_dict")
    if losses is None or factors is None:
        return None
    if not losses.view.is_list or not factors.view.is_mapping or factors.view.is_open:
        return None
    items = losses.view.items()
    if any(item.kind == "unknown" for item in items):
        return None
    known = {term.name: term for term in terms_at(context)}
    written: dict[str, tuple[Term, View]] = {}
    for item in items:
        if isinstance(item.value, str) and item.value in known:
            written.setdefault(item.value, (known[item.value], item))
    return Terms(
        tuple(written.values()), {member.name: member.at for member, _ in factors.view.pairs()}
    )
