"""The platform's losses, and those of Keras that take no tensor that a criterion takes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from losslint.catalog.platform import RCNN_PARTS
from losslint.dryrun.losses.netspresso import batch as drawn
from losslint.dryrun.records import Batch, BatchSizes

from .cases import NOTHING
from .data import sigmoid
from .mapping import WrongRowError, chosen
from .records import Array, Case, Criteria, Direct, Head, KerasLoss, Term
from .rows_composite import leaves, matched

LOGITS, BOXES = "cls_logits.0", "bbox_regression.0"


def _case(row: str, name: str, first: Direct, second: Criteria, breaks: str = "") -> Case:
    try:
        match = chosen(row, name, {})
    except WrongRowError as error:
        return Case(row, NOTHING, NOTHING, breaks, problem=str(error))
    return Case(row, first, second, breaks, variant=(match.row,))


def _one_level(classes: int, seed: int) -> Batch:
    """Anchors, logits and offsets of a single level."""
    batch = drawn("retinanet_loss", {}, BatchSizes(2, classes, 64), seed)
    out = {key: np.concatenate(batch.out[key], 1) for key in ("cls_logits", "bbox_regression")}
    listed = {key: [array] for key, array in out.items()}
    return Batch({"anchors": batch.out["anchors"], **listed}, batch.target, (LOGITS, BOXES))


RETINANET = ([{"criterion": "retinanet_loss", "weight": None}],)


def ssd(row: str) -> Iterator[Case]:
    """The same anchors, matches, offsets and logits; the background's logit is 0."""
    for seed in range(4):
        batch = _one_level(4, seed)
        match, classes, offsets = matched(batch)
        background = (match == -1)[..., None].astype(np.float64)
        rest = np.zeros((*match.shape, 8))
        true = np.concatenate([background, classes, offsets, rest], -1)

        def head(pred: list[Any], rest: Array = rest) -> Any:
            from keras import ops

            logits = ops.concatenate([ops.zeros_like(pred[0][..., :1]), pred[0]], -1)
            padding = ops.cast(rest, pred[0].dtype)
            return ops.concatenate([ops.softmax(logits), pred[1], padding], -1)

        def loss(true: Any, pred: Any) -> Any:
            from keras import ops

            from losslint.dryrun.platform.ssd import ssd_loss

            return ssd_loss({}, {"pred": pred}, {"true": ops.cast(true, pred.dtype)})

        term = Term(KerasLoss(loss), true, head, leaf=(LOGITS, BOXES))
        yield _case(row, "SSD_LOSS", Direct(leaves(batch), (term,)), Criteria(batch, RETINANET))


def rcnn(row: str) -> Iterator[Case]:
    """The first stage sees what retinanet_loss sees; the second has predictions of its own."""
    for seed in range(4):
        batch = _one_level(1, seed)
        target = {
            **batch.target,
            "gt": [{**image, "labels": image["labels"] * 0} for image in batch.target["gt"]],
        }
        batch = batch._replace(target=target)
        match, _, offsets = matched(batch)
        rest = _second_stage(seed, len(match))
        packed = np.zeros_like(offsets)
        for image, row_of in enumerate(match):
            hits = offsets[image][row_of >= 0]
            packed[image, : len(hits)] = hits
        kinds = np.select([match >= 0, match == -1], [1, -1], 0)[..., None]
        true = {**rest.target, "rpn_match": kinds, "rpn_bbox": packed}

        def head(pred: list[Any], rest: Batch = rest) -> Any:
            from keras import ops

            own = {name: ops.cast(array, pred[0].dtype) for name, array in rest.out.items()}
            logits = ops.concatenate([ops.zeros_like(pred[0]), pred[0]], -1)
            return {**own, "rpn_class_logits": logits, "rpn_bbox": pred[1]}

        term = Term(_rcnn_loss({}), true, head, leaf=(LOGITS, BOXES))
        yield _case(row, "RCNN_LOSS", Direct(leaves(batch), (term,)), Criteria(batch, RETINANET))


def _rcnn_loss(params: dict[str, Any]) -> KerasLoss:
    def loss(true: Any, pred: Any) -> Any:
        from keras import ops

        from losslint.dryrun.platform.rcnn import rcnn_loss

        kind = pred["rpn_bbox"].dtype
        tensors = {
            name: ops.cast(array, kind) if array.dtype.kind == "f" else ops.convert_to_tensor(array)
            for name, array in true.items()
        }
        tensors["active_class_ids"] = ops.cast(true["active_class_ids"], kind)
        return rcnn_loss(params, pred, tensors)

    return KerasLoss(loss)


def _second_stage(seed: int, images: int) -> Batch:
    """Predictions and labels of Mask R-CNN, drawn by the dry run's own batch."""
    from losslint.dryrun.batches.detection import rcnn as batch

    return batch(np.random.default_rng(seed), {}, BatchSizes(images, 4, 64))


