"""Mutated Keras losses as JSON: serialised objects, compile configs, the platform's NAME."""

from __future__ import annotations

import json
import random

from .pool import misspelt

Config = dict[str, object]

PARAMS: dict[str, tuple[str, ...]] = {
    "BinaryCrossentropy": ("from_logits", "label_smoothing", "axis"),
    "BinaryFocalCrossentropy": (
        "from_logits", "label_smoothing", "axis", "alpha", "gamma", "apply_class_balancing",
    ),
    "CategoricalCrossentropy": ("from_logits", "label_smoothing", "axis"),
    "CategoricalFocalCrossentropy": ("from_logits", "label_smoothing", "axis", "alpha", "gamma"),
    "CategoricalGeneralizedCrossEntropy": ("q",),
    "SparseCategoricalCrossentropy": ("from_logits", "ignore_class", "axis"),
    "MeanSquaredError": (),
    "MeanAbsoluteError": (),
    "MeanAbsolutePercentageError": (),
    "MeanSquaredLogarithmicError": (),
    "LogCosh": (),
    "Huber": ("delta",),
    "Poisson": (),
    "CosineSimilarity": ("axis",),
    "KLDivergence": (),
    "Hinge": (),
    "SquaredHinge": (),
    "CategoricalHinge": (),
    "Dice": ("axis",),
    "Tversky": ("axis", "alpha", "beta"),
    "Circle": ("gamma", "margin", "remove_diagonal"),
    "CTC": (),
}  # fmt: skip
_COMMON = ("reduction", "name", "dtype")

VALUES: tuple[object, ...] = (
    0, 1, 2, 3, -1, 255, 99, 0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0, 1.5, 2.0, -0.1, -0.5, 80.0,
    5.0, True, False, None, "0.1", "1", "true", "false", "False", "", "sum", "x", "0", [], [1],
    [0.1, 0.2, 0.7], [0.5], {}, {"a": 1}, float("nan"), float("inf"), float("-inf"), 10**20, -2,
    0.999, 1e-7, ["0.1"], [True], [None],
)  # fmt: skip
# Which axes there are is for the batch to say; what all batches have, and what none has.
_AXES: tuple[object, ...] = (
    -1, 0, 1, -2, -1, 99, -9, "1", "-1", 1.0, True, False, None, [1], [0, 1], [-1], [], 0.5, "x",
    {}, [0, 0], ["0"], [99], 10**20,
)  # fmt: skip
_OF_COMMON: dict[str, tuple[object, ...]] = {
    "reduction": (
        "sum", "mean", "sum_over_batch_size", "mean_with_sample_weight", "none", "auto", "SUM",
        "average", "sum_over_nonzero_weights", "", None, 1, True, 0.5, ["sum"], "Mean", "sums",
    ),
    "name": ("mine", "a/b", None, "", 3, ["n"], "my loss", "größe", True, 0.5, {}),
    "dtype": (
        "float16", "bfloat16", "float32", "float64", "mixed_float16", "int32", "bad", "FLOAT32",
        32, None, True, "float", "half", "mixed_bfloat16", "", "int8", "bool", ["float32"],
    ),
}  # fmt: skip
_STRANGERS = ("bogus", "from_logit", "fn", "weight", "num_classes", "ignore_index", "self", "Delta")
NAMES = (
    "mse", "MSE", "mae", "MAE", "mape", "MAPE", "msle", "MSLE", "bce", "BCE", "kld", "KLD",
    "mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error", "kl_divergence",
    "mean_squared_logarithmic_error", "binary_crossentropy", "binary_focal_crossentropy", "hinge",
    "categorical_crossentropy", "categorical_focal_crossentropy", "sparse_categorical_crossentropy",
    "squared_hinge", "categorical_hinge", "poisson", "huber", "log_cosh", "cosine_similarity",
    "dice", "tversky", "circle", "ctc", *PARAMS,
)  # fmt: skip
# A function that Keras lacks is one of the user's own, and whether it loads is for his program.
_ALIASES = ("mse", "MSE", "mae", "MAE", "mape", "MAPE", "msle", "MSLE", "bce", "BCE", "kld", "KLD")
_FUNCTIONS = tuple(name for name in NAMES if name not in PARAMS and name not in _ALIASES)
_WRONG_NAMES = (
    "huber_loss", "logcosh", "cosine_proximity", "kullback_leibler_divergence", "rmse", "RMSE",
    "mean_squared_percentage_error", "is_categorical_crossentropy", "Mse", "keras.losses.mse",
    "l1", "l2", "focal", "nll", "cosine", "Loss", "loss", "",
    "LossFunctionWrapper", "categorical_generalized_cross_entropy", "mean squared error", "ssim",
    "binary-crossentropy", "Binary_Crossentropy", "BINARY_CROSSENTROPY", " mse", "squared_error",
)  # fmt: skip


