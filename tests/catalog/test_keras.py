"""The Keras catalog against what the releases do, stated again as tables."""

from __future__ import annotations

import pytest

from losslint.catalog import keras
from losslint.catalog.model import VersionKey, params_at, version_key

# A spelling, the first release that finds it, the first that no longer does.
RANGES: list[tuple[str, str, str | None]] = [
    ("mean_squared_error", "1.0.0", None),
    ("mse", "1.0.0", None),
    ("MSE", "1.0.0", None),
    ("MeanSquaredError", "2.3.0", None),
    ("kld", "1.0.4", None),
    ("KLD", "1.0.4", None),
    ("kl_divergence", "2.6.0", None),
    ("kullback_leibler_divergence", "1.0.4", "3.0.0"),
    ("KLDivergence", "2.3.0", None),
    ("cosine", "1.0.0", "2.4.0"),
    ("cosine_proximity", "1.0.0", "2.4.0"),
    ("cosine_similarity", "2.3.0", None),
    ("logcosh", "2.0.4", "3.0.0"),
    ("log_cosh", "2.6.0", None),
    ("LogCosh", "2.3.0", None),
    ("categorical_hinge", "2.0.5", None),
    ("huber_loss", "2.3.0", "3.0.0"),
    ("huber", "2.6.0", None),
    ("Huber", "2.3.0", None),
    ("dice", "3.2.0", None),
    ("Dice", "3.2.0", None),
    ("tversky", "3.3.0", None),
    ("ctc", "3.4.0", None),
    ("CTC", "3.4.0", None),
    ("circle", "3.7.0", None),
]

# Spellings that were away for a while: releases with, and without.
PAUSES: list[tuple[str, list[str], list[str]]] = [
    ("binary_focal_crossentropy", ["2.8.0", "2.15.0", "3.2.0", "3.15.1"], ["2.7.0", "3.1.1"]),
    ("BinaryFocalCrossentropy", ["2.8.0", "2.15.0", "3.2.0", "3.15.1"], ["2.7.0", "3.0.0"]),
    ("categorical_focal_crossentropy", ["2.13.1", "3.2.0"], ["2.12.0", "3.0.0", "3.1.1"]),
]

# The loss behind each name that today's release no longer finds.
GONE = {
    "logcosh": "log_cosh",
    "huber_loss": "huber",
    "kullback_leibler_divergence": "kl_divergence",
    "cosine_proximity": "cosine_similarity",
    "cosine": "cosine_similarity",
}

SIGNATURES: list[tuple[str, str, str]] = [
    ("BinaryCrossentropy", "2.3.1", "from_logits label_smoothing reduction name"),
    ("BinaryCrossentropy", "2.10.0", "from_logits label_smoothing axis reduction name fn"),
    ("BinaryCrossentropy", "3.0.5", "from_logits label_smoothing axis reduction name"),
    ("BinaryCrossentropy", "3.6.0", "from_logits label_smoothing axis reduction name dtype"),
    (
        "BinaryFocalCrossentropy",
        "2.8.0",
        "gamma from_logits label_smoothing axis reduction name",
    ),
    (
        "BinaryFocalCrossentropy",
        "3.6.0",
        "apply_class_balancing alpha gamma from_logits label_smoothing axis reduction name dtype",
    ),
    ("SparseCategoricalCrossentropy", "2.6.0", "from_logits reduction name"),
    ("SparseCategoricalCrossentropy", "3.6.0", "from_logits ignore_class reduction name dtype"),
    (
        "SparseCategoricalCrossentropy",
        "3.12.4",
        "from_logits ignore_class reduction axis name dtype",
    ),
    ("Dice", "3.3.3", "reduction name"),
    ("Dice", "3.6.0", "reduction name axis dtype"),
    ("Tversky", "3.6.0", "alpha beta reduction name dtype"),
    ("Tversky", "3.9.2", "alpha beta reduction name axis dtype"),
    ("Huber", "2.15.0", "delta reduction name fn"),
    ("Circle", "3.15.1", "gamma margin remove_diagonal reduction name dtype"),
]

REDUCTIONS: list[tuple[str, str, str]] = [
    ("2.3.1", "sum_over_batch_size", "none sum sum_over_batch_size"),
    ("2.6.0", "auto", "auto none sum sum_over_batch_size"),
    ("2.15.0", "auto", "auto none sum sum_over_batch_size"),
    ("3.0.0", "sum_over_batch_size", "none null sum sum_over_batch_size"),
    ("3.6.0", "sum_over_batch_size", "none null sum sum_over_batch_size"),
    (
        "3.7.0",
        "sum_over_batch_size",
        "mean mean_with_sample_weight none null sum sum_over_batch_size",
    ),
]


