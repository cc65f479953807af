"""Text from files: made harmless to show, how many terminal columns it takes, what was meant.

A config is written by anybody. Its control characters, terminal escapes, bidirectional overrides
and lone surrogates must not reach a terminal, an XML reader or a strict JSON reader as they are.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

# Four columns whatever the column: a tab's width then does not depend on what was cut before it.
TAB = "    "

# More marks on one letter than any script writes; they would spill over the lines around.
_MAX_MARKS = 4

# No name is as long, and comparing takes its time.
_MAX_WORD = 100

_SURROGATE = "[\ud800-\udfff]"


def escaped(character: str) -> str:
    r"""One character as `\xNN` or `\u{...}`."""
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        # Python's stand-in for a byte of a file name that is not UTF-8: show the byte.
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"


def visible(text: str) -> str:
    """One line of text in which every character prints: the others are escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else escaped(c) for c in text)


def well_formed(text: str) -> str:
    """Text without lone surrogates, which JSON's strict readers refuse."""
    return re.sub(_SURROGATE, lambda match: escaped(match[0]), text)


def width_of(text: str) -> int:
    """The terminal columns of a printable text."""
    if text.isascii():
        return len(text)
    return sum(_columns(c) for c in text)


def cell(line: str, index: int) -> str:
    """What a source line's character is shown as."""
    character = line[index]
    if character == "\t":
        return TAB
    if not character.isprintable():
        return escaped(character)
    if _columns(character) == 0 and index >= _MAX_MARKS:
        before = line[index - _MAX_MARKS : index]
        if all(_columns(c) == 0 for c in before):
            return escaped(character)
    return character


def _columns(character: str) -> int:
    if character < "\u0300":
        return 1
    # The vowels and finals of decomposed Korean join the consonant before them.
    if "\u1160" <= character <= "\u11ff" or "\ud7b0" <= character <= "\ud7ff":
        return 0
    import unicodedata  # Only such letters need it, and many a run shows none.

    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def closest(word: str, names: Iterable[str]) -> str | None:
    """The name that a person most likely meant, or None.

    Case, dashes and word separators are looked through first: CrossEntropyLoss is cross_entropy.
    """
    return _closest(word, tuple(names)) if len(word) <= _MAX_WORD else None


# A slip that stands ten thousand times in a file is looked up once.
@lru_cache(maxsize=512)
def _closest(word: str, names: tuple[str, ...]) -> str | None:
    import difflib

    known = {folded(name): name for name in reversed(names)}
    key = folded(word)
    if key in known:
        return known[key]
    for name, full in known.items():
        if key and (key == name + "loss" or key + "loss" == name):
            return full
    found = difflib.get_close_matches(key, list(known), n=1, cutoff=0.72)
    return known[found[0]] if found else None


def folded(word: str) -> str:
    """A name without what spellings differ in: case, dashes and separators of words."""
    return word.lower().replace("_", "").replace("-", "").replace(" ", "")


def in_bytes(count: int | None) -> str:
    """A number of bytes as people write it ("1.5 GB"); nothing for None."""
    if count is None:
        return ""
    amount, unit = float(count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 999.5:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.3g} {unit}"


def bytes_of(text: str) -> int | None:
    """How many bytes a number with a unit is ("4GB", "512 MiB"); None for anything else."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kKmMgGtT])(i?)[bB]?\s*", text)
    if found is None:
        return None
    number, unit, binary = found.groups()
    return int(float(number) * (1024 if binary else 1000) ** ("KMGT".index(unit.upper()) + 1))
