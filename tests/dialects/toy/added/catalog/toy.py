"""What is known of the toy's losses."""

from losslint.catalog.model import LossDef, Param, Spec

_WEIGHT = Param("weight", Spec(("number",), low=0), 1.0, note="Factor of the loss.")

LOSSES = (
    LossDef(
        "cross_entropy",
        "toy",
        "Cross entropy of the toy.",
        params=(
            _WEIGHT,
            Param("smoothing", Spec(("number",), low=0, high=1), 0.0, note="Label smoothing."),
        ),
    ),
    LossDef("absolute_error", "toy", "Mean of the absolute differences.", params=(_WEIGHT,)),
    LossDef(
        "contrastive",
        "toy",
        "Contrastive loss of the toy.",
        params=(
            Param("margin", Spec(("number",), low=0), required=True),
            Param("distance", Spec(("str",), choices=("cosine", "euclidean")), "cosine"),
        ),
        since="0.5.0",
    ),
    LossDef("l1", "toy", "", until="0.9.0", replacement="absolute_error"),
    LossDef("l0", "toy", "", until="0.2.0", advice="nothing does its work"),
)
