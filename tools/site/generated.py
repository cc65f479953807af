"""Every file that is made from rules, catalog and settings: its path and its text."""

from pathlib import Path

from tools.site import losses, regions, rules

FOLDERS = ("docs/rules", "docs/losses")
"""The folders that hold nothing else."""


def generated(root: Path) -> dict[str, str]:
    """Path, relative to the repository, to text."""
    return {**rules.files(), **losses.files(), **regions.files(root)}
