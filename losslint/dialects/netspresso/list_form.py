"""NetsPresso's list as a form of losses: a file of its own, or a file's losses replaced."""

from __future__ import annotations

from collections.abc import Sequence

from losslint.diagnostics import Edit
from losslint.dialects.loss_form import LossForm, WrittenLoss
from losslint.dialects.netspresso.edit_list import are_entries, edit_losses
from losslint.dialects.netspresso.write import Entry, document, entry_of, weight_is_second
from losslint.dialects.records import Site
from losslint.dialects.release_targets import ReleaseTarget
from losslint.syntax.nodes import Tree
from losslint.syntax.plain import plain


class ListForm(LossForm):
    """`model.losses`: an entry for each loss, its weight beside its parameters."""

    def value(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> list[Entry]:
        """The entries."""
        return _entries(losses)

    def document(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> str:
        """A model file with nothing but the losses."""
        return document(_entries(losses))

    def edits(
        self, site: Site, tree: Tree, losses: Sequence[WrittenLoss], release: ReleaseTarget
    ) -> list[Edit] | str:
        """The entries that stay are edited, others come and go."""
        return edit_losses(site, tree, _entries(losses, weight_is_second(site)))

    def is_at(self, site: Site, value: object) -> bool:
        """Whether the trainer gets these entries; of a weight, null and 1.0 are the same."""
        assert isinstance(value, list)
        return site.view is not None and are_entries(plain(site.view), value)


def _entries(losses: Sequence[WrittenLoss], weight_second: bool = False) -> list[Entry]:
    return [
        entry_of(each.name, each.params, each.factor, each.comments, weight_second)
        for each in losses
    ]


LIST_FORM = ListForm()
