"""A finding on what stands behind an alias or a merge key leads to where it is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from losslint.diagnostics import Diagnostic
from losslint.files.discovery import FoundFile
from losslint.files.source import decode
from losslint.linter.runner import Linter
from losslint.settings.model import Overrides
from tests.rules.test_cases import BAD, said_of

LISTS = [case for case in BAD if case.suffix == ".yaml"]


def behind_aliases(case: Path, use: str) -> str | None:
    """A case of a list of losses, each entry of which is an anchor elsewhere and used by alias."""
    try:
        document = yaml.safe_load(case.read_text("utf-8"))
        model = document["model"]
        losses = list(model.pop("losses"))
        rest = {**document, "model": {}}
        lines = [f"entry_{i}: &e{i} {json.dumps(entry)}" for i, entry in enumerate(losses)]
        lines += [f"{key}: {json.dumps(value)}" for key, value in rest.items() if key != "model"]
        lines += ["model:", *(f"  {key}: {json.dumps(value)}" for key, value in model.items())]
    except (yaml.YAMLError, UnicodeError, TypeError, KeyError, AttributeError, ValueError):
        return None
    uses = [f"  - {use.format(i)}" for i in range(len(losses))]
    return "\n".join([*lines, "  losses:", *uses, ""])


@pytest.mark.slow
@pytest.mark.parametrize("use", ["*e{}", "<<: *e{}"])
def test_every_rule_tells_where_the_anchor_stands(use: str) -> None:
    without: list[tuple[str, Diagnostic]] = []
    counted = 0
    for case in LISTS:
        text = behind_aliases(case, use)
        if text is None:
            continue
        linter = Linter(Overrides(target=said_of(case).target))
        outcome = linter.run(FoundFile("m.yaml", explicit=True), decode("m.yaml", text.encode()))
        at_use = [d for d in outcome.diagnostics if text.startswith("*e", d.span.start)]
        counted += len(at_use)
        without += [(case.name, d) for d in at_use if not d.related]
    assert without == []
    assert counted > 100


@pytest.mark.parametrize(
    ("entry", "row"),
    [
        ("base: &b\n  criterion: cross_entropy\n  label_smothing: 0.1\n  weight: ~\n", 3),
        ("base: &b {criterion: cross_entropy, weight: ~, label_smothing: 0.1}\n", 1),
    ],
)
def test_the_place_is_that_of_the_key_s_value(entry: str, row: int) -> None:
    text = f"{entry}model:\n  losses:\n    - *b\n"
    outcome = Linter(Overrides()).run(
        FoundFile("m.yaml", explicit=True), decode("m.yaml", text.encode())
    )
    (found,) = outcome.diagnostics
    assert found.code == "LL110"
    (related,) = found.related
    assert text[related.span.start : related.span.end] == "0.1"
    assert text.count("\n", 0, related.span.start) + 1 == row
