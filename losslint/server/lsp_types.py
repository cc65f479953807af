"""Diagnostics, hovers, completions and actions as the protocol's types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from lsprotocol import types as lsp
from pygls.uris import from_fs_path

from losslint.diagnostics import Diagnostic, Severity, Span
from losslint.report.links import rule_url
from losslint.server.actions import Action
from losslint.server.complete import Completion, Proposal, ProposalKind
from losslint.server.documents import CellText, Change, OpenNotebook
from losslint.server.hover import HoverText
from losslint.server.places import Place, Places
from losslint.server.position_map import Encoding
from losslint.server.project import Analysis
from losslint.server.session import notebook_path
from losslint.text import well_formed

SOURCE = "losslint"


class Client(NamedTuple):
    """What the editor can do with an answer."""

    snippets: bool = False
    versioned: bool = False
    creates_files: bool = False
    shows_refused: bool = False
    pulls: bool = False


def severity(of: Severity) -> lsp.DiagnosticSeverity:
    """A severity; what is worth knowing is information."""
    if of == "error":
        return lsp.DiagnosticSeverity.Error
    return lsp.DiagnosticSeverity.Warning if of == "warning" else lsp.DiagnosticSeverity.Information


def range_of(place: Place) -> lsp.Range:
    """A place as lines and characters."""
    return lsp.Range(lsp.Position(*place.start), lsp.Position(*place.end))


def span_of(range_: lsp.Range, uri: str, places: Places) -> Span:
    """Lines and characters as a span of the checked text; before it where nothing of it stands."""
    start = places.offset(uri, (range_.start.line, range_.start.character))
    end = places.offset(uri, (range_.end.line, range_.end.character))
    return Span(-1, -1) if start is None or end is None else Span(start, max(start, end))


class Shown(NamedTuple):
    """What is said of one version of a document."""

    version: int | None
    items: list[lsp.Diagnostic]


def shown(analysis: Analysis) -> dict[str, Shown]:
    """What is said of each document that an editor shows of a file."""
    found = diagnostics(analysis)
    return {each.uri: Shown(each.version, found[each.uri]) for each in analysis.places.texts}


def diagnostics(analysis: Analysis) -> dict[str, list[lsp.Diagnostic]]:
    """Everything that is said of a file, by the documents that an editor shows of it."""
    found: dict[str, list[lsp.Diagnostic]] = {text.uri: [] for text in analysis.places.texts}
    for each in analysis.outcome.diagnostics if analysis.outcome is not None else ():
        place = analysis.places.place(each.span)
        found[place.uri].append(diagnostic(each, place, analysis))
    return found


def diagnostic(found: Diagnostic, place: Place, analysis: Analysis) -> lsp.Diagnostic:
    """One finding at its place."""
    message = found.message if found.hint is None else f"{found.message}\n{found.hint}"
    places = [(analysis.places.place(other.span), other.message) for other in found.related]
    related = [
        lsp.DiagnosticRelatedInformation(lsp.Location(at.uri, range_of(at)), well_formed(told))
        for at, told in places
    ]
    page = rule_url(found.name)
    return lsp.Diagnostic(
        range_of(place),
        well_formed(message),
        severity(found.severity),
        found.code,
        None if page is None else lsp.CodeDescription(page),
        SOURCE,
        _tags(found),
        related or None,
    )


def _tags(found: Diagnostic) -> list[lsp.DiagnosticTag] | None:
    """What editors draw faint, because it does nothing."""
    if found.name in ("parameter-without-effect", "unused-suppression"):
        return [lsp.DiagnosticTag.Unnecessary]
    return None


def hover(shown: HoverText, place: Place) -> lsp.Hover:
    """A page about a word that stands at a place."""
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, shown.markdown), range_of(place))


_KINDS: Mapping[ProposalKind, lsp.CompletionItemKind] = MappingProxyType(
    {
        "loss": lsp.CompletionItemKind.Function,
        "metric": lsp.CompletionItemKind.Function,
        "parameter": lsp.CompletionItemKind.Property,
        "value": lsp.CompletionItemKind.Value,
    }
)


def completion(found: Completion, place: Place, client: Client) -> lsp.CompletionList:
    """What may be written at a place, in the order of the catalog, the fitting ones first."""
    at = range_of(place)
    items = [_item(n, each, at, client) for n, each in enumerate(found.proposals)]
    return lsp.CompletionList(is_incomplete=False, items=items)


def _item(number: int, proposal: Proposal, place: lsp.Range, client: Client) -> lsp.CompletionItem:
    text = proposal.head + proposal.value
    item = lsp.CompletionItem(
        proposal.label,
        kind=_KINDS[proposal.kind],
        detail=proposal.detail or None,
        sort_text=f"{'0' if proposal.first else '1'}{number:04}",
        # An editor that finds a quote before the cursor compares with it.
        filter_text=proposal.head.rstrip(": ") if proposal.kind != "value" else text,
        text_edit=lsp.TextEdit(place, text),
    )
    if proposal.markdown:
        item.documentation = lsp.MarkupContent(lsp.MarkupKind.Markdown, proposal.markdown)
    if client.snippets and proposal.value:
        item.insert_text_format = lsp.InsertTextFormat.Snippet
        snippet = f"{_escaped(proposal.head)}${{1:{_escaped(proposal.value)}}}"
        item.text_edit = lsp.TextEdit(place, snippet)
    return item


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}")


def code_action(
    action: Action, analysis: Analysis, shown: Iterable[lsp.Diagnostic], client: Client
) -> lsp.CodeAction | None:
    """An action; None for one that this editor cannot carry out. `shown` are its diagnostics."""
    if action.refused is not None:
        if not client.shows_refused:
            return None
        reason = lsp.CodeActionDisabled(action.refused)
        return lsp.CodeAction(action.title, action.kind, disabled=reason)
    if action.new_file is not None and not client.creates_files:
        return None
    return lsp.CodeAction(
        action.title,
        action.kind,
        diagnostics=list(shown) or None,
        is_preferred=action.preferred or None,
        edit=_new_file(action) if action.new_file else _edits(action, analysis, client),
    )


def _edits(action: Action, analysis: Analysis, client: Client) -> lsp.WorkspaceEdit:
    versions: dict[str, int | None] = {}
    edits: dict[str, list[lsp.TextEdit]] = {}
    for place, text in analysis.places.edits(action.edits):
        versions[place.uri] = place.version
        edits.setdefault(place.uri, []).append(lsp.TextEdit(range_of(place), well_formed(text)))
    if not client.versioned:
        return lsp.WorkspaceEdit(changes=edits)
    changed = [
        lsp.TextDocumentEdit(lsp.OptionalVersionedTextDocumentIdentifier(uri, versions[uri]), each)
        for uri, each in edits.items()
    ]
    return lsp.WorkspaceEdit(document_changes=changed)


def _new_file(action: Action) -> lsp.WorkspaceEdit:
    assert action.new_file is not None
    uri = from_fs_path(action.new_file.path) or ""
    top = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    identifier = lsp.OptionalVersionedTextDocumentIdentifier(uri, None)
    edit = lsp.TextDocumentEdit(identifier, [lsp.TextEdit(top, action.new_file.text)])
    return lsp.WorkspaceEdit(document_changes=[lsp.CreateFile(uri), edit])


def notebook(params: lsp.DidOpenNotebookDocumentParams) -> OpenNotebook:
    """A notebook as an editor opens it."""
    told = params.notebook_document
    found = OpenNotebook(
        told.uri, notebook_path(told.uri), told.version, _metadata(told.metadata), []
    )
    found.splice(0, 0, _kinds(told.cells), _texts(params.cell_text_documents), ())
    return found


def change_notebook(
    found: OpenNotebook, params: lsp.DidChangeNotebookDocumentParams, encoding: Encoding
) -> None:
    """Do what an editor tells of a notebook, in the order of the protocol."""
    found.version = params.notebook_document.version
    if params.change.metadata is not None:
        found.metadata = _metadata(params.change.metadata)
    cells = params.change.cells
    if cells is None:
        return
    if cells.structure is not None:
        array, closed = cells.structure.array, cells.structure.did_close or ()
        come, opened = _kinds(array.cells or ()), _texts(cells.structure.did_open or ())
        found.splice(array.start, array.delete_count, come, opened, [each.uri for each in closed])
    found.set_kinds(_kinds(cells.data or ()))
    for text in cells.text_content or ():
        changes = [change(each) for each in text.changes]
        found.type(text.document.uri, text.document.version, changes, encoding)


def _metadata(told: object) -> Mapping[str, object] | None:
    return told if isinstance(told, Mapping) else None


def _kinds(cells: Iterable[lsp.NotebookCell]) -> list[tuple[str, bool]]:
    return [(cell.document, cell.kind == lsp.NotebookCellKind.Code) for cell in cells]


def _texts(documents: Iterable[lsp.TextDocumentItem]) -> list[tuple[str, CellText]]:
    return [(d.uri, CellText(d.language_id, d.text, d.version)) for d in documents]


def change(told: lsp.TextDocumentContentChangeEvent) -> Change:
    """A part of a text that was typed over, or all of it."""
    if isinstance(told, lsp.TextDocumentContentChangePartial):
        start, end = told.range.start, told.range.end
        return Change(told.text, (start.line, start.character, end.line, end.character))
    return Change(told.text)
