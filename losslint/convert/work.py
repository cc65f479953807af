"""One file through a conversion: read, plan, render; what comes out is not written yet."""

from __future__ import annotations

from collections import Counter
from typing import Literal, NamedTuple

from losslint.convert.facts import facts_of
from losslint.convert.judge import broken_elsewhere, examine, said, verdict, why_refused
from losslint.convert.keep import Ignored, ignored_in, keeping
from losslint.convert.model import EntryPlan, Facts, Refused, SitePlan
from losslint.convert.place import Place, find_place
from losslint.convert.plan import plan_site
from losslint.convert.render import (
    FRESH_NAMES,
    Rendering,
    Style,
    fresh,
    has_no_place,
    into,
    style_of,
)
from losslint.dialects.keras.sites import is_inner
from losslint.dialects.records import DialectName, Site
from losslint.dialects.release_targets import ReleaseTargets
from losslint.files.source import Source
from losslint.linter.apply_rules import Checked, parse
from losslint.syntax.nodes import Tree

Status = Literal["converted", "consent", "refused", "nothing"]


class Options(NamedTuple):
    """What is asked for. `style` None: that of the file written into, or the platform's."""

    to: DialectName
    targets: ReleaseTargets
    style: Style | None = None
    lossy: bool = False
    annotate: bool = False


class Result(NamedTuple):
    """What came of one file.

    `text` is a file of its own, `after` the changed one (its `text` differs from the original's);
    neither is there where something was refused. `reason` says what is wrong with the whole.
    """

    source: Source
    status: Status
    plan: SitePlan = SitePlan(())
    text: str | None = None
    before: Source | None = None
    after: Source | None = None
    reason: str = ""
    notes: tuple[str, ...] = ()
    migrated: bool = False

    @property
    def noted(self) -> bool:
        """Whether something must be changed or must hold beside the config."""
        return any(entry.action != "auto" for entry in self.plan.entries)


def convert_source(source: Source, options: Options, target: Source | None = None) -> Result:
    """What becomes of one file; `target` is the file whose losses are replaced."""
    checked = examine(source, options.targets)
    sites, problems = checked.sites, checked.tree.problems
    if not sites:
        reason = "it holds no losses"
        if problems:
            reason += f"; it cannot be read: {problems[0].message}"
        return Result(source, "nothing", reason=reason)
    foreign = [site for site in sites if site.dialect.name != options.to]
    if not foreign:
        return _migrated(source, options, target)
    # A layer's or an inner model's loss is no other place where one trains.
    foreign = [site for site in foreign if not is_inner(site)] or foreign
    if len(foreign) > 1:
        plans = [
            plan_site(site, facts_of(site), options.targets, verdict(checked, site))
            for site in foreign
        ]
        entries = tuple(entry for plan in plans for entry in plan.entries)
        reason = f"it holds losses in {len(foreign)} places, and a result has one"
        return Result(source, "refused", SitePlan(entries), reason=reason)
    return _converted(checked, foreign[0], options, target)


def _migrated(source: Source, options: Options, target: Source | None) -> Result:
    if target is not None:
        reason = f"it is a config of {options.to} already; `--in-place` migrates it"
        return Result(source, "refused", reason=reason)
    from losslint.convert.migrate import migrate

    outcome = migrate(source, options.targets, lossy=options.lossy)
    status: Status = "converted" if not outcome.reason else "refused"
    if outcome.needs_consent:
        status = "consent"
    if status != "converted":
        return Result(
            source, status, outcome.plan, reason=outcome.reason, notes=outcome.notes, migrated=True
        )
    return Result(
        source,
        status,
        outcome.plan,
        outcome.after.text,
        source,
        outcome.after,
        notes=outcome.notes,
        migrated=True,
    )


