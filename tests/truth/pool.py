"""What mutations are made of: odd scalars, misspelt keys, odd shapes."""

from __future__ import annotations

import random

from .write import Items, Map, Pair, Raw, Value

PLAIN = (
    "0", "1", "2", "3", "5", "10", "16", "100", "255", "300", "-1", "-2", "-100", "+1", "0.0",
    "0.1", "0.25", "0.5", "0.75", "0.9", "1.0", "1.5", "2.0", "-0.1", "-0.5", "-1.0", "1.", ".5",
    "-.5", "+.5", "1e-1", "1E-1", "5e-1", "1e1", "1e+1", "1.0e-1", "1.e-1", ".1e-3", "6e-5", "1e",
    "1_0", "1__0", "0x10", "0X10", "0o10", "010", "-010", "08", "00", "07", "0b11", "1:30",
    "1:30.5",
    "1,5", "1/2", "10%", "50 %", "yes", "no", "on", "off", "Yes", "NO", "true", "false", "True",
    "FALSE", "tRue", "y", "n", "~", "null", "NULL", "None", "none", "", "Null", "nil", ".inf",
    "-.inf", "inf", "Infinity", ".nan", ".NaN", "nan", "NaN", '"0.1"', "'0.5'", '"1"', "'1'",
    '"255"', '"null"', "'~'", '""', "'true'", '"false"', '"yes"', "!!float 1", "!!str 1",
    '!!int "3"', '!!float "0.5"', "!!bool yes", "!!null ''", "! 1", "2024-01-02", "auto", "mean",
    "sum", "x", "1e400", "99999999999999999999", "-99999999999999999999", "٣", "−1", "１", "1e-400",
    "9223372036854775807", "9223372036854775808", "255.0", "1 000", "???", '"???"', "=", "<<",
    "!!python/tuple [1]", "!mine 1", "${shared.scale}", "${training.epochs}",
    "${.weight}", "${...name}", '"${shared.scale}"', "x${shared.scale}", "${shared.scale}0",
    "0.1 # so",
    "0.1#so", "1.5.2", "- 1", "|-\n          1", "0.30000000000000004", "1e3", "0.999", "1.0001",
)  # fmt: skip

SHAPES: tuple[Value, ...] = (
    Items(()),
    Map(()),
    Items((Raw("0.1"),)),
    Items((Raw("1"), Raw("2"))),
    Items((Raw("0.1"), Raw("0.2"), Raw("0.7"))),
    Map((Pair("value", Raw("0.1")),)),
    Map((Pair("a", Raw("1")), Pair("b", Raw("2")))),
    Items((Items((Raw("1"),)),)),
    Items((Raw("null"),)),
)


def scalar(rng: random.Random) -> Raw:
    """Some text; often one that a person would write, seldom one that nobody would."""
    return Raw(rng.choice(PLAIN))


def any_value(rng: random.Random) -> Value:
    return rng.choice(SHAPES) if rng.random() < 0.12 else scalar(rng)


def misspelt(word: str, rng: random.Random) -> str:
    """A key as people get it wrong."""
    at = rng.randrange(len(word))
    camel = "".join(part.capitalize() for part in word.split("_"))
    swapped = word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]
    return rng.choice(
        [
            word[:at] + word[at + 1 :] or "x",
            word[:at] + word[at] + word[at:],
            swapped if swapped != word else word + "_",
            word.replace("_", "-") if "_" in word else word + "s",
            word.replace("_", "") if "_" in word else word + "_",
            word.upper(),
            word.capitalize(),
            camel if camel != word else word + "Value",
            word + "s",
            word.split("_")[-1] if "_" in word else "my_" + word,
            f'" {word}"',
        ]
    )


STRANGERS = (
    "foo", "reduction", "label_smoothing", "smoothing", "ignore_index", "gamma", "alpha", "beta",
    "params", "name", "type", "lr", "class_weight", "weights", "num_classes", "pos_weight",
    "size_average", "reduce", "reg_max", "anchors", "l1_activate_epoch", "cur_epoch", "eps",
    "from_logits", "ohem_thres", "enabled", "loss_weight", "criterions", "matcher", "losses",
    "weight_dict", "1", "null", "temperature", "kwargs", "self", "input", "target", "aux_rate",
)  # fmt: skip
"""Keys that belong to other losses or to none."""
