"""What loops do: over a few known items round by round, else once for the first and once for all.

The second time starts from what any round may start from, so what it leaves holds whatever the
number of rounds, as long as there is one.
"""

import ast
from typing import Final, NamedTuple

from losslint.dialects.python.binding import bind
from losslint.dialects.python.expressions import evaluate
from losslint.dialects.python.joins import joined
from losslint.dialects.python.machine import Machine, Moment, Work
from losslint.dialects.python.statements import execute
from losslint.dialects.python.values import NOWHERE, Items, Known, Pairs, Unknown, Value

# So many rounds are followed one by one, loops in loops together, and so many rows in them.
_MAX_ROUNDS: Final = 32
_MAX_ROWS: Final = 512
# Loops in loops are followed twice each; deeper ones cost too much.
_MAX_TWICE: Final = 4


class Jumps(NamedTuple):
    """The states in which rounds of one loop were left; `rounds` are those of it and around it."""

    breaks: list[Moment]
    continues: list[Moment]
    rounds: int = 1
    depth: int = 0


def leave_round(machine: Machine, node: ast.stmt) -> None:
    """`break` and `continue`."""
    if machine.loops:
        jumps = machine.loops[-1]
        (jumps.breaks if isinstance(node, ast.Break) else jumps.continues).append(machine.moment())
    machine.is_dead = True


def follow_for(machine: Machine, node: ast.stmt) -> Work:
    """A `for`."""
    assert isinstance(node, (ast.For, ast.AsyncFor))
    value = yield evaluate(machine, node.iter)
    items = items_of(value)
    if items is not None and _is_short(machine, node, len(items)):
        yield _each(machine, node, items)
    elif items != () or value.at != NOWHERE:
        # A list that is written empty may be filled where nobody sees it; that of the arguments of
        # a function is nobody else's.
        each: Value = Unknown()
        if items:
            each = items[0]
            for item in items[1:]:
                each = joined(each, item)
        yield _any(machine, node, each)
    yield execute(machine, node.orelse)


def follow_while(machine: Machine, node: ast.stmt) -> Work:
    """A `while`."""
    assert isinstance(node, ast.While)
    test = yield evaluate(machine, node.test)
    if isinstance(test, Known) and not test.value:
        return
    yield _any(machine, node, None)
    yield execute(machine, node.orelse)


def items_of(value: Value) -> tuple[Value, ...] | None:
    """What a value gives one by one; None where that is not known."""
    if isinstance(value, Items) and value.is_whole:
        return value.items
    if isinstance(value, Pairs) and value.is_whole:
        return tuple(key for key, _ in value.pairs)
    return None


def _is_short(machine: Machine, node: ast.For | ast.AsyncFor, count: int) -> bool:
    rounds, rows = count * _rounds(machine), (node.end_lineno or node.lineno) - node.lineno
    return 0 < rounds <= _MAX_ROUNDS and rounds * rows <= _MAX_ROWS


def _rounds(machine: Machine) -> int:
    return machine.loops[-1].rounds if machine.loops else 1


def _each(machine: Machine, node: ast.For | ast.AsyncFor, items: tuple[Value, ...]) -> Work:
    """Round by round."""
    depth = machine.loops[-1].depth if machine.loops else 0
    breaks: list[Moment] = []
    for item in items:
        jumps = Jumps(breaks, [], len(items) * _rounds(machine), depth)
        machine.loops.append(jumps)
        yield bind(machine, node.target, item)
        yield execute(machine, node.body)
        machine.loops.pop()
        _go_on(machine, jumps.continues)
        if machine.is_dead:
            break
    _go_on(machine, breaks)


def _go_on(machine: Machine, others: list[Moment]) -> None:
    """Go on from here, if that is reached, or from one of other states."""
    if others:
        machine.join(others if machine.is_dead else [machine.moment(), *others])


def _any(machine: Machine, node: ast.For | ast.AsyncFor | ast.While, each: Value | None) -> Work:
    """Any number of rounds."""
    start = machine.moment()
    depth = machine.loops[-1].depth + 1 if machine.loops else 1
    noted = len(machine.compiled)
    breaks = yield _round(machine, node, each, depth)
    if machine.is_dead:
        # Whoever gets behind the loop has left it in the first round, or was never in it.
        machine.join(breaks or [start])
        return
    first = machine.moment()
    machine.join([start, first])
    if depth > _MAX_TWICE:
        _go_on(machine, breaks)
        return
    again = machine.noted_before
    machine.noted_before = again | {call.at for call in machine.compiled[noted:]}
    breaks = yield _round(machine, node, each, depth)
    machine.noted_before = again
    _go_on(machine, breaks)


def _round(
    machine: Machine, node: ast.For | ast.AsyncFor | ast.While, each: Value | None, depth: int
) -> Work:
    """One round: the states in which it breaks off."""
    jumps = Jumps([], [], _rounds(machine), depth)
    machine.loops.append(jumps)
    if each is not None and not isinstance(node, ast.While):
        yield bind(machine, node.target, each)
    yield execute(machine, node.body)
    machine.loops.pop()
    _go_on(machine, jumps.continues)
    return jumps.breaks