def _converted(checked: Checked, site: Site, options: Options, target: Source | None) -> Result:
    source, errors = checked.source, verdict(checked, site)
    facts, style, other = facts_of(site), options.style, Facts()
    place: Place | None = None
    ignored: Ignored | None = None
    if target is not None:
        found = find_place(target, options.to)
        if isinstance(found, Refused):
            return Result(source, "refused", reason=f"{target.path}: {found.reason}")
        place = found
        other = facts_of(place.site)
        problem = _other_task(facts, other)
        if problem is not None:
            return Result(source, "refused", reason=f"{target.path} {problem}")
        ignored = ignored_in(place)
        facts = _with_target(facts, other, ignored)
        if options.to == "keras":
            style = style or style_of(place.site)
    rendering = Rendering(options.to, style or "platform", options.targets.keras, options.annotate)
    plan = plan_site(site, facts, options.targets, errors)
    if not plan.entries:
        words = [said(error) for error in errors.losses]
        reason = "; ".join(dict.fromkeys(words)) or "its list of losses is empty"
        return Result(source, "refused", plan, reason=reason)
    if ignored is not None:
        plan = keeping(plan, ignored, options.targets)
    plan = _with_place(plan, rendering)
    if target is not None and (problem := _other_model(plan, other)) is not None:
        return Result(source, "refused", plan, reason=f"{target.path} {problem}")
    if not plan.goes(options.lossy):
        refused = any(entry.action == "refuse" for entry in plan.entries)
        return Result(source, "refused" if refused else "consent", plan)
    notes = broken_elsewhere(errors)
    result = _rendered(Result(source, "converted", plan, notes=notes), rendering, place)
    return _passing(result, rendering, options.targets)


def _other_task(facts: Facts, other: Facts) -> str | None:
    """Why the file written into is for another kind of model than the source."""
    here, there = facts.known.get("task"), other.known.get("task")
    if here is None or there is None or here == there:
        return None
    return f"is a model for {there}, and the losses come from one for {here}"


def _other_model(plan: SitePlan, other: Facts) -> str | None:
    """Why a plan does not fit the Keras model beside the losses that it is to replace."""
    outputs, head = other.known.get("outputs"), other.known.get("head")
    if outputs == "several":
        return "has a model with several outputs, and the losses are for one"
    if outputs == "one" and len(plan.entries) > 1:
        return "has a model with one output, for which Keras uses the first loss of a list alone"
    targets = [entry.target for entry in plan.entries if entry.target is not None]
    logits = any(dict(loss.params).get("from_logits") is True for loss in targets)
    if head in ("softmax", "sigmoid") and logits:
        return f"has a model that ends in a {head}, and the loss takes logits: take it out first"
    return None


def _with_target(facts: Facts, other: Facts, ignored: Ignored | None) -> Facts:
    """The source's facts, with the task and the void label of the file that is written into."""
    task = other.known.get("task")
    void = ignored.value if ignored is not None else None
    return facts.but(Facts({"task": task} if task is not None else {}, void=void))


def _with_place(plan: SitePlan, rendering: Rendering) -> SitePlan:
    """A plan, refused where the style has no place for it."""
    problem = has_no_place(plan, rendering)
    if problem is None or not all(entry.goes(lossy=True) for entry in plan.entries):
        return plan
    return plan._replace(entries=tuple(_refused(entry, problem) for entry in plan.entries))


def _refused(entry: EntryPlan, reason: str) -> EntryPlan:
    return entry._replace(action="refuse", reason=reason)


def _rendered(result: Result, rendering: Rendering, place: Place | None) -> Result:
    if place is None:
        text = fresh(result.plan, rendering)
        if isinstance(text, Refused):
            return result._replace(status="refused", reason=text.reason)
        return result._replace(text=text)
    target = place.source
    after = into(result.plan, rendering, place)
    if isinstance(after, Refused):
        return result._replace(status="refused", reason=f"{target.path}: {after.reason}")
    notes = (*result.notes, *_lost_comments(place.tree, after))
    return result._replace(text=after.text, before=target, after=after, notes=notes)


def _passing(result: Result, rendering: Rendering, targets: ReleaseTargets) -> Result:
    """A result, refused where `check` would find an error in what was written."""
    if result.status != "converted" or result.text is None:
        return result
    if result.after is None or result.before is None:
        name = FRESH_NAMES[rendering.to]
        problem = why_refused(Source(name, result.text, result.text.encode()), targets)
    else:
        problem = why_refused(result.after, targets, examine(result.before, targets))
    if problem is None:
        return result
    return result._replace(
        status="refused", text=None, before=None, after=None, notes=(), reason=problem
    )


def _lost_comments(old: Tree, after: Source) -> tuple[str, ...]:
    """The comments that went with an entry or a value that was replaced."""
    from losslint.syntax.comments import comments
    from losslint.text import visible

    if not old.language.has_comments:
        return ()
    new = parse(after)
    left = Counter(new.text[span.start : span.end] for span in comments(new))
    lost: list[str] = []
    for span in comments(old):
        text = old.text[span.start : span.end]
        if left[text]:
            left[text] -= 1
        else:
            lost.append(f"a comment went with the entry that it stood on: {visible(text)}")
    return tuple(lost)
