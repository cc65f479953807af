"""What OmegaConf and PyYAML make of a scalar, as measured."""

from __future__ import annotations

import math

import pytest

from losslint.syntax.nodes import Mapping, Scalar
from losslint.syntax.readers import OMEGACONF, PYYAML, Reader
from losslint.syntax.scalars import MANDATORY, UNREADABLE
from losslint.syntax.yaml_tree import parse_yaml

# text → (OmegaConf, PyYAML safe_load); one value where both agree.
BOTH = {
    "1": 1, "-1": -1, "+1": 1, "1.0": 1.0, "1.": 1.0, ".5": 0.5, "-.5": "-.5", "+.5": "+.5",
    "1.e-1": 0.1, "1.0e-1": 0.1, ".1e-3": 0.0001, "1e": "1e", "e1": "e1", "1_000": 1000,
    "1_0.5": 10.5, "0x1F": 31, "0X1F": "0X1F", "0o10": "0o10", "010": 8, "08": "08", "0b11": 3,
    "00": 0, "-010": -8, "yes": True, "no": False, "Yes": True, "NO": False, "on": True,
    "off": False, "y": "y", "n": "n", "tRue": "tRue", "FALSE": False, "~": None, "Null": None,
    "nUll": "nUll", "None": "None", ".inf": math.inf, "-.inf": -math.inf, "inf": "inf",
    "nan": "nan", "12:30": 750, "1:30:00": 5400, "190:20:30.15": 685230.15, '"0.1"': "0.1",
    "'0.1'": "0.1", "1,5": "1,5", "1 000": "1 000", "10%": "10%", "1/2": "1/2", "255 # c": 255,
    "255#c": "255#c", "!!float 1": 1.0, "!!str 1": "1", '!!int "3"': 3,
    "99999999999999999999": 99999999999999999999, "٣": "٣", "−1": "−1", "１": "１",
    "=": UNREADABLE, "<<": UNREADABLE, "!!python/tuple x": UNREADABLE, "": None,
}  # fmt: skip
APART = {
    "1e-1": (0.1, "1e-1"), "1E-4": (0.0001, "1E-4"), "1e5": (1e5, "1e5"), "1e+5": (1e5, "1e+5"),
    "1.5e3": (1500.0, "1.5e3"), "6e-5": (6e-05, "6e-5"), "-1e-3": (-0.001, "-1e-3"),
    "1e400": (math.inf, "1e400"), "???": (MANDATORY, "???"), "2024-01-02": ("2024-01-02", None),
}  # fmt: skip


def read(text: str, reader: Reader) -> object:
    root = parse_yaml(f"v: {text}").documents[0].root
    assert isinstance(root, Mapping)
    node = root.pairs[0].value
    assert isinstance(node, Scalar)
    return reader.value_of(node)


@pytest.mark.parametrize(("text", "expected"), BOTH.items())
def test_both_readers_agree(text: str, expected: object) -> None:
    for value in (read(text, OMEGACONF), read(text, PYYAML)):
        assert (type(value), value) == (type(expected), expected)


@pytest.mark.parametrize(("text", "expected"), APART.items())
def test_readers_differ(text: str, expected: tuple[object, object]) -> None:
    assert read(text, OMEGACONF) == expected[0]
    if expected[1] is not None:
        assert read(text, PYYAML) == expected[1]


@pytest.mark.parametrize("text", [".nan", ".NaN"])
def test_nan(text: str) -> None:
    value = read(text, OMEGACONF)
    assert isinstance(value, float)
    assert math.isnan(value)


@pytest.mark.parametrize(
    ("text", "surprising"),
    [("8", False), ("0", False), ("00", False), ("1.5", False), ("'010'", False), ("07", False),
     ("010", True), ("12:30", True), ("1:30.5", True)],
)  # fmt: skip
def test_numbers_in_another_base(text: str, surprising: bool) -> None:
    root = parse_yaml(f"v: {text}").documents[0].root
    assert isinstance(root, Mapping)
    node = root.pairs[0].value
    assert isinstance(node, Scalar)
    assert (PYYAML.surprising_number(node) is not None) is surprising
