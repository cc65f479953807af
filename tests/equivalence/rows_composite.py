"""NetsPresso to Keras: the criteria that are exact as code and not as a configuration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from losslint.dryrun.losses.netspresso import batch as drawn
from losslint.dryrun.records import Batch, BatchSizes

from .cases import NOTHING
from .data import covered, last, softmax
from .mapping import WrongRowError, chosen
from .records import Array, Case, Criteria, Direct, Head, KerasLoss, Term

IGNORED = 255


def case(row: str, name: str, first: Direct, batch: Batch, breaks: str = "", **params: Any) -> Case:
    """Terms of Keras against a criterion that the catalog refuses by this row."""
    try:
        match = chosen(row, name, params)
    except WrongRowError as error:
        return Case(row, NOTHING, NOTHING, breaks, problem=str(error))
    second = Criteria(batch, ([{"criterion": name, **params, "weight": None}],))
    return Case(row, first, second, breaks, variant=(match.row,))


def leaves(batch: Batch) -> dict[str, Array]:
    """The predictions of a batch by their paths."""
    from losslint.dryrun.nested_arrays import leaf_at

    return {path: leaf_at(batch.out, path) for path in batch.leaves}


def pidnet(row: str) -> Iterator[Case]:
    """Four outputs, the fourth on the pixels where a boundary is predicted."""
    params: dict[str, Any] = {"ignore_index": IGNORED}
    for seed in range(4):
        batch = _edges(
            drawn("pidnet_loss", params, BatchSizes(2, 3 + seed, 16 * (1 + seed % 2)), seed)
        )
        yield case(row, "pidnet_loss", _pidnet_terms(batch), batch, **params)
    told = "maps resized half a pixel inside"
    wrong = _pidnet_terms(batch, corners=False)
    yield case(row, "pidnet_loss", wrong, batch, told, **params)
    told = "the weights of the outputs are left out"
    plain = Direct(leaves(batch), tuple(t._replace(factor=1.0) for t in wrong.terms))
    yield case(row, "pidnet_loss", plain, batch, told, **params)
    flat = {**batch.out, "extra_d": np.full_like(batch.out["extra_d"], -1.0)}
    nowhere = batch._replace(out=flat)
    told = "no pixel where a boundary is predicted"
    yield case(row, "pidnet_loss", _pidnet_terms(nowhere), nowhere, told, **params)


def _edges(batch: Batch) -> Batch:
    """A quarter of the pixels are edges: a share that the trainer's float32 does not round."""
    edges = np.zeros(batch.target["bd_gt"].size)
    edges[::4] = 1.0
    target = {**batch.target, "bd_gt": edges.reshape(batch.target["bd_gt"].shape)}
    return batch._replace(target=target)


def _pidnet_terms(batch: Batch, corners: bool = True) -> Direct:
    labels, edges = batch.target["target"], batch.target["bd_gt"]
    low, high = batch.out["pred"].shape[2], labels.shape[1]
    matrix = _enlarging(low, high, corners)
    aligned = _enlarged(matrix)
    sharp = np.einsum("Hh,Ww,nhw->nHW", matrix, matrix, batch.out["extra_d"][:, 0])
    at_boundaries = np.where(1 / (1 + np.exp(-sharp)) > 0.8, labels, IGNORED)
    share = edges.mean()
    weight = np.where(edges == 1, 1 - share, share)
    entropy = KerasLoss(
        "SparseCategoricalCrossentropy", {"from_logits": True, "ignore_class": IGNORED}
    )
    binary = KerasLoss("BinaryCrossentropy", {"from_logits": True})
    terms = (
        Term(entropy, labels, aligned, 0.4, leaf="extra_p"),
        Term(entropy, labels, aligned),
        Term(binary, edges[..., None], aligned, 20.0, weight, "extra_d"),
        Term(entropy, at_boundaries, aligned),
    )
    return Direct(leaves(batch), terms)


def _enlarging(low: int, high: int, corners: bool) -> Array:
    """The bilinear matrix of one side, corners aligned or half a pixel inside."""
    steps = np.arange(high)
    places = steps * (low - 1) / (high - 1) if corners else (steps + 0.5) * low / high - 0.5
    places = np.clip(places, 0, low - 1)
    below = np.minimum(places.astype(int), max(low - 2, 0))
    matrix = np.zeros((high, low))
    matrix[steps, below] = 1 - (places - below)
    matrix[steps, np.minimum(below + 1, low - 1)] += places - below
    return matrix


def _enlarged(matrix: Array) -> Head:
    def head(pred: Any) -> Any:
        import keras

        sides = keras.ops.cast(matrix, pred.dtype)
        tall = keras.ops.einsum("Hh,nchw->ncHw", sides, pred)
        return last(keras.ops.einsum("Ww,nchw->nchW", sides, tall))

    return head


