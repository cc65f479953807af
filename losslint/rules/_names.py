"""The name of a loss, as its dialect judges it: asked once for all rules."""

from collections.abc import Iterator

from losslint.dialects.declarations import OwnLoss, told
from losslint.dialects.dialect import Dialect
from losslint.dialects.naming import NameStatus, NameVerdict
from losslint.rules._elsewhere import followed
from losslint.rules.base import Context, LossDef, LossEntry, ResolvedNode, Site, memoize_per_file
from losslint.text import closest


@memoize_per_file
def judge_name(entry: LossEntry, context: Context) -> NameVerdict | None:
    """The verdict on an entry's name, or None when it has none that can be judged."""
    named, _ = written_name(entry, context)
    own = context.declarations.loss_of(named)
    if own is not None:
        return NameVerdict("own", told(own))
    verdict = entry.dialect.judge_name(named, context.target(entry.dialect).version)
    if verdict is None or verdict.status != "unknown":
        return verdict
    names = own_names(entry.dialect, context)
    known = (verdict.instead, *names) if verdict.instead else names
    nearer = closest(named.name_text or "", known) if names else None
    return verdict._replace(instead=nearer) if nearer else verdict


def own_names(dialect: Dialect, context: Context) -> tuple[str, ...]:
    """The names of the losses of one's own that stand in configs of a dialect."""
    return tuple(each.name for each in context.declarations.losses_for(dialect))


def own_losses(site: Site, context: Context) -> Iterator[tuple[LossEntry, OwnLoss]]:
    """The entries of a site that are losses of one's own."""
    for entry in site.entries if context.declarations.losses else ():
        own = context.declarations.loss_of(written_name(entry, context)[0])
        if own is not None:
            yield entry, own


def written_name(entry: LossEntry, context: Context) -> tuple[LossEntry, str]:
    """An entry with the name that another file has for it, and how that file is called."""
    if entry.name is None or not context.neighbours:
        return entry, ""
    found = followed(entry.name, context)
    return (entry._replace(name=found.view), found.file) if found.file else (entry, "")


def find_loss(entry: LossEntry, context: Context) -> LossDef | None:
    """What the catalog knows under the entry's name at the target release."""
    verdict = judge_name(entry, context)
    if verdict is None or not (verdict.is_same or verdict.status == "known"):
        return None
    return verdict.loss


@memoize_per_file
def known_losses(site: Site, context: Context) -> tuple[tuple[LossEntry, LossDef], ...]:
    """The entries of a site whose loss the catalog knows at the target release."""
    found = ((entry, find_loss(entry, context)) for entry in site.entries)
    return tuple((entry, loss) for entry, loss in found if loss is not None)


def names_judged(
    site: Site, context: Context, *status: NameStatus
) -> Iterator[tuple[LossEntry, ResolvedNode, NameVerdict]]:
    """The entries of a site whose names have one of these verdicts."""
    for entry in site.entries:
        verdict = judge_name(entry, context)
        if verdict is not None and verdict.status in status and entry.name is not None:
            yield entry, entry.name, verdict
