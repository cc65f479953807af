"""The releases of the frameworks that a config is meant for, one for each dialect."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final, NamedTuple

from losslint.catalog.model import VersionKey, holds, release_key, version_key
from losslint.dialects.declarations import NOTHING_DECLARED, Declarations
from losslint.dialects.dialect import Dialect
from losslint.dialects.registry import DIALECTS


class ReleaseTarget(NamedTuple):
    """The release of a framework that a config is meant for; `stated` where somebody said so."""

    label: str
    version: VersionKey
    stated: bool = False

    def since(self, first: str) -> bool:
        """Whether this is a release or a later one."""
        return holds(first, None, self.version)


_NO_RELEASE: Final = ReleaseTarget("", (0, 0, 0, 0, 0))


class ReleaseTargets:
    """A release for every dialect, and what a project declares beside them; never changed."""

    __slots__ = ("_by_name", "declarations")

    def __init__(
        self,
        by_name: Mapping[str, ReleaseTarget],
        declarations: Declarations = NOTHING_DECLARED,
    ) -> None:
        self._by_name = dict(by_name)
        self.declarations = declarations

    def of(self, dialect: Dialect) -> ReleaseTarget:
        """The release of a dialect's framework; a form of the project's own has none."""
        return self._by_name.get(dialect.name, _NO_RELEASE)

    @property
    def netspresso(self) -> ReleaseTarget:
        """The release of NetsPresso Trainer."""
        return self._by_name["netspresso"]

    @property
    def keras(self) -> ReleaseTarget:
        """The release of Keras."""
        return self._by_name["keras"]

    def with_release_of(self, dialect: Dialect, other: "ReleaseTargets") -> "ReleaseTargets":
        """These releases, but for one dialect the one of others."""
        by_name = {**self._by_name, dialect.name: other.of(dialect)}
        return ReleaseTargets(by_name, self.declarations)

    def as_stated(self) -> "ReleaseTargets":
        """These releases, taken for what somebody asked for."""
        by_name = {n: t._replace(stated=True) for n, t in self._by_name.items()}
        return ReleaseTargets(by_name, self.declarations)


class KnownRelease(NamedTuple):
    """The release by which one that somebody named is judged; `is_newer`: named was a later one."""

    label: str
    is_newer: bool = False


def known_release(dialect: Dialect, named: str) -> KnownRelease | str:
    """The release of a framework that a text names, or a sentence that says why it names none.

    `2.13` is the first of 2.13 that there is. A later release than is known counts as the newest.
    """
    key = version_key(named)
    if key is None:
        return f"{named!r} is no release number, such as {dialect.newest}"
    keys = {release_key(release): release for release in dialect.releases}
    label = named.removeprefix("v")
    if key in keys:
        return KnownRelease(label)
    begun = label + "."
    if first := next((each for each in dialect.releases if each.startswith(begun)), None):
        return KnownRelease(first)
    if key > max(keys):
        return KnownRelease(dialect.newest, is_newer=True)
    why = "is older than the oldest known" if key < min(keys) else "was never released"
    return f"{dialect.framework} {label} {why}; there are {_in_series(dialect.releases)}"


def _in_series(releases: Iterable[str]) -> str:
    """Releases as people read them: of a series such as 1.0, the first and the last."""
    series = (list(each) for _, each in groupby(releases, lambda each: each.split(".")[:2]))
    return ", ".join(
        f"{each[0]} to {each[-1]}" if len(each) > 2 else ", ".join(each) for each in series
    )


def newer_note(dialect: Dialect, named: str) -> str:
    """The end of a sentence about a release that is newer than the newest known; else empty."""
    known = known_release(dialect, named)
    if isinstance(known, str) or not known.is_newer:
        return ""
    return (
        f"{dialect.framework} {named.removeprefix('v')} is newer than what is known here; "
        f"judged as {known.label}"
    )


def release_targets(
    stated: Mapping[str, str] | None = None, declarations: Declarations = NOTHING_DECLARED
) -> ReleaseTargets:
    """The releases that are stated by a dialect's name, and the newest of the other dialects.

    Raises ValueError for what names no release.
    """
    asked = stated or {}
    by_name = {each.name: _target(each, asked.get(each.name)) for each in DIALECTS}
    return ReleaseTargets(by_name, declarations)


def _target(dialect: Dialect, stated: str | None) -> ReleaseTarget:
    known = known_release(dialect, stated or dialect.newest)
    if isinstance(known, str):
        raise ValueError(known)
    return ReleaseTarget(known.label, release_key(known.label), stated is not None)
