"""Within a style: the rewrites of `check --fix` for the release that is asked for, or a refusal."""

from typing import NamedTuple

from losslint.catalog.equivalences_model import Action, Kind
from losslint.convert.model import EntryPlan, Loss, SitePlan
from losslint.diagnostics import Diagnostic
from losslint.dialects.records import LossEntry, written_once
from losslint.dialects.release_targets import ReleaseTargets
from losslint.files.source import LineIndex, Source
from losslint.linter.apply_rules import Checked, check_source, find_sites, parse
from losslint.linter.fix import fix_source
from losslint.rules import load_rules
from losslint.syntax.plain import plain
from losslint.syntax.scalars import Unknown


class Migrated(NamedTuple):
    """A file brought to a release. `reason`: why it cannot be; then `after` is not to be used."""

    after: Source
    plan: SitePlan
    reason: str = ""
    needs_consent: bool = False
    notes: tuple[str, ...] = ()


def migrate(source: Source, targets: ReleaseTargets, *, lossy: bool) -> Migrated:
    """Apply the fixes that bring a file to the target releases; unsafe ones only with consent."""
    rules = load_rules()
    # Who migrates a file says by that which release it is meant for.
    releases = targets.as_stated()

    def check(text: Source) -> Checked:
        return check_source(text, rules, releases)

    def wanted(diagnostic: Diagnostic) -> bool:
        return diagnostic.fix is not None and (diagnostic.fix.safe or lossy)

    fixed = fix_source(source, check, wanted)
    left = [d for d in fixed.checked.diagnostics if d.severity == "error"]
    notes = tuple(f"{d.code} {d.fix.message}" for d in fixed.applied if d.fix is not None)
    if not left:
        unsafe = any(d.fix is not None and not d.fix.safe for d in fixed.applied)
        plan = _plan(source, fixed.source, targets, "auto", "lossy" if unsafe else "exact")
        return Migrated(fixed.source, plan, notes=notes)
    index = LineIndex(fixed.source.text)
    lines = [f"line {index.position(d.span.start)[0]}: {d.message} ({d.code})" for d in left]
    consent = all(d.fix is not None and not d.fix.safe for d in left) and not lossy
    plan = _plan(source, fixed.source, targets, "consent" if consent else "refuse", "none")
    return Migrated(fixed.source, plan, "; ".join(dict.fromkeys(lines)), consent, notes)


def _plan(
    before: Source, after: Source, targets: ReleaseTargets, action: Action, kind: Kind
) -> SitePlan:
    """What became of each loss, where none was added or merged away."""
    old, new = _losses(before, targets), _losses(after, targets)
    pairs = zip(old, new, strict=True) if len(old) == len(new) else ()
    return SitePlan(
        tuple(
            EntryPlan(
                loss, entry.view.at, target if action == "auto" else None, action=action, kind=kind
            )
            for (entry, loss), (_, target) in pairs
        )
    )


def _losses(source: Source, targets: ReleaseTargets) -> list[tuple[LossEntry, Loss]]:
    declared = targets.declarations.sites_in(source.path)
    sites = find_sites(parse(source), declared)[1]
    return [(entry, _loss(entry)) for site in written_once(sites) for entry in site.entries]


def _loss(entry: LossEntry) -> Loss:
    params = [(argument.name, plain(argument.view)) for argument in entry.arguments]
    known = tuple((name, None if isinstance(v, Unknown) else v) for name, v in params)
    return Loss(entry.dialect.name, entry.name_text or "", known)
