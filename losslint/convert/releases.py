"""The releases that a file is meant for: those that `check` takes, by the same settings."""

from __future__ import annotations

from losslint.convert.work import Options
from losslint.dialects.registry import dialect_named
from losslint.dialects.release_targets import ReleaseTargets
from losslint.files.source import Source
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides, Settings


class Releases:
    """Options with the releases of each file; `target` is what the command line asks for.

    `into` is the file that is written into: what is written is meant for its releases.
    """

    def __init__(
        self, options: Options, target: tuple[tuple[str, str], ...], into: str | None = None
    ) -> None:
        self._options = options
        self._linter = Linter(Overrides(target=target))
        self._into = into

    def of(self, source: Source) -> Options | str:
        """The options of one source, or what is wrong with its settings."""
        found = self._targets(source.path)
        if isinstance(found, str) or self._into is None:
            return found if isinstance(found, str) else self._options._replace(targets=found)
        there = self._targets(self._into)
        if isinstance(there, str):
            return there
        written = dialect_named(self._options.to)
        return self._options._replace(targets=found.with_release_of(written, there))

    def _targets(self, path: str) -> ReleaseTargets | str:
        settings = self._linter.store.for_file(path)
        if not isinstance(settings, Settings):
            return "\n".join(str(problem) for problem in settings)
        return self._linter.releases(settings)
