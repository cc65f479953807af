"""What mkdocs asks while it builds the site: the list of pages, and the curves.

The pages in docs/ are read on their own, too, as plain Markdown; what only a browser shows is made
here.
"""

import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
# mkdocs reads this file by its path.
sys.path.insert(0, str(ROOT))

from losslint.dialects.registry import all_losses  # noqa: E402
from losslint.rules import load_rules  # noqa: E402
from tools.site import figures  # noqa: E402
from tools.site.losses import FRAMEWORKS, place  # noqa: E402
from tools.site.rules import by_group  # noqa: E402

_CURVE = re.compile(r"<!-- (curve|overlays)(?:: ([\w/-]+))? -->")
# Where a fence names its file, GitHub passes over the name and mkdocs wants it said.
_TITLED = re.compile(r"^```(\w+) ([\w./-]+)$", re.M)


def on_config(config: Any) -> Any:
    """The rules and the losses, group by group, below the pages that list them."""
    for section in config.nav:
        (name,) = section
        if name == "Rules":
            section[name] += [
                {title: [{each.name: f"rules/{each.name}.md"} for each in group]}
                for title, group in by_group(load_rules()).items()
            ]
        elif name == "Losses":
            section[name] += [
                {
                    framework.title: [
                        {each.name: f"losses/{place(each)}"}
                        for each in all_losses()
                        if each.framework == key
                    ]
                }
                for key, framework in FRAMEWORKS.items()
            ]
    return config


def on_files(files: Any, config: Any) -> Any:
    """The icon, which is that of the extension for VS Code."""
    from mkdocs.structure.files import File

    icon = ROOT / "editors" / "vscode" / "images" / "icon.svg"
    files.append(File.generated(config, "icon.svg", content=icon.read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Fences that name their file, as mkdocs reads it."""
    return _TITLED.sub(r'```\1 title="\2"', markdown)


def on_page_content(html: str, **_: Any) -> str:
    """The curves where the page has its mark of them."""
    return _CURVE.sub(lambda found: figures.drawn(found[1], found[2] or ""), html)
