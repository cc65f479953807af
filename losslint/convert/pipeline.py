"""One file through a conversion: read, plan, write into a text; nothing goes to the disk here."""

from __future__ import annotations

from collections import Counter

from losslint.convert.check_errors import broken_elsewhere, examine, said, verdict, why_refused
from losslint.convert.compatibility import (
    Ignored,
    from_elsewhere,
    ignored_in,
    keeping,
    model_problem,
    task_problem,
)
from losslint.convert.conversion import Conversion, Options, Status
from losslint.convert.edit_target import (
    EditTarget,
    Rendering,
    find_edit_target,
    fresh,
    into,
)
from losslint.convert.lines import names, on_line, which, why_none
from losslint.convert.model import Refused, SitePlan
from losslint.convert.plan import plan_site
from losslint.convert.restyle import is_restyled, plan_in_style
from losslint.dialects.model_info import ModelInfo
from losslint.dialects.records import Site, to_train
from losslint.dialects.registry import language_of
from losslint.dialects.release_targets import ReleaseTargets
from losslint.files.source import Source
from losslint.linter.apply_rules import Checked, parse
from losslint.syntax.nodes import Tree


def convert_source(
    source: Source, options: Options, target: Source | None = None
) -> list[Conversion]:
    """What becomes of one file; `target` is the file whose losses are replaced.

    A program that compiles several times has as many results, unless they are to go into one file.
    """
    checked = examine(source, options.targets, options.around)
    sites, problems = to_train(checked.sites), checked.tree.problems
    is_code = checked.tree.language.is_code
    if not sites:
        reason = "it holds no losses"
        if problems:
            reason += f"; it cannot be read: {problems[0].message}"
        return [Conversion(source, "nothing", reason=reason)]
    measured = [site for site in sites if site.dialect.is_measured]
    if not measured:
        reason = "its losses are those that your settings declare: nobody measured them"
        return [Conversion(source, "refused", reason=reason)]
    foreign = [
        site for site in measured if site.dialect is not options.to or is_restyled(site, options)
    ]
    if not foreign:
        return [_migrated(source, options, target)]
    # A layer's or an inner model's loss is no other place where one trains.
    foreign = [site for site in foreign if not site.dialect.is_inner(site)] or foreign
    if is_code and options.line is not None:
        if not (there := on_line(foreign, source, options.line)):
            reason = why_none(foreign, source, options.line)
            return [Conversion(source, "refused", reason=reason)]
        foreign = there
    if len(foreign) == 1:
        return [_converted(checked, foreign[0], options, target)]
    if not is_code or target is not None:
        return [_ambiguous(checked, foreign, options)]
    found = zip(foreign, names(foreign, source), strict=True)
    return [_converted(checked, site, options, None)._replace(place=place) for site, place in found]


def _ambiguous(checked: Checked, sites: list[Site], options: Options) -> Conversion:
    """A file with losses in several places, where one is to be converted."""
    plans = [
        plan_site(site, site.dialect.model_info(site), options.targets, verdict(checked, site))
        for site in sites
    ]
    entries = tuple(entry for plan in plans for entry in plan.entries)
    reason = f"it holds losses in {len(sites)} places, and a result has one"
    if checked.tree.language.is_code:
        reason += which(sites, checked.source)
    return Conversion(checked.source, "refused", SitePlan(entries), reason=reason)


def _migrated(source: Source, options: Options, target: Source | None) -> Conversion:
    if target is not None:
        reason = f"it is a config of {options.to.name} already; `--in-place` migrates it"
        return Conversion(source, "refused", reason=reason)
    from losslint.convert.migrate import migrate

    found = migrate(source, options.targets, lossy=options.lossy)
    result = Conversion(source, "converted", found.plan, notes=found.notes, migrated=True)
    if found.reason:
        status: Status = "consent" if found.needs_consent else "refused"
        return result._replace(status=status, reason=found.reason)
    return result._replace(text=found.after.text, before=source, after=found.after)


