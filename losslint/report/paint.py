"""Colour and links of the terminal, drawn by hand: plain output costs no import."""

from typing import Literal, NamedTuple

PaintKind = Literal["error", "warning", "info", "frame", "path", "mark", "help", "added", "removed"]

_CODES: tuple[tuple[PaintKind, str], ...] = (
    ("error", "1;31"),
    ("warning", "1;33"),
    ("info", "1;34"),
    ("frame", "1;34"),
    ("path", "1"),
    ("mark", "36"),
    ("help", "1;36"),
    ("added", "32"),
    ("removed", "31"),
)


class Painter(NamedTuple):
    """Colours text for a terminal; without colour a text stays as it is."""

    color: bool = False
    hyperlinks: bool = False

    def __call__(self, text: str, kind: PaintKind) -> str:
        """The text in the colour of its kind."""
        if not self.color or not text:
            return text
        code = next(code for name, code in _CODES if name == kind)
        return f"\x1b[{code}m{text}\x1b[0m"

    def link(self, text: str, url: str | None) -> str:
        """The text, leading to a page in the terminals that follow OSC 8."""
        if not self.hyperlinks or url is None or not (url.isascii() and url.isprintable()):
            return text
        return f"\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\"
