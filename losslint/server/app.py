"""The language server's handlers: the protocol's calls on a session."""

from __future__ import annotations

import logging
from collections.abc import Callable

from lsprotocol import types as lsp
from pygls.capabilities import get_capability
from pygls.lsp.server import LanguageServer

from losslint import __version__
from losslint.server import actions, lsp_types
from losslint.server.at_cursor import completed, hovered
from losslint.server.documents import OpenNotebook
from losslint.server.places import Point
from losslint.server.project import Analysis, Project
from losslint.server.session import Answer, Session, fingerprint
from losslint.settings.model import Overrides
from losslint.settings.store import FILE_NAMES

_NOTEBOOKS = lsp.NotebookDocumentSyncOptions(
    [
        lsp.NotebookDocumentFilterWithNotebook(
            lsp.NotebookDocumentFilterNotebookType("jupyter-notebook"),
            [lsp.NotebookCellLanguage("python")],
        )
    ],
    save=True,
)
_WATCHED = ("**/*.yaml", "**/*.yml", *(f"**/{name}" for name in FILE_NAMES))
# Behind these a name or a value starts in a program, and in no config.
_TYPED_IN_CODE = (".", "(", "=", "'")


_MAX_MESSAGES = 100


class Server(LanguageServer):
    """One editor's server."""

    def __init__(self, overrides: Overrides) -> None:
        super().__init__("losslint", __version__, lsp.TextDocumentSyncKind.Incremental, _NOTEBOOKS)
        self.session = Session(overrides)
        # What the editor shows of the cells of each notebook.
        self.shown: dict[str, dict[str, lsp_types.Shown]] = {}
        self.client = lsp_types.Client()
        self.last_problem: str | None = None

    async def publish(self, key: str) -> None:
        """Push the findings of the latest text, unless the editor pulls them or has typed on."""
        self._drop_answered()
        if self.client.pulls:
            return
        analysis = await self.session.analysis(key)
        if analysis is None or analysis.document is not self.session.document(key):
            return
        self.show_problem(analysis)
        found = lsp_types.shown(analysis)
        if analysis.document.cells is None:
            self._push(found)
            return
        # A keystroke changes what is said of few of the cells.
        before = self.shown.get(key, {})
        self.shown[key] = found
        gone = {uri: lsp_types.Shown(None, []) for uri in before.keys() - found.keys()}
        self._push(gone)
        self._push({uri: each for uri, each in found.items() if before.get(uri) != each})

    def take_away(self, key: str) -> None:
        """Nothing is said any more of the cells of a notebook."""
        cells = self.shown.pop(key, {})
        self._push({uri: lsp_types.Shown(None, []) for uri in cells})

    def _push(self, found: dict[str, lsp_types.Shown]) -> None:
        for uri, (version, items) in found.items():
            self.text_document_publish_diagnostics(
                lsp.PublishDiagnosticsParams(uri, items, version=version)
            )

    def _drop_answered(self) -> None:
        """Drop what the library keeps of each message that wants no answer, three for a letter."""
        kept = getattr(self.protocol, "_request_futures", {})
        if len(kept) > _MAX_MESSAGES:
            for name in [name for name, future in kept.items() if future.done()]:
                kept.pop(name, None)

    def show_problem(self, analysis: Analysis) -> None:
        """Show what is wrong with the settings, once."""
        if analysis.problem is not None and analysis.problem != self.last_problem:
            self.window_show_message(
                lsp.ShowMessageParams(lsp.MessageType.Error, f"losslint: {analysis.problem}")
            )
        self.last_problem = analysis.problem

    def report_server_error(self, error: Exception, source: type[Exception]) -> None:
        """Write it to the log: a window that pops up at every keystroke helps nobody."""
        text = f"losslint: internal error: {type(error).__name__}: {error}"
        self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, text))

    async def refresh(self) -> None:
        """Files beside the open ones have changed."""
        self.session.forget()
        if self.client.pulls:
            if get_capability(
                self.client_capabilities, "workspace.diagnostics.refresh_support", False
            ):
                self.workspace_diagnostic_refresh(None)
            return
        for key in self.session.keys:
            await self.publish(key)


