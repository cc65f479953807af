"""More real configs, where LOSSLINT_CORPUS names a folder of NetsPresso Trainer's own ones.

The folder holds the `config` folders of releases as netspresso-v1.4.1 and so on.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from losslint.files.discovery import FoundFile
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides

CORPUS = Path(os.environ.get("LOSSLINT_CORPUS", "/nonexistent"))
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="LOSSLINT_CORPUS names no folder")

# release → (files with losses, files that 1.4.1 cannot run)
COUNTS = {"1.4.1": (54, 0), "0.1.0": (25, 8), "0.0.10": (19, 10)}


@pytest.mark.parametrize("release", COUNTS)
def test_exactly_the_files_that_cannot_run_are_flagged(release: str) -> None:
    linter = Linter(Overrides())
    with_losses, flagged = 0, set()
    for path in sorted((CORPUS / f"netspresso-v{release}").rglob("*.yaml")):
        outcome = linter.run(FoundFile(str(path), False))
        assert not outcome.problem
        with_losses += bool(outcome.sites)
        if any(d.severity != "info" for d in outcome.diagnostics):
            flagged.add(path.name)
    assert (with_losses, len(flagged)) == COUNTS[release]
