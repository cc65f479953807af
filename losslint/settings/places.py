"""A place inside a document, as `per-file-ignores` names it: `"models/*.json:model.losses[1]"`.

It is written as reports write it (`compile_config.loss.cls`, `layers[3]["odd key"]`); `*` stands
for any key and `[*]` for any number. What lies beneath the place is meant, too.
"""

import re

# A key is a string, a number in a list an integer; None stands for any of either.
_Step = str | int | None

_STEP = re.compile(
    r"""\.?(?P<key>[^\s.\[\]"']+)|\[(?P<number>\d{1,9}|\*)\]|\[(?P<quoted>"(?:[^"\\]|\\.)*")\]"""
)
# The first colon that is no part of a set such as [[:alpha:]], and has no backslash before it.
_SPLIT = re.compile(r"(?P<glob>(?:\\.|\[(?:\[:\w+:\]|[^\]])*\]|[^:\\\[])*):(?P<place>.*)", re.S)


def split_place(pattern: str) -> tuple[str, str | None]:
    """The pattern for files and the place behind its colon; None where there is no colon."""
    found = _SPLIT.fullmatch(pattern)
    return (found["glob"], found["place"]) if found is not None else (pattern, None)


def is_place(text: str) -> bool:
    """Whether a text names a place."""
    return bool(_steps(text))


def lies_in(path: str | None, place: str) -> bool:
    """Whether the place of a finding, as reports write it, is a place or lies beneath it."""
    wanted, steps = _steps(place), _steps(path or "")
    pairs = zip(wanted, steps, strict=False)
    return len(steps) >= len(wanted) and all(_is_step(each, step) for each, step in pairs)


def _is_step(wanted: _Step, step: _Step) -> bool:
    if wanted in ("*", None):
        return isinstance(step, str if wanted else int)
    return wanted == step


def _steps(text: str) -> tuple[_Step, ...]:
    """The steps that lead to a place; none for a text that names none."""
    steps: list[_Step] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None or (text[at] == "." and not at):
            return ()
        at = found.end()
        try:
            steps.append(_step(found))
        except ValueError:
            # A quoted key with an escape that JSON does not have.
            return ()
    return tuple(steps)


def _step(found: re.Match[str]) -> _Step:
    if found["quoted"]:
        import json

        return str(json.loads(found["quoted"]))
    if found["number"]:
        return None if found["number"] == "*" else int(found["number"])
    return found["key"]
