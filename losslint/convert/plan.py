"""What becomes of the losses of one site: entry by entry, then as a list."""

from collections import Counter
from collections.abc import Sequence

from losslint.catalog.equivalences import MEASURED, NEAREST, list_row
from losslint.catalog.equivalences_model import Equivalence, Kind, Measured, worst
from losslint.catalog.model import holds
from losslint.convert.check_errors import DROPPED_ENTRY, DROPPED_LOSSES, Verdict, said
from losslint.convert.compatibility import release_problem
from losslint.convert.model import EntryPlan, Loss, Refused, SitePlan
from losslint.convert.row_application import about, resolve
from losslint.convert.row_selection import choose
from losslint.diagnostics import Diagnostic
from losslint.dialects.model_info import ModelInfo
from losslint.dialects.read_loss import Factor, Read
from losslint.dialects.records import LossEntry, Site
from losslint.dialects.registry import other_dialect
from losslint.dialects.release_targets import ReleaseTargets

_KINDS: tuple[Kind, ...] = ("exact", "conditional", "lossy", "none")


def plan_site(site: Site, facts: ModelInfo, targets: ReleaseTargets, errors: Verdict) -> SitePlan:
    """The plan of a site. `facts`: what its file and the target's tell; `errors`: what `check`."""
    entries = tuple(
        _judged(_plan_entry(entry, site, facts, targets), errors.of(index))
        for index, entry in enumerate(site.entries)
    )
    if site.dialect.shares_output:
        return _sharing_output(site.dialect.name, entries)
    return _by_output(site, entries, facts, targets)


def _judged(plan: EntryPlan, errors: tuple[Diagnostic, ...]) -> EntryPlan:
    """A plan, refused in the words of `check` where that calls the loss an error."""
    refusing = [error for error in errors if error.code not in (DROPPED_ENTRY, DROPPED_LOSSES)]
    dropping = tuple(said(error) for error in errors if error not in refusing)
    plan = plan._replace(drops=dropping)
    if not refusing:
        return plan
    words = tuple(dict.fromkeys(said(error) for error in refusing))
    if plan.action != "refuse" or not plan.rows:
        plan = EntryPlan(plan.source, plan.span, drops=dropping)
    # Else fixing it would not help: nothing computes the loss.
    return _wrong(plan, words)


def _wrong(plan: EntryPlan, words: tuple[str, ...]) -> EntryPlan:
    """A plan that is refused for what `check` says."""
    reason = plan.reason if plan.action == "refuse" else ""
    return plan._replace(
        action="refuse", errors=words, reason="; ".join(filter(None, (*words, reason)))
    )


def _plan_entry(
    entry: LossEntry, site: Site, facts: ModelInfo, targets: ReleaseTargets
) -> EntryPlan:
    read = read_entry(entry, targets)
    if isinstance(read, Refused):
        return _refused(entry, Loss(entry.dialect.name, entry.name_text or ""), read.reason)
    factor = entry.dialect.factor_of(entry, site)
    if isinstance(factor, Refused):
        return _refused(entry, read.loss, factor.reason)
    match = choose(read, facts)
    if isinstance(match, Refused):
        return _refused(entry, read.loss, match.reason)
    rows = [match.row, *match.modifiers, *_list_rows(entry, factor, read.arguments.dropped)]
    resolved = resolve(match, read.arguments, facts)
    if isinstance(resolved, Refused):
        return _refused(entry, read.loss, resolved.reason)._replace(
            rows=tuple(row.id for row in rows)
        )
    target = None
    if match.row.target is not None:
        target = Loss(other_dialect(entry.dialect).name, match.row.target, resolved.params)
    told = tuple(about(row, read.arguments, facts) for row in rows)
    plan = _with_rows(EntryPlan(read.loss, entry.view.at, target), told)
    plan = plan._replace(factor=_product(resolved.factor, factor.value), weight=factor.value)
    if read.arguments.dropped:
        keys = ", ".join(f"`{key}`" for key in read.arguments.dropped)
        plan = plan._replace(conditions=(*plan.conditions, f"left out: {keys}"))
    problem = (
        release_problem(plan.target, targets) if plan.target and plan.action != "refuse" else None
    )
    return plan._replace(action="refuse", kind="none", reason=problem) if problem else plan


def read_entry(entry: LossEntry, targets: ReleaseTargets) -> Read | Refused:
    """The loss of an entry."""
    if entry.name is not None and entry.name.kind == "unknown":
        return Refused(f"the name `{entry.name.source_text.strip()}` is not known from this file")
    text = entry.name_text
    if text is None:
        return Refused("the entry names no loss")
    own = targets.declarations.loss_of(entry)
    if own is not None:
        return Refused(f"`{text}` is a loss of your own, as {own.file} says: nobody measured it")
    return entry.dialect.read_loss(entry, text, targets.of(entry.dialect))


def _refused(entry: LossEntry, loss: Loss, reason: str) -> EntryPlan:
    return EntryPlan(loss, entry.view.at, reason=reason)


def _list_rows(entry: LossEntry, factor: Factor, dropped: tuple[str, ...]) -> list[Equivalence]:
    rows: list[Equivalence] = []
    if factor.value is not None:
        rows.append(list_row(entry.dialect.name, "factor"))
    if dropped:
        rows.append(list_row(entry.dialect.name, "dropped keys"))
    return rows


def _product(first: float | None, second: float | None) -> float | None:
    if first is None or second is None:
        return second if first is None else first
    return first * second


