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

from losslint.dialects.registry import SUFFIXES, language_of, language_spoken
from losslint.server.documents import OpenDocument, OpenNotebook
from losslint.server.position_map import Encoding
from losslint.server.project import Analysis, Project
from losslint.settings.model import Overrides
from losslint.syntax.notebook import SUFFIX

Answer = TypeVar("Answer")

# The address of a notebook is that of its file, which an editor may show as a text besides.
_NOTEBOOK = "notebook "
# What editors call the text of a notebook's file.
_AS_TEXT = ("", "json", "jsonc", "ipynb", "jupyter", "notebook")


class _Pending(NamedTuple):
    document: OpenDocument
    future: asyncio.Future[Analysis]


class Session:
    """What an editor has open."""

    def __init__(self, overrides: Overrides) -> None:
        self.encoding: Encoding = "utf-16"
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="losslint")
        self._project = self._worker.submit(Project, overrides)
        self._open: dict[str, OpenDocument] = {}
        self._notebooks: dict[str, OpenNotebook] = {}
        self._notebook_of: dict[str, str] = {}
        self._pending: dict[str, _Pending] = {}

    @property
    def keys(self) -> list[str]:
        """The documents that are open and ours."""
        return list(self._open)

    def key(self, uri: str) -> str:
        """What an open document is known by: of a cell, its notebook."""
        return self._notebook_of.get(uri, uri)

    def document(self, key: str) -> OpenDocument | None:
        """The latest version of an open document."""
        return self._open.get(key)

    def is_code(self, uri: str) -> bool:
        """Whether an open document is a program, or a part of one."""
        document = self._open.get(self.key(uri))
        return document is not None and language_of(document.path).is_code

    def open(self, uri: str, language_id: str, text: str, version: int) -> None:
        """Take a document; one of another language is left alone, and a cell of a notebook."""
        path = path_of(uri, language_id)
        if path is not None and uri not in self._notebook_of:
            self._open[uri] = OpenDocument(uri, path, text, version)

    def change(self, uri: str, text: str, version: int) -> None:
        """A document has another text; what was to be said of the old one is not worked out."""
        document = self._open.get(uri)
        if document is not None:
            self._open[uri] = document._replace(text=text, version=version)
            self._forget(uri)

    def open_notebook(self, notebook: OpenNotebook) -> str:
        """Take a notebook; what it is known by. Its file may be open as a text beside it."""
        key = f"{_NOTEBOOK}{notebook.uri}"
        self._notebooks[key] = notebook
        self._renew(key)
        return key

    def change_notebook(self, uri: str, change: Callable[[OpenNotebook], None]) -> str | None:
        """A notebook is changed; what it is known by, None for one that is not open."""
        key = f"{_NOTEBOOK}{uri}"
        notebook = self._notebooks.get(key)
        if notebook is None:
            return None
        change(notebook)
        self._renew(key)
        return key

    def close_notebook(self, uri: str) -> str:
        """Let a notebook go, and its cells; what it was known by."""
        key = f"{_NOTEBOOK}{uri}"
        self._notebooks.pop(key, None)
        self._notebook_of = {c: of for c, of in self._notebook_of.items() if of != key}
        self.close(key)
        return key

    def _renew(self, key: str) -> None:
        self._open[key] = document = self._notebooks[key].document()
        others = {cell: of for cell, of in self._notebook_of.items() if of != key}
        self._notebook_of = others | {cell.uri: key for cell in document.cells or ()}
        self._forget(key)

    def close(self, uri: str) -> bool:
        """Let a document go; false for one that was never ours."""
        self._forget(uri)
        return self._open.pop(uri, None) is not None

    def forget(self) -> None:
        """Other files have changed: every document is to be analysed again."""
        for key in self.keys:
            self._forget(key)

    def _forget(self, uri: str) -> None:
        pending = self._pending.pop(uri, None)
        if pending is not None:
            pending.future.cancel()

    async def analysis(self, uri: str) -> Analysis | None:
        """What is known of the latest text; None for a document that is not open."""
        uri = self.key(uri)
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
    is_cell = path.lower().endswith(SUFFIX)
    if is_cell and name and not address.fragment and language_id in _AS_TEXT:
        return path
    # An editor that cannot tell of notebooks shows cells, each of them a document in the language
    # of the kernel.
    if not language_id:
        # An editor without a name for the language: the suffix tells.
        return path if path.lower().endswith(SUFFIXES) and not is_cell else None
    spoken = language_spoken(language_id)
    if spoken is None or (language_of(path) is spoken and not is_cell):
        return path if spoken is not None else None
    return path + spoken.suffixes[0]


def notebook_path(uri: str) -> str:
    """The path of a notebook, with a notebook's suffix."""
    path = path_of(uri, "python") or uri
    stem = path.removesuffix(".py")
    return stem if stem.lower().endswith(SUFFIX) else stem + SUFFIX


def fingerprint(items: object) -> str:
    """A name for what was answered, the same for the same answer."""
    return hashlib.sha256(repr(items).encode("utf-8", "backslashreplace")).hexdigest()[:16]
