"""What pages show of files of the repository: measured cases, a report, the plan of the house."""

import json
import re
from collections import Counter
from pathlib import Path

from losslint.files.discovery import FoundFile
from losslint.linter.runner import Linter
from losslint.report import render
from losslint.report.model import ReportOptions
from losslint.settings.model import Overrides
from tools.site.markdown import table

_ROOT = Path(__file__).resolve().parent.parent.parent
_FRAMEWORKS = {"keras": "Keras", "netspresso": "NetsPresso Trainer"}
_OUTCOMES = ("accepted", "refused", "ignored", "executed", "wrong")
_SAMPLE = "fixtures/netspresso/broken/first-try.yaml"


def behaviour() -> str:
    """How many configs were run, and what the frameworks made of them."""
    rows = []
    for file in sorted((_ROOT / "fixtures" / "behaviour").glob("*.json")):
        name, _, release = file.stem.partition("-")
        found = Counter(case["outcome"] for case in json.loads(file.read_text("utf-8")))
        counts = [str(found.pop(outcome, 0)) for outcome in _OUTCOMES]
        assert not found, found
        rows.append((f"{_FRAMEWORKS[name]} {release}", *counts))
    return table(("framework", *_OUTCOMES), rows)


def json_sample() -> str:
    """A report as JSON; the name of the file is that of somebody else's folder."""
    path = str(_ROOT / _SAMPLE)
    outcome = Linter(Overrides(select=("LL210",), isolated=True)).run(
        FoundFile(path, explicit=True)
    )
    text = "".join(render("json", [outcome], ReportOptions({}, base=str(_ROOT))))
    return f"```json\n{text.replace(str(_ROOT), '/home/me/project').strip()}\n```"


def house() -> str:
    """The section on the rooms, as CONTRIBUTING.md has it."""
    text = (_ROOT / "CONTRIBUTING.md").read_text("utf-8")
    (section,) = re.findall(r"^## The house\n(.*?)(?=^## )", text, re.M | re.S)
    return str(section)
