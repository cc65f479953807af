"""What is to be said of the place of the cursor, and what may be written there."""

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Span
from losslint.server.complete import Completion, complete
from losslint.server.cursor import Attempt, attempts
from losslint.server.hover import HoverText, hover, hover_marked
from losslint.server.places import Place, Point, Unit
from losslint.server.project import Analysis, Project
from losslint.server.python_cursor import attempts_in_code
from losslint.syntax.languages import Language


def completed(
    project: Project, analysis: Analysis, uri: str, point: Point
) -> tuple[Completion, Place] | None:
    """What may be written at a place; None where no loss stands around it."""
    context, unit = project.context(analysis), analysis.places.unit(uri)
    if context is None or unit is None:
        return None
    found = complete(context, _tries(unit, point, context.tree.language, keep=False))
    return (found, unit.place(found.span)) if found is not None else None


def hovered(
    project: Project, analysis: Analysis, uri: str, point: Point
) -> tuple[HoverText, Place] | None:
    """What is known of the word at a place."""
    context, offset = project.context(analysis), analysis.places.offset(uri, point)
    if context is None:
        return None
    if analysis.checked is not None and offset is not None:
        found = hover(analysis.checked, context, offset)
        if found is not None:
            return found, analysis.places.place(found.span)
    unit, language = analysis.places.unit(uri), context.tree.language
    if unit is None or not language.is_code:
        return None
    found = hover_marked(context, _tries(unit, point, language, keep=True))
    return (found, unit.place(found.span)) if found is not None else None


def _tries(unit: Unit, point: Point, language: Language, *, keep: bool) -> Iterator[Attempt]:
    offset, before = unit.positions.offset(*point), len(unit.before)
    whole = unit.before + unit.text
    # Where Keras is not named, nothing can be of Keras.
    if language.is_code and any(word in whole for word in ("keras", "tensorflow")):
        yield from attempts_in_code(unit.before, unit.text, offset, keep=keep)
    # A configuration of the platform reads the same in every language.
    if not language.is_code or (not keep and "LOSS" in whole):
        for each in attempts(whole, before + offset, language):
            word = Span(each.word.start - before, each.word.end - before)
            yield each._replace(word=word)
