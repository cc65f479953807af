"""What may be written at the cursor: names of losses, parameters, values."""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from losslint.catalog.describe import json_like, loss_markdown, param_markdown, terms
from losslint.catalog.model import Param, Spec, params_at
from losslint.diagnostics import Span
from losslint.dialects.declarations import told
from losslint.dialects.records import LossEntry, Site
from losslint.dialects.write_values import Manner, in_words_of, inline, manner_of
from losslint.linter.apply_rules import find_sites, parse
from losslint.rules.base import Context, framework
from losslint.server.cursor import MARK, Attempt
from losslint.server.symbols import (
    SymbolAt,
    fields_of,
    follow,
    known_loss,
    known_params,
    symbols_in,
)

ProposalKind = Literal["loss", "metric", "parameter", "value"]


class Proposal(NamedTuple):
    """One thing that may stand at the cursor.

    `head` is written in the place of the word; of a new parameter it ends before the value, and
    `value` follows, which the user may want to change. `first` puts it before the others.
    """

    kind: ProposalKind
    label: str
    head: str
    value: str = ""
    detail: str = ""
    markdown: str = ""
    first: bool = False


class Completion(NamedTuple):
    """The proposals, and the text that they take the place of."""

    span: Span
    proposals: tuple[Proposal, ...]


def complete(context: Context, tries: Iterable[Attempt]) -> Completion | None:
    """What may be written at the place of the first attempt that is a part of a loss."""
    for attempt in tries:
        marked = find_marked(context, attempt)
        manner = manner_of(marked.context.tree)
        proposals = tuple(
            proposal
            for symbol, site in marked.symbols
            for proposal in _proposals(symbol, site, marked.context, _Writer(attempt, manner))
        )
        if proposals:
            return Completion(attempt.word, proposals)
    return None


class Marked(NamedTuple):
    """The words of losses that are marks, each with its site, in the text of an attempt."""

    context: Context
    symbols: tuple[tuple[SymbolAt, Site], ...]


def find_marked(context: Context, attempt: Attempt) -> Marked:
    """The marks of an attempt, as far as they stand in losses as what they were tried as."""
    source = context.source._replace(text=attempt.text)
    tree = parse(source)
    sites = find_sites(tree, context.declarations.sites_in(source.path))[1]
    found = tuple(
        (symbol, next(site for site in sites if symbol.entry in site.entries))
        for symbol in symbols_in(sites)
        if (symbol.word in attempt.marks if attempt.marks else symbol.kind == "name")
        and symbol.span.start >= attempt.start
        and (symbol.kind == "key") == (attempt.kind in ("key", "argument"))
        and (attempt.marks == (MARK,) or _may_be_known(symbol.entry, context))
    )
    # What the rest of the marked document says is what holds around the cursor.
    return Marked(context._replace(source=source, tree=tree), found)


def _may_be_known(entry: LossEntry, context: Context) -> bool:
    """Whether something is known of what an entry names: of the user's own code, if declared."""
    if entry.dialect.own_code(entry) is None:
        return True
    return bool(context.declarations.losses_for(entry.dialect))


class _Writer(NamedTuple):
    """How to write: the quotes that stand already, and the file's manner."""

    attempt: Attempt
    manner: Manner

    def value(self, value: object) -> str:
        """A value as it is to stand at the cursor, or behind a new key."""
        if self.attempt.kind in ("member", "metric member"):
            return str(value)
        if self.attempt.quote and self.attempt.kind in ("value", "metric"):
            return value if isinstance(value, str) else json_like(value)
        return inline(value, self.manner)

    def told(self, page: str) -> str:
        """What is known of something, with the constants of the file's language."""
        return in_words_of(self.manner.language, page)

    def key(self, name: str) -> str:
        """A key; with its colon where it has none."""
        if self.attempt.quote:
            # The quote behind the cursor is not part of what is replaced.
            return name
        if self.attempt.kind == "argument":
            return f"{name}=" if self.attempt.alone else name
        written = self.manner.language.key(name)
        return written + self.manner.colon if self.attempt.alone else written


