"""Which criteria run on the task and the head of the model around NetsPresso's losses."""

from collections.abc import Iterator
from typing import Literal

from losslint.catalog.model import VersionKey, holds
from losslint.catalog.netspresso import HEAD_CRITERIA, HEADS
from losslint.dialects.netspresso import model as netspresso_model
from losslint.dialects.netspresso.merged_config import THIS_FILE
from losslint.dialects.netspresso.model import NetsPressoModel
from losslint.rules._names import find_loss
from losslint.rules.base import Context, LossDef, LossEntry, ResolvedNode, Site, memoize_per_file

# Pairs of head and criterion that ran in earlier releases only: segmentation heads gave maps in
# the size of the labels, and yolo_fastest_head_v2 gave what retinanet_loss reads.
_EARLIER = {
    ("all_mlp_decoder", "cross_entropy"): "0.2.2",
    ("pidnet", "cross_entropy"): "0.2.2",
    ("yolo_fastest_head_v2", "retinanet_loss"): "1.0.3",
}

UPSAMPLING_LOSSES_SINCE = "0.2.2"
"""Since this release segmentation heads leave the upsampling to the loss."""


@memoize_per_file
def read_model(site: Site, context: Context) -> NetsPressoModel:
    """The task and the head of the model that a losses list belongs to."""
    return netspresso_model.read_model(site, context.neighbours)


def of_file(view: ResolvedNode) -> str:
    """Which other file has a value, as the tail of a word for it; nothing for the file itself."""
    return f" ({view.file})" if view.file not in ("", THIS_FILE) else ""


def runs_on(loss: LossDef, head: str, version: VersionKey) -> bool:
    """Whether a criterion survives a training step on a head."""
    if not loss.heads or (head, loss.name) in HEAD_CRITERIA:
        # Of the criteria that are gone no head is known.
        return True
    until = _EARLIER.get((head, loss.name))
    return until is not None and holds(None, until, version)


def fits_task(loss: LossDef, task: str, version: VersionKey) -> bool:
    """Whether a criterion runs on any head of a task."""
    return any(runs_on(loss, head, version) for head, of_task in HEADS.items() if of_task == task)


Misfit = Literal["head", "task"]


def misfit(site: Site, index: int, model: NetsPressoModel, context: Context) -> Misfit | None:
    """What of the model the entry at an index cannot run with; None where nothing speaks against.

    Where head and task contradict each other and the criterion fits the task, the head is the
    odd one out, and a rule of its own says so.
    """
    if model.foreign or (model.head is None and model.task is None):
        return None
    loss = find_loss(site.entries[index], context)
    version = context.netspresso.version
    if loss is None:
        return None
    if loss.name == "cross_entropy" and model.enlarged is not None and model.enlarged < index:
        # On the maps that pidnet_loss has enlarged it runs.
        return None
    if model.head is None:
        wrong = model.task is not None and not fits_task(loss, model.task, version)
        return "task" if wrong else None
    if runs_on(loss, model.head.name, version):
        return None
    odd = model.task not in (None, model.head.task)
    return None if odd and fits_task(loss, str(model.task), version) else "head"


def running(site: Site, context: Context) -> Iterator[tuple[LossEntry, ResolvedNode, str]]:
    """The known entries that nothing keeps the model from running with, and their names.

    An entry that does not fit the head is another rule's business, and says enough.
    """
    model = read_model(site, context)
    for index, entry in enumerate(site.entries):
        if find_loss(entry, context) is None or misfit(site, index, model, context) is not None:
            continue
        if entry.name is not None and entry.name_text is not None:
            yield entry, entry.name, entry.name_text


def fitting(site: Site, name: str, context: Context) -> Iterator[tuple[LossEntry, ResolvedNode]]:
    """The entries of one criterion in a model of the trainer's own that can run with it."""
    if not read_model(site, context).foreign:
        for entry, at, criterion in running(site, context):
            if criterion == name:
                yield entry, at


def wants_seg_cross_entropy(
    site: Site, index: int, model: NetsPressoModel, context: Context
) -> bool:
    """Whether this is a cross_entropy whose work seg_cross_entropy does at the target release."""
    if site.entries[index].name_text != "cross_entropy":
        return False
    if not context.netspresso.since(UPSAMPLING_LOSSES_SINCE):
        return False
    task = model.head.task if model.head is not None else model.task
    return task == "segmentation" and misfit(site, index, model, context) is not None


def wants_yolofastest_loss(entry: LossEntry, model: NetsPressoModel, context: Context) -> bool:
    """Whether this is a retinanet_loss on the head that left it behind."""
    if entry.name_text != "retinanet_loss" or model.head is None:
        return False
    return model.head.name == "yolo_fastest_head_v2" and context.netspresso.since("1.0.3")
