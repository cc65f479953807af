"""`--watch`: check again what changes, until Ctrl-C.

Files are looked at a few times a second. That needs no library, works on network drives and in
containers, where notifications are lost, and takes a millisecond for a folder of a few hundred.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from losslint.cli.options import FINDINGS, OK
from losslint.stamps import Stamp, settings_files, stamp

if TYPE_CHECKING:
    from losslint.discovery import Found
    from losslint.run import Checker, Failure, Outcome

# How long to rest between two looks, in seconds; longer where a look itself takes long.
_REST = 0.25
_SHARE = 5
_LONGEST_REST = 5.0

_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


class _Entry(NamedTuple):
    """A file as it was checked last: its stamp, and those of the files that decide with it."""

    stamps: tuple[Stamp, ...]
    outcome: Outcome | Failure


class _Seen(NamedTuple):
    """What a look found: files with their stamps, and sentences on what cannot be checked."""

    files: dict[str, tuple[Found, tuple[Stamp, ...]]]
    settings: dict[str, Stamp]
    problems: tuple[str, ...]


class Watcher:
    """Holds the last outcome of every file, and renews what has changed."""

    def __init__(self, make: Callable[[], Checker], paths: list[str]) -> None:
        self._make = make
        self._paths = paths
        self._checker = make()
        self._entries: dict[str, _Entry] = {}
        self._settings: dict[str, Stamp] = {}
        self._order: list[str] = []
        self._problems: tuple[str, ...] | None = None

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcomes of the last look, in the order of the files."""
        from losslint.run import Outcome

        outcomes = (self._entries[path].outcome for path in self._order)
        return [outcome for outcome in outcomes if isinstance(outcome, Outcome)]

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be checked at the last look, a sentence each."""
        return self._problems or ()

    def look(self) -> int | None:
        """Check what has changed; how many files were checked, or None where all is as it was."""
        if any(stamp(file) != known for file, known in self._settings.items()):
            self._checker = self._make()
            self._entries, self._settings = {}, {}
        seen = self._scan()
        stale = [
            found
            for path, (found, stamps) in seen.files.items()
            if path not in self._entries or self._entries[path].stamps != stamps
        ]
        for path in self._entries.keys() - seen.files.keys():
            del self._entries[path]
        for found in stale:
            outcome = self._checker.check_file(found)
            self._entries[found.path] = _Entry(seen.files[found.path][1], _light(outcome))
        problems = (*seen.problems, *self._failures())
        unchanged = not stale and list(seen.files) == self._order and problems == self._problems
        self._order, self._problems, self._settings = list(seen.files), problems, seen.settings
        return None if unchanged else len(stale)

    def _failures(self) -> list[str]:
        from losslint.run import Failure

        outcomes = (entry.outcome for entry in self._entries.values())
        return list(dict.fromkeys(o.message for o in outcomes if isinstance(o, Failure)))

    def _scan(self) -> _Seen:
        from losslint.discovery import Missing
        from losslint.settings import Settings

        settings = self._checker.store.for_folder(os.getcwd())
        marks = dict.fromkeys(settings_files(os.getcwd()))
        if not isinstance(settings, Settings):
            return _Seen({}, _stamped(marks), tuple(str(problem) for problem in settings))
        files: dict[str, tuple[Found, tuple[Stamp, ...]]] = {}
        problems: list[str] = []
        for found in self._checker.files(self._paths, settings):
            if isinstance(found, Missing):
                problems.append(f"{found.path} {found.reason}")
                continue
            files[found.path] = (found, self._stamps(found.path))
        for folder in {os.path.dirname(os.path.abspath(path)) for path in files}:
            marks.update(dict.fromkeys(settings_files(folder)))
            own = self._checker.store.for_folder(folder)
            marks.update(dict.fromkeys(own.files if isinstance(own, Settings) else ()))
        return _Seen(files, _stamped(marks), tuple(problems))

    def _stamps(self, path: str) -> tuple[Stamp, ...]:
        """The stamps of a file and of those that one run merges with it."""
        from losslint.experiment import companions
        from losslint.settings import Settings, experiments_of

        absolute = os.path.abspath(path)
        settings = self._checker.store.for_file(path)
        declared = experiments_of(settings, absolute) if isinstance(settings, Settings) else ()
        return (stamp(path), *(stamp(other) for other in companions(absolute, declared)))


def _light(outcome: Outcome | Failure) -> Outcome | Failure:
    """An outcome without its tree, which nobody asks for again."""
    from losslint.run import Outcome

    return outcome._replace(checked=None) if isinstance(outcome, Outcome) else outcome


def _stamped(files: dict[str, None]) -> dict[str, Stamp]:
    return {file: stamp(file) for file in files}


def watch(
    make: Callable[[], Checker], paths: list[str], draw: Callable[[list[Outcome]], None]
) -> int:
    """Check, draw, wait for a change; at Ctrl-C the exit code for what was drawn last."""
    watcher = Watcher(make, paths)
    rest = _REST
    try:
        while True:
            start = time.monotonic()
            checked = watcher.look()
            if checked is not None:
                _redraw(watcher, checked, draw)
            else:
                rest = min(max(_REST, _SHARE * (time.monotonic() - start)), _LONGEST_REST)
            time.sleep(rest)
    except KeyboardInterrupt:
        if sys.stdout.isatty():
            # The terminal has printed ^C; the prompt is to stand on a line of its own.
            print()
    found = any(d.severity != "info" for o in watcher.outcomes for d in o.report.diagnostics)
    return FINDINGS if found or watcher.problems else OK


def _redraw(watcher: Watcher, checked: int, draw: Callable[[list[Outcome]], None]) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(_CLEAR)
    if watcher.outcomes or not watcher.problems:
        draw(watcher.outcomes)
    sys.stdout.flush()
    for problem in watcher.problems:
        print(f"losslint: {problem}", file=sys.stderr)
    files = "1 file" if checked == 1 else f"{checked} files"
    clock = time.strftime("%H:%M:%S")
    print(f"[{clock}] {files} checked; watching, Ctrl-C ends it", file=sys.stderr, flush=True)