def _proposals(
    symbol: SymbolAt, site: Site, context: Context, writer: _Writer
) -> Iterator[Proposal]:
    if writer.attempt.kind == "metric":
        dialect = symbol.entry.dialect
        for name in dialect.metrics_at(context.target(dialect).version):
            yield Proposal("metric", name, writer.value(name))
    elif writer.attempt.kind == "metric member":
        dialect = symbol.entry.dialect
        for name in dialect.members_of_metrics(site, context.target(dialect).version):
            yield Proposal("metric", name, writer.value(name))
    elif symbol.kind == "name":
        yield from _names(symbol.entry, site, context, writer)
    elif symbol.kind == "key":
        yield from _keys(symbol, context, writer)
    else:
        known = follow(symbol.path, known_params(symbol.entry, context))
        if known is not None:
            usual = _usual(known.param, _example(symbol.entry, context)) if known.param else ()
            yield from _values(known.spec, usual, writer)


def _names(entry: LossEntry, site: Site, context: Context, writer: _Writer) -> Iterator[Proposal]:
    release = framework(site, context)
    version = context.target(entry.dialect).version
    heads = site.dialect.heads_of(site)
    is_member = writer.attempt.kind == "member"
    is_function = is_member and not entry.style.is_object
    ask = entry.dialect.functions_at if is_function else entry.dialect.names_at
    own = {each.name: told(each) for each in context.declarations.losses_for(entry.dialect)}
    there = [each for each in ask(entry, version) if is_member or each[0] not in own]
    if is_member:
        # A module of Keras's has none of one's own, and one that is not seen has no others.
        is_unseen = entry.dialect.own_code(entry) is not None
        own, there = (own, []) if is_unseen else ({}, there)
    for name, loss in (*own.items(), *there):
        page = writer.told(loss_markdown(loss, params_at(loss, version), release))
        fits = any(head in loss.heads for head in heads) if loss.heads else name == loss.name
        text = writer.value(name)
        yield Proposal("loss", name, text, detail=loss.summary, markdown=page, first=fits)


def _keys(symbol: SymbolAt, context: Context, writer: _Writer) -> Iterator[Proposal]:
    params = known_params(symbol.entry, context)
    owner = symbol.path[:-1]
    if owner:
        known = follow(owner, params)
        yield from _params(fields_of(known.spec) if known else (), frozenset(), {}, writer)
        return
    taken = {argument.name for argument in symbol.entry.arguments}
    if symbol.entry.weight is not None:
        taken.add("weight")
    if symbol.entry.name is None:
        word = symbol.entry.style.name_key
        yield Proposal("parameter", word, writer.key(word), detail="which loss it is", first=True)
    yield from _params(params, frozenset(taken), _example(symbol.entry, context), writer)


def _example(entry: LossEntry, context: Context) -> dict[str, object]:
    """Values that an entry's loss works with; a weight of null is 1.0."""
    loss = known_loss(entry, context)
    return {"weight": None, **(dict(loss.example) if loss is not None else {})}


def _usual(param: Param, example: dict[str, object]) -> tuple[object, ...]:
    """The value that a parameter has unless somebody knows better; none for some."""
    if param.required:
        return (example[param.name],) if param.name in example else ()
    absent = param.default is None and "null" not in param.spec.types
    return () if absent else (param.default,)


def _params(
    params: Iterable[Param], taken: frozenset[str], example: dict[str, object], writer: _Writer
) -> Iterator[Proposal]:
    for param in params:
        if param.name in taken or param.fate != "used":
            continue
        key, usual = writer.key(param.name), _usual(param, example)
        alone = writer.attempt.alone and not writer.attempt.quote
        behind = writer.value(usual[0]) if usual and alone else ""
        page, told = writer.told(param_markdown(param)), writer.told(terms(param))
        yield Proposal("parameter", param.name, key, behind, told, page, param.required)


def _values(spec: Spec, usual: tuple[object, ...], writer: _Writer) -> Iterator[Proposal]:
    """The values that can be listed: the usual one, choices, true, false, null."""
    found = list(usual)
    for option in spec.either or (spec,):
        found += option.choices
        found += [True, False] if "bool" in option.types else []
        found += [None] if "null" in option.types else []
    seen: set[str] = set()
    for value in found:
        text = writer.value(value)
        # Nothing but a string can stand in quotes.
        if text in seen or (writer.attempt.quote and not isinstance(value, str)):
            continue
        seen.add(text)
        is_usual = bool(usual) and value is usual[0]
        detail = "the usual value" if is_usual else ""
        yield Proposal("value", text.strip('"'), text, detail=detail, first=is_usual)
