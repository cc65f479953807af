"""Whether a file's bytes can hold a loss at all, so that most files are not parsed.

An over-approximation: every site of every dialect, and every document that a rule judges without
a site, needs some of the words that its dialect looks for. An escape in a quoted string may hide
one: where there are escapes, the words are looked for behind them, too. What is found lets a file
be parsed and says nothing more: it makes no finding, and none that is worse.
"""

from __future__ import annotations

import re

from losslint.dialects.registry import DIALECTS
from losslint.dialects.words import names_compile, names_platform
from losslint.files.reading import Content
from losslint.files.source import Source

# \x61, \u0061, \U00000061, and a line end that joins the two halves of a word. YAML breaks lines
# at NEL (C2 85), LS and PS (E2 80 A8, E2 80 A9), too.
_ESCAPE = (
    rb"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})"
    rb"|(?:\r\n|[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9])[ \t]*)"
)


_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


def file_may_hold_losses(content: Content | Source) -> bool:
    """Whether a file of any encoding can hold a loss."""
    if isinstance(content, Source):
        return may_hold_losses(content.text.encode("utf-8", "surrogatepass"))
    if content.raw.startswith(_WIDE_MARKS):
        source = content.source()
        return isinstance(source, Source) and may_hold_losses(source.text.encode("utf-8"))
    if content.path.endswith(".py"):
        # What other files need is in every other program, and nothing hides in one's escapes.
        return names_compile(content.raw) or names_platform(content.raw)
    return may_hold_losses(content.raw)


def may_hold_losses(content: bytes) -> bool:
    """Whether a file, as UTF-8, can hold a loss; never false for one that does."""
    if _holds_words(content):
        return True
    if b"\\" not in content:
        return False
    behind = re.sub(_ESCAPE, _unescaped, content)
    return behind != content and _holds_words(behind)


def _unescaped(found: re.Match[bytes]) -> bytes:
    """The letter that an escape stands for; no word has any that is not ASCII."""
    digits = found[1] or found[2] or found[3]
    if digits is None:
        return b""
    code = int(digits, 16)
    return bytes((code,)) if code < 128 else b"?"


def _holds_words(content: bytes) -> bool:
    # Quicker than any() over a generator, and asked of every file.
    for each in DIALECTS:  # noqa: SIM110
        if each.may_hold(content):
            return True
    return False
