"""One input: a byte that chooses the reader, then the file."""

from __future__ import annotations

import io
import zlib

from losslint.diagnostics import Diagnostic, Span
from losslint.files.archive import read_archive
from losslint.files.source import Source, Unreadable, decode
from losslint.linter.apply_rules import Checked, Targets, check_source, resolve_targets
from losslint.linter.fix import fix_source
from losslint.rules import load_rules

_NAMES = ("model.yaml", "config.json", "model.keras")
_RULES = load_rules()
_TARGETS = resolve_targets(Targets())
_MAX_FIXED = 4000


def one_input(data: bytes) -> None:
    """Check, and mend where it is small; raises where a promise is broken."""
    if not data:
        return
    name = _NAMES[data[0] % len(_NAMES)]
    if name.endswith(".keras"):
        read_archive(name, io.BytesIO(data[1:]))
        return
    source = decode(name, data[1:])
    if isinstance(source, Unreadable):
        return
    checked = _check(source)
    length = len(source.text)
    for found in checked.diagnostics:
        spans = [found.span, *(related.span for related in found.related)]
        spans += (
            [] if found.fix is None else [Span(edit.start, edit.end) for edit in found.fix.edits]
        )
        if any(not 0 <= start <= end <= length for start, end in spans):
            raise AssertionError(f"a span outside of the file: {found}")
    # Mending checks a text many times over: one input in eight keeps the pace.
    if length < _MAX_FIXED and zlib.crc32(data) % 8 == 0:
        mend(source)


def _check(source: Source) -> Checked:
    return check_source(source, _RULES, _TARGETS)


def _wanted(found: Diagnostic) -> bool:
    return found.fix is not None


def mend(source: Source) -> None:
    fixed = fix_source(source, _check, _wanted)
    again = fix_source(fixed.source, _check, _wanted)
    if again.source.text != fixed.source.text:
        raise AssertionError("a second run of fixes changes the text again")
    if not fixed.applied and fixed.source.text != source.text:
        raise AssertionError("the text changed without a fix")
