"""The open documents of one editor, and the analyses of their latest versions.

One thread analyses: the checker is not made for several, and on one core two would not be faster.
The loop that talks to the editor stays free meanwhile, so that a request can be cancelled. A text
that was typed over is not analysed at all, or no further; a large one is while nobody types.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar
from urllib.parse import unquote, urlsplit

from pygls.uris import to_fs_path

from losslint.dialects.registry import SUFFIXES, language_of, language_spoken
from losslint.server.documents import Change, OpenDocument, OpenNotebook, changed
from losslint.server.memory import tidy, undisturbed
from losslint.server.position_map import Encoding
from losslint.server.project import Analysis, Project
from losslint.server.turns import Turn
from losslint.settings.model import Overrides
from losslint.syntax.notebook import SUFFIX

Answer = TypeVar("Answer")

# The address of a notebook is that of its file, which an editor may show as a text besides.
_NOTEBOOK = "notebook "
# What editors call the text of a notebook's file.
_AS_TEXT = ("", "json", "jsonc", "ipynb", "jupyter", "notebook")


# Where more is typed into, it is checked once the fingers rest for so many seconds.
_LARGE = 1_000_000
_PAUSE = 0.5
# Of so many documents the analyses are kept, for whoever asks what stands at a cursor.
_MAX_KEPT = 16
# After so many seconds without work, what only a search frees is searched for; or at once, when so
# much has been done.
_REST = 3.0
_MUCH = 1_000


class _Pending(NamedTuple):
    document: OpenDocument
    future: asyncio.Future[Analysis]
    turn: Turn


class Session:
    """What an editor has open."""

    def __init__(self, overrides: Overrides) -> None:
        self.encoding: Encoding = "utf-16"
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="losslint")
        self._project = self._worker.submit(Project, overrides)
        self._open: dict[str, OpenDocument] = {}
        self._notebooks: dict[str, OpenNotebook] = {}
        self._notebook_of: dict[str, str] = {}
        # In the order in which somebody asked for them.
        self._pending: dict[str, _Pending] = {}
        self._typed: set[str] = set()
        self._rest: asyncio.TimerHandle | None = None
        self._done = 0

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

    def change(self, uri: str, changes: Iterable[Change], version: int) -> None:
        """A text has changed; what was to be said of the old one is not worked out.

        Each change counts in the text that the last one left.
        """
        document = self._open.get(uri)
        if document is not None:
            text = document.text
            for each in changes:
                text = changed(text, each, self.encoding)
            self._open[uri] = document._replace(text=text, version=version)
            self._forget(uri)
            self._typed.add(uri)

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
        self._typed.add(key)
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
        self._typed.discard(uri)
        document = self._open.pop(uri, None)
        if document is not None:
            self._worker.submit(lambda: self._project.result().forget(document.uri))
        return document is not None

    def forget(self) -> None:
        """Other files have changed: every document is to be analysed again."""
        for key in self.keys:
            self._forget(key)

    def _forget(self, uri: str) -> None:
        pending = self._pending.pop(uri, None)
        if pending is None:
            return
        pending.turn.is_over = True
        future = pending.future
        if not future.done():
            future.cancel()
        elif not future.cancelled() and future.exception() is None:
            # Behind what was asked for on the thread that reads it.
            self._worker.submit(future.result().forget)

    async def analysis(self, uri: str) -> Analysis | None:
        """What is known of the latest text; None for a document that is not open."""
        uri = self.key(uri)
        while (document := self._open.get(uri)) is not None:
            pending = self._pending.get(uri)
            if pending is None or pending.document is not document:
                turn = Turn()
                work = self._analyse(document, turn, pauses=uri in self._typed)
                pending = _Pending(document, asyncio.ensure_future(work), turn)
            self._pending.pop(uri, None)
            self._pending[uri] = pending
            self._let_go()
            try:
                # Shielded: who cancels the request that started it takes it from nobody else.
                return await asyncio.shield(pending.future)
            except asyncio.CancelledError:
                if not pending.future.cancelled():
                    raise
        return None

    def _let_go(self) -> None:
        """Keep the analyses that were asked for last."""
        answered = [uri for uri, each in self._pending.items() if each.future.done()]
        for uri in answered[: max(len(self._pending) - _MAX_KEPT, 0)]:
            self._forget(uri)

    async def _analyse(self, document: OpenDocument, turn: Turn, *, pauses: bool) -> Analysis:
        encoding = self.encoding
        if pauses and document.size > _LARGE:
            await asyncio.sleep(_PAUSE)
        return await self._submit(lambda project: project.analyse(document, encoding, turn))

    async def run(self, work: Callable[[Project], Answer]) -> Answer:
        """Work on the thread that owns the checker; not started when cancelled before."""
        return await self._submit(work)

    def _submit(self, work: Callable[[Project], Answer]) -> asyncio.Future[Answer]:
        project = self._project
        self._rest_soon()
        return asyncio.wrap_future(
            self._worker.submit(lambda: undisturbed(lambda: work(project.result())))
        )

    def _rest_soon(self) -> None:
        """Tidy up once nothing has been asked for a while."""
        if self._rest is not None:
            self._rest.cancel()
        self._done += 1
        if self._done >= _MUCH:
            self._tidy()
        else:
            self._rest = asyncio.get_running_loop().call_later(_REST, self._tidy)

    def _tidy(self) -> None:
        self._rest, self._done = None, 0
        self._worker.submit(tidy)


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
