"""What a dialect reads out of a document: sites where losses stand, and their entries."""

from collections.abc import Iterable
from typing import NamedTuple

from losslint.diagnostics import Related, Span
from losslint.dialects.dialect import Dialect
from losslint.syntax.member import Member
from losslint.syntax.resolved_node import ResolvedNode

DialectName = str


class EntryStyle(NamedTuple):
    """How an entry is written.

    `name_key` is the key of the loss's name, as messages call it. `is_upper_case`: parameters stand
    in upper case beside the name, as the platform has them. `is_object`: the name is that of a
    class, in Keras's serialised form. `is_function`: that of a function in it. `is_string`: the
    entry is nothing but the name. `own_keys`: what an entry has beside parameters. `params_key`:
    the key under which these stand; empty: beside the name.
    """

    name_key: str
    is_upper_case: bool = False
    is_object: bool = False
    is_function: bool = False
    is_string: bool = False
    own_keys: tuple[str, ...] = ()
    params_key: str = ""

    def spelled(self, param: str) -> str:
        """A parameter as entries of this style write it."""
        return param.upper() if self.is_upper_case else param


# Where a site stands. "losses": NetsPresso's list. "platform": MODEL.COMPILATION.LOSS.
# "compile": a compile config, as `.keras` archives hold it. "legacy": the training_config of
# an .h5 file. "object": a serialised loss that stands by itself. "made": one that a program makes
# and does not compile. "computed": one that it computes of an output.
# At places that the settings name: "own-losses" NetsPresso's list, "own-loss" a loss of Keras's,
# "own" losses in another form. Another dialect has kinds of its own.
SiteKind = str


# Nobody writes as many; what a file has beyond is not checked, and syntax-error says so.
MAX_ENTRIES = 1000
MAX_ARGUMENTS = 1000


class Argument(NamedTuple):
    """One parameter as it is written: its name, the place of its key, its value."""

    name: str
    key: Span
    view: ResolvedNode

    @property
    def at(self) -> Span:
        """The key, where findings about the argument stand."""
        return self.key

    @property
    def related(self) -> tuple[Related, ...]:
        """Where the value comes from, if that is another place."""
        return self.view.related


class LossEntry(NamedTuple):
    """One loss of a site.

    `view` is the whole entry, `name` the value that names the loss (None where nothing does),
    `arguments` its parameters, `weight` NetsPresso's factor, `output` the model output that a
    Keras loss belongs to.
    """

    dialect: Dialect
    style: EntryStyle
    view: ResolvedNode
    name: ResolvedNode | None = None
    arguments: tuple[Argument, ...] = ()
    weight: Member | None = None
    weight_view: ResolvedNode | None = None
    output: str | int | None = None

    @property
    def name_text(self) -> str | None:
        """The name as a string, or None where it is absent, unknown or no string."""
        if self.name is None or self.name.kind != "str":
            return None
        value = self.name.value
        return value if isinstance(value, str) else None

    @property
    def holder(self) -> ResolvedNode:
        """What holds the parameters, where it is there."""
        return self.view.get(self.style.params_key) or self.view

    def argument(self, name: str) -> Argument | None:
        """The argument of this name."""
        for argument in self.arguments:
            if argument.name == name:
                return argument
        return None


class Site(NamedTuple):
    """A place in a document where losses stand.

    `view` is what stands under the key of the losses (for a missing key: None), `key` that key,
    `owner` the mapping that holds it (NetsPresso's `model`, the platform's `COMPILATION`, the
    compile config), `root` the whole document.
    """

    dialect: Dialect
    kind: SiteKind
    root: ResolvedNode
    owner: ResolvedNode
    key: Span
    view: ResolvedNode | None
    entries: tuple[LossEntry, ...] = ()

    def is_one_of(self, kinds: tuple[SiteKind, ...]) -> bool:
        """Whether this is of one of some kinds; where there are none, of whatever kind."""
        return not kinds or self.kind in kinds

    @property
    def is_declared(self) -> bool:
        """Whether the settings name this place, so that nothing is known of what stands around."""
        return self.kind.startswith("own")

    @property
    def is_reformed(self) -> bool:
        """Whether the losses are written in a form of the project's own."""
        return self.kind == "own"

    @property
    def is_merged(self) -> bool:
        """Whether one run may read other files together with this site."""
        return self.dialect.merges_files and not self.is_declared

    @property
    def is_platform(self) -> bool:
        """Whether this is the LOSS of a platform's configuration."""
        return self.kind == "platform"

    @property
    def is_free(self) -> bool:
        """Whether this is a serialised loss that stands by itself: nothing trains with it."""
        return self.kind in ("object", "made")

    @property
    def is_alone(self) -> bool:
        """Whether nobody knows what is done with the losses of a site."""
        return self.is_free or self.is_declared

    @property
    def locates_by_module(self) -> bool:
        """Whether load_model finds the classes by their modules: in no .h5 file."""
        return self.kind == "compile"

    @property
    def is_compiled(self) -> bool:
        """Whether this is the `loss` of a compile config, of an archive or of an .h5 file."""
        return self.kind in ("compile", "legacy")

    @property
    def is_made(self) -> bool:
        """Whether a program makes the loss and does something of its own with it."""
        return self.kind == "made"

    @property
    def is_computed(self) -> bool:
        """Whether a program computes the loss of an output itself: it stands elsewhere, too."""
        return self.kind == "computed"

    @property
    def is_of_h5(self) -> bool:
        """Whether this is the `loss` of the training config of an .h5 file."""
        return self.kind == "legacy"


def written_once(sites: Iterable[Site]) -> tuple[Site, ...]:
    """Sites without those of a loss that another one has already."""
    return tuple(site for site in sites if not site.is_computed)


def to_train(sites: Iterable[Site]) -> tuple[Site, ...]:
    """The sites that say what is trained; where there are none, losses that a program makes."""
    once = written_once(sites)
    return tuple(site for site in once if not site.is_made) or once
