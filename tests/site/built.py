"""The built site: its folder, its pages as what a browser reads of them, and a server for it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

FOLDER = os.environ.get("LOSSLINT_SITE", "")
needs_site = pytest.mark.skipif(
    not FOLDER, reason="LOSSLINT_SITE does not name the folder that `mkdocs build` wrote"
)
_VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "wbr",
}


class Page(HTMLParser):
    """The elements of a page: each its name and attributes; headings with what they say."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.headings: list[tuple[int, str]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)
        if tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        """Close what was opened since."""
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """What a heading says."""
        inside = [tag for tag in self._open if tag[0] == "h" and tag[1:].isdigit()]
        if inside and self.headings:
            level, said = self.headings[-1]
            self.headings[-1] = (level, said + data)
        elif not {"script", "style"} & set(self._open):
            self.texts.append(data)

    def named(self, tag: str) -> Iterator[dict[str, str]]:
        """The attributes of every element of a name."""
        return (attributes for name, attributes in self.elements if name == tag)

    @property
    def ids(self) -> set[str]:
        """The anchors to which a link may lead."""
        return {attributes["id"] for _, attributes in self.elements if "id" in attributes}


def pages() -> dict[str, Page]:
    """Every page by its address from the top: `rules/unknown-loss/`."""
    top = Path(FOLDER)
    found = {}
    for path in sorted(top.rglob("index.html")):
        address = path.parent.relative_to(top).as_posix()
        found["" if address == "." else f"{address}/"] = Page(path.read_text("utf-8"))
    return found


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def served() -> Iterator[str]:
    """The address under which the site is served, on this machine alone."""

    class Handler(_Quiet):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, directory=FOLDER, **kwargs)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
