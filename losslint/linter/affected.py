"""Which files a change affects: those that changed, and those whose experiment has one of them."""

import os

from losslint.dialects.prefilter import may_hold_losses
from losslint.dialects.registry import companions
from losslint.files.discovery import FoundFile, Missing
from losslint.files.place import real_place
from losslint.files.reading import read_bytes
from losslint.linter.runner import Linter
from losslint.settings.model import Settings, experiments_of


class AffectedFiles:
    """The files of a run that a change affects; `changed` are absolute paths in real folders."""

    def __init__(self, linter: Linter, changed: frozenset[str]) -> None:
        self._linter, self._changed = linter, changed
        self._folders = frozenset(map(os.path.dirname, changed))
        self._others: set[str] = set()

    @property
    def places(self) -> frozenset[str]:
        """What changed, and what was met that belongs to it."""
        return self._changed | self._others

    def holds(self, found: FoundFile | Missing) -> bool:
        """Whether a file changed, or what decides about its losses did."""
        place = real_place(found.path)
        if place in self._changed:
            return True
        path = os.path.abspath(found.path)
        settings = self._linter.store.for_file(path)
        declared = experiments_of(settings, path) if isinstance(settings, Settings) else ()
        if not declared and os.path.dirname(place) not in self._folders:
            return False
        own = read_bytes(path)
        if not isinstance(own, bytes) or not may_hold_losses(own):
            return False
        others = companions(path, declared, own, self._linter.folders)
        if self._changed.isdisjoint(map(real_place, others)):
            return False
        self._others.add(place)
        return True
