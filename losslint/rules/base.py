"""What every rule is made of: its metadata, and the context that it judges in."""

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeVar, cast

from losslint.catalog.model import LossDef, Param
from losslint.diagnostics import Diagnostic, Fix, Related, Severity, Span
from losslint.dialects.declarations import Declarations
from losslint.dialects.dialect import Dialect
from losslint.dialects.experiment import Experiment
from losslint.dialects.records import Argument, EntryStyle, LossEntry, Site, SiteKind
from losslint.dialects.release_targets import ReleaseTarget, ReleaseTargets
from losslint.files.source import Source
from losslint.syntax.nodes import Tree
from losslint.syntax.resolved_node import ResolvedNode

__all__ = ["Argument", "LossDef", "LossEntry", "ResolvedNode", "Site"]
"""Words of other rooms that nearly every rule is written with."""

Findings = Iterator[Diagnostic]

Availability = Literal["safe", "unsafe", "sometimes", "none"]

# What a file has; `losslint.rules._traits` says when.
Trait = Literal[
    "byte order mark", "problem", "several documents", "odd key", "several losses", "odd name",
    "odd argument", "missing argument", "odd value", "weight", "no weight", "own losses",
    "model", "other files",
]  # fmt: skip

# Kinds of site that rules name together.
NETSPRESSO: Final[tuple[SiteKind, ...]] = ("losses",)
# Of rules that look at nothing but the list.
NETSPRESSO_LISTS: Final[tuple[SiteKind, ...]] = ("losses", "own-losses")
PLATFORM: Final[tuple[SiteKind, ...]] = ("platform",)
COMPILED: Final[tuple[SiteKind, ...]] = ("compile", "legacy")
# Where a loss meets an output.
TRAINED: Final[tuple[SiteKind, ...]] = (*COMPILED, "computed")
KERAS: Final[tuple[SiteKind, ...]] = ("platform", "compile", "legacy", "object", "own-loss")


if TYPE_CHECKING:
    # Every run would make a class of it that only a type checker asks for.
    from typing import Protocol

    class Placed(Protocol):
        """What stands in a file: a value, an argument, or a fault of one."""

        @property
        def at(self) -> Span:
            """Where it is used."""

        @property
        def related(self) -> Iterable[Related]:
            """Where it comes from, if that is another place."""


class Rule(NamedTuple):
    """A rule's metadata; the module's docstring is its page.

    `sites` are the kinds of site that the rule judges; none: all of them. `words`: a file that holds
    none of these, as it is written, gives the rule nothing to say; `when`: nor does one that has none
    of these traits. `since` is the release of
    losslint that brought the rule. `sources` name where the framework does what the rule says, and
    who met it, as `losslint.rules.sources` reads them.
    """

    code: str
    name: str
    severity: Severity
    sites: tuple[SiteKind, ...] = ()
    words: tuple[str, ...] = ()
    when: tuple[Trait, ...] = ()
    fix: Availability = "none"
    since: str = "0.1.0"
    sources: tuple[str, ...] = ()

    def at(
        self,
        where: "Span | Placed",
        message: str,
        *,
        severity: Severity | None = None,
        fix: Fix | None = None,
        related: Iterable[Related] = (),
        hint: str | None = None,
    ) -> Diagnostic:
        """A diagnostic of this rule; one about a value tells where that comes from, too."""
        span = where if isinstance(where, Span) else where.at
        if not isinstance(where, Span):
            related = (*related, *where.related)
        return Diagnostic(
            self.code,
            self.name,
            severity or self.severity,
            shortened(message),
            span,
            fix and fix._replace(message=shortened(fix.message)),
            tuple(related),
            hint and shortened(hint),
        )


_MAX_MESSAGE = 800


def shortened(text: str) -> str:
    """A sentence that holds words of a file, which may have any length."""
    return text if len(text) <= _MAX_MESSAGE else text[: _MAX_MESSAGE - 1] + "…"


# What a function found, by the id of what it was asked about, which is kept beside: nothing else
# can get its id then.
RuleMemo = dict[Callable[..., Any], dict[object, tuple[Any, object]]]


