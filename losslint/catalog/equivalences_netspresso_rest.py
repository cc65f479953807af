"""NetsPresso to Keras: the criteria that no config says in Keras, and the lists."""

from __future__ import annotations

from losslint.catalog.equivalences_model import Class, Equivalence

_ASSIGNMENT = (
    "which anchors or queries are trained depends on the predictions, so that no labels can be "
    "prepared: in Keras it takes a compute_loss of one's own"
)


def _refused(row: str, loss: str, kind: Class, *why: str) -> Equivalence:
    return Equivalence(row, "netspresso", (loss,), None, "refuse", kind, conditions=why)


REFUSED = (
    _refused(
        "netspresso.pidnet_loss->none",
        "pidnet_loss",
        "conditional",
        "it is exact as code and not as a configuration: a model of four outputs (cross entropy "
        "of extra_p, of pred, of pred where a boundary is predicted, and binary cross entropy of "
        "extra_d) with loss_weights [0.4, 1, 20, 1], a layer that makes the mask and one that "
        "resizes with aligned corners",
    ),
    _refused(
        "netspresso.retinanet_loss->none",
        "retinanet_loss",
        "conditional",
        "it is exact as code and not as a configuration: two outputs with BinaryFocalCrossentropy "
        "(apply_class_balancing true, alpha 0.25, gamma 2) and MeanAbsoluteError, on labels that "
        "the data matches to the anchors",
    ),
    _refused(
        "netspresso.rtmcc_loss->none",
        "rtmcc_loss",
        "conditional",
        "it is exact as code and not as a configuration: KLDivergence as a sum on softmax(10 x) "
        "of both axes, on soft labels that the data makes, with weights 1/(512 K)",
    ),
    _refused("netspresso.yolox_loss->none", "yolox_loss", "none", _ASSIGNMENT),
    _refused("netspresso.yolofastest_loss->none", "yolofastest_loss", "none", _ASSIGNMENT),
    _refused("netspresso.yolov9_loss->none", "yolov9_loss", "none", _ASSIGNMENT),
    _refused("netspresso.detr_loss->none", "detr_loss", "none", _ASSIGNMENT),
)

LISTS = (
    Equivalence(
        "netspresso.*->keras.*/weight",
        "netspresso",
        (),
        None,
        "auto",
        "exact",
        conditions=("the weight becomes the factor in loss_weights",),
        part="list",
        list_case="factor",
    ),
    Equivalence(
        "netspresso.*->keras.*/several",
        "netspresso",
        (),
        None,
        "consent",
        "exact",
        conditions=(
            "the model returns the same tensor once for each loss: given a list of losses for one "
            "output, Keras uses the first alone",
        ),
        part="list",
        list_case="several",
    ),
    Equivalence(
        "netspresso.*->keras.*/same-twice",
        "netspresso",
        (),
        None,
        "consent",
        "exact",
        conditions=("of two entries of one criterion NetsPresso keeps the last, and so does this",),
        part="list",
        list_case="repeated",
    ),
    Equivalence(
        "netspresso.*->keras.*/unknown-keys",
        "netspresso",
        (),
        None,
        "auto_with_note",
        "exact",
        conditions=("keys that the criterion does not know have no effect and are left out",),
        part="list",
        list_case="dropped keys",
    ),
)

ROWS = (*REFUSED, *LISTS)
