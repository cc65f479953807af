"""`python -m tests.releasing v0.1.0` prints the notes of a tag, or why it may not be released."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from losslint import __version__
from losslint.report.links import HOME

ROOT = Path(__file__).parent.parent
_SECTION = re.compile(r"^## (\S+) \(([^)]+)\)\n(.*?)(?=^## |\Z)", re.M | re.S)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def versions() -> dict[str, str]:
    """The version in each file that names it."""
    found = {"losslint/__init__.py": __version__, "CHANGELOG.md": changes()[0][0]}
    for name in ("CITATION.cff", "editors/zed/extension.toml"):
        text = (ROOT / name).read_text("utf-8")
        (found[name],) = re.findall(r'^version\b[ :=]+"?([^"\s]+)"?$', text, re.M)
    extension = "editors/vscode/package.json"
    found[extension] = json.loads((ROOT / extension).read_text("utf-8"))["version"]
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]:
        shown = re.findall(r"(?:losslint@|rev: )v(\d\S*)", page.read_text("utf-8"))
        found |= {f"{page.name} {n}": version for n, version in enumerate(shown, 1)}
    return found


def changes() -> list[tuple[str, str, str]]:
    """The sections of CHANGELOG.md, the newest first: version, date, text."""
    return _SECTION.findall((ROOT / "CHANGELOG.md").read_text("utf-8"))


def missing(tag: str) -> Iterator[str]:
    """What keeps a tag from being released, a sentence each."""
    for file, version in versions().items():
        if f"v{version}" != tag:
            yield f"{file} is of {version}, the tag is {tag}"
    if not _DATE.fullmatch(changes()[0][1]):
        yield f"CHANGELOG.md has no date for {changes()[0][0]}"
    if HOME is None:
        yield "losslint/report/links.py has no address"


def main(tag: str) -> int:
    """Print the notes of a tag; 1, with the reasons, where it may not be released."""
    reasons = list(missing(tag))
    print(*reasons, sep="\n", file=sys.stderr, end="\n" if reasons else "")
    if not reasons:
        print(changes()[0][2].strip())
    return bool(reasons)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
