"""Code actions: fixes, suppressions, all safe fixes at once, a conversion to the other dialect."""

import os
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from losslint.diagnostics import Diagnostic, Edit, Span
from losslint.dialects.registry import language_of, other_dialect
from losslint.server.project import Analysis, Project
from losslint.syntax.edits import apply_edits, line_end, line_start

ActionKind = Literal["quickfix", "source.fixAll.losslint", "refactor.rewrite"]
FIX_ALL: ActionKind = "source.fixAll.losslint"
KINDS: tuple[ActionKind, ...] = ("quickfix", FIX_ALL, "refactor.rewrite")

_IGNORE = re.compile(r"#[ \t]*losslint:[ \t]*ignore\[([^\]\n]*)\]")


class NewFile(NamedTuple):
    """A file beside the document that is to be made."""

    path: str
    text: str


class Action(NamedTuple):
    """One thing to do. `refused` says why it cannot be done here."""

    kind: ActionKind
    title: str
    edits: tuple[Edit, ...] = ()
    about: tuple[Diagnostic, ...] = ()
    preferred: bool = False
    new_file: NewFile | None = None
    refused: str | None = None


def is_wanted(only: list[str] | None, kind: ActionKind) -> bool:
    """Whether an editor that asks for `only` these kinds wants this one."""
    return not only or any(kind == each or kind.startswith(f"{each}.") for each in only)


def actions(
    project: Project, analysis: Analysis, span: Span, only: list[str] | None, *, automatic: bool
) -> Iterator[Action]:
    """The actions for a selection. `automatic`: nobody asked, the cursor only moved there."""
    here = [
        d for d in _diagnostics(analysis) if d.span.start <= span.end and span.start <= d.span.end
    ]
    if is_wanted(only, "quickfix"):
        yield from _quick_fixes(here)
        yield from _suppressions(project, analysis, here)
    if is_wanted(only, FIX_ALL) and (only or not automatic):
        yield from _fix_all(project, analysis)
    if is_wanted(only, "refactor.rewrite") and (only or not automatic):
        yield from _convert(project, analysis, span)


def _diagnostics(analysis: Analysis) -> tuple[Diagnostic, ...]:
    return analysis.outcome.diagnostics if analysis.outcome is not None else ()


def _quick_fixes(here: list[Diagnostic]) -> Iterator[Action]:
    for diagnostic in here:
        fix = diagnostic.fix
        if fix is not None:
            title = f"{diagnostic.code}: {fix.message}" + ("" if fix.safe else " (unsafe)")
            yield Action("quickfix", title, fix.edits, (diagnostic,), preferred=fix.safe)


def _suppressions(project: Project, analysis: Analysis, here: list[Diagnostic]) -> Iterator[Action]:
    """A comment that silences a finding, where one does."""
    checked = analysis.checked
    if checked is None or not checked.tree.language.has_comments:
        return
    text = analysis.source.text
    before = [diagnostic.code for diagnostic in _diagnostics(analysis)]
    for code in dict.fromkeys(diagnostic.code for diagnostic in here):
        first = next(diagnostic for diagnostic in here if diagnostic.code == code)
        edit = _ignore(text, first)
        left = project.codes_left(analysis, apply_edits(text, (edit,)))
        if left is not None and len(left) < len(before) and set(left) <= set(before):
            yield Action("quickfix", f"{code}: ignore it on this line", (edit,), (first,))


def _ignore(text: str, diagnostic: Diagnostic) -> Edit:
    start, end = line_start(text, diagnostic.span.start), line_end(text, diagnostic.span.start)
    existing = _IGNORE.search(text, start, end)
    if existing is not None:
        return Edit(existing.end(1), existing.end(1), f", {diagnostic.code}")
    at = start + len(text[start:end].rstrip())
    return Edit(at, end, f"  # losslint: ignore[{diagnostic.code}]")


def _fix_all(project: Project, analysis: Analysis) -> Iterator[Action]:
    safe = tuple(d for d in _diagnostics(analysis) if d.fix is not None and d.fix.safe)
    before = analysis.source.text
    after = project.fixed_text(analysis) if safe else before
    edits = analysis.places.turned_into(before, after)
    if edits:
        yield Action(FIX_ALL, "losslint: apply all safe fixes", edits, safe)


def _convert(project: Project, analysis: Analysis, span: Span) -> Iterator[Action]:
    """The losses in the other style, as a file beside this one."""
    checked = analysis.checked
    site = next(
        (
            site
            for site in (checked.sites if checked is not None else ())
            if site.view is not None
            and site.key.start <= span.end
            and span.start <= max(site.view.at.end, site.key.end)
        ),
        None,
    )
    context = project.context(analysis) if checked is not None else None
    if site is None or checked is None or context is None:
        return
    from losslint.convert.conversion import Options
    from losslint.convert.lines import line_of
    from losslint.convert.pipeline import convert_source

    to = other_dialect(site.dialect)
    language = language_of(to.fresh_name)
    line = line_of(site.owner.at.start, checked.source.lines())
    options = Options(to, context.releases, annotate=language.has_comments, line=line)
    options = options._replace(around=project.around(analysis))
    result = convert_source(checked.source, options)[0]
    title = f"losslint: convert the losses to {to.label}"
    if result.status == "converted" and result.text is not None:
        path = _beside(analysis.document.path, f".{to.name}{language.suffixes[0]}")
        new_file = NewFile(path, result.text)
        title = f"{title}, as {os.path.basename(path)}"
        if result.noted and not language.has_comments:
            title += " (under conditions, which `losslint convert` tells)"
        yield Action("refactor.rewrite", title, new_file=new_file)
    elif result.status != "nothing":
        reasons = [each.reason for each in result.plan.entries if each.reason]
        refused = result.reason or "; ".join(reasons) or "`losslint convert` says why not"
        yield Action("refactor.rewrite", title, refused=refused)


def _beside(path: str, suffix: str) -> str:
    """The name of a new file beside a document."""
    stem = os.path.splitext(path)[0]
    number = 1
    while os.path.exists(found := stem + (f"-{number}" if number > 1 else "") + suffix):
        number += 1
    return found
