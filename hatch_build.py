"""What the package's page says of the web: its addresses, and the README with absolute links.

All of it comes from HOME in losslint/report/links.py. Without an address the page has none, and of
a link into the repository the text stays.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_FENCE = re.compile(r"(^```.*?^```$)", re.M | re.S)
_ELSEWHERE = r"(?!\w+:|#|//)"
_IMAGE = re.compile(rf"!\[([^\]]*)\]\({_ELSEWHERE}([^)\s]+)\)")
_LINK = re.compile(rf"(?<!!)\[((?:!\[[^\]]*\]\([^)]*\)|[^\[\]])+)\]\({_ELSEWHERE}([^)\s]+)\)")
_TAG = re.compile(rf'<img\b[^>]*?\bsrc="{_ELSEWHERE}([^"]+)"[^>]*>')


class PageOnTheWeb(MetadataHookInterface):
    """Fills `readme` and `urls` of the project's metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add what depends on the address."""
        root = Path(self.root)
        home = runpy.run_path(str(root / "losslint" / "report" / "links.py"))["HOME"]
        version = runpy.run_path(str(root / "losslint" / "__init__.py"))["__version__"]
        text = (root / "README.md").read_text("utf-8")
        page = absolute(text, home, version)
        metadata["readme"] = {"content-type": "text/markdown", "text": page}
        metadata["urls"] = {} if home is None else addresses(home)


def addresses(home: str) -> dict[str, str]:
    """The addresses of a project whose repository is given."""
    return {
        "Homepage": home,
        "Documentation": f"{home}/tree/main/docs",
        "Changelog": f"{home}/blob/main/CHANGELOG.md",
        "Issues": f"{home}/issues",
    }


def absolute(text: str, home: str | None, version: str) -> str:
    """A page whose links into the repository lead to it, as it is at a release."""
    parts = _FENCE.split(text)
    parts[::2] = [_absolute(part, home, version) for part in parts[::2]]
    return "".join(parts)


def _absolute(text: str, home: str | None, version: str) -> str:
    if home is None:
        return _LINK.sub(r"\1", _TAG.sub("", _IMAGE.sub(r"\1", text)))
    page, file = f"{home}/blob/v{version}", f"{home}/raw/v{version}"
    text = _IMAGE.sub(rf"![\1]({file}/\2)", text)
    text = _TAG.sub(lambda tag: tag[0].replace(f'"{tag[1]}"', f'"{file}/{tag[1]}"'), text)
    return _LINK.sub(rf"[\1]({page}/\2)", text)
