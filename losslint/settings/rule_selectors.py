"""The words with which people name rules: a code, the beginning of one, a name, or ALL."""

from collections.abc import Iterable

PREFIX = "LL"
ALL = "ALL"
_MAX_WORD = 60


class Vocabulary:
    """The rules there are, as pairs of code and name."""

    __slots__ = ("_by_name", "_codes", "_found")

    def __init__(self, rules: Iterable[tuple[str, str]]) -> None:
        pairs = sorted(rules)
        self._codes = tuple(code for code, _ in pairs)
        self._by_name = {name: code for code, name in pairs}
        self._found: dict[str, frozenset[str]] = {}

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code, in order."""
        return self._codes

    def codes_of(self, word: str) -> frozenset[str]:
        """The codes that a word stands for; none for a word that stands for no rule."""
        found = self._found.get(word)
        if found is None:
            found = self._look_up(word)
            if found:
                # Words that stand for nothing are without number; those that do are few.
                self._found[word] = found
        return found

    def _look_up(self, word: str) -> frozenset[str]:
        if word == ALL:
            return frozenset(self._codes)
        if word.startswith(PREFIX):
            return frozenset(code for code in self._codes if code.startswith(word))
        return frozenset({self._by_name[word]}) if word in self._by_name else frozenset()

    def problem(self, word: str, *, suggest: bool = True) -> str | None:
        """None for a word that stands for rules, else a clause that says so and what is near.

        `suggest=False` leaves the search for a near word out.
        """
        if self.codes_of(word):
            return None
        long = len(word) > _MAX_WORD
        clause = f"{word[:_MAX_WORD] + '…' * long!r} is no rule"
        if long or not suggest:
            return clause
        from losslint.text import closest

        if self.codes_of(word.upper()):
            return f"{clause}; did you mean {word.upper()!r}?"
        near = closest(word, list(self._by_name))
        if near is None and word.upper().startswith(PREFIX):
            near = closest(word, self._codes)
        return f"{clause}; did you mean {near!r}?" if near else clause
