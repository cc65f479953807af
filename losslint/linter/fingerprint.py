"""Names of findings that stay while the lines around them move."""

import hashlib
import re

# A message may name a row; the same finding three rows further down is the same finding.
_ROW = re.compile(r"\b(lines?|rows?) \d+")


class Fingerprints:
    """Makes the fingerprints of one report; no two of its findings get the same.

    The findings of a file come one after the other: of the files before nothing is kept.
    """

    __slots__ = ("_path", "_seen")

    def __init__(self) -> None:
        self._path = ""
        self._seen: dict[bytes, int] = {}

    def of(self, path: str, code: str, message: str) -> str:
        """SHA-256 of where and what, without rows; a counter tells equal findings apart."""
        parts = (path, code, _ROW.sub(r"\1", message))
        key = "\0".join(parts).encode("utf-8", "backslashreplace")
        if path != self._path:
            self._path, self._seen = path, {}
        count = self._seen.get(key, 0)
        self._seen[key] = count + 1
        # The first one has no counter: a second finding does not rename it.
        return hashlib.sha256(key + (b"\0%d" % count if count else b"")).hexdigest()
