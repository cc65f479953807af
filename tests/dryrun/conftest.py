"""What several tests of the dry run share."""

from __future__ import annotations

import os

import pytest

from losslint.dryrun.evaluate import Evaluator


@pytest.fixture(scope="session")
def keras_evaluator() -> Evaluator:
    """Keras on its TensorFlow backend, imported once."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    pytest.importorskip("keras")
    from losslint.dryrun.backends import open_evaluator

    return open_evaluator("keras")
