"""Parts of pages that are made from what losslint knows, between marks in pages of words.

`<!-- made: NAME -->` starts such a part and `<!-- made end -->` ends it.
"""

import re
from collections.abc import Callable
from pathlib import Path

from tools.site import equivalences, evidence, words

_MADE = re.compile(r"<!-- made: ([\w-]+) -->\n.*?<!-- made end -->", re.S)
_MAKERS: dict[str, Callable[[], str]] = {
    "behaviour": evidence.behaviour,
    "commands": words.commands,
    "equivalences": equivalences.every_table,
    "house": evidence.house,
    "json": evidence.json_sample,
    "settings": words.settings,
}


def files(root: Path) -> dict[str, str]:
    """Every page with such a part, with the part as it is today."""
    pages = (path for path in sorted((root / "docs").glob("*.md")))
    texts = {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in pages}
    return {name: _MADE.sub(_made, text) for name, text in texts.items() if _MADE.search(text)}


def _made(found: re.Match[str]) -> str:
    return f"<!-- made: {found[1]} -->\n\n{_MAKERS[found[1]]().strip()}\n\n<!-- made end -->"
