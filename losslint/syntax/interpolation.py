"""OmegaConf's interpolations as text: `${training.epochs}`, `${.weight}`, `x${scale}`."""

import re
from typing import NamedTuple

# Compiled where they are needed: most files have no interpolation.
_REFERENCE = r"\$\{(\.*)([^${}:.\[\]]*(?:(?:\.[^${}:.\[\]]+)|(?:\[[^\]]+\]))*)\}"
_STEP = r"[^.\[\]]+"
# A default of null stays null, and what another interpolation gives may be null as well.
_ENVIRONMENT = r"\$\{\s*oc\.env:[^,${}]+(?:,(?!\s*null\s*\})[^${}]*)?\}"
_DEFAULT = r"\$\{\s*oc\.env:\s*([^,${}]+?)\s*,\s*(['\"]?)([^,${}'\"]*?)\2\s*\}"
_WITH_DEFAULT = r"\$\{\s*oc\.env:[^,${}]+,"
_BRACE = r"\$?\{|\}"


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
    return KeyReference(len(dots), tuple(re.findall(_STEP, path)))


def is_of_environment(text: str) -> bool:
    """Whether a scalar is a variable of the environment, which OmegaConf gives as text."""
    if "oc.env:" not in text:
        return False
    return re.fullmatch(_ENVIRONMENT, text, re.IGNORECASE) is not None


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
        and not is_of_environment(text)
    )


def is_single(text: str) -> bool:
    """Whether a text is one interpolation and nothing beside it."""
    return text.startswith("${") and _closing(text, 0) == len(text)


def is_mixed(text: str) -> bool:
    """Whether a scalar holds an interpolation and other text beside it."""
    if "${" not in text:
        return False
    return not text.startswith("${") or 0 < _closing(text, 0) < len(text)


def is_closed(text: str) -> bool:
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
