"""The name of a loss, as its dialect judges it: asked once for all rules."""

from collections.abc import Iterator

from losslint.dialects.naming import NameStatus, NameVerdict
from losslint.rules._elsewhere import followed
from losslint.rules.base import Context, LossDef, LossEntry, ResolvedNode, Site, memoize_per_file


@memoize_per_file
def judge_name(entry: LossEntry, context: Context) -> NameVerdict | None:
    """The verdict on an entry's name, or None when it has none that can be judged."""
    named, _ = written_name(entry, context)
    return entry.dialect.judge_name(named, context.target(entry.dialect).version)


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
    return (judged for judged in _judged(site, context) if judged[2].status in status)


@memoize_per_file
def _judged(
    site: Site, context: Context
) -> tuple[tuple[LossEntry, ResolvedNode, NameVerdict], ...]:
    every = ((entry, entry.name, judge_name(entry, context)) for entry in site.entries)
    return tuple((e, name, verdict) for e, name, verdict in every if name and verdict)