def rcnn_parts(row: str) -> Iterator[Case]:
    """Each of the three parts alone, against its criterion on the anchors or regions it picks."""
    for seed in range(3):
        rest = _second_stage(seed, 2)
        for part in ("rpn_class_loss", "mrcnn_class_loss", "mrcnn_mask_loss"):
            yield _part(row, part, rest)
    partly = {**rest.target, "active_class_ids": rest.target["active_class_ids"] * 1}
    partly["active_class_ids"][:, 1] = 0
    told = "regions whose predicted class the data set does not have"
    yield _part(row, "mrcnn_class_loss", rest._replace(target=partly), told)
    told = "anchors that are neither: they count as background"
    yield _part(row, "rpn_class_loss", rest, told, neither=0)


def _part(row: str, part: str, rest: Batch, breaks: str = "", neither: int = -100) -> Case:
    picked = _picked(part, rest, neither)
    params = {"LOSS_WEIGHTS": {name: float(name == part) for name, _ in RCNN_PARTS}}

    def head(tensor: Any) -> Any:
        from keras import ops

        own = {name: ops.cast(array, tensor.dtype) for name, array in rest.out.items()}
        return {**own, picked.path: picked.head(tensor)}

    term = Term(_rcnn_loss(params), rest.target, head)
    batch = Batch({"pred": picked.pred}, {"target": picked.labels}, ("pred",))
    second = Criteria(batch, ([{**picked.entry, "weight": None}],))
    return _case(row, part, Direct({"pred": picked.pred}, (term,)), second, breaks)


class Picked(NamedTuple):
    """What a part looks at, as a criterion sees it; `head` puts it where the part looks."""

    path: str
    pred: Array
    labels: Array
    entry: dict[str, Any]
    head: Head


def _picked(part: str, rest: Batch, neither: int) -> Picked:
    entropy = {"criterion": "cross_entropy"}
    if part == "mrcnn_mask_loss":
        return _masks(rest)
    if part == "rpn_class_loss":
        path, match = "rpn_class_logits", rest.target["rpn_match"].reshape(-1)
        labels = np.select([match == 1, match == -1], [1, 0], neither)
    else:
        path, labels = "mrcnn_class_logits", rest.target["class_ids"].reshape(-1)
    shape = rest.out[path].shape
    return Picked(path, rest.out[path].reshape(-1, shape[-1]), labels, entropy, _shaped(shape))


def _shaped(shape: tuple[int, ...]) -> Head:
    def head(pred: Any) -> Any:
        from keras import ops

        return ops.reshape(pred, shape)

    return head


def _masks(rest: Batch) -> Picked:
    """The mask of its own class for each region that is one."""
    random = np.random.default_rng(0)
    ids = rest.target["class_ids"]
    pred = random.normal(0.0, 2.0, (int((ids > 0).sum()), *rest.target["masks"].shape[2:]))
    places = np.argwhere(ids > 0)
    classes = rest.out["mrcnn_mask"].shape[-1]
    put = np.zeros((len(pred), *ids.shape, classes))
    for number, (image, region) in enumerate(places):
        put[number, image, region, ids[image, region]] = 1.0
    untouched = rest.out["mrcnn_mask"] * (1 - put.sum(0))[:, :, None, None, :]

    def head(tensor: Any) -> Any:
        from keras import ops

        mine = ops.einsum("khw,kbrc->brhwc", sigmoid(tensor), ops.cast(put, tensor.dtype))
        return mine + ops.cast(untouched, tensor.dtype)

    entry = {"criterion": "focal_loss", "alpha": -1, "gamma": 0}
    return Picked("mrcnn_mask", pred, rest.target["masks"][ids > 0], entry, head)


def sequences(row: str) -> Iterator[Case]:
    """A sequence of labels, which is shorter than that of the predictions."""
    random = np.random.default_rng(0)
    pred = random.normal(size=(2, 8, 5))
    labels = np.array([[1, 2, 2], [3, 4, 1]])
    term = Term(KerasLoss("CTC"), labels)
    batch = Batch({"pred": pred}, {"target": labels}, ("pred",))
    for entry, refuses in (
        ({"criterion": "cross_entropy"}, "NetsPresso: RuntimeError"),
        ({"criterion": "focal_loss", "alpha": 0.25, "gamma": 2.0}, _OF_SHAPE),
    ):
        second = Criteria(batch, ([{**entry, "weight": None}],))
        case = _case(row, "ctc", Direct({"pred": pred}, (term,)), second)
        yield case._replace(refuses=refuses)


_OF_SHAPE = "NetsPresso: AssertionError or NetsPresso: ValueError"

SCRIPTS = {
    "keras.ctc->none": sequences,
    "keras.SSD_LOSS->none": ssd,
    "keras.RCNN_LOSS->none": rcnn,
    "keras.*_loss->none/rcnn-part": rcnn_parts,
}
