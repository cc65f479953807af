"""The file is no text that losslint can read.

## Why

A config in an unknown encoding, a binary under the name of a config, a damaged `.keras` archive:
no trainer can load it. losslint reads UTF-8, and UTF-16 and UTF-32 with a byte order mark. A file
that is merely met in a folder is passed over; one that is named, and every archive, is reported.
"""

from __future__ import annotations

from losslint.rules.base import Rule

RULE = Rule(
    "LL000",
    "unreadable-file",
    "error",
    why_no_fix="What the bytes were meant to be is unknown.",
)
