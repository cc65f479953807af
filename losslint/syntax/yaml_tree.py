"""YAML text to a tree, from the events of PyYAML, by which the trainer's OmegaConf reads too.

OmegaConf from 2.4 on reads with PyYAML's C parser (libyaml), up to 2.3 with the one in Python; the
trainer takes either. The two differ in places: `[a?b]` is text for the first and an error for the
second, `[x:, y]` the other way round. The C parser reads every file. Where it stops, the other one
has its say: what both refuse is an error, what only the newer OmegaConf refuses is a warning, and
the tree is that of the parser that came further.
"""

import re
from collections.abc import Callable
from typing import Any

from losslint.diagnostics import Span
from losslint.syntax.languages import YAML, Pulse
from losslint.syntax.nodes import BLOCK_STYLES, MAX_DEPTH, MAX_NODES, Problem, Scalar, Tree
from losslint.syntax.yaml_composer import Composer

# The parser in Python takes twelve times as long: a second for so many code points.
MAX_SECOND_READING = 400_000
MAX_SECOND_DEPTH = 30
# So many events are fed until somebody is asked whether they are still wanted.
_AT_ONCE = 5_000
_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"


def parse_yaml(text: str, pulse: Pulse | None = None) -> Tree:
    """The tree of a YAML text. Never raises: what cannot be read is a problem of the tree.

    `pulse` is called now and then, and may raise: the older parser may take a second.
    """
    # Imported here because a JSON file needs no YAML parser, and this import is the largest one.
    import yaml

    newer = getattr(yaml, "CSafeLoader", None)
    if newer is None:
        # An installation without libyaml has one parser only, for the trainer as well.
        composer, stop = _read(text, yaml.SafeLoader, pulse, older=True)
    else:
        # libyaml takes a byte order mark away and does not count it; a second one it counts.
        marked = text.startswith("\ufeff")
        load = (lambda t: newer("\ufeff" + t)) if marked else newer
        composer, stop = _read(text, load, pulse, older=False)
        if stop is not None and not stop.is_budget and _is_quickly_read(text):
            composer, stop = _second(text, yaml.SafeLoader, pulse, composer, stop)
    problems = (*composer.problems, stop) if stop is not None else tuple(composer.problems)
    return Tree(text, YAML, tuple(composer.documents), problems)


def _read(
    text: str, loader: Callable[[str], Any], pulse: Pulse | None, *, older: bool
) -> tuple[Composer, Problem | None]:
    """What a loader of PyYAML reads of a text, and what it stops at."""
    from yaml import events
    from yaml.error import YAMLError

    composer = Composer(text, older=older)
    parser: Any = None
    try:
        parser = loader(text)
        _compose(composer, parser.get_event, events, pulse)
    except YAMLError as error:
        stop = _problem(error, text)
    except UnicodeEncodeError as error:
        stop = Problem(Span(error.start, error.end), "a lone surrogate is no character")
    except (ValueError, OverflowError):
        # The parser in Python makes numbers of escapes and of versions without looking at them.
        at = min(getattr(parser, "index", 0), len(text))
        stop = Problem(Span(at, at), "PyYAML cannot read what stands here")
    else:
        return composer, None
    composer.abandon()
    return composer, stop


def _is_quickly_read(text: str) -> bool:
    """Whether the parser in Python reads a text soon: each token costs it all open brackets."""
    depth = deepest = 0
    for match in re.finditer(r"[][{}]", text) if len(text) <= MAX_SECOND_READING else ():
        depth = depth + 1 if match[0] in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    return len(text) <= MAX_SECOND_READING and deepest <= MAX_SECOND_DEPTH


def _second(
    text: str,
    loader: Callable[[str], Any],
    pulse: Pulse | None,
    first: Composer,
    stop: Problem,
) -> tuple[Composer, Problem | None]:
    """The reading of the older OmegaConf where the newer one stops at a problem."""
    second, other = _read(text, loader, pulse, older=True)
    if any(problem.is_budget for problem in second.problems):
        return first, stop
    if other is None:
        reason = f"OmegaConf 2.4 and later cannot read this, 2.3 can: {stop.message}"
        return second, stop._replace(message=reason, severity="warning")
    if other.span.start <= stop.span.start:
        return first, stop
    # The place where the newer one stops is as wrong as the one behind it.
    second.problems.append(stop)
    return second, other


def _compose(
    composer: Composer, next_event: Callable[[], Any], events: Any, pulse: Pulse | None
) -> None:
    """Feed a composer; `events` is the parser's module of their classes. Raises YAMLError."""
    for read in range(0, MAX_NODES, _AT_ONCE):
        if pulse is not None:
            pulse()
        count = min(_AT_ONCE, MAX_NODES - read)
        event = _feed(composer, next_event, events, count)
        if event is None:
            return
        if len(composer.stack) > MAX_DEPTH:
            composer.give_up(event, _TOO_DEEP)
            return
    composer.give_up(event, f"more than {MAX_NODES} nodes")


def _feed(composer: Composer, next_event: Callable[[], Any], events: Any, count: int) -> Any:
    """Feed so many events, or all that there are; the last one, None once there are no more."""
    stack, scalar, new = composer.stack, events.ScalarEvent, tuple.__new__
    event: Any = None
    for _ in range(count):
        event = next_event()
        kind = event.__class__
        if kind is scalar:
            start, end, style = event.start_mark.index, event.end_mark.index, event.style or ""
            bare = event.anchor is None and event.tag is None
            if bare and end > start and style not in BLOCK_STYLES:
                # Nearly every node is one of these: no call of our own is spent on it.
                node = (start, end, event.value, style, None, None, start)
                composer.siblings.append(new(Scalar, node))
            else:
                composer.scalar(event)
        elif kind is events.MappingStartEvent or kind is events.SequenceStartEvent:
            composer.open(event, kind is events.MappingStartEvent)
            if len(stack) > MAX_DEPTH:
                return event
        elif kind is events.MappingEndEvent or kind is events.SequenceEndEvent:
            composer.close(event.end_mark.index)
        elif kind is events.AliasEvent:
            composer.alias(event)
        elif kind is events.DocumentEndEvent:
            composer.end_document()
        elif kind is events.StreamEndEvent:
            return None
    return event


# Compiled when it is needed: so wide a class takes longer than parsing a file.
_BAD_CHARACTER = "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"


def _problem(error: Any, text: str) -> Problem:
    """A parser's complaint as a problem at its place."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        # A reader error counts bytes; the character itself is quickly found again.
        match = re.search(_BAD_CHARACTER, text)
        if match is not None:
            character = f"U+{ord(match[0]):04X}"
            return Problem(Span(*match.span()), f"the character {character} is not allowed in YAML")
        return Problem(Span(0, min(1, len(text))), "cannot be read as YAML")
    start = min(mark.index, len(text))
    if error.problem == "exceeded maximum nesting depth":
        # libyaml looks ahead, and then its limit of a thousand comes before ours.
        return Problem(Span(start, min(start + 1, len(text))), _TOO_DEEP, is_budget=True)
    parts = [str(error.problem or "cannot be read as YAML")]
    if getattr(error, "context", None):
        parts.append(str(error.context))
    end = start + 1 if start < len(text) and text[start] not in "\r\n" else start
    return Problem(Span(start, end), ", ".join(parts))
