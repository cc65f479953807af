"""Within one dialect: the losses of a file in another of its styles, each as it is."""

from __future__ import annotations

from losslint.convert.check_errors import Verdict, said
from losslint.convert.conversion import Options
from losslint.convert.model import EntryPlan, Loss, Refused, SitePlan
from losslint.convert.plan import read_entry
from losslint.dialects.records import LossEntry, Site

_BY_OUTPUT = "its losses are named by output, which only their own file says"


def is_restyled(site: Site, options: Options) -> bool:
    """Whether another style is asked for than the one that a site has."""
    if options.style is None or site.dialect is not options.to:
        return False
    asked = options.to.loss_form(options.style, None)
    return asked is not options.to.loss_form(None, site) and asked.at(site) is asked


def plan_in_style(site: Site, options: Options, errors: Verdict) -> SitePlan:
    """The plan of a site whose losses stay what they are."""
    entries = (_entry(entry, site, options) for entry in site.entries)
    return SitePlan(tuple(_judged(e, errors, index) for index, e in enumerate(entries)))


def _entry(entry: LossEntry, site: Site, options: Options) -> EntryPlan:
    at, loss = entry.view.at, Loss(entry.dialect.name, entry.name_text or "")
    read = read_entry(entry, options.targets)
    factor = entry.dialect.factor_of(entry, site)
    if isinstance(read, Refused):
        return EntryPlan(loss, at, reason=read.reason)
    if isinstance(factor, Refused):
        return EntryPlan(read.loss, at, reason=factor.reason)
    if isinstance(entry.output, str):
        return EntryPlan(read.loss, at, reason=_BY_OUTPUT)
    return EntryPlan(read.loss, at, read.loss, factor.value, action="auto", kind="exact")


def _judged(plan: EntryPlan, errors: Verdict, index: int) -> EntryPlan:
    words = tuple(dict.fromkeys(said(error) for error in errors.of(index)))
    if not words:
        return plan
    return EntryPlan(plan.source, plan.span, reason="; ".join(words), errors=words)
