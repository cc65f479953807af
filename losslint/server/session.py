"""The open documents of one editor, and the analyses of their latest versions.

One thread analyses: the checker is not made for several, and on one core two would not be faster.
The loop that talks to the editor stays free meanwhile, so that a request can be cancelled, and a
text that was typed over is not analysed at all.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from pygls.uris import to_fs_path

from losslint.dialects.registry import SUFFIXES, language_of, languages
from losslint.server.position_map import Encoding
from losslint.server.project import Analysis, OpenDocument, Project

Answer = TypeVar("Answer")


class _Pending(NamedTuple):
    document: OpenDocument
    future: asyncio.Future[Analysis]


class Session:
    """What an editor has open."""

    def __init__(self) -> None:
        self.encoding: Encoding = "utf-16"
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="losslint")
        self._project = self._worker.submit(Project)
        self._open: dict[str, OpenDocument] = {}
        self._pending: dict[str, _Pending] = {}

    @property
    def uris(self) -> list[str]:
        """The documents that are open and ours."""
        return list(self._open)

    def version(self, uri: str) -> int | None:
        """The latest version of an open document."""
        document = self._open.get(uri)
        return document.version if document is not None else None

    def open(self, uri: str, language_id: str, text: str, version: int) -> None:
        """Take a document; one of another language is left alone."""
        path = path_of(uri, language_id)
        if path is not None:
            self._open[uri] = OpenDocument(uri, path, text, version)

    def change(self, uri: str, text: str, version: int) -> None:
        """A document has another text; what was to be said of the old one is not worked out."""
        document = self._open.get(uri)
        if document is not None:
            self._open[uri] = document._replace(text=text, version=version)
            self._forget(uri)

    def close(self, uri: str) -> bool:
        """Let a document go; false for one that was never ours."""
        self._forget(uri)
        return self._open.pop(uri, None) is not None

    def forget(self) -> None:
        """Other files have changed: every document is to be analysed again."""
        for uri in self.uris:
            self._forget(uri)

    def _forget(self, uri: str) -> None:
        pending = self._pending.pop(uri, None)
        if pending is not None:
            pending.future.cancel()

    async def analysis(self, uri: str) -> Analysis | None:
        """What is known of the latest text; None for a document that is not open."""
        while (document := self._open.get(uri)) is not None:
            pending = self._pending.get(uri)
            if pending is None or pending.document is not document:
                pending = _Pending(document, self._start(document))
                self._pending[uri] = pending
            try:
                # Shielded: who cancels the request that started it takes it from nobody else.
                return await asyncio.shield(pending.future)
            except asyncio.CancelledError:
                if not pending.future.cancelled():
                    raise
        return None

    def _start(self, document: OpenDocument) -> asyncio.Future[Analysis]:
        encoding = self.encoding
        return self._submit(lambda project: project.analyse(document, encoding))

    async def run(self, work: Callable[[Project], Answer]) -> Answer:
        """Work on the thread that owns the checker; not started when cancelled before."""
        return await self._submit(work)

    def _submit(self, work: Callable[[Project], Answer]) -> asyncio.Future[Answer]:
        project = self._project
        return asyncio.wrap_future(self._worker.submit(lambda: work(project.result())))


def path_of(uri: str, language_id: str) -> str | None:
    """The path of a document, with a suffix of its language; None for other languages.

    A text that was never saved has a name and no folder: the settings of the current one hold.
    """
    address = urlsplit(uri)
    name = to_fs_path(uri) if address.scheme == "file" else None
    path = name or os.path.basename(unquote(address.path)) or "untitled"
    # Of a notebook an editor shows cells, each of them a document in the language of its kernel.
    is_cell = path.lower().endswith(".ipynb")
    if not language_id:
        # An editor without a name for the language: the suffix tells.
        return path if path.lower().endswith(SUFFIXES) and not is_cell else None
    spoken = next((each for each in languages() if language_id in each.editor_names), None)
    if spoken is None or (language_of(path) is spoken and not is_cell):
        return path if spoken is not None else None
    return path + spoken.suffixes[0]


def fingerprint(items: object) -> str:
    """A name for what was answered, the same for the same answer."""
    return hashlib.sha256(repr(items).encode("utf-8", "backslashreplace")).hexdigest()[:16]