def retinanet(row: str) -> Iterator[Case]:
    """Two outputs a level, on labels that the data matches to the anchors."""
    for seed in range(4):
        batch = drawn("retinanet_loss", {}, BatchSizes(1 + seed, 2 + seed, 64), seed)
        yield case(row, "retinanet_loss", retinanet_terms(batch), batch)
    told = "divided by the matches of the whole batch"
    whole = retinanet_terms(batch, image_by_image=False)
    yield case(row, "retinanet_loss", whole, batch, told)
    told = "without apply_class_balancing"
    plain = tuple(
        term._replace(loss=KerasLoss(term.loss.name, {**term.loss.config, **_UNBALANCED}))
        if term.loss.name == "BinaryFocalCrossentropy"
        else term
        for term in retinanet_terms(batch).terms
    )
    yield case(row, "retinanet_loss", Direct(leaves(batch), plain), batch, told)


_UNBALANCED = {"apply_class_balancing": False}
_FOCAL = {
    "apply_class_balancing": True,
    "alpha": 0.25,
    "gamma": 2.0,
    "from_logits": True,
    "reduction": "sum",
}


def matched(batch: Batch) -> tuple[Array, Array, Array]:
    """For each anchor of each image: the match, the class (one-hot) and the encoded box."""
    import torch

    from losslint.dryrun.criteria.boxes import encode
    from losslint.dryrun.criteria.retinanet_loss import match_anchors

    anchors = torch.tensor(batch.out["anchors"])
    matches, classes, offsets = [], [], []
    for image in batch.target["gt"]:
        boxes = torch.tensor(image["boxes"])
        match = match_anchors(anchors, boxes)
        inside = match.clamp(min=0)
        hot = np.eye(batch.target["num_classes"])[image["labels"][inside.numpy()]]
        matches.append(match.numpy())
        classes.append(hot * (match >= 0).numpy()[:, None])
        offsets.append(encode(boxes[inside], anchors).numpy())
    return np.stack(matches), np.stack(classes), np.stack(offsets)


def retinanet_terms(batch: Batch, image_by_image: bool = True) -> Direct:
    """The two losses of each level, weighted so that Keras's means become sums."""
    match, classes, offsets = matched(batch)
    hits = (match >= 0).sum(1, keepdims=True)
    share = len(match) * np.maximum(1, hits if image_by_image else hits.mean())
    terms: list[Term] = []
    start = 0
    for level, logits in enumerate(batch.out["cls_logits"]):
        part = slice(start, start + logits.shape[1])
        start = part.stop
        valid = (match[:, part] != -2) / share
        hit = (match[:, part] >= 0) / share
        focal = KerasLoss("BinaryFocalCrossentropy", _FOCAL)
        boxes = KerasLoss("MeanAbsoluteError", {"reduction": "sum"})
        count = float(logits.shape[2])
        terms += [
            Term(
                focal,
                classes[:, part],
                factor=count,
                sample_weight=valid,
                leaf=f"cls_logits.{level}",
            ),
            Term(
                boxes,
                offsets[:, part],
                factor=4.0,
                sample_weight=hit,
                leaf=f"bbox_regression.{level}",
            ),
        ]
    return Direct(leaves(batch), tuple(terms))


def rtmcc(row: str) -> Iterator[Case]:
    """A divergence on the softmax of both axes."""
    for seed in range(4):
        batch = drawn("rtmcc_loss", {}, BatchSizes(1 + seed, 2 + seed), seed)
        small = batch._replace(out={"pred": batch.out["pred"] * 0.2})
        yield case(row, "rtmcc_loss", _rtmcc_terms(small), small)
    told = "logits so confident that Keras clips their softmax"
    sure = batch._replace(out={"pred": batch.out["pred"] * 2.0})
    yield case(row, "rtmcc_loss", _rtmcc_terms(sure), sure, told)
    told = "a mean instead of a sum"
    term = _rtmcc_terms(small).terms[0]
    mean = term._replace(loss=KerasLoss("KLDivergence", {}))
    yield case(row, "rtmcc_loss", Direct(leaves(small), (mean,)), small, told)


def _rtmcc_terms(batch: Batch) -> Direct:
    import torch

    from losslint.dryrun.criteria.rtmcc_loss import coordinate_classes

    count, keypoints = batch.out["pred"].shape[:2]
    bells, weight = coordinate_classes(torch.tensor(batch.target["keypoints"]))
    labels = torch.softmax(bells * 10.0, -1).numpy()
    weights = np.repeat(weight.numpy()[..., None], 2, -1)

    def head(pred: Any) -> Any:
        import keras

        return covered(softmax(keras.ops.reshape(pred, (count, keypoints, 2, 512)) * 10.0))

    loss = KerasLoss("KLDivergence", {"reduction": "sum"})
    term = Term(loss, labels, head, 1 / (512 * keypoints), weights)
    return Direct(leaves(batch), (term,))


SCRIPTS = {
    "netspresso.pidnet_loss->none": pidnet,
    "netspresso.retinanet_loss->none": retinanet,
    "netspresso.rtmcc_loss->none": rtmcc,
}
