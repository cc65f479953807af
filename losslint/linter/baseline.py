"""A baseline: the findings that are known already, so that only new ones count.

The file is JSON with a finding a line: its fingerprint, its rule, its file (relative to the
baseline's folder, with "/") and the place in the document, with `[]` for every number of a list.
The fingerprint is made of these and of the text at the place, so that neither a line that moves nor
an entry that comes before makes a finding new. Sorted by fingerprint, what two branches add lies
apart. Equal findings are told apart by their number: one more of them is new.
"""

import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from losslint.files.new_file import WriteRefused
from losslint.files.place import real_place
from losslint.files.write import overwrite_file
from losslint.linter.fingerprint import Fingerprints
from losslint.linter.outcome import FileOutcome

VERSION = 1
_KEY = "losslint-baseline"
_DIGITS = 16
_INDEX = re.compile(r"\[\d+\]")
_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.M)


class Entry(NamedTuple):
    """A known finding: see above."""

    fingerprint: str
    code: str
    file: str
    place: str


class NoBaseline(NamedTuple):
    """Why a file cannot be used, as the end of a sentence that starts with its path.

    `is_own`: it is, or was to be, a baseline, and may be written anew.
    """

    reason: str
    is_own: bool = False


class Baseline:
    """The entries of a file, which of them were met in a run, and what was added to them."""

    def __init__(self, path: str, entries: Iterable[Entry] = ()) -> None:
        self.path = path
        self.folder = os.path.dirname(os.path.realpath(path))
        self.entries = {entry.fingerprint: entry for entry in entries}
        self.added: dict[str, Entry] = {}
        self.met: set[str] = set()

    def entries_of(self, outcome: FileOutcome) -> list[Entry]:
        """The entries that the findings of a file would be, in their order."""
        file, fingerprints = self._name_of(outcome.path), Fingerprints()
        text = outcome.source.text if outcome.source is not None else ""
        found: list[Entry] = []
        for each in outcome.diagnostics:
            place = _INDEX.sub("[]", each.path or "")
            # How wide a text is set in is not what it says.
            content = " ".join(text[each.span.start : each.span.end].split())
            name = fingerprints.of(file, each.code, f"{place}\0{content}")[:_DIGITS]
            found.append(Entry(name, each.code, file, place))
        return found

    def without_known(self, outcome: FileOutcome) -> FileOutcome:
        """What of a file's findings is new; the others are met, and counted."""
        names = [entry.fingerprint for entry in self.entries_of(outcome)]
        new = [d for d, n in zip(outcome.diagnostics, names, strict=True) if n not in self.entries]
        self.met.update(self.entries.keys() & set(names))
        return outcome.reduced_to(new)

    def with_all_known(self, outcome: FileOutcome) -> FileOutcome:
        """An outcome without its findings: those that are new are added."""
        for entry in self.entries_of(outcome):
            if entry.fingerprint in self.entries:
                self.met.add(entry.fingerprint)
            else:
                self.added[entry.fingerprint] = entry
        return outcome.reduced_to(())

    def gone(self, judged: Callable[[str, str], bool]) -> list[Entry]:
        """The entries that were not met, of what was `judged`: an absolute path and a code."""
        left = (entry for name, entry in self.entries.items() if name not in self.met)
        return sorted(each for each in left if judged(self.path_of(each), each.code))

    def path_of(self, entry: Entry) -> str:
        """The absolute path of an entry's file."""
        return os.path.normpath(os.path.join(self.folder, entry.file))

    def write_without(self, gone: Iterable[Entry]) -> WriteRefused | int:
        """Write the file anew: what was there but for what is gone, and what was added.

        How many entries that are.
        """
        left = set((self.entries | self.added).values()) - set(gone)
        content = "".join(_rendered(left)).encode("ascii")
        return overwrite_file(self.path, content) or len(left)

    def _name_of(self, path: str) -> str:
        full = real_place(path)
        # On another drive of Windows there is no way to it.
        with suppress(ValueError):
            full = os.path.relpath(full, self.folder)
        return full.replace(os.sep, "/")


def read_baseline(path: str) -> Baseline | NoBaseline:
    """The baseline of a file; else why there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
        data = json.loads(text)
    except FileNotFoundError:
        return NoBaseline("does not exist; --write-baseline makes it", is_own=True)
    except OSError as error:
        return NoBaseline(f"cannot be read: {(error.strerror or 'unknown reason').lower()}")
    except UnicodeDecodeError:
        return NoBaseline("is no baseline of losslint")
    except (ValueError, RecursionError):
        return _broken(text)
    if not isinstance(data, dict) or _KEY not in data:
        return NoBaseline("is no baseline of losslint")
    if data[_KEY] != VERSION:
        other = f"is a baseline of version {data[_KEY]!r:.20}; this losslint reads {VERSION}"
        return NoBaseline(other, is_own=True)
    entries = _entries(data.get("findings"))
    if entries is None:
        return NoBaseline("is a baseline with a line that holds no finding", is_own=True)
    return Baseline(path, entries)


def _broken(text: str) -> NoBaseline:
    if not text.startswith(f'{{"{_KEY}"'):
        return NoBaseline("is no baseline of losslint")
    if _CONFLICT.search(text):
        return NoBaseline("holds the marks of a merge conflict", is_own=True)
    return NoBaseline("is torn: it does not end as it was written", is_own=True)


def _entries(rows: Any) -> list[Entry] | None:
    """The entries of a file's rows; None where one is none. The last row is null."""
    if not isinstance(rows, list) or rows[-1:] != [None]:
        return None
    entries = [Entry(*row) for row in rows[:-1] if isinstance(row, list) and len(row) == 4]
    sound = len(entries) == len(rows) - 1 and all(isinstance(x, str) for e in entries for x in e)
    return entries if sound else None


def _rendered(entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of a file. Each of them ends in a comma, so that none depends on the next."""
    yield f'{{"{_KEY}": {VERSION}, "findings": [\n'
    for entry in sorted(entries):
        yield json.dumps(entry) + ",\n"
    yield "null]}\n"
