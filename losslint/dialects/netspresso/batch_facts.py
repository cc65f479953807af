"""What a config of NetsPresso, and those that are merged with it, say of the batches."""

from __future__ import annotations

from collections.abc import Iterator

from losslint.dialects.batch_facts import BatchFact
from losslint.dialects.experiment import Neighbour
from losslint.dialects.netspresso.augmentation import final_side
from losslint.dialects.netspresso.model import descend, head_params, read_model
from losslint.dialects.records import Site
from losslint.syntax.resolved_node import ResolvedNode


def batch_facts(site: Site, others: tuple[Neighbour, ...]) -> Iterator[BatchFact]:
    """The facts around a site."""
    head = read_model(site).head
    if head is not None:
        yield BatchFact("head", head.name, head.view.at)
        yield from _of_head(head_params(site))
    yield from _of_file(site.root, None)
    for other in others:
        yield from _of_file(other.root, other.path)


def _of_head(params: ResolvedNode | None) -> Iterator[BatchFact]:
    reg_max, anchors = descend(params, "reg_max"), descend(params, "anchors")
    if reg_max is not None and reg_max.integer is not None and reg_max.integer > 0:
        yield BatchFact("reg_max", reg_max.integer, reg_max.at)
    levels = anchors.items() if anchors is not None else []
    if anchors is not None and levels and levels[0].is_list:
        numbers = levels[0].items()
        pairs = sum(2 if each.is_list else 1 for each in numbers) // 2
        yield BatchFact("anchors", (len(levels), pairs), anchors.at)


def _of_file(root: ResolvedNode, path: str | None) -> Iterator[BatchFact]:
    labels = descend(root, "data", "id_mapping")
    if labels is not None and labels.is_list:
        yield BatchFact("classes", len(labels.items()), labels.at, path)
    transforms = descend(root, "augmentation", "train")
    side = final_side(transforms.items()) if transforms is not None else None
    if transforms is not None and side is not None:
        yield BatchFact("image", side, transforms.at, path)
    mixed = descend(root, "training", "mixed_precision")
    if mixed is not None and mixed.value is True:
        yield BatchFact("mixed", True, mixed.at, path)
