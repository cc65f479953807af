"""A rule that is not asked has nothing to say: its `words` and `when` only save time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from losslint.dialects.release_targets import release_targets
from losslint.files.source import Source, decode
from losslint.linter.apply_rules import (
    concerned,
    find_sites,
    findings,
    parse,
)
from losslint.rules.base import Context, File
from tests.rules.test_pages import RULES, examples
from tests.test_behaviour import load

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"


def texts() -> Iterator[tuple[str, str]]:
    """Every config of the fixtures, the measured cases and the pages."""
    for path in sorted(FIXTURES.rglob("*.*")):
        if path.suffix in (".yaml", ".json") and path.parent.name != "behaviour":
            yield path.name, path.read_text("utf-8")
    for case in load("netspresso-1.4.1.json"):
        yield "model.yaml", str(case["yaml"])
    for case in load("keras-3.15.1.json"):
        yield "config.json", json.dumps(case["config"])
    for rule in RULES:
        for blocks in examples(rule).values():
            yield from blocks


def test_rules_that_are_left_out_find_nothing() -> None:
    left_out = said = 0
    for name, text in texts():
        source = decode(name, text.encode())
        assert isinstance(source, Source)
        file, context = read(source)
        asked = list(concerned(RULES, file, context))
        for rule in RULES:
            found = list(findings(rule, file, context))
            said += bool(found)
            if rule not in asked:
                left_out += 1
                assert not found, (rule.rule.name, name, text)
    assert left_out > 10_000
    assert said > 300


def read(source: Source) -> tuple[File, Context]:
    tree = parse(source)
    roots, sites = find_sites(tree)
    context = Context(source, tree, release_targets(), {})
    return File(source, tree, roots, sites), context


def test_an_escape_hides_no_word_from_a_rule() -> None:
    text = (
        "model:\n  architecture: {head: {name: yolo_detection_head, params: {reg_max: 8}}}\n"
        '  losses:\n    - {criterion: "yolov9\\x5floss", l1_activate_epoch: ~, weight: ~}\n'
    )
    source = decode("model.yaml", text.encode())
    assert isinstance(source, Source)
    file, context = read(source)
    found = [d for rule in concerned(RULES, file, context) for d in findings(rule, file, context)]
    assert "LL306" in {d.code for d in found}
