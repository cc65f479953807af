"""Which rules the settings choose: to run, to report of a file, and to fix."""

import os
from typing import TYPE_CHECKING

from losslint.settings.model import Settings, active_codes, fixable_codes, ignored_in_file
from losslint.settings.rule_selectors import Vocabulary

if TYPE_CHECKING:
    from losslint.rules import Registered


class RuleSelection:
    """Every rule, the words that name them, and what settings choose; read when first asked for."""

    def __init__(self) -> None:
        self._rules: tuple[Registered, ...] | None = None
        self._vocabulary: Vocabulary | None = None
        self._chosen: dict[Settings, tuple[Registered, ...]] = {}

    @property
    def rules(self) -> "tuple[Registered, ...]":
        """Every rule."""
        if self._rules is None:
            from losslint.rules import load_rules

            self._rules = load_rules()
        return self._rules

    @property
    def vocabulary(self) -> Vocabulary:
        """The words that name rules."""
        if self._vocabulary is None:
            from losslint.rules._index import INDEX

            self._vocabulary = Vocabulary((code, name) for code, name, *_ in INDEX)
        return self._vocabulary

    def rules_for(self, settings: Settings) -> "tuple[Registered, ...]":
        """The rules that run."""
        key = settings._replace(per_file_ignores=()) if settings.per_file_ignores else settings
        if key not in self._chosen:
            active = active_codes(settings, self.vocabulary, self.vocabulary.codes)
            self._chosen[key] = tuple(r for r in self.rules if r.code in active)
        return self._chosen[key]

    def ignored_codes(self, settings: Settings, path: str) -> frozenset[str]:
        """The codes that are not reported of one file."""
        words = ignored_in_file(settings, os.path.abspath(path))
        return frozenset[str]().union(*map(self.vocabulary.codes_of, words))

    def fixable_codes(self, settings: Settings) -> frozenset[str]:
        """The codes whose fixes may be applied."""
        return fixable_codes(settings, self.vocabulary)
