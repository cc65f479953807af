"""More real configs, where LOSSLINT_CORPUS names a folder of NetsPresso Trainer's own ones.

The folder holds the `config` folders of releases as netspresso-v1.4.1 and so on.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from losslint.files.discovery import FoundFile
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides
from tests.command import losslint
from tests.test_baseline import merge_two_branches, take_up

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


def test_two_old_releases_are_taken_up(tmp_path: Path) -> None:
    """Baseline, a new fault is found, old ones are mended and the baseline shrinks."""
    _copy_two_releases(tmp_path)
    victim = next((tmp_path / "0.1.0").rglob("resnet50-classification.yaml"))
    take_up(tmp_path, victim, ("cross_entropy", "cross_entropi"), _with_most_findings(tmp_path))


def test_two_branches_of_them_merge(tmp_path: Path) -> None:
    _copy_two_releases(tmp_path)
    merge_two_branches(tmp_path)


def _with_most_findings(folder: Path) -> str:
    """The file that safe and unsafe fixes change most."""
    done = losslint("check", "-f", "json", cwd=folder)
    files = Counter(each["filename"] for each in json.loads(done.stdout) if each["fix"])
    return os.path.relpath(max(files, key=lambda file: (files[file], file)), folder)


def _copy_two_releases(folder: Path) -> None:
    for release in ("0.0.10", "0.1.0"):
        source = CORPUS / f"netspresso-v{release}"
        # The content alone: the corpus may be read-only.
        shutil.copytree(source, folder / release, copy_function=shutil.copyfile)
    for path in (folder, *folder.rglob("*/")):
        path.chmod(0o755)
