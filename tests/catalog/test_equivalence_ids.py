"""An equivalence's id names its losses: source.LOSS->target.LOSS, a suffix for variants."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from losslint.catalog.equivalences import ROWS
from losslint.catalog.equivalences_model import Equivalence


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_an_id_names_its_losses(row: Equivalence) -> None:
    losses, _, rest = row.id.partition("->")
    target = rest.partition("/")[0]
    other = "netspresso" if row.source == "keras" else "keras"
    dialect, _, name = losses.partition(".")
    assert dialect == row.source
    assert all(fnmatchcase(loss, name) for loss in row.losses)
    assert row.losses or name == "*"
    assert len(set(row.losses)) == 1 or "*" in name
    if row.target is not None:
        assert fnmatchcase(f"{other}.{row.target}", target)
    else:
        assert target == ("none" if row.action == "refuse" else target)
    assert target == "none" or target.startswith(f"{other}.")
