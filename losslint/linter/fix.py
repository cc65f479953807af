"""Applying fixes: from the end, without overlaps, again until nothing is left to do.

Each round is checked before it counts: the result is parsed again, every node outside the edits
must read as before, and a safe fix must keep every comment. And what was found must be gone then.
A fix that fails this is refused and named; the others are applied without it.
"""

from collections.abc import Callable
from typing import NamedTuple

from losslint.diagnostics import Diagnostic, Edit
from losslint.files.source import Source
from losslint.linter.apply_rules import Checked, parse
from losslint.linter.outcome import RefusedFix
from losslint.rules._suppression import UNUSED
from losslint.syntax.edits import apply_edits, edited, overlap
from losslint.syntax.verify_edit import verify_edit

SYNTAX = "LL001"

# Fixes that undo each other would go on for ever; no chain of real ones is this long.
MAX_ROUNDS = 50

# Each fix that is tried by itself costs a parse or two; the others come in the next round.
MAX_SINGLY = 50


class Fixed(NamedTuple):
    """A text with its fixes applied, and what is left to say of it."""

    source: Source
    applied: tuple[Diagnostic, ...]
    refused: tuple[RefusedFix, ...]
    checked: Checked


Check = Callable[[Source], Checked]
Wanted = Callable[[Diagnostic], bool]


def fix_source(source: Source, check: Check, wanted: Wanted) -> Fixed:
    """Apply every wanted fix of a file until none is left.

    `check` gives a text's diagnostics, as they are to be shown; `wanted` says which fixes to apply.
    """
    checked = check(source)
    applied: tuple[Diagnostic, ...] = ()
    refused: dict[Diagnostic, RefusedFix] = {}
    before: dict[str, tuple[Checked, tuple[Diagnostic, ...]]] = {}
    for _ in range(MAX_ROUNDS):
        candidates = [d for d in checked.diagnostics if d.fix and wanted(d) and d not in refused]
        chosen = _without_overlaps(candidates)
        if not chosen:
            break
        done, bad = _apply(checked, chosen)
        refused.update({each.diagnostic: each for each in bad})
        after = edited(checked.source, _edits(done))
        if after.text == checked.source.text:
            applied += tuple(done)
            continue
        before[checked.source.text] = checked, applied
        if after.text in before:
            # They undo each other: a second run would begin where this one ends.
            checked, applied = before[after.text]
            break
        again = check(after)
        idle = [d for d in done if _is_still_there(d, _edits(done), again)]
        refused.update({d: RefusedFix(d, "what it mends would still be found") for d in idle})
        if idle:
            continue
        applied += tuple(done)
        # What could not be done to the old text may be possible in the new one.
        refused = {}
        checked = again
    return Fixed(checked.source, applied, tuple(refused.values()), checked)


def _is_still_there(found: Diagnostic, edits: list[Edit], after: Checked) -> bool:
    """Whether the same is found at the same place of the edited text."""
    at = found.span.start
    at += sum(len(text) - (end - start) for start, end, text in edits if end <= found.span.start)
    what = (found.code, found.message, at)
    return any((d.code, d.message, d.span.start) == what for d in after.diagnostics)


def _without_overlaps(candidates: list[Diagnostic]) -> list[Diagnostic]:
    """Of fixes that touch the same text, the first."""
    chosen: list[Diagnostic] = []
    taken: list[Edit] = []
    for diagnostic in candidates:
        assert diagnostic.fix is not None
        edits = diagnostic.fix.edits
        if not any(overlap(edit, other) for edit in edits for other in taken):
            chosen.append(diagnostic)
            taken += edits
    return chosen


def _edits(diagnostics: list[Diagnostic]) -> list[Edit]:
    return [edit for d in diagnostics if d.fix is not None for edit in d.fix.edits]


class _Round(NamedTuple):
    """The fixes of a round, and those that can never be applied to its text."""

    done: list[Diagnostic]
    refused: list[RefusedFix]


def _apply(checked: Checked, chosen: list[Diagnostic]) -> _Round:
    """Apply all fixes, or one by one those that go together."""
    reason = _why_not(checked, chosen)
    if reason is None:
        return _Round(chosen, [])
    if len(chosen) == 1:
        return _Round([], [RefusedFix(chosen[0], reason)])
    good: list[Diagnostic] = []
    bad: list[RefusedFix] = []
    for diagnostic in chosen[:MAX_SINGLY]:
        reason = _why_not(checked, [diagnostic])
        if reason is not None:
            bad.append(RefusedFix(diagnostic, reason))
        elif _why_not(checked, [*good, diagnostic]) is None:
            # What does not go with the others gets its turn in the next round.
            good.append(diagnostic)
    return _Round(good, bad)


def _why_not(checked: Checked, chosen: list[Diagnostic]) -> str | None:
    """Why these fixes must not be applied together; None where they may."""
    edits = _edits(chosen)
    text = apply_edits(checked.source.text, edits)
    after = parse(checked.source._replace(text=text))
    if any(d.code == SYNTAX for d in chosen) and len(after.problems) >= len(checked.tree.problems):
        return "it leaves as much of the syntax broken as before"
    # An unused suppression is a comment, and removing it is the whole fix.
    keep = all(d.fix is not None and d.fix.safe and d.code != UNUSED[0] for d in chosen)
    return verify_edit(checked.tree, after, edits, keep_comments=keep)
