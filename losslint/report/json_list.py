"""A JSON list an element at a time, so that a report is as long as it likes and takes no memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any


def listed(items: Iterable[Any], depth: int = 0) -> Iterator[str]:
    """What `json.dumps` writes of a list with an indent of two, within so many other brackets."""
    outer = "\n" + "  " * depth
    separator = "["
    for item in items:
        # No text in JSON holds a line end: each is one of the layout.
        text = json.dumps(item, indent=2).replace("\n", f"{outer}  ")
        yield f"{separator}{outer}  {text}"
        separator = ","
    yield "[]" if separator == "[" else f"{outer}]"