def key(release: str) -> VersionKey:
    found = version_key(release)
    assert found is not None
    return found


def test_releases_are_all_there_and_in_order() -> None:
    keys = [key(release) for release in keras.RELEASES]
    assert len(keys) == 95
    assert keys == sorted(keys)
    assert keras.NEWEST == "3.15.1"


@pytest.mark.parametrize(("text", "since", "until"), RANGES)
def test_a_spelling_holds_from_to(text: str, since: str, until: str | None) -> None:
    for release in keras.RELEASES:
        expected = key(release) >= key(since) and (until is None or key(release) < key(until))
        assert (text in keras.names_at(key(release))) == expected, release


@pytest.mark.parametrize(("text", "present", "absent"), PAUSES)
def test_a_spelling_came_back(text: str, present: list[str], absent: list[str]) -> None:
    assert all(text in keras.names_at(key(release)) for release in present)
    assert not any(text in keras.names_at(key(release)) for release in absent)
    found = keras.find(text, key(present[0]))
    assert found is not None
    assert found[1].until == "3.0.0"
    newest = keras.find(text)
    assert newest is not None
    assert newest[1].until is None


@pytest.mark.parametrize(("old", "new"), GONE.items())
def test_an_old_name_stands_at_its_replacement(old: str, new: str) -> None:
    found = keras.find(old)
    assert found is not None
    assert found[0].name == new
    assert old not in keras.names_at(key(keras.NEWEST))


def test_fifty_four_strings_today() -> None:
    names = keras.names_at(key(keras.NEWEST))
    assert len(names) == len(set(names)) == 54


def test_names_are_exact() -> None:
    for text in ("Mse", "keras.losses.mse", "mean-squared-error", " mse", "HUBER"):
        assert keras.find(text) is None


def test_a_class_without_a_string() -> None:
    loss = keras.find_class("CategoricalGeneralizedCrossEntropy")
    assert loss is not None
    assert keras.find("CategoricalGeneralizedCrossEntropy") is None
    assert set(keras.NOT_STRINGS) == {
        "CategoricalGeneralizedCrossEntropy",
        "categorical_generalized_cross_entropy",
    }


def test_what_never_was_a_loss() -> None:
    assert {"mean_squared_percentage_error", "is_categorical_crossentropy"} <= set(keras.NEVER)
    for text, never in keras.NEVER.items():
        assert keras.find(text) is None
        assert never.advice
        assert all(keras.find(name) is not None for name in never.nearest)


@pytest.mark.parametrize(("class_name", "release", "expected"), SIGNATURES)
def test_parameters(class_name: str, release: str, expected: str) -> None:
    loss = keras.find_class(class_name)
    assert loss is not None
    assert [param.name for param in params_at(loss, key(release))] == expected.split()


@pytest.mark.parametrize(("release", "default", "choices"), REDUCTIONS)
def test_reductions(release: str, default: str, choices: str) -> None:
    loss = keras.find_class("Huber")
    assert loss is not None
    (param,) = (p for p in params_at(loss, key(release)) if p.name == "reduction")
    found = [*param.spec.choices, *(["null"] if "null" in param.spec.types else [])]
    assert param.default == default
    assert sorted(found) == choices.split()


@pytest.mark.parametrize(
    ("class_name", "release", "default"),
    [
        ("LogCosh", "2.3.1", "logcosh"),
        ("LogCosh", "2.6.0", "log_cosh"),
        ("KLDivergence", "2.3.1", "kullback_leibler_divergence"),
        ("KLDivergence", "3.15.1", "kl_divergence"),
        ("CTC", "3.0.5", "sparse_categorical_crossentropy"),
        ("CTC", "3.3.3", "ctc"),
        ("Huber", "3.15.1", "huber_loss"),
    ],
)
def test_default_names(class_name: str, release: str, default: str) -> None:
    loss = keras.find_class(class_name)
    assert loss is not None
    (param,) = (p for p in params_at(loss, key(release)) if p.name == "name")
    assert param.default == default


def test_alpha_counts_only_with_balancing() -> None:
    loss = keras.find_class("BinaryFocalCrossentropy")
    assert loss is not None
    (alpha,) = (p for p in params_at(loss, key(keras.NEWEST)) if p.name == "alpha")
    assert alpha.needs == "apply_class_balancing"


def test_what_is_lost_exists() -> None:
    for lost in keras.LOST_ON_SAVE:
        if lost.class_name is not None:
            loss = keras.find_class(lost.class_name)
            assert loss is not None
            assert lost.param in {param.name for param in loss.params}
