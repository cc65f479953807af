"""What is known of the word under the mouse."""

from collections.abc import Iterable
from typing import NamedTuple

from losslint.catalog.describe import loss_markdown, param_markdown
from losslint.diagnostics import Span
from losslint.dialects.write_values import in_words_of
from losslint.linter.apply_rules import Checked
from losslint.rules.base import Context, entry_params, framework
from losslint.server.complete import find_marked
from losslint.server.cursor import Attempt
from losslint.server.symbols import SymbolAt, follow, known_loss, known_params, symbol_at


class HoverText(NamedTuple):
    """A text in Markdown about a span."""

    span: Span
    markdown: str


def hover(checked: Checked, context: Context, offset: int) -> HoverText | None:
    """The page of the loss, or of the parameter, that stands at an offset."""
    symbol = symbol_at(checked.sites, offset)
    if symbol is None:
        return None
    page = _page(symbol, context)
    return HoverText(symbol.span, page) if page is not None else None


def hover_marked(context: Context, tries: Iterable[Attempt]) -> HoverText | None:
    """The same for a place of a program where nothing is compiled."""
    for attempt in tries:
        marked = find_marked(context, attempt)
        for symbol, _ in marked.symbols:
            page = _page(symbol, marked.context)
            if page is not None:
                return HoverText(attempt.word, page)
    return None


def _page(symbol: SymbolAt, context: Context) -> str | None:
    """What is known of a word, with the constants of the file's language."""
    page = (_loss if symbol.kind == "name" else _param)(symbol, context)
    return in_words_of(context.tree.language, page) if page is not None else None


def _loss(symbol: SymbolAt, context: Context) -> str | None:
    loss = known_loss(symbol.entry, context)
    if loss is None:
        return None
    params = entry_params(symbol.entry, loss, context)
    return loss_markdown(loss, params, framework(symbol.entry, context))


def _param(symbol: SymbolAt, context: Context) -> str | None:
    path = symbol.path
    while path and isinstance(path[-1], int):
        # An item of a list is explained by the list.
        path = path[:-1]
    known = follow(path, known_params(symbol.entry, context))
    if known is None or known.param is None:
        return None
    owner = path[-2] if len(path) > 1 else symbol.entry.name_text
    return param_markdown(known.param, str(owner or ""))