class Context(NamedTuple):
    """What a rule knows beside the site: the file, and the releases that it is meant for.

    `found` is what one rule found out and others ask too; `memoize_per_file` fills it. `written_by` is the
    release of Keras that wrote an archive, where its metadata tell. `neighbours` are the experiments
    that the file belongs to, with the trees of their other files.
    """

    source: Source
    tree: Tree
    releases: ReleaseTargets
    found: RuleMemo
    written_by: str | None = None
    neighbours: tuple[Experiment, ...] = ()

    def target(self, dialect: Dialect) -> ReleaseTarget:
        """The release of a dialect's framework."""
        return self.releases.of(dialect)

    @property
    def declarations(self) -> Declarations:
        """What the project declares."""
        return self.releases.declarations

    @property
    def netspresso(self) -> ReleaseTarget:
        """The release of NetsPresso Trainer."""
        return self.releases.netspresso

    @property
    def keras(self) -> ReleaseTarget:
        """The release of Keras."""
        return self.releases.keras


_Finder = TypeVar("_Finder", bound=Callable[..., Any])


def memoize_per_file(find: _Finder) -> _Finder:
    """A function whose last argument is the context, run once for what a file's rules ask it of.

    What it was asked about is kept. The context is not: it holds the memo, and would keep all that
    was made for a file alive.
    """

    @wraps(find)
    def known(one: Any, context: Context) -> Any:
        # Nearly all are asked about one thing, and a file may have a hundred thousand of them.
        mine = context.found.get(find)
        if mine is None:
            mine = context.found[find] = {}
        found = mine.get(id(one))
        if found is None:
            found = mine[id(one)] = (find(one, context), one)
        return found[0]

    @wraps(find)
    def known_of_all(*asked: Any) -> Any:
        mine = asked[-1].found.setdefault(find, {})
        key = tuple(map(id, asked[:-1]))
        found = mine.get(key)
        if found is None:
            found = mine[key] = (find(*asked), asked[:-1])
        return found[0]

    of_one = find.__code__.co_argcount == 2
    return cast("_Finder", known if of_one else known_of_all)


class File(NamedTuple):
    """One parsed file: what rules about the whole document look at."""

    source: Source
    tree: Tree
    roots: tuple[ResolvedNode, ...]
    sites: tuple[Site, ...]

    def documents(self) -> Iterator[tuple[ResolvedNode, list[Site]]]:
        """The roots of the documents, each with the sites that stand in it."""
        found: dict[int, list[Site]] = {id(root): [] for root in self.roots}
        for site in self.sites:
            found.setdefault(id(site.root), []).append(site)
        return ((root, found[id(root)]) for root in self.roots)


def framework(of: Site | LossEntry, context: Context) -> str:
    """The framework and its release, as messages name it."""
    return f"{of.dialect.framework} {context.target(of.dialect).label}".rstrip()


def entry_params(entry: LossEntry, loss: LossDef, context: Context) -> tuple[Param, ...]:
    """The parameters of an entry's loss at the target release, as its style spells them."""
    return _params(entry.dialect, entry.style, loss, context)


@memoize_per_file
def _params(
    dialect: Dialect, style: EntryStyle, loss: LossDef, context: Context
) -> tuple[Param, ...]:
    return dialect.params_of(style, loss, context.target(dialect).version)


def writer(context: Context) -> str:
    """Who wrote the archive, as messages about crossing releases end; empty where unknown."""
    return f" (Keras {context.written_by} wrote the file)" if context.written_by else ""


_MAX_VISITED = 5_000


@memoize_per_file
def scalars(entry: LossEntry, context: Context) -> tuple[ResolvedNode, ...]:
    """Every scalar of an entry, nested ones included, up to a bound."""
    found: list[ResolvedNode] = []
    todo: list[ResolvedNode] = [entry.view]
    visited = 0
    while todo and visited < _MAX_VISITED:
        view = todo.pop()
        visited += 1
        if view.is_mapping:
            todo += [value for _, value in reversed(view.pairs())]
        elif view.is_list:
            todo += reversed(view.items())
        else:
            found.append(view)
    return tuple(found)
