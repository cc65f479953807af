"""What a check says: diagnostics, the fixes that they carry, and the spans of both.

Every offset is a half-open range of Unicode code points in the decoded text of one file.
Rows, columns, UTF-16 units and bytes are computed at the rim, by `losslint.files.source.LineIndex`.
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "info"]

# Nobody reads more of one kind in one file; a file made to have a million must not fill the disk.
MAX_FINDINGS = 500


class Span(NamedTuple):
    """Code points `start` (inclusive) to `end` (exclusive)."""

    start: int
    end: int


class Edit(NamedTuple):
    """Replace the text of a span; an empty span inserts, an empty text deletes."""

    start: int
    end: int
    text: str


class Fix(NamedTuple):
    """Edits that belong together: all are applied or none.

    `safe` is what the rule claims; the linter lowers it where an edit would swallow a comment.
    """

    message: str
    edits: tuple[Edit, ...]
    safe: bool = True


class Related(NamedTuple):
    """Another place that a diagnostic speaks of, such as the anchor behind an alias."""

    span: Span
    message: str


class Diagnostic(NamedTuple):
    """One finding at one place; `path` leads there through the document's keys, where it can."""

    code: str
    name: str
    severity: Severity
    message: str
    span: Span
    fix: Fix | None = None
    related: tuple[Related, ...] = ()
    hint: str | None = None
    path: str | None = None


def capped(found: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    """The findings of one rule in a file; behind the most that are told, that there are more."""
    yield from islice(found, MAX_FINDINGS)
    more = next(found, None)
    if more is not None:
        rest = f"more than {MAX_FINDINGS} findings of {more.code}; the others are left out"
        yield Diagnostic(more.code, more.name, "info", rest, more.span)


def merged(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings by place, those that say the same of one place as one with all their places."""
    same: dict[Diagnostic, list[Related]] = {}
    for each in found:
        related = same.setdefault(each._replace(related=()), [])
        related += (r for r in each.related if r not in related[:MAX_FINDINGS])
    return tuple(
        each._replace(related=tuple(related[:MAX_FINDINGS]))
        for each, related in sorted(same.items(), key=lambda pair: sort_key(pair[0]))
    )


SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


def sort_key(diagnostic: Diagnostic) -> tuple[int, int, str, str]:
    """Order of a file's diagnostics: by place, then code."""
    return (*diagnostic.span, diagnostic.code, diagnostic.message)
