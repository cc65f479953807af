"""The releases of the frameworks that a config is meant for, one for each dialect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from losslint.catalog.model import VersionKey, holds, version_key
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

    def with_release_of(self, dialect: Dialect, other: ReleaseTargets) -> ReleaseTargets:
        """These releases, but for one dialect the one of others."""
        by_name = {**self._by_name, dialect.name: other.of(dialect)}
        return ReleaseTargets(by_name, self.declarations)

    def as_stated(self) -> ReleaseTargets:
        """These releases, taken for what somebody asked for."""
        by_name = {n: t._replace(stated=True) for n, t in self._by_name.items()}
        return ReleaseTargets(by_name, self.declarations)


def release_targets(
    stated: Mapping[str, str] | None = None, declarations: Declarations = NOTHING_DECLARED
) -> ReleaseTargets:
    """The releases that are stated by a dialect's name, and the newest of the other dialects.

    Raises ValueError for what is no release number.
    """
    asked = stated or {}
    by_name = {each.name: _target(each, asked.get(each.name)) for each in DIALECTS}
    return ReleaseTargets(by_name, declarations)


def _target(dialect: Dialect, stated: str | None) -> ReleaseTarget:
    label = stated or dialect.newest
    key = version_key(label)
    if key is None:
        raise ValueError(f"{dialect.name}: {label!r} is no release number")
    return ReleaseTarget(label.removeprefix("v"), key, stated is not None)
