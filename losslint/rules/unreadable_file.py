"""The file is no text that losslint, or the framework, can read.

## Why

A config in an unknown encoding, a binary under the name of a config, a damaged `.keras` archive:
no trainer can load it. losslint reads UTF-8, and UTF-16 and UTF-32 with a byte order mark;
NetsPresso Trainer opens its configs as UTF-8 and stops at any other encoding.

A file that is merely met in a folder is passed over where nothing in it reads like a loss; one that
is named, and every archive, is reported. A file that the system does not give out is no finding:
the run says so and ends with 2.
"""

from __future__ import annotations

from collections.abc import Iterator

from losslint.diagnostics import Diagnostic, Span
from losslint.rules.base import Context, File, Rule

RULE = Rule(
    "LL000",
    "unreadable-file",
    "error",
    why_no_fix="What the bytes were meant to be is unknown.",
)


def check_file(file: File, context: Context) -> Iterator[Diagnostic]:
    """A list of NetsPresso's losses in an encoding that the trainer does not read."""
    encoding = file.source.encoding
    if encoding != "utf-8" and any(site.dialect == "netspresso" for site in file.sites):
        # utf-16-le → UTF-16
        name = "-".join(encoding.upper().split("-")[:2])
        yield RULE.at(
            Span(0, 1), f"the file is {name}; the trainer opens it as UTF-8 and cannot read it"
        )
