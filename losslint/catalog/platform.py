"""What is known of the Keras platform's LOSS object, its own two losses and the words beside it.

The platform leaves the parameters of its own losses open; they are filled from the two
implementations that its models come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from losslint.catalog.model import (
    Contract,
    Effect,
    LossDef,
    Name,
    Param,
    Spec,
    VersionKey,
    params_at,
)
from losslint.catalog.specs import ONE_OR_ZERO, number

_COUNT = Spec(("int",), low=1, otherwise="the model's code indexes and divides by it")
_FACTOR = number(
    *ONE_OR_ZERO,
    Effect(("nan", "inf", "-inf"), "the loss is not finite"),
    Effect(("low",), "what it scales is maximised"),
    low=0,
    otherwise="the training stops when it multiplies with it",
)
_SHARE = number(low=0, high=1, otherwise="no such share of the samples can be drawn")
_DEVIATIONS = Spec(
    ("list",),
    item=number(low=0, low_open=True),
    length=(4, 4),
    otherwise="the box offsets are divided by these four numbers",
)
_SIZE = Spec(("list",), item=_COUNT, length=(2, 2), otherwise="a mask has a height and a width")

RCNN_PARTS = (
    ("rpn_class_loss", "Factor of foreground against background of the proposals."),
    ("rpn_bbox_loss", "Factor of the proposals' boxes."),
    ("mrcnn_class_loss", "Factor of the classes."),
    ("mrcnn_bbox_loss", "Factor of the boxes."),
    ("mrcnn_mask_loss", "Factor of the masks."),
)

RCNN_LOSS = LossDef(
    "RCNN_LOSS",
    "platform",
    "The five losses of Mask R-CNN, added up inside the model.",
    contract=Contract(
        ("logits", "probabilities"),
        ("boxes", "index"),
        "five inputs of the model graph",
        "five inputs of the model graph",
        "Class terms take logits, the mask term probabilities; class 0 is the background.",
    ),
    params=(
        Param(
            "LOSS_WEIGHTS",
            Spec(
                ("mapping",),
                fields=tuple(Param(name, _FACTOR, 1.0, note=note) for name, note in RCNN_PARTS),
                otherwise="the factors are looked up by name",
            ),
            default=None,
            note="The factor of each part; one that is missing is 1.0.",
        ),
        Param("WEIGHT_DECAY", _FACTOR, 0.0001, note="Factor of the squared weights."),
        Param(
            "RPN_TRAIN_ANCHORS_PER_IMAGE", _COUNT, 256, note="Anchors an image in the RPN terms."
        ),
        Param("TRAIN_ROIS_PER_IMAGE", _COUNT, 200, note="Regions an image in the other terms."),
        Param("ROI_POSITIVE_RATIO", _SHARE, 0.33, note="Share of hits among them."),
        Param(
            "RPN_BBOX_STD_DEV",
            _DEVIATIONS,
            [0.1, 0.1, 0.2, 0.2],
            note="What the proposals' box offsets are divided by.",
        ),
        Param(
            "BBOX_STD_DEV",
            _DEVIATIONS,
            [0.1, 0.1, 0.2, 0.2],
            note="What the box offsets are divided by.",
        ),
        Param("MASK_SHAPE", _SIZE, [28, 28], note="Height and width of a predicted mask."),
        Param("MINI_MASK_SHAPE", _SIZE, [56, 56], note="Height and width of a stored mask."),
        Param(
            "USE_MINI_MASK",
            Spec(
                ("bool",),
                effects=(
                    Effect(("empty", "falsy"), "it counts as false"),
                    Effect(("text",), 'any text counts as true, "False" too'),
                    Effect(("truthy",), "it counts as true"),
                ),
            ),
            True,
            note="Whether masks are stored small.",
        ),
        Param("MAX_GT_INSTANCES", _COUNT, 100, note="Objects an image at most."),
        Param("IMAGES_PER_GPU", _COUNT, 2, note="Images in a batch on each GPU."),
        Param("NUM_CLASSES", _COUNT, 1, note="Classes, the background included."),
    ),
    names=(Name("RCNN_LOSS"),),
    example=(("LOSS_WEIGHTS", {"rpn_class_loss": 1.0, "mrcnn_mask_loss": 1.0}),),
    source="matterport/Mask_RCNN, mrcnn/model.py and mrcnn/config.py",
)

SSD_LOSS = LossDef(
    "SSD_LOSS",
    "platform",
    "SSD: log loss of hits and the hardest misses, plus smooth L1 of the boxes of hits.",
    contract=Contract(
        ("probabilities",),
        ("one-hot",),
        "(B, boxes, C + 12)",
        "(B, boxes, C + 12)",
        "C class probabilities with the background first, 4 offsets, 4 anchors, 4 variances; a "
        "box whose classes are all 0 does not count.",
    ),
    params=(
        Param(
            "NEG_POS_RATIO",
            Spec(
                ("int",),
                low=0,
                effects=(Effect(("low",), "it counts as 0"),),
                otherwise="TensorFlow refuses to multiply a whole number with it",
            ),
            3,
            note="Misses that count for each hit, at most, over the whole batch.",
        ),
        Param(
            "N_NEG_MIN",
            Spec(
                ("int",),
                low=0,
                effects=(Effect(("low",), "it counts as 0"),),
                otherwise="TensorFlow refuses to compare a whole number with it",
            ),
            0,
            note="Misses that count in any case, over the whole batch.",
        ),
        Param(
            "ALPHA",
            Spec(
                ("float",),
                low=0,
                effects=(
                    Effect(("nan", "inf", "-inf"), "the loss is not finite"),
                    Effect(("low",), "bad boxes are rewarded"),
                ),
                otherwise="TensorFlow refuses to multiply a float with it",
            ),
            1.0,
            note="Factor of the boxes' part.",
        ),
    ),
    names=(Name("SSD_LOSS"),),
    example=(("NEG_POS_RATIO", 3), ("N_NEG_MIN", 0), ("ALPHA", 1.0)),
    source="pierluigiferrari/ssd_keras, class SSDLoss; Liu et al., SSD, arXiv:1512.02325",
)

LOSSES = (RCNN_LOSS, SSD_LOSS)

MODEL_OF: Mapping[str, str] = MappingProxyType({"RCNN_LOSS": "RCNN", "SSD_LOSS": "SSD300"})
"""The MODEL_TYPE that each of the platform's own losses belongs to."""

MODEL_TYPES = ("DENSE_MNIST", "RCNN", "SSD300", "CUSTOM")
TASKS = ("TRAIN", "INFERENCE", "FIND_LR")
OPT_NAMES = ("sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamax", "nadam", "RCNN", "SGD")
COMPILATION_KEYS = ("LOSS", "OPT", "METRICS")

# NAME is the loss's own name here, and `fn` is something that Keras writes, not people.
_NOT_WRITTEN = ("name", "fn")

_BY_NAME: Mapping[str, LossDef] = MappingProxyType({loss.name: loss for loss in LOSSES})


def find(name: str) -> LossDef | None:
    """The platform's own loss of that exact name; Keras's are in the catalog of Keras."""
    return _BY_NAME.get(name)


def native_params(loss: LossDef, version: VersionKey) -> tuple[Param, ...]:
    """The parameters of a Keras loss as the platform spells them: upper case, beside NAME."""
    return tuple(
        param._replace(name=param.name.upper(), needs=param.needs and param.needs.upper())
        for param in params_at(loss, version)
        if param.name not in _NOT_WRITTEN
    )
