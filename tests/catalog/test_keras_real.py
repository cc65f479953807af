"""The Keras catalog against the Keras that is installed."""

from __future__ import annotations

import inspect
import os
from typing import Any

import pytest

from losslint.catalog import keras as catalog
from losslint.catalog.model import LossDef, VersionKey, params_at, version_key

pytestmark = pytest.mark.keras

STRINGS = tuple((name.text, loss) for loss in catalog.LOSSES for name in loss.names)


def newest() -> VersionKey:
    found = version_key(catalog.NEWEST)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def losses() -> Any:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    keras = pytest.importorskip("keras")
    if keras.__version__ != catalog.NEWEST:
        pytest.skip(f"Keras {keras.__version__} is installed, not {catalog.NEWEST}")
    return keras.losses


def test_every_class_is_in_the_catalog(losses: Any) -> None:
    found = {
        name
        for name, value in vars(losses).items()
        if inspect.isclass(value) and issubclass(value, losses.Loss) and value is not losses.Loss
    }
    assert found == {loss.class_name for loss in catalog.LOSSES}


def test_every_function_is_in_the_catalog(losses: Any) -> None:
    found = {name for name, value in vars(losses).items() if inspect.isfunction(value)}
    assert found - {"get", "serialize", "deserialize"} == {loss.name for loss in catalog.LOSSES}


def test_every_string_is_judged_as_keras_judges_it(losses: Any) -> None:
    today = catalog.names_at(newest())
    for text, loss in STRINGS:
        if text not in today:
            with pytest.raises(ValueError, match="Could not interpret loss identifier"):
                losses.get(text)
            continue
        found = losses.get(text)
        function_or_class = (getattr(found, "__name__", None), type(found).__name__)
        assert {loss.name, loss.class_name} & set(function_or_class), text


def test_what_is_no_string_is_refused(losses: Any) -> None:
    found = [never.text for never in catalog.NEVER.values() if never.until is None]
    for text in (*catalog.NOT_STRINGS, *catalog.NEVER):
        if text not in found:
            with pytest.raises(ValueError, match="Could not interpret loss identifier"):
                losses.get(text)


def test_an_abstract_class_is_found_and_computes_nothing(losses: Any) -> None:
    with pytest.raises(NotImplementedError):
        losses.get("Loss")([1.0], [1.0])
    with pytest.raises(TypeError):
        losses.get("LossFunctionWrapper")


@pytest.mark.parametrize("loss", catalog.LOSSES, ids=lambda loss: loss.class_name)
def test_every_signature(losses: Any, loss: LossDef) -> None:
    signature = inspect.signature(getattr(losses, loss.class_name or ""))
    expected = [(name, p.default) for name, p in signature.parameters.items()]
    found = [(param.name, param.default) for param in params_at(loss, newest())]
    assert found == expected
    assert [type(default) for _, default in found] == [type(default) for _, default in expected]


@pytest.mark.parametrize("loss", catalog.LOSSES, ids=lambda loss: loss.class_name)
def test_what_is_lost_on_save(losses: Any, loss: LossDef) -> None:
    kept = set(getattr(losses, loss.class_name or "")().get_config())
    lost = {one.param for one in catalog.LOST_ON_SAVE if one.class_name in (None, loss.class_name)}
    assert {param.name for param in params_at(loss, newest())} - kept == lost


@pytest.mark.parametrize("loss", catalog.LOSSES, ids=lambda loss: loss.class_name)
def test_every_example_builds(losses: Any, loss: LossDef) -> None:
    getattr(losses, loss.class_name or "")(**dict(loss.example))