def build(overrides: Overrides) -> Server:
    """A server with its handlers; `overrides` go before the settings files."""
    # It keeps texts of its own, and complains of each keystroke in a cell, which is told as a part.
    logging.getLogger("pygls.workspace").setLevel(logging.CRITICAL)
    server = Server(overrides)
    server.feature(lsp.INITIALIZE)(_initialize)
    server.feature(lsp.INITIALIZED)(_initialized)
    server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)(_did_open)
    server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)(_did_change)
    server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)(_did_save)
    server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)(_did_close)
    server.feature(lsp.NOTEBOOK_DOCUMENT_DID_OPEN)(_notebook_opened)
    server.feature(lsp.NOTEBOOK_DOCUMENT_DID_CHANGE)(_notebook_changed)
    server.feature(lsp.NOTEBOOK_DOCUMENT_DID_SAVE)(_did_save)
    server.feature(lsp.NOTEBOOK_DOCUMENT_DID_CLOSE)(_notebook_closed)
    server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)(_files_changed)
    server.feature(
        lsp.TEXT_DOCUMENT_DIAGNOSTIC,
        lsp.DiagnosticOptions(
            inter_file_dependencies=True, workspace_diagnostics=False, identifier=lsp_types.SOURCE
        ),
    )(_pull)
    server.feature(lsp.TEXT_DOCUMENT_HOVER)(_hover)
    typed = [" ", '"', *_TYPED_IN_CODE]
    server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=typed))(
        _completion
    )
    server.feature(
        lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=list(actions.KINDS))
    )(_code_action)
    return server


def _initialize(ls: Server, params: lsp.InitializeParams) -> None:
    can = params.capabilities
    edit = "workspace.workspace_edit"
    action = "text_document.code_action"
    changes = bool(get_capability(can, f"{edit}.document_changes", False))
    operations = get_capability(can, f"{edit}.resource_operations", None) or ()
    literals = get_capability(can, f"{action}.code_action_literal_support", None)
    ls.client = lsp_types.Client(
        snippets=bool(
            get_capability(can, "text_document.completion.completion_item.snippet_support", False)
        ),
        versioned=changes,
        creates_files=changes and lsp.ResourceOperationKind.Create in operations,
        shows_refused=bool(literals and get_capability(can, f"{action}.disabled_support", False)),
        pulls=get_capability(can, "text_document.diagnostic", None) is not None,
    )
    # The library would keep each text once more, line by line: nobody reads it there.
    ls.workspace._sync_kind = lsp.TextDocumentSyncKind.None_
    encoding = ls.workspace.position_encoding
    if encoding == lsp.PositionEncodingKind.Utf8:
        ls.session.encoding = "utf-8"
    elif encoding == lsp.PositionEncodingKind.Utf32:
        ls.session.encoding = "utf-32"


