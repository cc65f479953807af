"""What several tests of the dry run share."""

from __future__ import annotations

import os

import pytest

from losslint.dryrun.judge import Bench


@pytest.fixture(scope="session")
def keras_bench() -> Bench:
    """Keras on its TensorFlow backend, imported once."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    pytest.importorskip("keras")
    from losslint.dryrun.registry import open_bench

    return open_bench("keras")
