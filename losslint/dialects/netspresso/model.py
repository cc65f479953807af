"""The model around NetsPresso's losses, as the trainer reads it: its task, and its head.

The trainer takes both whatever their case: `str(conf.model.task).lower()` picks the data, the
labels and the metrics, `str(head.name).lower()` the head. (Only looking the head up asks for the
task as it is written; task-against-head says so.) Here they are read; what that means for a loss,
those say who ask.
"""

from collections.abc import Iterable
from typing import NamedTuple

from losslint.catalog.model import LossDef
from losslint.catalog.netspresso import HEADS, TASKS
from losslint.dialects.experiment import Experiment
from losslint.dialects.netspresso.merged_config import in_model
from losslint.dialects.records import Site
from losslint.syntax.resolved_node import ResolvedNode


class NetsPressoHead(NamedTuple):
    """The head, or the full model that stands in its place; `full` tells which."""

    name: str
    view: ResolvedNode
    task: str
    full: bool = False


class NetsPressoModel(NamedTuple):
    """What a model section says; None where it says nothing that can be read.

    `foreign` is true where there is a head that the catalog does not know, so that nothing can be
    said of what runs on it. `enlarged` is the index of the first pidnet_loss, which leaves enlarged
    maps to the entries behind it.
    """

    task: str | None
    task_view: ResolvedNode | None
    head: NetsPressoHead | None
    foreign: bool
    enlarged: int | None

    @property
    def labels_task(self) -> str | None:
        """The task that decides the form of the labels: the task, else that of the head."""
        if self.task is not None:
            return self.task
        return self.head.task if self.head is not None else None


def descend(view: ResolvedNode | None, *keys: str) -> ResolvedNode | None:
    """The value under a chain of keys, or None."""
    for key in keys:
        view = view.get(key) if view is not None and view.is_mapping else None
    return view


def read_model(site: Site, experiments: tuple[Experiment, ...] = ()) -> NetsPressoModel:
    """The task and the head of the model that a losses list belongs to.

    `experiments` are those of its file, of which another one may have the task or the head.
    """
    maps = (i for i, entry in enumerate(site.entries) if entry.name_text == "pidnet_loss")
    around, enlarged = _around(site, experiments), next(maps, None)
    return around if enlarged is None else around._replace(enlarged=enlarged)


def _around(site: Site, experiments: tuple[Experiment, ...] = ()) -> NetsPressoModel:
    """What stands around the losses; of them, nothing."""
    if not experiments and site.owner.names().isdisjoint(("task", "architecture")):
        return NetsPressoModel(None, None, None, site.owner.is_open, None)
    view = in_model(site, experiments, "task")
    name = str(view.value).lower() if view is not None and view.kind == "str" else ""
    task = name if name in TASKS else None
    full, head = _head_name(site, experiments)
    if head is None or head.kind == "null":
        # Behind a syntax error or a merge from elsewhere there may be a head all the same.
        architecture = site.owner.get("architecture")
        hidden = site.owner.is_open or (architecture is not None and architecture.is_open)
        return NetsPressoModel(task, view, None, hidden, None)
    known = str(head.value).lower() if head.kind == "str" else ""
    found = NetsPressoHead(known, head, HEADS[known], full) if known in HEADS else None
    return NetsPressoModel(task, view, found, found is None, None)


def running_there(losses: Iterable[LossDef], site: Site) -> list[str]:
    """The criteria of today that run on the head around a site, or else on one of its task."""
    model = _around(site)
    if model.foreign:
        return []
    today = (loss for loss in losses if loss.until is None)
    if model.head is not None:
        return [loss.name for loss in today if model.head.name in loss.heads]
    return [loss.name for loss in today if model.task in {HEADS[head] for head in loss.heads}]


def head_params(site: Site) -> ResolvedNode | None:
    """`architecture.head.params`."""
    return descend(site.owner, "architecture", "head", "params")


def postprocessor_params(site: Site) -> ResolvedNode | None:
    """`postprocessor.params`."""
    return descend(site.owner, "postprocessor", "params")


def _head_name(site: Site, experiments: tuple[Experiment, ...]) -> tuple[bool, ResolvedNode | None]:
    """Where the head's name stands; a full model with a name goes before it, as in the trainer."""
    architecture = in_model(site, experiments, "architecture")
    full = in_model(site, experiments, "architecture", "full")
    for place in (architecture, full):
        if place is not None and place.kind == "unknown":
            return False, place
    # The first releases had the name itself in the place of the mapping.
    is_text = full is not None and full.kind == "str"
    name = full if is_text else in_model(site, experiments, "architecture", "full", "name")
    if name is not None and name.kind != "null":
        return True, name
    head = in_model(site, experiments, "architecture", "head")
    if head is not None and not head.is_mapping:
        return False, head
    return False, in_model(site, experiments, "architecture", "head", "name")
