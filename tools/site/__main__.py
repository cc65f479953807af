"""`python -m tools.site`: write every generated page, and remove those of what is gone."""

import sys
from pathlib import Path

from tools.site.generated import FOLDERS, generated


def main(root: Path) -> int:
    """Bring the repository at a folder up to date."""
    files = generated(root)
    for folder in FOLDERS:
        for page in (root / folder).rglob("*.md"):
            if page.relative_to(root).as_posix() not in files:
                page.unlink()
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path.cwd()))
