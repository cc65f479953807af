"""A finding with its place in the source, its related places and its fix, for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from losslint.diagnostics import Diagnostic, Fix
from losslint.linter.outcome import FileOutcome
from losslint.report.archive import way_to
from losslint.report.difference import Hunk, hunks
from losslint.report.display_line import display_line
from losslint.report.fold import folded
from losslint.report.frame import Canvas, extent, frame, labelled, rows_around
from losslint.report.locations import Finding, findings, location_of
from losslint.report.model import ReportOptions, is_fixable
from losslint.report.paint import Painter, PaintKind
from losslint.report.paths import shown
from losslint.report.title import title
from losslint.text import visible

FOR_PEOPLE = True

# A fix that changes more rows is cut: `--diff` shows it whole.
_MAX_CHANGED = 12

# Nobody looks at more frames of one kind in a file, and each takes longer to draw than to find.
_MAX_FRAMES = 200


def render(reports: Iterable[FileOutcome], options: ReportOptions) -> Iterator[str]:
    """Each finding as one block with a blank line behind it."""
    paint = Painter(options.color, options.hyperlinks)
    for report in reports:
        path = visible(shown(report, options.base))
        drawn: dict[str, int] = {}
        for finding in findings(report):
            code = finding.diagnostic.code
            drawn[code] = count = drawn.get(code, 0) + 1
            if count <= _MAX_FRAMES:
                lines = _block(finding, path, options, paint)
            else:
                lines = _short(finding, path, options, paint, is_first=count == _MAX_FRAMES + 1)
            yield "".join(f"{line}\n" for line in lines) + "\n"


def _block(finding: Finding, path: str, options: ReportOptions, paint: Painter) -> Iterator[str]:
    diagnostic, place, index, _ = finding
    width = options.width if options.fold else 0
    yield title(diagnostic, options, paint, fold=options.fold)
    where = place.behind(path) + visible(way_to(finding))
    if index is None:
        yield f"{paint('-->', 'frame')} {where}"
    else:
        changes = [] if diagnostic.fix is None else list(hunks(diagnostic.fix, index))
        canvas = Canvas(index, paint, _digits(finding, changes), options.width)
        yield f"{' ' * canvas.digits}{paint('-->', 'frame')} {where}"
        yield from frame(canvas, extent(diagnostic.span, index), diagnostic.severity)
        yield from _related(diagnostic, canvas, path)
        if diagnostic.fix is not None:
            yield from _fix(diagnostic.fix, changes, canvas, width)
    if diagnostic.hint is not None:
        hint = folded(visible(diagnostic.hint), width, len("hint: "))
        yield f"{paint('hint:', 'help')} {hint}"
    if diagnostic.fix is not None and not is_fixable(diagnostic, options.unsafe_fixes):
        note = folded("This fix is unsafe; `--fix --unsafe-fixes` applies it", width, len("note: "))
        yield f"{paint('note:', 'path')} {note}"


def _short(
    finding: Finding, path: str, options: ReportOptions, paint: Painter, *, is_first: bool
) -> Iterator[str]:
    """A finding without its lines, of which enough of the kind are shown."""
    diagnostic, place, _, _ = finding
    yield title(diagnostic, options, paint, fold=options.fold)
    yield f"{paint('-->', 'frame')} {place.behind(path)}{visible(way_to(finding))}"
    if is_first:
        note = f"the lines of the first {_MAX_FRAMES} findings of {diagnostic.code} are shown"
        width = options.width if options.fold else 0
        yield f"{paint('note:', 'path')} {folded(note, width, len('note: '))}"


def _digits(finding: Finding, changes: list[Hunk]) -> int:
    """How wide the numbers of the rows are that this finding shows."""
    diagnostic, index = finding.diagnostic, finding.lines
    if index is None:
        return 1
    last = rows_around(extent(diagnostic.span, index), index)[1]
    others = [extent(related.span, index).row for related in diagnostic.related]
    changed = [change.row + len(change.added) for change in changes]
    return len(str(max([last, *others, *changed])))


def _related(diagnostic: Diagnostic, canvas: Canvas, path: str) -> Iterator[str]:
    for related in diagnostic.related:
        place = extent(related.span, canvas.lines)
        mark = canvas.paint(":::", "frame")
        where = location_of(related.span, canvas.lines).behind(path)
        yield f"{' ' * canvas.digits}{mark} {where}"
        yield from labelled(canvas, place, visible(related.message))
        yield canvas.gutter(None)


def _fix(fix: Fix, changes: list[Hunk], canvas: Canvas, width: int) -> Iterator[str]:
    message = folded(visible(fix.message), width, len("help: "))
    yield f"{canvas.paint('help:', 'help')} {message}"
    if not changes:
        return
    yield canvas.gutter(None)
    left = _MAX_CHANGED
    for change in changes:
        size = len(change.removed) + len(change.added)
        if size > left:
            yield canvas.gutter(None, "...")
            break
        left -= size
        yield from _changed_rows(change, canvas)
    yield canvas.gutter(None)


def _changed_rows(change: Hunk, canvas: Canvas) -> Iterator[str]:
    for text in change.removed:
        yield _changed(canvas, None, text, change.column, "removed")
    for offset, text in enumerate(change.added):
        yield _changed(canvas, change.row + offset, text, change.column, "added")


def _changed(canvas: Canvas, row: int | None, text: str, start: int, kind: PaintKind) -> str:
    sign = "-" if kind == "removed" else "+"
    number = "" if row is None else str(row)
    column = min(start, len(text))
    shown_text = display_line(text, column, column + 1, canvas.room()).text
    bar = canvas.paint(f"{number:>{canvas.digits}}", "frame")
    return f"{bar} {canvas.paint(f'{sign} {shown_text}'.rstrip(), kind)}"
