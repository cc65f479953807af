"""What a dialect reads out of a document: sites where losses stand, and their entries."""

from typing import Literal, NamedTuple

from losslint.diagnostics import Span
from losslint.syntax.member import Member
from losslint.syntax.view import View

DialectName = Literal["netspresso", "keras"]

# How an entry is written: a NetsPresso list entry; the platform's {"NAME": …}; Keras's
# {"class_name": …, "config": …}; its {"class_name": "function", "config": "mse"}; a bare string.
EntryStyle = Literal["criterion", "platform", "object", "function", "string"]

# Where a site stands. "losses": NetsPresso's list. "platform": MODEL.COMPILATION.LOSS.
# "compile": a compile config, as `.keras` archives hold it. "legacy": the training_config of
# an .h5 file. "object": a serialised loss that stands by itself.
SiteKind = Literal["losses", "platform", "compile", "legacy", "object"]


# Nobody writes as many; what a file has beyond is not checked, and syntax-error says so.
MAX_ENTRIES = 1000
MAX_ARGUMENTS = 1000


class Argument(NamedTuple):
    """One parameter as it is written: its name, the place of its key, its value."""

    name: str
    key: Span
    view: View


class LossEntry(NamedTuple):
    """One loss of a site.

    `view` is the whole entry, `name` the value that names the loss (None where nothing does),
    `arguments` its parameters, `weight` NetsPresso's factor, `output` the model output that a
    Keras loss belongs to.
    """

    dialect: DialectName
    style: EntryStyle
    view: View
    name: View | None = None
    arguments: tuple[Argument, ...] = ()
    weight: Member | None = None
    weight_view: View | None = None
    output: str | int | None = None

    @property
    def name_text(self) -> str | None:
        """The name as a string, or None where it is absent, unknown or no string."""
        if self.name is None or self.name.kind != "str":
            return None
        value = self.name.value
        return value if isinstance(value, str) else None

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

    dialect: DialectName
    kind: SiteKind
    root: View
    owner: View
    key: Span
    view: View | None
    entries: tuple[LossEntry, ...] = ()
