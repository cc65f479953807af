"""The terms of a detr_loss entry and the factors that `weight_dict` gives them."""

from collections.abc import Iterator
from typing import NamedTuple

from losslint.catalog.model import holds
from losslint.catalog.netspresso import DETR_TERMS, Term
from losslint.diagnostics import Related, Span
from losslint.rules._names import known_losses
from losslint.rules.base import Argument, Context, ResolvedNode, Site
from losslint.syntax.scalars import Value


class WrittenTerm(NamedTuple):
    """A term that `losses` asks for, with its place."""

    name: str
    at: Span
    related: tuple[Related, ...] = ()


class Terms(NamedTuple):
    """The terms that `losses` asks for, known or not, and what `weight_dict` has, by its keys."""

    written: dict[str, WrittenTerm]
    factors: dict[str, Span]
    values: dict[str, Value]


def terms_at(context: Context) -> tuple[Term, ...]:
    """The terms that the target release can train."""
    version = context.netspresso.version
    return tuple(term for term in DETR_TERMS if holds(None, term.until, version))


def gone_terms(context: Context) -> tuple[Term, ...]:
    """The terms that earlier releases had and the target release has no more."""
    version = context.netspresso.version
    return tuple(term for term in DETR_TERMS if not holds(None, term.until, version))


def written_terms(losses: ResolvedNode) -> list[WrittenTerm]:
    """The texts of `losses`; of a mapping the keys, which the trainer takes as the list."""
    if losses.is_mapping:
        return [WrittenTerm(member.name, member.at, losses.related) for member, _ in losses.pairs()]
    texts = [(item, item.value) for item in losses.items()]
    return [
        WrittenTerm(value, item.at, item.related) for item, value in texts if isinstance(value, str)
    ]


def read_terms(site: Site, context: Context) -> Iterator[Terms]:
    """The terms of each detr_loss of a site that has both, where all of them can be read."""
    for entry, loss in known_losses(site, context):
        losses, factors = entry.argument("losses"), entry.argument("weight_dict")
        if loss.name == "detr_loss" and losses is not None and factors is not None:
            terms = _terms(losses, factors)
            if terms is not None:
                yield terms


def _terms(losses: Argument, factors: Argument) -> Terms | None:
    if not factors.view.is_mapping or factors.view.is_open or losses.view.is_open:
        return None
    if not losses.view.is_list and not losses.view.is_mapping:
        return None
    if any(item.kind == "unknown" for item in losses.view.items()):
        return None
    written: dict[str, WrittenTerm] = {}
    for term in written_terms(losses.view):
        written.setdefault(term.name, term)
    pairs = factors.view.pairs()
    places = {member.name: member.at for member, _ in pairs}
    return Terms(written, places, {member.name: value.value for member, value in pairs})
