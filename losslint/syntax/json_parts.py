"""The tokens of JSON, and of what people write for it."""

from __future__ import annotations

import re
from typing import Literal

from losslint.syntax.nodes import Node

BLANK = re.compile(r"[ \t\r\n]*")
STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\.[^"\\\x00-\x1f]*)*"')
LOOSE_STRING = re.compile(r'"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*("?)')
SINGLE = re.compile(r"'[^'\\\r\n]*(?:\\.[^'\\\r\n]*)*'")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z")
# What it holds is the same between double quotes, \' apart: other escapes mean one thing to Python
# and another to JavaScript, or nothing to JSON.
PLAIN_SINGLE = re.compile(r"""'(?:[^'\\\x00-\x1f]|\\['"\\bfnrt]|\\u[0-9a-fA-F]{4})*'""")
QUOTE = re.compile(r"""\\.|\"""")
# What is no number of JSON's, but meant as one.
NUMBERISH = re.compile(r"[-+]?\.?[0-9]")
WORD = re.compile(r"""[^\s,\[\]{}:"'#]+""")
COMMENT = re.compile(r"#[^\r\n]*|//[^\r\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?")
# A file with as many is no JSON; a config with a comment a line still has fewer.
MAX_PROBLEMS = 1000
CONSTANTS = frozenset(("true", "false", "null", "NaN", "Infinity", "-Infinity"))
FOREIGN = {
    "True": "true",
    "False": "false",
    "None": "null",
    "TRUE": "true",
    "FALSE": "false",
    "NULL": "null",
    "undefined": "null",
}

Expect = Literal["key", "colon", "value", "comma", "first"]


class Open:
    """A collection whose closing bracket has not been read."""

    __slots__ = ("children", "comma", "expect", "implied", "is_mapping", "start")

    def __init__(self, start: int, is_mapping: bool, implied: bool = False) -> None:
        self.start = start
        self.is_mapping = is_mapping
        self.implied = implied
        self.children: list[Node] = []
        self.expect: Expect = "first"
        self.comma = -1
