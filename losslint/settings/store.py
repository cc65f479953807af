"""Which settings hold for which file: for each folder the closest settings file above counts.

`.losslint.toml` goes before `losslint.toml`, and both before a pyproject.toml that holds
`[tool.losslint]`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from losslint.files.discovery import Exclude
from losslint.files.globs import Globs
from losslint.settings.model import Overrides, Patterns, Settings, combine, defaults

if TYPE_CHECKING:
    from losslint.settings.shapes import CheckCode, Problems

FILE_NAMES = (".losslint.toml", "losslint.toml", "pyproject.toml")


class SettingsStore:
    """The settings of every folder of one run, each file read once.

    `loaded` are those that came from files, in the order in which they were met.
    """

    __slots__ = ("_check_code", "_excludes", "_folders", "_overrides", "_root", "loaded")

    def __init__(
        self, *, overrides: Overrides | None = None, check_code: CheckCode | None = None
    ) -> None:
        self._root = os.getcwd()
        self._overrides = overrides or Overrides()
        self._check_code = check_code
        self._folders: dict[str, Settings | Problems] = {}
        self.loaded: list[Settings] = []
        self._excludes: dict[tuple[Patterns, ...], tuple[Exclude, ...]] = {}

    def for_file(self, path: str) -> Settings | Problems:
        """The settings of a file, or what is wrong with its settings file."""
        return self.for_folder(os.path.dirname(os.path.abspath(path)))

    def for_folder(self, folder: str) -> Settings | Problems:
        """The settings of the files in a folder, given by its absolute path."""
        if self._overrides.isolated or self._overrides.config:
            return self._everywhere()
        passed: list[str] = []
        current = folder
        while (found := self._folders.get(current)) is None:
            passed.append(current)
            found = self._own(current)
            parent = os.path.dirname(current)
            if found is None and parent == current:
                found = combine(defaults(self._root), self._overrides)
            if found is not None:
                break
            current = parent
        for each in passed:
            self._folders[each] = found
        return found

    def _everywhere(self) -> Settings | Problems:
        """The settings of all files, where the command line says which those are."""
        found = self._folders.get("")
        if found is None:
            found = combine(defaults(self._root), self._overrides)
            if self._overrides.config:
                found = self._named(self._overrides.config)
            self._folders[""] = found
        return found

    def _named(self, file: str) -> Settings | Problems:
        """The settings of a file that was named; paths in it are relative to the current folder."""
        from losslint.settings.load import load_settings
        from losslint.settings.shapes import SettingsProblem

        loaded = load_settings(os.path.abspath(file), self._check_code, self._root)
        if loaded is None:
            return (SettingsProblem(file, "", "holds no [tool.losslint]"),)
        return self._combined(loaded) if isinstance(loaded, Settings) else loaded

    def excluder(self, folder: str) -> tuple[Exclude, ...]:
        """What is excluded in a folder, as `losslint.files.discovery.discover` asks it."""
        settings = self.for_folder(folder)
        if not isinstance(settings, Settings):
            # The problem is reported with the files; until then the defaults hold.
            settings = defaults(self._root)
        found = self._excludes.get(settings.exclude)
        if found is None:
            found = tuple(Exclude(each.root, Globs(each.globs)) for each in settings.exclude)
            self._excludes[settings.exclude] = found
        return found

    def _own(self, folder: str) -> Settings | Problems | None:
        """The settings that a folder's own file gives."""
        for name in FILE_NAMES:
            file = os.path.join(folder, name)
            if not os.path.isfile(file):
                continue
            # Only here, so that a run without settings files does not import the reader.
            from losslint.settings.load import load_settings

            loaded = load_settings(file, self._check_code)
            if loaded is not None:
                return self._combined(loaded) if isinstance(loaded, Settings) else loaded
        return None

    def _combined(self, loaded: Settings) -> Settings:
        """The settings of a file with what the command line says; they are remembered."""
        settings = combine(loaded, self._overrides)
        self.loaded.append(settings)
        return settings
