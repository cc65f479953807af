"""What several tests of the dry run share."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest

from losslint.dryrun.evaluate import Evaluator


@pytest.fixture(scope="session")
def keras_evaluator() -> Evaluator:
    """Keras on its TensorFlow backend, imported once."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    pytest.importorskip("keras")
    from losslint.dryrun.backends import open_evaluator

    return open_evaluator("keras")


@pytest.fixture(autouse=True)
def usual_floatx() -> Iterator[None]:
    """A loss computed in this process sets Keras's type, which other tests of it do not expect."""
    yield
    keras = sys.modules.get("keras")
    if keras is not None:
        keras.config.set_floatx("float32")
