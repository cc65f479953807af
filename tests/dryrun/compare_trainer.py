"""Compare losslint's criteria with the installed NetsPresso Trainer; prints a JSON report.

Run by `test_reference_netspresso` in a Python that has the trainer.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import torch

from losslint.dryrun.losses.netspresso import LOSSES
from losslint.dryrun.losses.netspresso import batch as make_batch
from losslint.dryrun.nested_arrays import leaf_at, with_leaves
from losslint.dryrun.records import Batch, BatchSizes
from losslint.dryrun.runtimes.netspresso import NetsPressoRuntime, open_runtime
from losslint.dryrun.runtimes.torch import Placement, TorchRuntime

from .cases import REFUSED, SHIPPED, VARIANTS, Entry, entry
from .closed_form import closed_form, with_images

SEEDS = int(sys.argv[1]) if len(sys.argv) > 1 else 4
SIZES = (
    BatchSizes(),
    BatchSizes(batch=1, classes=2, image=32),
    BatchSizes(batch=3, classes=20, image=160),
    BatchSizes(batch=4, classes=80, image=320),
)
SCALES = (0.1, 1.0, 3.0)
EPOCHS = (1, 3)


class Case(NamedTuple):
    """One list of losses on one batch."""

    entries: list[Entry]
    batch: Batch
    dtype: str
    epoch: int


def cases() -> Iterator[Case]:
    """Every variant of every criterion in several shapes, scales, types and phases."""
    for criterion, variants in VARIANTS.items():
        dtypes = ("float32",) if criterion == "yolov9_loss" else ("float32", "float64")
        for number, params in enumerate(variants):
            for seed in range(SEEDS):
                given = {**SHIPPED[criterion], **params}
                sizes = SIZES[(seed + number) % len(SIZES)]
                batch = make_batch(criterion, given, sizes, seed)
                for scale in SCALES:
                    scaled = _scaled(batch, criterion, scale)
                    if seed % 4 == 3 and "gt" in batch.target:
                        scaled = with_images(scaled, *range(seed // 4, sizes.batch))
                    for dtype in dtypes:
                        epoch = EPOCHS[(seed + number) % len(EPOCHS)]
                        weighted = entry(criterion, **params, weight=[None, 0.5, -2][seed % 3])
                        yield Case([weighted], scaled, dtype, epoch)
    for dtype in ("float32", "float64"):
        yield from _lists(dtype)


def _lists(dtype: str) -> Iterator[Case]:
    """Lists of several criteria on one batch, in both orders."""
    pairs = [("cross_entropy", "focal_loss"), ("seg_cross_entropy", "pidnet_loss")]
    for one, other in pairs:
        batch = closed_form(other)
        yield Case([entry(one, weight=2), entry(other, weight=3)], batch, dtype, 1)
        yield Case([entry(other), entry(one), entry(one, weight=0.5)], batch, dtype, 1)
    for first in ("yolox_loss", "detr_loss"):
        retinanet, other_batch = closed_form("retinanet_loss"), closed_form(first)
        both = other_batch._replace(
            out={**retinanet.out, **other_batch.out},
            leaves=other_batch.leaves + retinanet.leaves,
        )
        for names in ((first, "retinanet_loss"), ("retinanet_loss", first)):
            yield Case([entry(name) for name in names], both, dtype, 1)


def _scaled(batch: Batch, criterion: str, scale: float) -> Batch:
    """The batch with larger or smaller logits; boxes of detr_loss stay boxes."""
    leaves: dict[str, Any] = {}
    for path in batch.leaves:
        factor: Any = scale
        array = leaf_at(batch.out, path)
        if criterion == "detr_loss" and path == "pred":
            factor = np.where(np.arange(array.shape[-1]) < 4, 1.0, scale)
        elif path.endswith("pred_boxes"):
            factor = 1.0
        leaves[path] = array * factor
    return batch._replace(out=with_leaves(batch.out, leaves))


def difference(case: Case, ours: TorchRuntime, theirs: NetsPressoRuntime) -> float:
    """The largest relative difference of value and gradient; 0 where both refuse alike."""
    place = Placement(dtype=case.dtype)
    mine = ours.run(case.entries, case.batch, place, case.epoch)
    real = theirs.run(case.entries, case.batch, place, case.epoch)
    if np.isnan(mine.value) and np.isnan(real.value):
        return 0.0
    worst = abs(mine.value - real.value) / max(abs(real.value), 1e-12)
    highest = max(float(np.abs(slope).max()) for slope in real.gradients.values())
    for path, slope in real.gradients.items():
        gap = float(np.abs(slope - mine.gradients[path]).max())
        worst = max(worst, gap / max(highest, 1e-12))
    return worst


def stage(runtime: TorchRuntime, refused: Entry) -> str:
    """Where a runtime refuses an entry: "build", "step" or, if it does not, "nowhere"."""
    try:
        runtime.total([refused], 1)
    except Exception:
        return "build"
    try:
        runtime.run([refused], closed_form(refused["criterion"]))
    except Exception:
        return "step"
    return "nowhere"


def main() -> None:
    """Print the report."""
    torch.set_num_threads(1)
    ours, theirs = TorchRuntime(), open_runtime()
    worst: dict[str, dict[str, float]] = {"float32": {}, "float64": {}}
    disagreements = []
    compared = 0
    for case in cases():
        compared += 1
        name = "+".join(one["criterion"] for one in case.entries)
        try:
            found = difference(case, ours, theirs)
        except Exception as error:
            disagreements.append(f"{case.entries}: {type(error).__name__}: {error}")
            continue
        worst[case.dtype][name] = max(worst[case.dtype].get(name, 0.0), found)
    for refused in REFUSED:
        compared += 1
        where = [stage(runtime, refused.entry) for runtime in (ours, theirs)]
        if where != [refused.stage, refused.stage]:
            disagreements.append(f"{refused.entry}: losslint {where[0]}, trainer {where[1]}")
    assert set(SHIPPED) == set(LOSSES)
    print(json.dumps({"compared": compared, **worst, "disagreements": disagreements}))


if __name__ == "__main__":
    main()
