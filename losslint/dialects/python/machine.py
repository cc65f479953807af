"""What a program comes to while it is followed: names, objects that change, the calls of compile.

Nothing here follows the depth of a program by recursion: a piece of work is a generator that yields
the pieces that it waits for, and `run` keeps them on a stack of its own. What is known at once is
yielded as it is: most pieces are a name or a constant.
"""

import ast
import re
from collections.abc import Generator
from types import GeneratorType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from losslint.diagnostics import Span
from losslint.dialects.python.values import (
    Frame,
    Function,
    Instance,
    Known,
    Made,
    Object,
    Opaque,
    Pairs,
    Policy,
    Ref,
    Unknown,
    Value,
    text_of,
)
from losslint.syntax.python_text import Places

if TYPE_CHECKING:
    from losslint.dialects.python.loops import Jumps
from losslint.dialects.python.joins import join_heaps, join_names, joined

Work = Generator[Any, Any, Any]

# Nobody's program needs as much; what one holds beyond is not followed, and unknown.
MAX_STEPS: Final = 100_000
MAX_STEPS_OF_A_CALL: Final = 40_000
MAX_CALLS: Final = 500
MAX_DEPTH: Final = 24
_GLOBAL: Final = re.compile(r"^\s*global\s", re.MULTILINE)
DEFAULT_DTYPE: Final = "float32"


class Compiled(NamedTuple):
    """A call of `compile`: its model as it was then, what it is called on, its arguments by name.

    `is_whole`: it has these arguments and no others. Where a loss is computed of an output, that
    call stands in the place of one of `compile`, and the output in that of a model.
    """

    model: Object
    ref: Value
    args: tuple[tuple[str, Span, Value], ...]
    at: Span
    is_whole: bool = True


class Moment(NamedTuple):
    """The names and the objects at one moment of a program.

    `outer` are the names of the module, where functions may write to them.
    """

    names: dict[str, Value]
    heap: dict[Ref | Made, Object]
    outer: dict[str, Value]


class Machine:
    """One program on its way. `is_dead`: what follows in this branch is never reached."""

    def __init__(self, text: str) -> None:
        self.places = Places(text)
        self.module = Frame({"__name__": Known("__main__")})
        self.frame = self.module
        self.policy = Ref()
        self.heap: dict[Ref | Made, Object] = {self.policy: Policy(Known(DEFAULT_DTYPE))}
        self.compiled: list[Compiled] = []
        # The losses that it makes, wherever, and what it computes by them without a compile.
        self.losses: dict[Made, None] = {}
        self.computed: dict[tuple[Span, Span], Compiled] = {}
        # The dict of one's own objects that Keras has, and the names that were put into it.
        self.custom = Pairs((), is_whole=False)
        self.registered: set[str] = set()
        # The dicts of the program, and those that were written to since they were made.
        self.dicts: dict[Pairs, None] = {}
        self.changed: set[Pairs] = set()
        self.followed: set[ast.AST] = set()
        self.running: list[ast.AST] = []
        # The functions that others define while they run, and the frames that any function keeps.
        self.nested: list[Function] = []
        self.kept = [self.module]
        self.returned: list[tuple[Value, Moment]] = []
        self.loops: list[Jumps] = []
        # The calls of compile that an earlier round of a loop has come to.
        self.noted_before: set[Span] = set()
        self.is_dead = False
        self.uses_keras = False
        self.has_globals = _GLOBAL.search(text) is not None
        # What is trained where an exception is expected, and how many such blocks are open.
        self.failing: set[Value] = set()
        self.expecting = 0
        self.left = MAX_STEPS
        self._counts: dict[str, int] = {}

    @property
    def is_spent(self) -> bool:
        """Whether the program is followed no further."""
        return self.left <= 0

    def auto_name(self, kind: str) -> str:
        """The name that Keras gives the next object of a kind."""
        count = self._counts.get(kind, 0)
        self._counts[kind] = count + 1
        return f"{kind}_{count}" if count else kind

    def span(self, node: ast.expr | ast.keyword | ast.stmt) -> Span:
        """The span of a node."""
        return self.places.span(node)

    def look_up(self, name: str) -> Value | None:
        """What a name stands for."""
        frame: Frame | None = self.frame
        while frame is not None:
            if name in frame.names:
                return frame.names[name]
            frame = frame.around
        return None

    def set(self, name: str, value: Value) -> None:
        """Bind a name of the frame that runs, or of the module where the frame says so."""
        frame = self.module if name in self.frame.of_module else self.frame
        frame.names[name] = value

    def moment(self) -> Moment:
        """The state as it is now; it costs what it copies."""
        outer = self.module.names if self.has_globals else {}
        self.left -= (len(self.frame.names) + len(self.heap) + len(outer)) // 8
        return Moment(dict(self.frame.names), dict(self.heap), dict(outer))

    def restore(self, moment: Moment) -> None:
        """Go back to a state."""
        if self.has_globals:
            self.module.names = dict(moment.outer)
        self.frame.names = dict(moment.names)
        self.heap = dict(moment.heap)

    def join(self, ends: list[Moment]) -> None:
        """Go on where branches meet: what differs between them is unknown."""
        if not ends:
            self.is_dead = True
            return
        self.is_dead = False
        names, heap, outer = (dict(ends[0].names), dict(ends[0].heap), dict(ends[0].outer))
        for end in ends[1:]:
            join_names(names, end.names)
            join_names(outer, end.outer)
            join_heaps(heap, end.heap)
        if self.has_globals:
            self.module.names = outer
        self.frame.names, self.heap = names, heap

    def leave(self, value: Value) -> None:
        """Return from the function that runs, with a value."""
        self.returned.append((value, self.moment()))
        self.is_dead = True

    def arrive(self) -> Value:
        """Go on behind a function: what it returned, and the objects as it left them."""
        if not self.returned:
            # It always raises.
            return Unknown()
        self.join([moment for _, moment in self.returned])
        result = self.returned[0][0]
        for value, _ in self.returned[1:]:
            result = joined(result, value)
        return result

    def spoil(self, value: Value) -> None:
        """An object that something unseen may have changed."""
        if isinstance(value, (Ref, Made)):
            self.heap[value] = Opaque()

    def attribute_of(self, ref: Ref, name: str) -> Value | None:
        """An attribute of an object of the program's own class."""
        thing = self.heap.get(ref)
        if not isinstance(thing, Instance):
            return None
        found = thing.attributes.get(name)
        if found is None and name in thing.of.members:
            return thing.of.bound(thing.of.members[name], ref)
        return found

    def forget(self) -> None:
        """Let go of all names, which hold functions that hold them: nothing is left to collect."""
        for frame in self.kept:
            frame.names.clear()

    def register(self, value: Value) -> None:
        """Take up the names of a dict of one's own objects, or one such name."""
        keys = [key for key, _ in value.pairs] if isinstance(value, Pairs) else [value]
        self.registered.update(text for each in keys if (text := text_of(each)) is not None)

    def note(self, compiled: Compiled) -> None:
        """Keep a call of compile."""
        if len(self.compiled) < MAX_CALLS and compiled.at not in self.noted_before:
            self.compiled.append(compiled)


def run(work: Any) -> Any:
    """Do a piece of work and all that it waits for."""
    if not isinstance(work, GeneratorType):
        return work
    stack: list[Work] = [work]
    result = None
    while stack:
        try:
            asked = stack[-1].send(result)
        except StopIteration as done:
            stack.pop()
            result = done.value
        else:
            result = None
            if isinstance(asked, GeneratorType):
                stack.append(asked)
            else:
                result = asked
    return result
