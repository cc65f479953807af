"""How long properties are tried: the everyday run is to end in a minute."""

from __future__ import annotations

import os

# Set by conftest.py, and inherited by the processes that pytest-xdist starts.
EVERYDAY = "LOSSLINT_EVERYDAY_TESTS"


def examples(count: int) -> int:
    """On how many examples a property is tried: in the everyday run on a quarter of them."""
    return count // 4 if os.environ.get(EVERYDAY) else count