def generate(count: int, seed: int) -> list[str]:
    """So many different documents."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    makers = [_object] * 12 + [_platform] * 5 + [_string] * 3 + [_several] * 4 + [_odd_object] * 3
    while len(found) < count:
        found[json.dumps(rng.choice(makers)(rng), indent=rng.choice((None, 2)))] = None
    return list(found)


def config_of(name: str, rng: random.Random) -> Config:
    """Parameters, most of them sound, one or two of them perhaps not."""
    config: Config = {}
    own = PARAMS[name]
    if name == "BinaryFocalCrossentropy" and rng.random() < 0.6:
        config["apply_class_balancing"] = True
    for _ in range(rng.choice((0, 1, 1, 1, 2))):
        kind = rng.random()
        if kind < 0.6 and own:
            key = rng.choice(own)
            config[key] = rng.choice(_AXES if key == "axis" else VALUES)
        elif kind < 0.85:
            key = rng.choice(_COMMON)
            config[key] = rng.choice(_OF_COMMON[key])
        elif kind < 0.95:
            known = rng.choice((*own, *_COMMON))
            config[misspelt(known, rng).strip('"')] = rng.choice(VALUES)
        else:
            config[rng.choice(_STRANGERS)] = rng.choice(VALUES)
    return config


def _loss(rng: random.Random) -> Config:
    name = rng.choice(list(PARAMS))
    return {
        "module": "keras.losses",
        "class_name": name,
        "config": config_of(name, rng),
        "registered_name": None,
    }


def _compiled(loss: object, **others: object) -> Config:
    compile_config = {"optimizer": "adam", "loss": loss, "loss_weights": None, **others}
    return {"compile_config": compile_config}


def _object(rng: random.Random) -> Config:
    return _compiled(_loss(rng))


def _odd_object(rng: random.Random) -> Config:
    """A serialised loss whose frame is not as Keras writes it."""
    loss = _loss(rng)
    loss["config"] = {}
    kind = rng.randrange(9)
    if kind == 0:
        loss["class_name"] = misspelt(str(loss["class_name"]), rng).strip('"')
    elif kind == 1:
        loss["class_name"] = rng.choice((*_WRONG_NAMES, *NAMES, None, 3))
    elif kind == 2:
        loss["module"] = rng.choice(("keras.loss", "keras", None, "tf.keras.losses", "builtins"))
    elif kind == 3:
        del loss[rng.choice(list(loss))]
    elif kind == 4:
        loss["config"] = rng.choice((None, [], "mse", 3, "", True))
    elif kind == 5:
        loss["registered_name"] = rng.choice(("keras.losses>Huber", "mine>Loss", 3, "Huber"))
    elif kind == 6:
        loss = {"class_name": "function", "config": rng.choice((*_FUNCTIONS, None))}
        loss |= {"module": "builtins", "registered_name": "function"}
    elif kind == 7:
        loss["extra"] = 1
    else:
        loss = {"module": loss["module"], "className": loss["class_name"], "config": {}}
    return _compiled(loss)


def _platform(rng: random.Random) -> Config:
    loss: Config = {"NAME": rng.choice((*NAMES, *NAMES, *_WRONG_NAMES))}
    if rng.random() < 0.5:
        name = rng.choice(list(PARAMS))
        loss["NAME"] = name
        loss |= {key.upper(): item for key, item in config_of(name, rng).items()}
    elif rng.random() < 0.1:
        loss["NAME"] = rng.choice((None, 3, [], {}, True, ["mse"]))
    model = {"MODEL_TYPE": "CUSTOM", "WEIGHTS_PATH": "weights.h5", "TASK": "TRAIN"}
    compilation = {"LOSS": loss, "OPT": {"NAME": "adam"}, "METRICS": []}
    return {"MODEL": {**model, "COMPILATION": compilation}}


def _string(rng: random.Random) -> Config:
    return _compiled(rng.choice((*NAMES, *_WRONG_NAMES)))


def _several(rng: random.Random) -> Config:
    """A loss for each output, in the containers that compile takes."""
    parts: list[object] = [
        rng.choice((rng.choice(NAMES), _loss(rng))) for _ in range(rng.choice((1, 2, 2, 3)))
    ]
    if rng.random() < 0.2:
        parts[rng.randrange(len(parts))] = rng.choice((*_WRONG_NAMES, None, 3, [], True, 0.5))
    loss: object = parts
    if rng.random() < 0.5:
        loss = {f"head_{number}": part for number, part in enumerate(parts)}
    return _compiled(loss)
