"""Where the values of a document are used: at their keys, or after a detour."""

from typing import TYPE_CHECKING, Final

from losslint.diagnostics import Related, Span
from losslint.syntax.nodes import Scalar
from losslint.syntax.read_value import ReadValue

if TYPE_CHECKING:
    from losslint.syntax.resolved_node import ResolvedNode


class Member:
    """A key as it is used: its name, node and value, and the place to point at, mostly its own."""

    __slots__ = ("_at", "key", "name", "view")

    def __init__(
        self, name: str, key: Scalar, view: "ResolvedNode", at: Span | None = None
    ) -> None:
        self.name = name
        self.key = key
        self.view = view
        self._at = at

    @property
    def at(self) -> Span:
        """The place to point at."""
        return self._at or Span(self.key.start, self.key.end)


class Detour:
    """What is known of a value that is not used where it stands, or that stands within such a one.

    `origin` is where it stands, `hops` how many aliases, merge keys and interpolations led there;
    `file` the other file of the experiment that this is in (empty for the checked one), and `user`
    what in the checked one uses it. `loops`: an interpolation leads back to itself.
    """

    __slots__ = ("file", "hops", "loops", "origin", "user")

    def __init__(
        self, hops: int = 0, origin: Span | None = None, file: str = "",
        user: "ResolvedNode | None" = None,
    ) -> None:  # fmt: skip
        self.hops = hops
        self.origin = origin
        self.file = file
        self.user = user
        self.loops = False


# Of nearly every value, which stands where it is used; nobody changes it.
NO_DETOUR: Final = Detour()


class PlacedValue(ReadValue):
    """A value of a document, and the place where it is used."""

    __slots__ = ("_at", "_detour", "text")

    # Set where a node is made, as those of the value are. No `_at`: the place of the node.
    text: str
    _at: Span | None
    _detour: Detour

    @property
    def at(self) -> Span:
        """The place where the value is used."""
        return self._at or Span(self.node.start, self.node.end)

    @property
    def origin(self) -> Span | None:
        """Where the value stands, if that is another place than the one of its use."""
        return self._detour.origin if self.node else None

    @property
    def loops(self) -> bool:
        """Whether an interpolation leads back to itself, once it was followed."""
        return self._detour.loops

    @property
    def file(self) -> str:
        """The other file of the experiment that this stands in; empty for the checked one."""
        return self._detour.file

    @property
    def user(self) -> "ResolvedNode | None":
        """What in the checked file uses a value of another one."""
        return self._detour.user

    @property
    def source_text(self) -> str:
        """The text that stands at the place of use."""
        return self.text[self.at.start : self.at.end]

    @property
    def related(self) -> tuple[Related, ...]:
        """The place where the value comes from, when that is another one."""
        if self.origin is None or self.origin == self.at or self.file:
            return ()
        return (Related(self.origin, "the value comes from here"),)

    def _own_detour(self) -> Detour:
        """The detour of this value, which can be changed."""
        if self._detour is NO_DETOUR:
            self._detour = Detour()
        return self._detour
