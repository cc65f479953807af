"""OmegaConf's interpolations as text: `${training.epochs}`, `${.weight}`, `x${scale}`."""

import re
from typing import NamedTuple

# Compiled where they are needed: most files have no interpolation.
_REFERENCE = r"\$\{[ \t]*(\.*)([^${}:.\[\]]*(?:(?:\.[^${}:.\[\]]+)|(?:\[[^\]]+\]))*)\}"
_STEP = r"[^.\[\]]+"
# A default of null stays null, and what another interpolation gives may be null as well.
_ENVIRONMENT = r"\$\{\s*oc\.env:[^,${}]+(?:,(?!\s*null\s*\})[^${}]*)?\}"
_DEFAULT = r"\$\{\s*oc\.env:\s*([^,${}]+?)\s*,\s*(['\"]?)([^,${}'\"]*?)\2\s*\}"
_WITH_DEFAULT = r"\$\{\s*oc\.env:[^,${}]+,"
_BRACE = r"\$?\{|\}"
# Of an interpolation that holds no other: what stands in it.
_INNERMOST = r"(?<!\\)\$\{([^${}]*)\}"
_QUOTED = r"'[^']*'|\"[^\"]*\""
# What OmegaConf has no place for: in a key, and outside of quotes in what a resolver gets.
_NOT_IN_KEY = r"[ \t\"'()]"
_NOT_IN_ARGUMENT = r"[^\x00-\x7f]|[!#&;<=>^`~()]"


class KeyReference(NamedTuple):
    """Where an interpolation points: up by so many levels (0: from the root), then down."""

    levels: int
    steps: tuple[str, ...]


def reference(text: str) -> KeyReference | None:
    """What a scalar refers to that is one interpolation of a key; None for any other text."""
    match = re.fullmatch(_REFERENCE, text)
    if match is None:
        return None
    dots, path = match.groups()
    return KeyReference(len(dots), tuple(re.findall(_STEP, path.rstrip(" \t"))))


def is_of_environment(text: str) -> bool:
    """Whether a scalar is a variable of the environment, which OmegaConf gives as text."""
    if "oc.env:" not in text:
        return False
    found = re.fullmatch(_ENVIRONMENT, text, re.IGNORECASE)
    return found is not None and why_unparsable(text) is None


class EnvironmentDefault(NamedTuple):
    """A variable of the environment, and the text that stands for it where it is not set."""

    variable: str
    text: str


def environment_default(text: str) -> EnvironmentDefault | None:
    """The variable and the default of a scalar that is one of the environment; None without one."""
    match = re.fullmatch(_DEFAULT, text, re.IGNORECASE) if is_of_environment(text) else None
    return EnvironmentDefault(match[1], match[3]) if match is not None else None


def is_environment_or_null(text: str) -> bool:
    """Whether a scalar is a variable of the environment whose default is null, or may be."""
    return (
        re.match(_WITH_DEFAULT, text, re.IGNORECASE) is not None
        and _closing(text, 0) == len(text)
        and why_unparsable(text) is None
        and not is_of_environment(text)
    )


def is_single(text: str) -> bool:
    """Whether a text is one interpolation and nothing beside it."""
    return text.startswith("${") and _closing(text, 0) == len(text)


def is_mixed(text: str) -> bool:
    """Whether a scalar holds an interpolation and other text beside it."""
    if "${" not in text or why_unparsable(text) is not None:
        return False
    return not text.startswith("${") or 0 < _closing(text, 0) < len(text)


def why_unparsable(text: str) -> str | None:
    """Why OmegaConf cannot parse the interpolations of a scalar; None where it may well."""
    if not _is_closed(text):
        return "a ${ is not closed"
    misplaced = ""

    def looked_at(match: re.Match[str]) -> str:
        nonlocal misplaced
        misplaced = misplaced or _misplaced(match[1])
        return "x"

    count = 1
    while count and not misplaced:
        text, count = re.subn(_INNERMOST, looked_at, text)
    return f"it has no place for {misplaced}" if misplaced else None


def _misplaced(inner: str) -> str:
    """What in an interpolation OmegaConf takes for no part of it, as a message tells it.

    Behind a backslash other things have a place: then nothing is said.
    """
    if "\\" in inner:
        return ""
    key, is_resolver, argument = inner.partition(":")
    if is_resolver:
        bare = re.sub(_QUOTED, "", argument)
        found = None if "'" in bare or '"' in bare else re.search(_NOT_IN_ARGUMENT, bare)
    else:
        found = re.search(_NOT_IN_KEY, key.strip(" \t"))
    if found is None:
        return ""
    return "a blank" if found[0].isspace() else f"`{found[0]}`"


def _is_closed(text: str) -> bool:
    """Whether every interpolation of a scalar is closed; one behind a backslash is plain text."""
    at = text.find("${")
    while at >= 0:
        end = at + 2 if text[max(at - 1, 0) : at] == "\\" else _closing(text, at)
        if end == 0:
            return False
        at = text.find("${", end)
    return True


def _closing(text: str, start: int) -> int:
    """Where the braces that open at `start` are closed; 0 where they are not."""
    depth = 0
    for match in re.compile(_BRACE).finditer(text, start):
        depth += 1 if match[0] != "}" else -1
        if depth == 0:
            return match.end()
    return 0
