"""What OmegaConf 2.4 was seen to load, and to refuse, beside sound losses.

2.3 does the same, but for `a?b` in a flow list and the tab behind a key, which it refuses.
"""

from __future__ import annotations

import pytest

from tests.conftest import Lint

LOSSES = "model: {losses: [{criterion: cross_entropy, label_smoothing: 0.1, weight: ~}]}\n"
LOADED = (
    "a: [s3://bucket/x, 1:30, a?b]\n",
    "a: ! 12\n",
    "a: ! [1]\n",
    "a: ! {b: 1}\n",
    "a: !!seq [1]\n",
    "a: !!map {b: 1}\n",
    "a: !!omap [x: 1]\n",
    "a: !!pairs [x: 1]\n",
    "a: !!python/object/apply:pathlib.Path [x]\n",
    "a: !!python/object/apply:pathlib.PosixPath [x]\n",
    "a: &x {b: 1}\n<<: *x\n",
    "a: &x {b: 1}\n<<: [*x, {c: 2}]\n",
    "a: &x [{b: 1}]\n<<: *x\n",
    "a: &x b\n*x : 1\n",
    "=: 1\n",
    "'<<': 1\n",
    "0b: 1\n",
    "!!int 3: 1\n",
    "!!str 1: a\n",
    "a: '0x_'\n",
    "a: 0x_1\n",
    "a: 1__\n",
    "a: {b: 1, <<: {b: 2}}\n",
    "a:\tb\n",
    "%YAML 1.1\n---\na: 1\n",
    "a: ${ model.name }\n",
    "a: '${ oc.env : X , a b }'\n",
    "a: ${oc.env:X,'~ (é)'}\n",
    'a: ${oc.env:X,"!"}\n',
    "a: '${oc.env:X,{b: c}}'\n",
    "a: ${oc.env:X,-1@/a%b+c?d|e}\n",
    "a: ${oc.env:X,\\(b}\n",
    "a: ${model.größe}\n",
    "a: ${a~b.c!d}\n",
    "a: ${b\\.c}\n",
    "a: \\${not one}\n",
    "a: ${b.${c}.d}\n",
    "a: b}${c}}\n",
)
REFUSED = (
    ("a: &x 1\nb: &x 2\n", "LL001"),
    ("a: {b: &x 1}\nc: {b: &x 1}\n", "LL001"),
    ("a: *x\n", "LL001"),
    ("a: [a: b: c]\n", "LL001"),
    ("a: {b: 1}}\n", "LL001"),
    ("a: 'x' y\n", "LL001"),
    ("%YAML 2.0\n---\na: 1\n", "LL001"),
    (f"{'k' * 1025}: 1\n", "LL001"),
    ("a: 1\na: 2\n", "LL002"),
    ("a: {b: 1, 'b': 2}\n", "LL002"),
    ("a: {!!str 1: 2, '1': 3}\n", "LL002"),
    ("a: !foo b\n", "LL004"),
    ("a: !!seq {b: 1}\n", "LL004"),
    ("a: !!omap {b: 1}\n", "LL004"),
    ("a: !!map [1]\n", "LL004"),
    ("a: !!set {x, y}\n", "LL004"),
    ("a: !!str [1]\n", "LL004"),
    ("a: !!python/object/apply:pathlib.Path {x: 1}\n", "LL004"),
    ("a: !!python/name:os.system\n", "LL004"),
    ("a: 0x_\n", "LL004"),
    ("a: -0b_\n", "LL004"),
    ("0x_: 1\n", "LL004"),
    ("!!int a: 1\n", "LL004"),
    ("!!timestamp 2020-01-01: 1\n", "LL004"),
    ("a: {? [1, 2] : 3}\n", "LL004"),
    ("a: &x {b: 1}\n? *x\n: 1\n", "LL004"),
    ("a: &x 1\n<<: *x\n", "LL004"),
    ("a: &x [1]\n<<: *x\n", "LL004"),
    ("<<: [{a: 1}, 2]\n", "LL004"),
    ("<<: 1\n", "LL004"),
    ("~: 1\n", "LL004"),
    ("a: ${b\n", "LL004"),
    ("a: x ${b\n", "LL004"),
    ("a: ${b c}\n", "LL004"),
    ("a: ${b. c}\n", "LL004"),
    ("a: ${b.'c'}\n", "LL004"),
    ("a: x${b (c)}\n", "LL004"),
    ("a: ${oc.env:X,~}\n", "LL004"),
    ("a: ${oc.env:X,é}\n", "LL004"),
    ("a: ${oc.env:X,(b)}\n", "LL004"),
    ("a: ${oc.decode:${oc.env:X,a=b}}\n", "LL004"),
)


@pytest.mark.parametrize("text", LOADED)
def test_what_omegaconf_loads_has_no_finding(lint: Lint, text: str) -> None:
    assert lint(text + LOSSES) == ()


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_what_omegaconf_refuses_is_one_error(lint: Lint, text: str, code: str) -> None:
    (found,) = lint(text + LOSSES)
    assert (found.code, found.severity) == (code, "error")
    assert found.span.start < len(text)


@pytest.mark.parametrize("text", ["1: a\n1: b\n", "true: a\nyes: b\n", "a: {1.5: 2, 1.5: 3}\n"])
def test_of_equal_numbers_and_booleans_omegaconf_keeps_the_last(lint: Lint, text: str) -> None:
    (found,) = lint(text + LOSSES)
    assert found.code == "LL002"
    assert found.message.endswith("stands twice in this mapping; only the last one counts")
