"""Diagnostics, hovers, completions and actions as the protocol's types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from lsprotocol import types as lsp
from pygls.uris import from_fs_path

from losslint.diagnostics import Diagnostic, Edit, Severity, Span
from losslint.report.links import rule_url
from losslint.server.actions import Action
from losslint.server.complete import Completion, Proposal, ProposalKind
from losslint.server.hover import HoverText
from losslint.server.position_map import PositionMap
from losslint.server.project import Analysis, OpenDocument
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


def range_of(span: Span | Edit, positions: PositionMap) -> lsp.Range:
    """A span as lines and characters."""
    return lsp.Range(
        lsp.Position(*positions.line_and_character(span.start)),
        lsp.Position(*positions.line_and_character(span.end)),
    )


def span_of(place: lsp.Range, positions: PositionMap) -> Span:
    """Lines and characters as a span."""
    start = positions.offset(place.start.line, place.start.character)
    return Span(start, max(start, positions.offset(place.end.line, place.end.character)))


def diagnostics(analysis: Analysis) -> list[lsp.Diagnostic]:
    """Everything that is said of a document."""
    if analysis.outcome is None:
        return []
    found = analysis.outcome.diagnostics
    return [diagnostic(each, analysis) for each in found]


def diagnostic(found: Diagnostic, analysis: Analysis) -> lsp.Diagnostic:
    """One finding."""
    message = found.message if found.hint is None else f"{found.message}\n{found.hint}"
    related = [
        lsp.DiagnosticRelatedInformation(
            lsp.Location(analysis.document.uri, range_of(other.span, analysis.positions)),
            well_formed(other.message),
        )
        for other in found.related
    ]
    return lsp.Diagnostic(
        range_of(found.span, analysis.positions),
        well_formed(message),
        severity(found.severity),
        found.code,
        lsp.CodeDescription(rule_url(found.name)),
        SOURCE,
        _tags(found),
        related or None,
    )


def _tags(found: Diagnostic) -> list[lsp.DiagnosticTag] | None:
    """What editors draw faint, because it does nothing."""
    if found.name in ("parameter-without-effect", "unused-suppression"):
        return [lsp.DiagnosticTag.Unnecessary]
    return None


def hover(shown: HoverText, positions: PositionMap) -> lsp.Hover:
    """A page about a word."""
    content = lsp.MarkupContent(lsp.MarkupKind.Markdown, shown.markdown)
    return lsp.Hover(content, range_of(shown.span, positions))


_KINDS: Mapping[ProposalKind, lsp.CompletionItemKind] = MappingProxyType(
    {
        "loss": lsp.CompletionItemKind.Function,
        "parameter": lsp.CompletionItemKind.Property,
        "value": lsp.CompletionItemKind.Value,
    }
)


def completion(found: Completion, positions: PositionMap, client: Client) -> lsp.CompletionList:
    """What may be written, in the order of the catalog, the fitting ones first."""
    place = range_of(found.span, positions)
    items = [_item(n, each, place, client) for n, each in enumerate(found.proposals)]
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
    document: OpenDocument = analysis.document
    edits = [
        lsp.TextEdit(range_of(e, analysis.positions), well_formed(e.text)) for e in action.edits
    ]
    if not client.versioned:
        return lsp.WorkspaceEdit(changes={document.uri: edits})
    identifier = lsp.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return lsp.WorkspaceEdit(document_changes=[lsp.TextDocumentEdit(identifier, edits)])


def _new_file(action: Action) -> lsp.WorkspaceEdit:
    assert action.new_file is not None
    uri = from_fs_path(action.new_file.path) or ""
    top = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
    identifier = lsp.OptionalVersionedTextDocumentIdentifier(uri, None)
    edit = lsp.TextDocumentEdit(identifier, [lsp.TextEdit(top, action.new_file.text)])
    return lsp.WorkspaceEdit(document_changes=[lsp.CreateFile(uri), edit])
