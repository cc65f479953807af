"""Several results as one text that can be read again: a JSON list, or several YAML documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from textwrap import indent

from losslint.text import visible


def together(results: Sequence[tuple[str, str]]) -> str:
    """Results under the names of their sources.

    JSON has neither comments nor documents: where all of them are JSON, they are the items of one
    list, each as it was written. Otherwise each is a document of its own, with its name above.
    """
    if not results:
        return ""
    if all(_is_json(text) for _, text in results):
        items = ",\n".join(indent(text.strip(), "  ") for _, text in results)
        return f"[\n{items}\n]\n"
    return "".join(_document(name, text) for name, text in results)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _document(name: str, text: str) -> str:
    """A YAML document with its name in a comment; one that starts by itself starts once."""
    start = "---\n"
    if _starts_itself(text.splitlines()):
        # A directive may only follow the end of the document before it.
        start = "...\n" if any(line.startswith("%") for line in text.splitlines()[:50]) else ""
    end = "" if text.endswith(("\n", "\r")) else "\n"
    return f"{start}# {visible(name)}\n{text}{end}"


def _starts_itself(lines: Iterable[str]) -> bool:
    """Whether the first line that says anything is `---` or a directive."""
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    return first == "---" or first.startswith(("%", "--- "))
