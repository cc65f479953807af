"""A form of losses in a file: the trainer's list, the platform's LOSS, Keras's objects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from losslint.diagnostics import Edit
    from losslint.dialects.records import Site
    from losslint.dialects.release_targets import ReleaseTarget
    from losslint.syntax.nodes import Tree


class WrittenLoss(NamedTuple):
    """A loss to write: its parameters, the factor beside it, and the lines of its annotation."""

    name: str
    params: tuple[tuple[str, object], ...] = ()
    factor: float | None = None
    comments: tuple[str, ...] = ()


class LossForm:
    """A form of a dialect. Losses are written for a release of its framework.

    `fresh_name` is what a file of its own is called, where that is not what the dialect says.
    """

    fresh_name = ""

    def at(self, site: Site | None) -> LossForm:
        """The form that a site takes where this one is asked for."""
        return self

    def no_place(self, losses: Sequence[WrittenLoss]) -> str | None:
        """Why the form cannot say these losses, or None."""
        return None

    def value(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> object:
        """What a reader of the file is to get in the place of the losses."""
        raise NotImplementedError

    def document(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> str:
        """A file of its own, with nothing but the losses."""
        raise NotImplementedError

    def program(self, document: str) -> str:
        """A file of its own as something in which `check` finds the losses."""
        return document

    def edits(
        self, site: Site, tree: Tree, losses: Sequence[WrittenLoss], release: ReleaseTarget
    ) -> list[Edit] | str:
        """The edits that put losses in the place of a site's, or why they cannot."""
        raise NotImplementedError

    def is_at(self, site: Site, value: object) -> bool:
        """Whether a reader of a site gets a value of this form."""
        raise NotImplementedError