def _converted(checked: Checked, site: Site, options: Options, target: Source | None) -> Conversion:
    source, facts = checked.source, site.dialect.model_info(site)
    if target is None:
        rendering = _rendering(options, None)
        plan = _planned(checked, site, facts, options, rendering)
        return _written(checked, site, plan, options, rendering, None)
    place = find_edit_target(target, options.to, options.line)
    if isinstance(place, Refused):
        return Conversion(source, "refused", reason=f"{target.path}: {place.reason}")
    other = place.site.dialect.model_info(place.site)
    problem = task_problem(facts, other)
    if problem is not None:
        return Conversion(source, "refused", reason=f"{target.path} {problem}")
    rendering, ignored = _rendering(options, place.site), ignored_in(place)
    facts = _with_target(facts, other, ignored)
    plan = _planned(checked, site, facts, options, rendering, ignored)
    problem = model_problem(plan, other) if plan.entries else None
    if problem is not None:
        return Conversion(source, "refused", plan, reason=f"{target.path} {problem}")
    return _written(checked, site, plan, options, rendering, place)


def _rendering(options: Options, site: Site | None) -> Rendering:
    form = options.to.loss_form(options.style, site)
    return Rendering(options.to, form, options.targets.of(options.to), options.annotate)


def _planned(
    checked: Checked,
    site: Site,
    facts: ModelInfo,
    options: Options,
    rendering: Rendering,
    ignored: Ignored | None = None,
) -> SitePlan:
    """The plan of a site; it keeps a label of the file written into, and is refused as a whole
    where the form has no place for it."""
    errors = verdict(checked, site)
    if is_restyled(site, options):
        plan = plan_in_style(site, options, errors)
    else:
        plan = plan_site(site, facts, options.targets, errors)
    if ignored is not None:
        plan = keeping(plan, ignored, options.targets)
    if not plan.goes(lossy=True):
        return plan
    problem = rendering.form.no_place(rendering.losses(plan))
    if problem is None:
        return plan
    return SitePlan(
        tuple(each._replace(action="refuse", reason=problem) for each in plan.entries),
        plan.dropped,
    )


def _written(
    checked: Checked,
    site: Site,
    plan: SitePlan,
    options: Options,
    rendering: Rendering,
    place: EditTarget | None,
) -> Conversion:
    """The result of a plan: a text where it goes, else why it does not."""
    source, errors = checked.source, verdict(checked, site)
    if not plan.entries:
        words = [said(error) for error in errors.losses]
        reason = "; ".join(dict.fromkeys(words)) or "its list of losses is empty"
        return Conversion(source, "refused", plan, reason=reason)
    if not plan.goes(options.lossy):
        refused = any(entry.action == "refuse" for entry in plan.entries)
        return Conversion(source, "refused" if refused else "consent", plan)
    notes = (*from_elsewhere(site), *broken_elsewhere(errors))
    result = Conversion(source, "converted", plan, notes=notes)
    written = _rendered(result, rendering, place)
    return _passing(written, rendering, options.targets, place)


def _with_target(facts: ModelInfo, other: ModelInfo, ignored: Ignored | None) -> ModelInfo:
    """The source's facts, with the task and the void label of the file that is written into."""
    task = other.known.get("task")
    void = ignored.value if ignored is not None else None
    return facts.merged_with(ModelInfo({"task": task} if task is not None else {}, void=void))


def _rendered(result: Conversion, rendering: Rendering, place: EditTarget | None) -> Conversion:
    if place is None:
        text = fresh(result.plan, rendering)
        if isinstance(text, Refused):
            return result.refused(text.reason)
        suffix = language_of(rendering.fresh_name).suffixes[0]
        return result._replace(text=text, suffix=suffix)
    target = place.source
    after = into(result.plan, rendering, place)
    if isinstance(after, Refused):
        return result.refused(f"{target.path}: {after.reason}")
    notes = (*result.notes, *_lost_comments(place.tree, after))
    return result._replace(text=after.text, before=target, after=after, notes=notes)


def _passing(
    result: Conversion, rendering: Rendering, targets: ReleaseTargets, place: EditTarget | None
) -> Conversion:
    """A result, refused where `check` would find an error in what was written."""
    if result.status != "converted" or result.text is None:
        return result
    if result.after is None or place is None:
        problem = why_refused(rendering.fresh_source(result.text), targets)
    else:
        before = examine(place.source, targets)
        problem = why_refused(result.after, targets, before, place.site)
    return result if problem is None else result.refused(problem)._replace(before=None, notes=())


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
            row = old.text.count("\n", 0, span.start) + 1
            lost.append(
                f"{after.path}, line {row}: a comment went with the losses that were replaced: "
                f"{visible(text)}"
            )
    return tuple(lost)
