"""What the readers accept is accepted with their events; what they refuse has a place."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from losslint.syntax.json_tree import parse_json
from losslint.syntax.nodes import Tree
from losslint.syntax.plain import plain
from losslint.syntax.readers import JSON_LOAD
from losslint.syntax.resolved_node import ResolvedNode
from losslint.syntax.scalars import Unknown
from losslint.syntax.yaml_tree import parse_yaml

from .events import of_pyyaml, of_suite, of_tree

SUITES = os.environ.get("LOSSLINT_SUITES")
pytestmark = pytest.mark.skipif(not SUITES, reason="LOSSLINT_SUITES names no file")
KNOWN: dict[str, Any] = json.loads(Path(__file__).with_name("known.json").read_text("utf-8"))


def cases(language: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(Path(str(SUITES)).read_text("utf-8"))[language]
    assert len(found) > 300
    return found


def is_positioned(tree: Tree) -> bool:
    """Whether each problem has a place in the text and a sentence."""
    length = len(tree.text)
    return bool(tree.problems) and all(
        0 <= p.span.start <= p.span.end <= length + 1 and p.span.start <= length and p.message
        for p in tree.problems
    )


def test_yaml_is_read_as_the_trainer_reads_it() -> None:
    """OmegaConf 2.4 reads with PyYAML's C parser, 2.3 with the one in Python."""
    wrong = []
    for case in cases("yaml"):
        text = case["text"]
        tree = parse_yaml(text)
        newer, older = of_pyyaml(text, yaml.CSafeLoader), of_pyyaml(text, yaml.SafeLoader)
        expected = newer if newer is not None else older
        severities = [problem.severity for problem in tree.problems]
        if expected is None:
            agrees = is_positioned(tree) and "error" in severities
        elif newer is None:
            agrees = is_positioned(tree) and severities == ["warning"]
        else:
            agrees = severities == []
        if not agrees or (expected is not None and of_tree(tree) != expected):
            wrong.append(case["id"])
    assert wrong == []


def test_differences_from_the_yaml_suite_are_known() -> None:
    """The trainers read YAML 1.1 with PyYAML; where that shows is a frozen list."""
    found: dict[str, list[str]] = {"accepted": [], "refused": [], "older": [], "other": []}
    for case in cases("yaml"):
        tree = parse_yaml(case["text"])
        refused = any(problem.severity == "error" for problem in tree.problems)
        if case["fail"] and not refused:
            found["accepted"].append(case["id"])
        elif not case["fail"] and refused:
            found["refused"].append(case["id"])
        elif not case["fail"] and tree.problems:
            found["older"].append(case["id"])
        elif not case["fail"] and case["tree"] and of_tree(tree) != of_suite(case["tree"]):
            found["other"].append(case["id"])
    assert found == {name: KNOWN["yaml"][name]["cases"] for name in found}


def _loaded(text: str) -> tuple[bool, object]:
    try:
        return True, json.loads(text)
    except (ValueError, RecursionError):
        return False, None


def test_json_is_read_as_json_load_reads_it() -> None:
    wrong = []
    for case in cases("json"):
        text = case["input"]
        accepted, value = _loaded(text)
        tree = parse_json(text)
        if accepted:
            view = ResolvedNode.root(tree.documents[0], text, JSON_LOAD) if tree.documents else None
            read = plain(view) if view is not None else Unknown("nothing was read")
            agrees = not tree.problems and repr(read) == repr(value)
        else:
            agrees = is_positioned(tree)
        if not agrees:
            wrong.append(case["name"])
    assert sorted(wrong) == KNOWN["json"]["cases"]
