"""The measured behaviour of the real frameworks against what `check` says: every case agrees."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from losslint.linter.apply_rules import Checked

FIXTURES = Path(__file__).parent.parent / "fixtures" / "behaviour"

# Outcome of the real framework → the severities of which at least one must be found.
EXPECTED = {
    "refused": {"error"},
    "executed": {"error"},
    "wrong": {"error", "warning"},
    "ignored": {"error", "warning"},
}


def load(name: str) -> list[dict[str, object]]:
    cases: list[dict[str, object]] = json.loads((FIXTURES / name).read_text("utf-8"))
    return cases


def with_head(text: object) -> str:
    """A case as it stands in a model file: the cases hold the losses, the trainer had a model, too.

    Without a criterion, it is by the head that `check` knows whose `losses` they are.
    """
    if "architecture:" in str(text):
        return str(text)
    return str(text).replace("model:\n", "model:\n  architecture: {head: {}}\n", 1)


def disagreement(outcome: str, severities: set[str]) -> str | None:
    if outcome == "accepted":
        wrong = severities & {"error", "warning"}
        return f"accepted by the framework, but {sorted(wrong)}" if wrong else None
    if severities & EXPECTED[outcome]:
        return None
    return f"{outcome} by the framework, but {sorted(severities) or 'nothing'}"


@pytest.mark.parametrize(
    ("file", "name"),
    [("netspresso-1.4.1.json", "model.yaml"), ("keras-3.15.1.json", "config.json")],
)
def test_every_measured_case_agrees(
    file: str, name: str, check_text: Callable[..., Checked], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong: list[str] = []
    cases = load(file)
    for case in cases:
        text = with_head(case["yaml"]) if "yaml" in case else json.dumps(case["config"], indent=2)
        found = {d.severity for d in check_text(str(text), name).diagnostics}
        reason = disagreement(str(case["outcome"]), set(found))
        if reason is not None:
            wrong.append(f"{case['id']}: {reason}")
    with capsys.disabled():
        print(f"\n{file}: {len(cases) - len(wrong)} of {len(cases)} cases agree", end=" ")
    assert wrong == []
    assert len(cases) > 200
