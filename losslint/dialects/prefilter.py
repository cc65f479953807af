"""Whether a file's bytes can hold a loss at all, so that most files are not parsed.

An over-approximation: every site of every dialect, and every document that a rule judges without
a site, needs some of these words. An escape in a quoted string may hide one: where there are
escapes, the words are looked for behind them, too. What is found lets a file be parsed and says
nothing more: it makes no finding, and none that is worse.
"""

from __future__ import annotations

import re

# Of what `compile` takes, the words that only Keras has.
ONLY_KERAS = (b"weighted_metrics", b"run_eagerly", b"steps_per_execution")

# \x61, \u0061, \U00000061, and a line end that joins the two halves of a word. YAML breaks lines
# at NEL (C2 85), LS and PS (E2 80 A8, E2 80 A9), too.
_ESCAPE = (
    rb"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})"
    rb"|(?:\r\n|[\r\n]|\xc2\x85|\xe2\x80[\xa8\xa9])[ \t]*)"
)


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
    if (
        b"model" in content
        and (b"criterion" in content or (b"architecture" in content and b"task" in content))
        and _may_be_key(content, b"model")
    ):
        return True
    if b"LOSS" in content and (b"COMPILATION" in content or b"NAME" in content):
        return True
    if b"MODEL_TYPE" in content:
        return True
    if b"class_name" in content and (b"config" in content or b"losses" in content):
        return True
    if b"loss" not in content or not _may_be_key(content, b"loss"):
        return False
    if b"optimizer" in content and _may_be_key(content, b"optimizer"):
        return True
    return any(word in content for word in ONLY_KERAS)


def may_have_telling_key(content: bytes) -> bool:
    """Whether it pays to parse a file in order to look for a key that reads like a loss."""
    return any(word in content for word in _TELLING)


_TELLING = (
    b"oss",
    b"OSS",
    b"criterion",
    b"training_config",
    b"trainingConfig",
    b"compile_config",
    b"COMPILATION",
)

# Between a key and its colon: a closing quote and blanks, never more than this in practice.
_REACH = 80


def _may_be_key(content: bytes, word: bytes) -> bool:
    """Whether a word may be a key: a colon follows it, be it on the next line ("? model")."""
    if b"*" in content and b" :" in content:
        # An alias in the place of a key: the word stands elsewhere, without a colon.
        return True
    at = content.find(word)
    while at >= 0:
        end = at + len(word)
        following = content[end : end + _REACH].lstrip(b"\"' \t\r\n")
        if not following or following.startswith((b":", b"#", b"/")):
            return True
        at = content.find(word, end)
    return False
