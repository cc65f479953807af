"""The code cells of a notebook's JSON, and where each string of them stands in the file.

Whatever else stands in the file is skipped as quickly as `json` reads it.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

# Made once: a notebook has it read tens of thousands of values.
_decode: Final = json.JSONDecoder().raw_decode
_BLANK = re.compile(r"[ \t\r\n]*")
_MAX_CELLS = 20_000

# The text, where it starts in the file, and how it is written there.
CellString = tuple[str, int, str]


def code_cells(text: str) -> Iterator[tuple[int, list[CellString]]]:
    """The code cells with their numbers, over all cells from 1, and the strings of their source."""
    if not _is_python(text):
        return
    number = 0
    for at in _members(text, 0, "cells"):
        for cell in _elements(text, at):
            number += 1
            if number > _MAX_CELLS:
                return
            kind = [_string(text, at)[0] for at in _members(text, cell, "cell_type")]
            if kind == ["code"]:
                for source in _members(text, cell, "source"):
                    yield number, list(_strings(text, source))


def _is_python(text: str) -> bool:
    """Whether the notebook's kernel, if it names one, is of Python."""
    for at in _members(text, 0, "metadata"):
        found, _ = _decode(text, at)
        spec = found.get("kernelspec", {}) if isinstance(found, dict) else {}
        spoken = spec.get("language") if isinstance(spec, dict) else None
        return spoken in (None, "", "python", "python3")
    return True


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found is not None else at


def _members(text: str, at: int, key: str) -> Iterator[int]:
    """Where the values of a key of the object at a place start."""
    at = _skip(text, at)
    if text[at : at + 1] != "{":
        return
    at = _skip(text, at + 1)
    while text[at : at + 1] == '"':
        name, _, end = _string_at(text, at)
        value = _skip(text, _skip(text, end) + 1)
        if name == key:
            yield value
        at = _skip(text, _decode(text, value)[1])
        if text[at : at + 1] != ",":
            return
        at = _skip(text, at + 1)


def _elements(text: str, at: int) -> Iterator[int]:
    """Where the elements of the list at a place start."""
    if text[at : at + 1] != "[":
        return
    at = _skip(text, at + 1)
    while text[at : at + 1] not in ("]", ""):
        yield at
        at = _skip(text, _decode(text, at)[1])
        if text[at : at + 1] != ",":
            return
        at = _skip(text, at + 1)


def _string_at(text: str, at: int) -> tuple[str, str, int]:
    value, end = _decode(text, at)
    if not isinstance(value, str):
        raise ValueError("no string")
    return value, text[at + 1 : end - 1], end


def _string(text: str, at: int) -> CellString:
    value, raw, _ = _string_at(text, at)
    return value, at + 1, raw


def _strings(text: str, at: int) -> Iterator[CellString]:
    """The strings of a cell's source: one, or a list of them."""
    if text[at : at + 1] == '"':
        yield _string(text, at)
        return
    for each in _elements(text, at):
        yield _string(text, each)
