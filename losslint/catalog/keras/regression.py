"""The losses that compare values with values."""

from __future__ import annotations

from losslint.catalog.keras.common import AXIS, CLASSES_SINCE, FAILS, KERAS_3, loss
from losslint.catalog.model import Contract, Effect, Name, Param
from losslint.catalog.specs import ONE, number

_VALUES = Contract(
    ("values",),
    ("values",),
    "N",
    "N",
    "Shapes that broadcast, such as (B, 1) against (B, C), are compared without a word.",
)

LOSSES = (
    loss(
        Name("mean_squared_error"),
        Name("MeanSquaredError", CLASSES_SINCE),
        "Mean of the squared differences.",
        _VALUES,
        others=(Name("mse"), Name("MSE")),
    ),
    loss(
        Name("mean_absolute_error"),
        Name("MeanAbsoluteError", CLASSES_SINCE),
        "Mean of the absolute differences.",
        _VALUES,
        others=(Name("mae"), Name("MAE")),
    ),
    loss(
        Name("mean_absolute_percentage_error"),
        Name("MeanAbsolutePercentageError", CLASSES_SINCE),
        "Mean of the absolute differences in percent of the label.",
        Contract(
            ("values",), ("values",), "N", "N", "A label of 0 divides by 1e-7 and drowns the rest."
        ),
        others=(Name("mape"), Name("MAPE")),
    ),
    loss(
        Name("mean_squared_logarithmic_error"),
        Name("MeanSquaredLogarithmicError", CLASSES_SINCE),
        "Mean of the squared differences of log(1 + value).",
        Contract(
            ("values",), ("values",), "N", "N", "A negative value counts as 0 and has no gradient."
        ),
        others=(Name("msle"), Name("MSLE")),
    ),
    loss(
        Name("log_cosh", "2.6.0"),
        Name("LogCosh", CLASSES_SINCE),
        "Mean of log(cosh(difference)): squared when small, absolute when large.",
        _VALUES,
        once=("logcosh", "2.4.0"),
        others=(Name("logcosh", "2.0.4", KERAS_3),),
    )._replace(since="2.0.4"),
    loss(
        Name("huber", "2.6.0"),
        Name("Huber", CLASSES_SINCE),
        "Squared below delta, absolute above it.",
        _VALUES,
        Param(
            "delta",
            number(
                ONE,
                Effect(("false", "zero"), "every loss is 0"),
                Effect(("numbers",), "Keras takes a delta for each of the units"),
                Effect(("nan", "-inf"), "the loss is NaN"),
                Effect(("inf",), "the gradient is NaN"),
                Effect(("low",), "the loss is negative"),
                low=0,
                low_open=True,
                otherwise=FAILS,
            ),
            default=1.0,
            note="The difference at which the loss turns from squared to absolute.",
        ),
        called="huber_loss",
        others=(Name("huber_loss", CLASSES_SINCE, KERAS_3),),
        example=(("delta", 2.0),),
        source="Huber, Robust Estimation of a Location Parameter, 1964",
    )._replace(since=CLASSES_SINCE),
    loss(
        Name("poisson"),
        Name("Poisson", CLASSES_SINCE),
        "Mean of prediction - label · log(prediction), for counts.",
        Contract(("values",), ("values",), "N", "N", "A negative prediction gives NaN."),
    ),
    loss(
        Name("cosine_similarity", CLASSES_SINCE),
        Name("CosineSimilarity", "2.4.0"),
        "Minus the cosine of the angle: -1 for one direction, 1 for opposite ones.",
        Contract(("values", "embeddings"), ("values",), "(B, …, D)", "(B, …, D)"),
        Param("axis", AXIS, default=-1, note="The axis along which the vectors lie."),
        others=(Name("cosine_proximity", None, "2.4.0"), Name("cosine", None, "2.4.0")),
        example=(("axis", -1),),
    )._replace(since=None),
    loss(
        Name("kl_divergence", "2.6.0"),
        Name("KLDivergence", CLASSES_SINCE),
        "Kullback-Leibler divergence of two distributions: sum of label · log(label / prediction).",
        Contract(
            ("probabilities",),
            ("soft", "one-hot"),
            "(B, …, C)",
            "(B, …, C)",
            "Both sides are cut to 1e-7 … 1; logits and log-probabilities give numbers "
            "all the same.",
        ),
        once=("kullback_leibler_divergence", "2.4.0"),
        others=(
            Name("kld", "1.0.4"),
            Name("KLD", "1.0.4"),
            Name("kullback_leibler_divergence", "1.0.4", KERAS_3),
        ),
    )._replace(since="1.0.4"),
)
