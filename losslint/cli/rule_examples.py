"""What `check` prints of the examples on a rule's page."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from losslint.rules import Registered
    from losslint.rules.pages import Shown

WIDTH = 80
"""As wide as reports stand on a page that is not for a terminal."""

_SETTINGS = re.compile(r"```toml losslint\.toml\n(.*?)```", re.S)


def shown_at(width: int) -> Shown:
    """What shows the report in full of one example, as wide as that, under the page's settings."""

    def shown(registered: Registered, name: str, text: str) -> str:
        return _report(registered, name, text, width)

    return shown


def _report(registered: Registered, name: str, text: str, width: int) -> str:
    from losslint.files.discovery import FoundFile
    from losslint.files.source import decode
    from losslint.linter.runner import Linter
    from losslint.report import render
    from losslint.report.model import ReportOptions
    from losslint.rules.pages import examples
    from losslint.settings.model import Overrides

    settings = _SETTINGS.search(registered.page)
    # In a folder of its own: the settings of where losslint is called say nothing of an example.
    with tempfile.TemporaryDirectory() as folder:
        if settings is not None:
            Path(folder, "losslint.toml").write_text(settings[1], encoding="utf-8")
        # Files that name themselves make one experiment.
        files = dict(examples(registered, "Bad"))
        for each in files if _is_named(name) else ():
            Path(folder, each).write_text(files[each], encoding="utf-8")
        path = str(Path(folder, name))
        linter = Linter(Overrides(isolated=settings is None))
        outcome = linter.run(FoundFile(path, explicit=True), decode(path, text.encode()))
        options = ReportOptions({}, width=width, base=folder, fold=True)
        return "".join(render("full", [outcome], options))


def _is_named(name: str) -> bool:
    return not name.startswith("example.")