def _initialized(ls: Server, _params: lsp.InitializedParams) -> None:
    """Ask to be told of settings files and of the other files of an experiment."""
    watches = "workspace.did_change_watched_files.dynamic_registration"
    if not get_capability(ls.client_capabilities, watches, False):
        return
    options = lsp.DidChangeWatchedFilesRegistrationOptions(
        [lsp.FileSystemWatcher(glob) for glob in _WATCHED]
    )
    wish = lsp.Registration("losslint-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    ls.client_register_capability(lsp.RegistrationParams([wish]))


async def _did_open(ls: Server, params: lsp.DidOpenTextDocumentParams) -> None:
    document = params.text_document
    ls.session.open(document.uri, document.language_id, document.text, document.version)
    await ls.publish(document.uri)


async def _did_change(ls: Server, params: lsp.DidChangeTextDocumentParams) -> None:
    if params.content_changes:
        uri, version = params.text_document.uri, params.text_document.version
        ls.session.change(uri, map(lsp_types.change, params.content_changes), version)
        await ls.publish(uri)


async def _notebook_opened(ls: Server, params: lsp.DidOpenNotebookDocumentParams) -> None:
    notebook = lsp_types.notebook(params)
    await ls.publish(ls.session.open_notebook(notebook))


async def _notebook_changed(ls: Server, params: lsp.DidChangeNotebookDocumentParams) -> None:
    encoding = ls.session.encoding

    def change(notebook: OpenNotebook) -> None:
        lsp_types.change_notebook(notebook, params, encoding)

    key = ls.session.change_notebook(params.notebook_document.uri, change)
    if key is not None:
        await ls.publish(key)


async def _notebook_closed(ls: Server, params: lsp.DidCloseNotebookDocumentParams) -> None:
    ls.take_away(ls.session.close_notebook(params.notebook_document.uri))


async def _did_save(
    ls: Server, _params: lsp.DidSaveTextDocumentParams | lsp.DidSaveNotebookDocumentParams
) -> None:
    await ls.refresh()


async def _files_changed(ls: Server, _params: lsp.DidChangeWatchedFilesParams) -> None:
    await ls.refresh()


async def _did_close(ls: Server, params: lsp.DidCloseTextDocumentParams) -> None:
    uri = params.text_document.uri
    if ls.session.close(uri) and not ls.client.pulls:
        ls.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))


async def _pull(
    ls: Server, params: lsp.DocumentDiagnosticParams
) -> lsp.RelatedFullDocumentDiagnosticReport | lsp.RelatedUnchangedDocumentDiagnosticReport:
    analysis = await ls.session.analysis(params.text_document.uri)
    if analysis is None:
        return lsp.RelatedFullDocumentDiagnosticReport([])
    ls.show_problem(analysis)
    items = lsp_types.diagnostics(analysis).get(params.text_document.uri, [])
    name = fingerprint(items)
    if name == params.previous_result_id:
        return lsp.RelatedUnchangedDocumentDiagnosticReport(name)
    return lsp.RelatedFullDocumentDiagnosticReport(items, result_id=name)


async def _at_cursor(
    ls: Server,
    params: lsp.HoverParams | lsp.CompletionParams,
    ask: Callable[[Project, Analysis, str, Point], Answer | None],
) -> Answer | None:
    """What is to be said of the place where the cursor stands, in the text that was analysed."""
    uri, at = params.text_document.uri, params.position
    analysis = await ls.session.analysis(uri)
    if analysis is None or analysis.outcome is None:
        return None
    point = (at.line, at.character)
    return await ls.session.run(lambda project: ask(project, analysis, uri, point))


async def _hover(ls: Server, params: lsp.HoverParams) -> lsp.Hover | None:
    found = await _at_cursor(ls, params, hovered)
    return lsp_types.hover(*found) if found is not None else None


async def _completion(ls: Server, params: lsp.CompletionParams) -> lsp.CompletionList | None:
    typed = params.context.trigger_character if params.context is not None else None
    if typed in _TYPED_IN_CODE and not ls.session.is_code(params.text_document.uri):
        return None
    found = await _at_cursor(ls, params, completed)
    return lsp_types.completion(*found, ls.client) if found is not None else None


async def _code_action(ls: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    uri = params.text_document.uri
    analysis = await ls.session.analysis(uri)
    if analysis is None or analysis.outcome is None:
        return []
    span = lsp_types.span_of(params.range, uri, analysis.places)
    only = [str(getattr(kind, "value", kind)) for kind in params.context.only or ()]
    automatic = params.context.trigger_kind == lsp.CodeActionTriggerKind.Automatic

    def work(project: Project) -> list[actions.Action]:
        return list(actions.actions(project, analysis, span, only, automatic=automatic))

    offered = []
    for action in await ls.session.run(work):
        placed = [(each, analysis.places.place(each.span)) for each in action.about]
        about = [lsp_types.diagnostic(each, place, analysis) for each, place in placed]
        converted = lsp_types.code_action(action, analysis, about, ls.client)
        if converted is not None:
            offered.append(converted)
    return offered
