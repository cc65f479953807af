"""Words in the bytes of a file, looked for before anything is parsed."""

from __future__ import annotations

# Between a key and its colon: a closing quote and blanks, never more than this in practice.
_REACH = 80


def may_be_key(content: bytes, word: bytes) -> bool:
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


def names_compile(program: bytes) -> bool:
    """Whether a program has the words of a call of Keras's `compile`, or of one of its losses."""
    if b".compile" not in program and b"losses" not in program:
        return False
    return b"keras" in program or b"tensorflow" in program


def names_platform(content: bytes) -> bool:
    """Whether a program, or another file, has the words of the platform's configuration."""
    return b"LOSS" in content and (b"COMPILATION" in content or b"NAME" in content)
