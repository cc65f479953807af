"""The outcome of a conversion on a terminal, and several results as one text that reads again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from textwrap import indent

from losslint.convert.conversion import Conversion
from losslint.convert.model import EntryPlan
from losslint.convert.report import call, details, dropped, headline
from losslint.text import visible


def becomes(result: Conversion, entry: EntryPlan, lossy: bool) -> str:
    """What a loss becomes; else why it stays."""
    if result.status == "converted" and entry.target is not None:
        return call(entry.target)
    return _stays(entry, lossy)


def _stays(entry: EntryPlan, lossy: bool) -> str:
    if entry.goes(lossy):
        return "stays, as the rest does"
    return "needs --lossy" if entry.action == "consent" else "refused"


def beneath(results: list[Conversion], lossy: bool) -> Iterator[str]:
    """What must be changed and must hold, each once; and why something was refused."""
    seen: set[str] = set()
    for result in results:
        head = f"• {visible(result.name)}: " if result.place else "• "
        for entry in result.plan.entries:
            if entry.action == "refuse":
                yield f"{head}{headline(result, entry, lossy)}"
                continue
            if entry.drops and entry.action == "consent" and not entry.goes(lossy):
                yield f"{head}{headline(result, entry, lossy)}"
            for text in details(entry):
                if text not in seen:
                    seen.add(text)
                    yield f"• {text}"
        for entry in result.plan.dropped:
            yield f"{head}{dropped(result, entry)}"


def together(results: Sequence[Conversion]) -> str:
    """Results under the names of their sources; of one of several calls, with its line.

    JSON has neither comments nor documents: where all of them are JSON, they are the items of one
    list, each as it was written. Programs follow each other, each below a comment. Otherwise each
    is a document of its own, with its name above.
    """
    if not results:
        return ""
    texts = [each.whole for each in results]
    if all(map(_is_json, texts)):
        items = ",\n".join(indent(text.strip(), "  ") for text in texts)
        return f"[\n{items}\n]\n"
    if all(each.is_program for each in results):
        return "".join(f"{_comment(each.name)}{each.whole}" for each in results)
    return "".join(_document(each.name, each.whole) for each in results)


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
    return f"{start}{_comment(name)}{text}{end}"


def _comment(name: str) -> str:
    return f"# {visible(name)}\n"


def _starts_itself(lines: Iterable[str]) -> bool:
    """Whether the first line that says anything is `---` or a directive."""
    first = next((line for line in lines if line.strip() and not line.startswith("#")), "")
    return first == "---" or first.startswith(("%", "--- "))