def _with_rows(plan: EntryPlan, rows: tuple[Equivalence, ...]) -> EntryPlan:
    """A plan with rows added: it asks for what any of them asks for."""
    conditions = dict.fromkeys(plan.conditions)
    breaks = dict.fromkeys(plan.breaks)
    for row in rows:
        conditions |= dict.fromkeys((*row.changes, *row.conditions))
        breaks |= dict.fromkeys(row.breaks)
    before = (plan.action,) if plan.rows else ()
    action = worst((*before, *(row.action for row in rows)))
    kinds = (*((plan.kind,) if plan.rows else ()), *(row.kind for row in rows))
    deciding = next((row for row in rows if row.action == action), rows[0])
    reason = plan.reason or "; ".join((*plan.drops, *(deciding.conditions or deciding.changes)))
    return plan._replace(
        rows=(*plan.rows, *(row.id for row in rows)),
        action=action,
        kind=max(kinds, key=_KINDS.index),
        conditions=tuple(conditions),
        breaks=tuple(breaks),
        measured=_worst_measured((*plan.rows, *(row.id for row in rows))),
        nearest=next((NEAREST[row.id] for row in rows if row.id in NEAREST), plan.nearest),
        reason=reason if action in ("refuse", "consent") else "",
    )


def _worst_measured(rows: tuple[str, ...]) -> Measured | None:
    found = [MEASURED[row] for row in rows if row in MEASURED]
    if not found:
        return None
    return Measured(*(max(numbers) for numbers in zip(*found, strict=True)))


def _sharing_output(dialect: str, entries: tuple[EntryPlan, ...]) -> SitePlan:
    """A list whose losses read one output, as it is read: of one name the last, then a sum."""
    last = {entry.source.name: index for index, entry in enumerate(entries)}
    kept: list[EntryPlan] = []
    dropped: dict[str, list[EntryPlan]] = {}
    for index, entry in enumerate(entries):
        if entry.source.name and last[entry.source.name] != index:
            dropped.setdefault(entry.source.name, []).append(entry)
        else:
            kept.append(_instead(entry, dropped.get(entry.source.name, []), dialect))
    if len(kept) > 1:
        kept = [
            _with_rows(entry, (list_row(dialect, "several"),)) if entry.rows else entry
            for entry in kept
        ]
    return SitePlan(tuple(kept), tuple(entry for each in dropped.values() for entry in each))


def _instead(entry: EntryPlan, replaced: list[EntryPlan], dialect: str) -> EntryPlan:
    """An entry that the trainer keeps, with what is to be said of those that it replaces."""
    if not replaced or not entry.rows:
        return entry
    drops = tuple(dict.fromkeys(word for each in replaced for word in each.drops))
    entry = _with_rows(entry._replace(drops=drops), (list_row(dialect, "repeated"),))
    return _also_built(entry, replaced)


def _also_built(entry: EntryPlan, dropped: Sequence[EntryPlan]) -> EntryPlan:
    """An entry, refused where one that is dropped has an error: both frameworks build that, too."""
    broken = tuple(dict.fromkeys(word for each in dropped for word in each.errors))
    return _wrong(entry, broken) if broken else entry


def _by_output(
    site: Site, entries: tuple[EntryPlan, ...], facts: ModelInfo, targets: ReleaseTargets
) -> SitePlan:
    """Losses of which each has an output of its own, as one list."""
    dialect = site.dialect.name
    outputs = facts.known.get("outputs")
    slots = _slots(site)
    if slots < 2 and outputs != "several":
        return SitePlan(entries)
    if outputs == "one" and site.view is not None and site.view.is_list:
        if holds(*_LIST_REFUSED, targets.of(site.dialect).version):
            return SitePlan(tuple(_refused_list(entry) for entry in entries))
        pairs = zip(site.entries, entries, strict=True)
        kept = tuple(plan for entry, plan in pairs if entry.output == 0)
        row = (list_row(dialect, "one output"),)
        dropped = tuple(entry for entry in entries if entry not in kept[:1])
        first = tuple(
            _also_built(_with_rows(entry, row), dropped) if entry.rows else entry
            for entry in kept[:1]
        )
        return SitePlan(first, dropped)
    row = (list_row(dialect, "several outputs" if outputs == "several" else "same output"),)
    joined = tuple(_with_rows(entry, row) if entry.rows else entry for entry in entries)
    times = Counter(entry.target.name for entry in joined if entry.target is not None)
    if outputs != "several" and any(count > 1 for count in times.values()):
        reason = "two losses would become one criterion: of equal ones NetsPresso keeps the last"
        joined = tuple(
            entry._replace(action="refuse", reason=reason)
            if entry.target is not None and times[entry.target.name] > 1
            else entry
            for entry in joined
        )
    return SitePlan(joined)


# In between Keras refuses a list for one output, instead of dropping all but the first.
_LIST_REFUSED = ("3.0.0", "3.7.0")


def _refused_list(entry: EntryPlan) -> EntryPlan:
    reason = "; ".join(filter(None, (*entry.drops, entry.reason)))
    return EntryPlan(entry.source, entry.span, reason=reason)


def _slots(site: Site) -> int:
    """How many outputs a `loss` value speaks of."""
    view = site.view
    if view is None or site.is_platform or site.is_free:
        return 1
    if site.is_declared:
        # In whatever form they are written.
        return len(site.entries)
    if view.is_list:
        return len(view.items())
    if view.is_mapping and view.get("class_name") is None:
        return len(view.pairs())
    return 1
