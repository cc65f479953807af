"""The words in which the catalog states how two losses relate.

A row says: a loss of one framework, under tests of its parameters and of what else is known, is
this loss of the other one, with these parameters; what that asks of model and data; and by how much
the two differ, measured. Data: reading a config and choosing a row is `losslint.convert`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, Union

DialectName = str

# "exact": the same numbers. "conditional": the same under what `conditions` state. "lossy": other
# numbers, by the measured amount. "none": nothing computes it.
Kind = Literal["exact", "conditional", "lossy", "none"]

# "auto": the config alone suffices. "auto_with_note": converts and states what must be changed or
# hold. "consent": converts only when the user agrees. "refuse": no config says it.
Action = Literal["auto", "auto_with_note", "consent", "refuse"]
ACTIONS: tuple[Action, ...] = ("auto", "auto_with_note", "consent", "refuse")

# "loss": relates two losses; one of these is chosen for an entry. "modifier": what a parameter
# does on top of that. "list": relates whole lists. "spelling": another spelling of a row, which is
# never chosen.
Part = Literal["loss", "modifier", "list", "spelling"]

# What a row about lists speaks of. "factor": what stands beside an entry. "dropped keys": what the
# trainer leaves out. "several": a list of different entries. "repeated": entries of one criterion.
# "one output", "same output", "several outputs": what the model gives for the losses of a list.
ListCase = Literal[
    "factor", "dropped keys", "several", "repeated", "one output", "same output", "several outputs"
]


class Measured(NamedTuple):
    """The worst relative difference: |a - b| / max(|a|, |b|) of the loss, and of its gradient."""

    value: float
    gradient: float
    value_float32: float
    gradient_float32: float


class Nearest(NamedTuple):
    """What came nearest to a loss that nothing computes.

    `gradient_residual` is the share of the gradient that is left after the best factor (1 is
    unrelated), `value_residual` that of the value's range after the best straight line;
    `activation` and `labels` say what the predictions went through and which labels it was.
    """

    name: str
    params: tuple[tuple[str, float], ...]
    gradient_residual: float
    value_residual: float
    activation: str
    labels: str


Op = Literal["is", "mean", "sum", "none", "at_least", "above", "below", "within", "null", "given"]


class Test(NamedTuple):
    """What a parameter must be. "given": written in the config and not null."""

    param: str
    op: Op
    value: object = None
    high: float = 0.0


class From(NamedTuple):
    """A parameter of the target that takes its value from one of the source."""

    param: str


class FromClasses(NamedTuple):
    """A value that depends on the number of classes: it, or 1 by it."""

    what: Literal["classes", "1/classes"]


class IgnoredLabel(NamedTuple):
    """The label that stands for an ignored pixel, where the data has one."""

    usual: int = 255


RowValue = Union[None, bool, int, float, str, From, FromClasses, IgnoredLabel]

# What a config does not say of a loss and the model or data around it may.
FactName = Literal[
    "task",  # classification, segmentation, detection, pose_estimation
    "head",  # linear, softmax, sigmoid, other: what the model ends in
    "units",  # one, several
    "classes",  # two, more
    "labels",  # one-hot, soft, void
    "weights",  # mask, any: of samples or classes
    "resize",  # logits, probabilities: what is resized to the labels' size
    "regularizer",  # yes
    "outputs",  # one, same, several
]
Fact = tuple[FactName, tuple[str, ...]]


class Equivalence(NamedTuple):
    """One row. Its id says which losses it relates: `source.loss->target.loss/variant`.

    `losses` are the names on the side of `source`; empty: any. What the id says of `source`,
    `losses` and `target` stands there alone (`named`). `given` are facts that must be
    known to hold, `assumes` facts that must not be known to fail; both list the values that do.
    `params` are the target's. `free` are parameters of the source that make no difference here.
    `changes` is what the user must change, `conditions` what must hold, `breaks` where the two part
    all the same; all three are clauses without a full stop. `list_case` is what a row of part
    "list" speaks of. `provable`: two losses and a batch of numbers can show it. `activation`: what
    the Keras model ends in where the names of the losses do not tell. `measured` stands in the
    first row of an id, `nearest` where nothing computes the loss; `compared` is what a row without
    a target was measured against.
    """

    id: str
    action: Action
    kind: Kind
    source: DialectName = ""
    losses: tuple[str, ...] = ()
    target: str | None = None
    tests: tuple[Test, ...] = ()
    given: tuple[Fact, ...] = ()
    assumes: tuple[Fact, ...] = ()
    params: tuple[tuple[str, RowValue], ...] = ()
    free: tuple[str, ...] = ()
    weight: RowValue = None
    changes: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    part: Part = "loss"
    list_case: ListCase | None = None
    provable: bool = True
    activation: Literal["softmax", "sigmoid"] | None = None
    measured: Measured | None = None
    nearest: Nearest | None = None
    compared: str = ""


def named(row: Equivalence) -> Equivalence:
    """The row with the source, the loss and the target that its id names, and its part if of lists.

    A name with a star is none: such a row lists its losses itself, or means any.
    """
    left, _, right = row.id.partition("/")[0].partition("->")
    source, _, loss = left.partition(".")
    target = right.partition(".")[2]
    return row._replace(
        source=source,
        losses=row.losses if "*" in loss else (loss,),
        target=row.target if "*" in target else target or None,
        part=row.part if row.list_case is None else "list",
    )


def worst(actions: tuple[Action, ...]) -> Action:
    """The action that asks most of the user."""
    return max(actions, key=ACTIONS.index, default="auto")


def is_(param: str, value: object) -> Test:
    """The parameter has exactly this value; 1 is not true."""
    return Test(param, "is", value)


def within(param: str, low: float, high: float) -> Test:
    """The parameter is a number of this range, ends included."""
    return Test(param, "within", low, high)
