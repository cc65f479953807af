"""`--watch`: check again what changes, until Ctrl-C.

A few times a second every file is read, and checked where anything that decides its outcome is new:
its content, its settings, the files that one run merges with it. That works on network drives and
in containers, where notifications are lost, and takes 20 ms for a thousand configs. Where
watchfiles is installed (`losslint[watch]`), the system wakes this process as soon as something
changes below the paths, and it looks for itself only now and then.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from losslint.cli.options import FINDINGS, OK, tell
from losslint.report.summary import plural

if TYPE_CHECKING:
    from losslint.linter.outcome import FileOutcome
    from losslint.linter.runner import Linter

# How long to rest between two looks, in seconds; so many times longer than a look itself takes.
_REST = 0.25
_SHARE = 20
_LONGEST_REST = 5.0
# What lies beside the paths, and what changes before the system begins to say it: in milliseconds.
_LOOKS_AFTER = 1000

_CLEAR = "\x1b[H\x1b[2J\x1b[3J"


class _WatchedFile(NamedTuple):
    """A file as it was checked last; `key` stands for everything that decided the outcome."""

    key: object
    outcome: FileOutcome


class Watcher:
    """Holds the last outcome of every file, and renews what has changed.

    `outcomes` are those of the last look, in the order of the files, without what is kept silent.
    `make` gives linters with a cache, which is asked for nothing but keys.
    """

    def __init__(self, make: Callable[[], Linter], paths: list[str]) -> None:
        self._make = make
        self._paths = paths
        self._entries: dict[str, _WatchedFile] = {}
        self.outcomes: list[FileOutcome] = []
        self.problems: tuple[str, ...] = ()

    def look(self) -> int:
        """Check what has changed; how many files that were."""
        from losslint.files.discovery import Missing
        from losslint.linter.outcome import LoadedFile
        from losslint.settings.model import Settings

        linter = self._make()
        before, self._entries = self._entries, {}
        settings = linter.store.for_folder(os.getcwd())
        if not isinstance(settings, Settings):
            self.problems = tuple(str(problem) for problem in settings)
            self.outcomes = []
            return 0
        problems: list[str] = []
        checked = 0
        for found in linter.files(self._paths, settings):
            if isinstance(found, Missing):
                problems.append(f"{found.path} {found.reason}")
                continue
            step = linter.load(found)
            key = step.key if isinstance(step, LoadedFile) else step
            entry = before.get(found.path)
            if entry is None or entry.key != key or not key:
                if isinstance(step, LoadedFile):
                    step = linter.lint(step)
                entry = _WatchedFile(key, step)
                checked += 1
            self._entries[found.path] = entry
        every = [linter.remaining(entry.outcome) for entry in self._entries.values()]
        problems += [outcome.problem for outcome in every if outcome.problem]
        self.outcomes = [outcome for outcome in every if not outcome.problem]
        self.problems = tuple(dict.fromkeys(problems))
        return checked


def watch(
    make: Callable[[], Linter], paths: list[str], draw: Callable[[list[FileOutcome]], None]
) -> int:
    """Check, draw what is new, rest; at Ctrl-C the exit code for what was drawn last."""
    watcher = Watcher(make, paths)
    wakes = _wakes(paths)
    shown: object = None
    rest = _REST
    try:
        while True:
            start = time.monotonic()
            checked = watcher.look()
            outcomes = [(each.path, each.diagnostics) for each in watcher.outcomes]
            state = (outcomes, watcher.problems)
            if checked or state != shown:
                _redraw(watcher, checked, draw)
            else:
                rest = min(max(_REST, _SHARE * (time.monotonic() - start)), _LONGEST_REST)
            shown = state
            woken = next(wakes, None) if wakes is not None else None
            if woken is None:
                wakes = None
            if woken is None or (not woken and rest > _REST):
                time.sleep(rest)
    except KeyboardInterrupt:
        if sys.stdout.isatty():
            # The terminal has printed ^C; the prompt is to stand on a line of its own.
            print()
    found = any(d.severity != "info" for o in watcher.outcomes for d in o.diagnostics)
    return FINDINGS if found or watcher.problems else OK


def _wakes(paths: list[str]) -> Iterator[bool] | None:
    """True at a change below the paths, and False now and then; None without watchfiles."""
    try:
        from watchfiles import watch as watched
    except ImportError:
        return None
    folders = {path if os.path.isdir(path) else os.path.dirname(path) or "." for path in paths}

    def wakes() -> Iterator[bool]:
        try:
            for changes in watched(
                *sorted(folders),
                watch_filter=None,
                step=50,
                debounce=200,
                rust_timeout=_LOOKS_AFTER,
                yield_on_timeout=True,
                recursive=any(os.path.isdir(path) for path in paths),
            ):
                yield bool(changes)
        except (OSError, RuntimeError):
            # A folder that is gone, or more of them than the system watches.
            return

    return wakes()


def _redraw(watcher: Watcher, checked: int, draw: Callable[[list[FileOutcome]], None]) -> None:
    if sys.stdout.isatty():
        sys.stdout.write(_CLEAR)
    if watcher.outcomes or not watcher.problems:
        draw(watcher.outcomes)
    sys.stdout.flush()
    for problem in watcher.problems:
        tell(f"losslint: {problem}")
    files = plural(checked, "file")
    clock = time.strftime("%H:%M:%S")
    print(f"[{clock}] {files} checked; watching, Ctrl-C ends it", file=sys.stderr, flush=True)
