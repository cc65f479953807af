"""The records of the dry run.

A `Job` goes from the run to a backend process and a `Verdict` comes back, both as one line of JSON.
A `Batch` and a `Step` never leave that process: they hold arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:  # the process that starts the backends needs no NumPy
    import numpy as np
    import numpy.typing as npt

DialectName = str
Floats: TypeAlias = "npt.NDArray[Any]"
"""Numbers in float64, or in float32 where they are many and were computed in it."""
DTYPES = ("float32", "float16", "bfloat16", "float64")
"""The element types that a dry run can be asked for."""


class BatchSizes(NamedTuple):
    """How large a synthetic batch is.

    Attributes:
        batch: samples, at least 1 (at least 2 where a loss compares samples).
        classes: classes, at least 2 but where a model has one unit; the background counts where a
            loss knows one.
        image: height and width of the input image, in pixels.
        rank: axes of the output, with the batch's; None leaves them to the loss.
        head: NetsPresso's head, None for one that suits the loss.
        reg_max: the numbers that the head has for each side of a box, None: as the loss.
        anchors: the head's levels, and anchors a level, None: as the loss.
    """

    batch: int = 2
    classes: int = 5
    image: int = 64
    rank: int | None = None
    head: str | None = None
    reg_max: int | None = None
    anchors: tuple[int, int] | None = None


class Batch(NamedTuple):
    """Predictions and targets for one loss, as NumPy arrays of `Floats` or an integer type.

    Attributes:
        out: what the model returns: nested dicts and lists of arrays.
        target: what the data set gives: nested dicts and lists of arrays.
        leaves: dotted paths into `out` ("pred", "pred.0") of the arrays that take a gradient.
        notes: what is not as it was asked for, as sentences.
    """

    out: dict[str, Any]
    target: dict[str, Any]
    leaves: tuple[str, ...]
    notes: tuple[str, ...] = ()


class SourceLocation(NamedTuple):
    """Where a loss stands in a file; rows and columns count from 1, in code points."""

    filename: str
    row: int
    column: int

    def __str__(self) -> str:
        return f"{self.filename}:{self.row}:{self.column}"


class Job(NamedTuple):
    """One loss to compute once, on one device, in one element type. JSON-serialisable.

    Attributes:
        name: the loss, as its runtime knows it ("Huber", "SSD_LOSS", "yolox_loss").
        dialect: which runtime computes it.
        params: the loss's own parameters, as the config writes them; in YAML a key may be a
            number, a boolean or null.
        device: "cpu", "mps" or "cuda:N"; never "auto".
        dtype: one of `DTYPES`. With `amp`, the type that predictions are computed in.
        amp: mixed precision: predictions in `dtype` (float16 where that is float32), the loss
            as the framework's mixed precision would compute it.
        seed: seeds the batch and the framework.
        sizes: how large the batch is.
        location: where the loss stands in a file, None for one of the catalog.
        places: where those of `params` that a file holds stand there, by their names in `params`.
        points: how many points of the curve through the predictions to compute, 0 for none.
        id: the job's number in its run, given by `runner.run`.
        saved: whether the config holds the loss as a serialised object, not by its name.
        stress: whether to grow the batch until the loss is no longer right.
        backend: which of the framework's own backends computes ("torch" for Keras on PyTorch), ""
            where that is the framework's choice.
        memory: how many bytes it may take; None: as many as there are.
        patience: how many times as long as usual it may take.
        find_batch: whether to double the batch until it does not fit.
        measure_only: whether to compute the batch once and compare nothing.
        taken: what of the sizes and the type was taken out of files, and where it stands there.
    """

    name: str
    dialect: DialectName
    params: dict[Any, Any]
    device: str = "cpu"
    dtype: str = "float32"
    amp: bool = False
    seed: int = 0
    sizes: BatchSizes = BatchSizes()
    location: SourceLocation | None = None
    places: Mapping[Any, SourceLocation] = MappingProxyType({})
    points: int = 0
    id: int = 0
    saved: bool = False
    stress: bool = False
    backend: str = ""
    memory: int | None = None
    patience: float = 1.0
    find_batch: bool = False
    measure_only: bool = False
    taken: Mapping[str, str] = MappingProxyType({})


class Step(NamedTuple):
    """What one forward and one backward pass gave.

    Attributes:
        value: the scalar loss.
        gradients: for each of the batch's leaves, d value / d leaf in the leaf's shape.
        dtype: the element type that the framework returned the value in.
        device: the device that the value lay on: "cpu", "mps", "cuda:0".
        peak_memory: the most bytes that the passes held, None where that is not to be known.
        precision: the narrowest type that the framework computed in, where that is narrower than
            `dtype` ("float32" for a loss that casts float64 down and up again), else None.
        forward_seconds, backward_seconds: wall time of each pass.
    """

    value: float
    gradients: dict[str, Floats]
    dtype: str
    device: str
    peak_memory: int | None = None
    precision: str | None = None
    forward_seconds: float = 0.0
    backward_seconds: float = 0.0


class Curve(NamedTuple):
    """Value and slope along a line through the predictions: out + t · direction.

    Attributes:
        t: distances from the predictions, in root mean squares of the direction.
        value: the framework's loss there.
        slope: the framework's gradient along the direction there.
        reference: the NumPy reference's loss there, empty where there is none.
    """

    t: list[float]
    value: list[float]
    slope: list[float]
    reference: list[float]


class Stress(NamedTuple):
    """Up to which size of predictions and targets a loss is right in an element type.

    Attributes:
        unit: what is said to have a size: "logits", "values", "embeddings", or "probabilities of
            logits", of which the logits behind them have it.
        bound: the smallest size that was found wrong, None where none was.
        right: the largest size below it that was right, None where the first one is wrong.
        fault: what is wrong at the bound: "value inf", "gradient 0", "gradient off", …
        reason: what that comes from, as far as measured.
        sizes: the sizes that were tried.
        value_error: how far the value was from the formula's there, None where it was not finite
            or there is no formula.
        gradient_error: how far the gradient was from the formula's there, or None.
    """

    unit: str
    bound: float | None
    right: float | None
    fault: str | None
    reason: str | None
    sizes: list[float]
    value_error: list[float | None]
    gradient_error: list[float | None]


class Verdict(NamedTuple):
    """What a dry run says of one loss on one device in one element type.

    Attributes:
        name, dialect, params, device, dtype: as in the `Job`; for a file that cannot be read its
            name, None and nothing.
        runtime: which code computed it, with its version; "" where none could be started.
        device_name: the device in words ("NVIDIA H200", "cpu").
        ok: whether every check passed.
        value: the loss, None where it was not computed.
        gradient_norm: Euclidean norm over all leaves, None where it was not computed.
        reference_error: |value − reference| / |reference|, None where there is no reference.
        gradient_error: the largest difference of an element of the gradient to the reference's,
            relative to the largest element, None where there is no reference.
        seconds: wall time of the judgement, from the drawing of the batch on.
        forward_seconds, backward_seconds: of the framework's two passes over the batch, None where
            it was not computed.
        peak_memory: the most bytes that these held at once, beside what the process held before;
            None where that is not to be known.
        problem: None, or one line that says what is wrong.
        location: as in the `Job`, or the place of the one parameter that the problem comes from.
        curve: value and slope along a line, where it was asked for.
        stress: up to which size the loss is right, where it was asked for.
        node: the cluster's node that judged, None for this machine.
        backend: as in the `Job`.
        alone: whether the same loss is right on every other node, device and backend.
        sizes: as in the `Job`, None where nothing was computed.
        taken: as in the `Job`.
        notes: what else is to be known of the batch, as sentences.
        fits: whether there was memory enough.
        memory: how many bytes it was allowed to take, None where that was not bounded.
        largest_batch: the largest batch that computes, where it was looked for.
        batch_limit: why the next one does not, beginning with its size.
    """

    name: str
    dialect: DialectName | None
    params: dict[Any, Any]
    runtime: str
    device: str
    device_name: str
    dtype: str
    amp: bool
    ok: bool = False
    value: float | None = None
    gradient_norm: float | None = None
    reference_error: float | None = None
    gradient_error: float | None = None
    seconds: float = 0.0
    forward_seconds: float | None = None
    backward_seconds: float | None = None
    peak_memory: int | None = None
    problem: str | None = None
    location: SourceLocation | None = None
    curve: Curve | None = None
    stress: Stress | None = None
    node: str | None = None
    backend: str = ""
    alone: bool = False
    sizes: BatchSizes | None = None
    taken: Mapping[str, str] = MappingProxyType({})
    notes: tuple[str, ...] = ()
    fits: bool = True
    memory: int | None = None
    largest_batch: int | None = None
    batch_limit: str | None = None


def uncomputed(
    job: Job, runtime: str = "", device_name: str = "", problem: str | None = None
) -> Verdict:
    """The verdict on a job that computed nothing."""
    return Verdict(
        name=job.name,
        dialect=job.dialect,
        params=job.params,
        runtime=runtime,
        device=job.device,
        device_name=device_name or job.device,
        dtype=job.dtype,
        amp=job.amp,
        problem=problem,
        location=job.location,
        backend=job.backend,
        taken=job.taken,
    )


class Runtime(Protocol):
    """What computes losses in a backend process; the module's `open_runtime()` returns one.

    Attributes:
        label: which code computes, with its version ("keras 3.15.1, tensorflow 2.21.0").
    """

    label: str

    def devices(self) -> Mapping[str, str]:
        """The devices that are there, best first, each with its name in words.

        For instance {"cuda:0": "NVIDIA H200", "cpu": "cpu"}.
        """
        ...

    def is_own(self, name: str) -> bool:
        """Whether the loss of this name is losslint's own code, not the framework's."""
        ...

    def load(self, job: Job) -> None:
        """Import what the job's loss needs, and let its device start where none has used it yet.

        As with the start of the framework, no loss is to blame for the time that it takes.
        """
        ...

    def step(self, job: Job, batch: Batch) -> Step:
        """Build the job's loss and run it forward and backward on the batch, once.

        Any exception of the framework passes through: `evaluate` reports it.
        """
        ...

    def broken_by(self, job: Job, batch: Batch) -> str | None:
        """The framework's first operation in a step that gives a number that is not finite.

        None where there is none, or the framework does not tell.
        """
        ...


DrawBatch: TypeAlias = "Callable[[np.random.Generator, Mapping[str, Any], BatchSizes], Batch]"
"""What draws a batch of a size in the domain of one loss, in shapes that follow its parameters."""

MakeBatch = Callable[[str, Mapping[str, Any], BatchSizes, int], Batch]
"""`batch` of the modules in `losslint.dryrun.losses`: of a loss's name, parameters, sizes and seed.

It lies in the domain that the loss expects, and is the same for the same seed.
"""


class ReferenceFormula(Protocol):
    """`value` of the modules in `losslint.dryrun.losses`."""

    def __call__(
        self, name: str, params: Mapping[str, Any], batch: Batch, /, held: Batch | None = None
    ) -> float:
        """The loss by its published formula in NumPy float64.

        The predictions in `batch` may be a `DifferentiableArray`, and then the result is one,
        so that it can be differentiated. What a loss derives from its predictions and does not
        differentiate (assignments, scores used as targets) is taken from `held`, where that is
        given.

        Raises:
            NotImplementedError: there is no formula for this loss with these parameters.
        """
        ...
