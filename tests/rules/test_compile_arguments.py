"""The arguments that `compile` takes, against the real one."""

from __future__ import annotations

import inspect

import pytest

from losslint.rules.unknown_compile_argument import _TAKEN


@pytest.mark.keras
def test_they_are_those_of_keras() -> None:
    keras = pytest.importorskip("keras")
    assert tuple(inspect.signature(keras.Model.compile).parameters)[1:] == _TAKEN
    with pytest.raises(TypeError, match="unexpected keyword argument 'metric'"):
        keras.Sequential([keras.layers.Dense(1)]).compile("adam", loss="mse", metric=["mae"])
