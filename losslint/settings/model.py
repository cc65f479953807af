"""The settings of a run as one frozen record, and what is asked of it.

Reading the files is `losslint.settings.load`; here is nothing but pure functions.
"""

from collections.abc import Iterable
from typing import NamedTuple

from losslint.dialects.declarations import NOTHING_DECLARED, Declarations
from losslint.files.discovery import DEFAULT_EXCLUDE
from losslint.files.globs import Globs, relative
from losslint.settings.rule_selectors import Vocabulary


class Patterns(NamedTuple):
    """Patterns in the language of .gitignore, relative to the folder of the file they stand in."""

    root: str
    globs: tuple[str, ...]


class FileIgnore(NamedTuple):
    """Rules left out in the files that a pattern matches; with a leading `!`, in all others.

    `place`, where there is one, is where in the document.
    """

    root: str
    glob: str
    codes: tuple[str, ...]
    place: str = ""

    @property
    def key(self) -> str:
        """What stands in the settings."""
        return f"{self.glob}:{self.place}" if self.place else self.glob

    def speaks_of(self, path: str) -> bool:
        """Whether a file, given by its absolute path, is one that is meant."""
        negated = self.glob.startswith("!")
        globs = Globs((self.glob[negated:],))
        return globs.covers(relative(path, self.root)) is not negated


class Selection(NamedTuple):
    """One voice on which rules run. `select` None: those chosen so far, at first the default."""

    select: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class Settings(NamedTuple):
    """The settings that hold for a file. Paths are absolute.

    `files` are the settings file and those that it extends; there may be none. `target` holds
    pairs of framework and version, `experiments` lists of files that one run merges, `declarations`
    the losses and the sites of one's own, `baseline` the file of known findings where there is one.
    """

    files: tuple[str, ...] = ()
    selections: tuple[Selection, ...] = ()
    fixable: tuple[str, ...] | None = None
    unfixable: tuple[str, ...] = ()
    exclude: tuple[Patterns, ...] = ()
    per_file_ignores: tuple[FileIgnore, ...] = ()
    target: tuple[tuple[str, str], ...] = ()
    respect_gitignore: bool = True
    force_exclude: bool = False
    experiments: tuple[tuple[str, ...], ...] = ()
    declarations: Declarations = NOTHING_DECLARED
    baseline: str = ""

    @property
    def keeps_silent(self) -> bool:
        """Whether something may be kept silent of what the rules find, besides by comments."""
        return bool(self.baseline) or any(each.place for each in self.per_file_ignores)


class Overrides(NamedTuple):
    """What the command line says. None, or empty: it says nothing of it.

    `baseline` is an absolute path; empty: there is to be none. `config` is the settings file that
    holds for every file, `isolated`: there is to be none.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    target: tuple[tuple[str, str], ...] = ()
    force_exclude: bool | None = None
    baseline: str | None = None
    exclude: Patterns | None = None
    extend_exclude: Patterns | None = None
    config: str = ""
    isolated: bool = False


def defaults(root: str) -> Settings:
    """The settings where there is no file; patterns are relative to `root`."""
    return Settings(exclude=(Patterns(root, DEFAULT_EXCLUDE),))


def combine(settings: Settings, overrides: Overrides) -> Settings:
    """The settings with what the command line says."""
    selections = settings.selections
    chosen = Selection(overrides.select, ignore=overrides.ignore)
    if chosen != Selection():
        selections = (*selections, chosen)
    target = {**dict(settings.target), **dict(overrides.target)}
    force, baseline = overrides.force_exclude, overrides.baseline
    # The first patterns are those of `exclude`, the others extend them.
    first = (overrides.exclude,) if overrides.exclude is not None else settings.exclude[:1]
    more = (overrides.extend_exclude,) if overrides.extend_exclude is not None else ()
    return settings._replace(
        selections=selections,
        exclude=(*first, *settings.exclude[1:], *more),
        target=tuple(sorted(target.items())),
        force_exclude=settings.force_exclude if force is None else force,
        baseline=settings.baseline if baseline is None else baseline,
    )


def active_codes(
    settings: Settings, vocabulary: Vocabulary, default: Iterable[str]
) -> frozenset[str]:
    """The codes of the rules that run, where `default` names those that run unasked.

    A later voice goes before an earlier one, and within one voice the narrower word before the
    wider: `select = ["LL1"]` with `ignore = ["LL110"]` leaves LL110 out, and the other way round.
    """
    active = set(default)
    for selection in settings.selections:
        if selection.select is not None:
            active = set()
        votes: dict[str, tuple[int, bool]] = {}
        for wanted, words in (
            (True, (*(selection.select or ()), *selection.extend_select)),
            (False, selection.ignore),
        ):
            for word in words:
                codes = vocabulary.codes_of(word)
                # The fewer rules a word names, the narrower; at a tie, to ignore is the later word.
                for code in codes:
                    if code not in votes or len(codes) <= votes[code][0]:
                        votes[code] = (len(codes), wanted)
        for code, (_, wanted) in votes.items():
            (active.add if wanted else active.discard)(code)
    return frozenset(active)


def fixable_codes(settings: Settings, vocabulary: Vocabulary) -> frozenset[str]:
    """The codes of the rules whose fixes may be applied."""
    words = vocabulary.codes if settings.fixable is None else settings.fixable
    allowed = frozenset[str]().union(*map(vocabulary.codes_of, words))
    return allowed.difference(*map(vocabulary.codes_of, settings.unfixable))


def ignored_in_file(settings: Settings, path: str) -> tuple[str, ...]:
    """The words of `per-file-ignores` for a whole file, given by its absolute path.

    This is all that makes the settings of two files of one folder differ.
    """
    words: list[str] = []
    for entry in settings.per_file_ignores:
        if not entry.place and entry.speaks_of(path):
            words.extend(word for word in entry.codes if word not in words)
    return tuple(words)


def experiments_of(settings: Settings, path: str) -> tuple[tuple[str, ...], ...]:
    """The declared experiments that a file, given by its absolute path, belongs to."""
    return tuple(each for each in settings.experiments if path in each)
