"""NetsPresso to Keras: the criteria that no config says in Keras, and the lists."""

from __future__ import annotations

from losslint.catalog.equivalences_model import Equivalence, Kind, Measured

_ASSIGNMENT = (
    "which anchors or queries are trained depends on the predictions, so that no labels can be "
    "prepared: in Keras it takes a compute_loss of one's own"
)


def _refused(row: str, kind: Kind, *why: str, measured: Measured | None = None) -> Equivalence:
    compared = "" if measured is None else "that code in Keras"
    return Equivalence(row, "refuse", kind, conditions=why, measured=measured, compared=compared)


REFUSED = (
    _refused(
        "netspresso.pidnet_loss->none",
        "conditional",
        "it is exact as code and not as a configuration: a model of four outputs (cross entropy "
        "of extra_p, of pred, of pred where a boundary is predicted, and binary cross entropy of "
        "extra_d) with loss_weights [0.4, 1, 20, 1], a layer that makes the mask and one that "
        "resizes with aligned corners",
        measured=Measured(1.9e-16, 1.5e-15, 1.4e-07, 7.9e-07),
    ),
    _refused(
        "netspresso.retinanet_loss->none",
        "conditional",
        "it is exact as code and not as a configuration: two outputs with BinaryFocalCrossentropy "
        "(apply_class_balancing true, alpha 0.25, gamma 2) and MeanAbsoluteError, on labels that "
        "the data matches to the anchors",
        measured=Measured(3.5e-16, 9.8e-16, 2.2e-07, 8.4e-07),
    ),
    _refused(
        "netspresso.rtmcc_loss->none",
        "conditional",
        "it is exact as code and not as a configuration: KLDivergence as a sum on softmax(10 x) "
        "of both axes, on soft labels that the data makes, with weights 1/(512 K)",
        measured=Measured(3.6e-07, 6.9e-07, 3.1e-07, 8.4e-07),
    ),
    _refused("netspresso.yolox_loss->none", "none", _ASSIGNMENT),
    _refused("netspresso.yolofastest_loss->none", "none", _ASSIGNMENT),
    _refused("netspresso.yolov9_loss->none", "none", _ASSIGNMENT),
    _refused("netspresso.detr_loss->none", "none", _ASSIGNMENT),
)

LISTS = (
    Equivalence(
        "netspresso.*->keras.*/weight",
        "auto",
        "exact",
        conditions=("the weight becomes the factor in loss_weights",),
        list_case="factor",
        measured=Measured(1.7e-16, 2.2e-16, 9.8e-08, 8.1e-08),
    ),
    Equivalence(
        "netspresso.*->keras.*/several",
        "consent",
        "exact",
        conditions=(
            "the model returns the same tensor once for each loss: given a list of losses for one "
            "output, Keras uses the first alone",
        ),
        list_case="several",
        measured=Measured(1.4e-16, 6.8e-16, 1.9e-07, 1.9e-07),
    ),
    Equivalence(
        "netspresso.*->keras.*/same-twice",
        "consent",
        "exact",
        conditions=("of two entries of one criterion NetsPresso keeps the last, and so does this",),
        list_case="repeated",
        measured=Measured(2.7e-16, 3.8e-16, 1.5e-07, 6.8e-08),
    ),
    Equivalence(
        "netspresso.*->keras.*/unknown-keys",
        "auto_with_note",
        "exact",
        conditions=("keys that the criterion does not know have no effect and are left out",),
        list_case="dropped keys",
    ),
)

ROWS = (*REFUSED, *LISTS)
