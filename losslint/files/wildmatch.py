"""A pattern of .gitignore as a regular expression that matches what git's `wildmatch` matches.

It is read as git reads it, character by character: which asterisks pass over a slash, what a set
holds, and which patterns never match. The expression needs no more time for a long name than git:
what stands between two asterisks is looked for once, at its first place, because a later one leaves
less of the name for the rest.
"""

import re

# What git's tests of a character accept: ASCII alone, and no form feed as a space.
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r"\ \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": r"!-\~",
    "lower": "a-z",
    "print": r"\ -\~",
    "punct": r"!-/:-@\[-`{-\~",
    "space": r"\ \t\n\r",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_GLOB_SPECIAL = re.compile(r"[*?\[\\]")


class _Expression:
    """The parts of an expression, and from which of them on a place may still be moved."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._groups = 0
        self._asterisk = self._folders = -1

    def asterisk(self) -> None:
        """Any characters of one name."""
        self._settle(self._asterisk)
        self._asterisk = len(self.parts)
        self.parts.append("[^/]*?")

    def folders(self, some: str) -> None:
        """Any folders."""
        self._settle(self._folders)
        self._folders, self._asterisk = len(self.parts), -1
        self.parts.append(some)

    def slash(self) -> None:
        """The end of a name."""
        self.parts.append("/")
        self._asterisk = -1

    def _settle(self, start: int) -> None:
        """Take what was found first from a part on: it is not looked for again."""
        if start >= 0:
            self._groups += 1
            name = f"g{self._groups}"
            self.parts[start:] = [f"(?=(?P<{name}>{''.join(self.parts[start:])}))(?P={name})"]


def translate(pattern: str) -> str | None:
    """The expression, for a full match of a name or path; None for a pattern that never matches.

    `pattern` has neither the `!` nor the slashes at its ends.
    """
    found = _Expression()
    # Git compares what stands before the first special character by itself, so that asterisks
    # behind it stand at the start of what is left.
    special = _GLOB_SPECIAL.search(pattern)
    start = special.start() if special else len(pattern)
    at, end = 0, len(pattern)
    while at < end:
        character = pattern[at]
        if character == "*":
            at = _asterisks(pattern, at, start, found)
        elif character == "?":
            found.parts.append("[^/]")
            at += 1
        elif character == "[":
            at, members = _members(pattern, at + 1)
            if not members:
                return None
            found.parts.append(f"(?!/)[{members}]")
        elif character == "/":
            found.slash()
            at += 1
        else:
            at += character == "\\"
            if at == end:
                return None
            found.parts.append(re.escape(pattern[at]))
            at += 1
    return f"(?s:{''.join(found.parts)})"


def _asterisks(pattern: str, first: int, start: int, found: _Expression) -> int:
    """A run of asterisks; where it ends."""
    at = first
    while at < len(pattern) and pattern[at] == "*":
        at += 1
    opens = first == start or pattern[first - 1] == "/"
    if at - first == 1 or not opens or pattern[at : at + 1] not in ("", "/", "\\"):
        found.asterisk()
    elif at == len(pattern):
        found.parts.append(".*")
    elif pattern[at] == "/":
        found.folders("(?:.*?/)??")
        at += 1
    elif pattern[at : at + 2] == "\\/":
        found.folders(".*?/")
        at += 2
    else:
        found.asterisk()
    return at


def _members(pattern: str, at: int) -> tuple[int, str]:
    """The inside of a set, and where the set ends; nothing for a set that is none."""
    negated = pattern[at : at + 1] in ("!", "^")
    at += negated
    parts: list[str] = []
    before, first = "", True
    while at < len(pattern) and (first or pattern[at] != "]"):
        first = False
        character = pattern[at]
        if character == "[" and pattern[at + 1 : at + 2] == ":":
            close = pattern.find("]", at + 2)
            if close < 0:
                return at, ""
            if pattern[close - 1] == ":" and close - 1 > at + 1:
                members = _CLASSES.get(pattern[at + 2 : close - 1])
                if members is None:
                    return at, ""
                parts.append(members)
                at, before = close + 1, ""
                continue
        is_range = character == "-" and before and pattern[at + 1 : at + 2] not in ("", "]")
        at += bool(is_range)
        at += pattern[at : at + 1] == "\\"
        if at == len(pattern):
            return at, ""
        character = pattern[at]
        at += 1
        if not is_range:
            parts.append(re.escape(character))
        elif before <= character:
            parts.append(f"{re.escape(before)}-{re.escape(character)}")
        before = "" if is_range else character
    if at >= len(pattern):
        return at, ""
    return at + 1, "^" * negated + "".join(parts)
