"""The catalog's metrics against the installed Keras: every name, every need."""

from __future__ import annotations

import importlib.util

import pytest

from losslint.catalog.keras import NEWEST, metrics
from losslint.catalog.model import version_key

KEY = version_key(NEWEST)
assert KEY is not None
needs_keras = pytest.mark.skipif(importlib.util.find_spec("keras") is None, reason="no Keras")

# One value for each parameter without which a metric cannot be built.
VALUES = {
    "num_classes": 3, "target_class_ids": [0], "recall": 0.5, "precision": 0.5,
    "specificity": 0.5, "sensitivity": 0.5, "fn": "mean_squared_error",
}  # fmt: skip


@pytest.mark.keras
@needs_keras
def test_every_string_of_keras_and_no_other() -> None:
    from keras.src.metrics import ALL_OBJECTS_DICT

    ours = {
        name.text
        for known in metrics.METRICS
        for name in known.names
        if KEY is not None and metrics.find(name.text, KEY) is not None
    }
    # `compile` picks these by the shapes, whatever their case.
    assert ours - set(ALL_OBJECTS_DICT) == {"acc", "ACC"}
    assert set(ALL_OBJECTS_DICT) <= ours


@pytest.mark.keras
@needs_keras
@pytest.mark.parametrize("known", metrics.METRICS, ids=lambda known: known.class_name)
def test_a_name_alone_is_a_metric_unless_it_needs_more(known: metrics.MetricDef) -> None:
    import keras

    assert KEY is not None
    if metrics.find_class(known.class_name, KEY) is None:
        pytest.skip("gone from this release")
    if known.needs:
        with pytest.raises(TypeError, match=known.needs[0]):
            keras.metrics.get(known.class_name)
        if not known.is_abstract:
            config = {need: VALUES[need] for need in known.needs}
            found = keras.metrics.get({"class_name": known.class_name, "config": config})
            assert type(found).__name__ == known.class_name
    elif not known.is_abstract:
        assert type(keras.metrics.get(known.class_name)).__name__ == known.class_name


@pytest.mark.parametrize(
    ("text", "release", "there"),
    [
        ("PearsonCorrelation", "3.6.0", False),
        ("PearsonCorrelation", "3.7.0", True),
        ("auc", "2.15.0", False),
        ("AUC", "2.15.0", True),
        ("cosine_proximity", "2.15.0", True),
        ("cosine_proximity", "3.0.5", False),
        ("MeanRelativeError", "2.15.0", True),
        ("MeanRelativeError", "3.0.5", False),
        ("ACC", "2.15.0", True),
    ],
)
def test_releases(text: str, release: str, there: bool) -> None:
    key = version_key(release)
    assert key is not None
    assert (metrics.find(text, key) is not None) == there
