"""What goes through the pipeline: a file that has to be linted, and what came of a file."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from losslint.diagnostics import Diagnostic
from losslint.files.reading import Content
from losslint.files.source import Source, Unreadable
from losslint.settings.model import Settings

if TYPE_CHECKING:
    from losslint.linter.apply_rules import Checked
else:
    # A record evaluates its annotations, and only a type checker asks for this one.
    Checked = object


class LoadedFile(NamedTuple):
    """A file that has to be linted: nothing shorter says what came of it.

    `content` holds its bytes, or the text that was given in their place. `explicit`: it was named
    itself, and not met in a folder. `key`: where the cache keeps its outcome.
    """

    content: Content | Source
    explicit: bool
    settings: Settings
    key: bytes = b""

    @property
    def path(self) -> str:
        """The path as it is shown."""
        return self.content.path

    def source(self) -> Source | Unreadable:
        """The text, or why the bytes are none."""
        found = self.content if isinstance(self.content, Source) else self.content.source()
        if isinstance(found, Unreadable) or not found.path.lower().endswith(".ipynb"):
            return found
        from losslint.syntax.notebook import as_program

        return as_program(found)

    def with_text(self, outcome: "FileOutcome") -> "FileOutcome":
        """An outcome from the cache or of another process, with the text that a report shows."""
        if outcome.source is not None or not outcome.diagnostics:
            return outcome
        source = self.source()
        if isinstance(source, Unreadable):
            return outcome._replace(unreadable=source)
        return outcome._replace(source=source)


class RefusedFix(NamedTuple):
    """A fix that was not applied, and why."""

    diagnostic: Diagnostic
    reason: str


class FileOutcome(NamedTuple):
    """What came of one path: the one record that every command and every report gets.

    Attributes:
        path: as it is shown.
        source: the text; None where there is none, or nothing to report of it.
        diagnostics: in the order in which they are shown; without a source they stand at 1:1.
        sites: the number of places where losses stand.
        problem: a whole sentence that says why nothing could be said of the path (it is not there,
            its settings are wrong, losslint failed); empty where something could.
        note: why a file that was named holds no losses though one of its keys reads so; the end of
            a sentence that starts with the path.
        unreadable: why the path gives no text, whether or not that is reported.
        checked: the tree and the sites, where this process has just linted the file.
        fixed: how many findings were fixed.
        refused: the fixes that were asked for and could not be applied.
        known: how many findings are known already, and no longer among the diagnostics.
    """

    path: str
    source: Source | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    sites: int = 0
    problem: str = ""
    note: str = ""
    unreadable: Unreadable | None = None
    checked: Checked | None = None
    fixed: int = 0
    refused: tuple[RefusedFix, ...] = ()
    known: int = 0

    def reduced_to(self, new: Sequence[Diagnostic]) -> "FileOutcome":
        """The outcome with some of its findings; the others are known."""
        kept, checked = tuple(new), self.checked
        if len(kept) == len(self.diagnostics):
            return self
        if checked is not None:
            checked = checked._replace(diagnostics=kept)
        known = self.known + len(self.diagnostics) - len(kept)
        return self._replace(diagnostics=kept, checked=checked, known=known)

    def without_tree(self) -> "FileOutcome":
        """The outcome without what is large and no report asks for, which is freed at once."""
        for site in self.checked.sites if self.checked is not None else ():
            site.root.forget()
        return self._replace(checked=None, source=self.source if self.diagnostics else None)


def internal_error(error: Exception) -> str:
    """What to say of a mistake of losslint's own."""
    kind, text = type(error).__name__, " ".join(str(error).split())
    return (
        f"internal error: {kind}: {text}; LOSSLINT_DEBUG=1 shows where. "
        "Please report it with the file."
    )
