"""Keras's losses, and the platform's two, on the installed Keras.

The backend is Keras's own choice: KERAS_BACKEND, else its settings file, else TensorFlow.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import keras
import numpy as np
from keras import ops

from losslint.dryrun.nested_arrays import leaf_at, map_leaves, with_leaves
from losslint.dryrun.platform.rcnn import rcnn_loss
from losslint.dryrun.platform.ssd import ssd_loss
from losslint.dryrun.records import Batch, Job, Step
from losslint.dryrun.runtimes.keras_backends import open_backend

KerasLoss = Callable[[Mapping[str, Any], Mapping[str, Any]], Any]
"""From a batch's `out` and `target`, as tensors, to the loss."""

# losslint's own implementations with keras.ops, since the platform published none.
_PLATFORM = {"RCNN_LOSS": rcnn_loss, "SSD_LOSS": ssd_loss}

# Asked for float64, Keras computes these in float32: TensorFlow's CTC has no float64, and the
# constant ln 2 of LogCosh is rounded to float32.
_SINGLE = ("CTC", "LogCosh")


class KerasRuntime:
    """Builds each loss as Keras does from a saved config, and runs it eagerly.

    Attributes:
        label: Keras's and its backend's versions.
    """

    def __init__(self) -> None:
        """Import Keras's backend; raises ImportError where it is missing."""
        self._backend_name = keras.backend.backend()
        self._backend = open_backend(self._backend_name)
        self.label = f"keras {keras.__version__}, {self._backend.label}"
        self._started: set[str] = set()
        self._seed: int | None = None

    def devices(self) -> Mapping[str, str]:
        """The backend's devices, best first, with their names in words."""
        return self._backend.devices()

    def load(self, job: Job) -> None:
        """Keras itself is there; a device's first pass starts contexts and threads."""
        if job.device not in self._started:
            self._started.add(job.device)
            small = {"x": np.ones((256, 256))}
            self._backend.differentiate(
                lambda tensors: ops.mean(ops.square(tensors["x"])), small, "float32", job.device
            )

    def step(self, job: Job, batch: Batch) -> Step:
        """One forward and one backward pass.

        With `amp` the predictions are half floats and the loss computes in float32: so does
        Keras's mixed precision, whose policy leaves losses in floatx.

        Raises:
            ValueError: the loss is unknown or its parameters hold an object that is not computed.
            Exception: whatever Keras or its backend raises.
        """
        half = job.dtype if job.dtype in ("float16", "bfloat16") else "float16"
        inside, outside = ("float32", half) if job.amp else (job.dtype, job.dtype)
        if job.seed != self._seed:
            # TensorFlow forgets its kernels then, and a pass that makes them anew takes up to
            # eight times as long. No loss of Keras draws numbers of its own.
            keras.utils.set_random_seed(job.seed)
            self._seed = job.seed
        # A whole training in a type sets floatx; without it constants stay in float32.
        keras.config.set_floatx(inside)
        loss = _platform_loss(job, inside) if job.name in _PLATFORM else _keras_loss(job, inside)

        def of(tensors: Mapping[str, Any]) -> Any:
            return loss(with_leaves(batch.out, tensors), batch.target)

        leaves = {path: leaf_at(batch.out, path) for path in batch.leaves}
        step = self._backend.differentiate(of, leaves, outside, job.device)
        return step._replace(precision=outside if job.amp else self._precision(job))

    def broken_by(self, job: Job, batch: Batch) -> str | None:
        """The backend's first operation that gives a number that is not finite."""
        return self._backend.broken_by(partial(self.step, job, batch))

    def is_own(self, name: str) -> bool:
        """The platform published no code of its losses."""
        return name in _PLATFORM

    def _precision(self, job: Job) -> str | None:
        # On JAX and torch Keras's type promotion never gives float64.
        single = self._backend_name != "tensorflow" or job.name in _SINGLE
        # A list of weights is made a tensor in float32.
        single = single or any(isinstance(value, list) for value in job.params.values())
        return "float32" if single and job.dtype == "float64" else None


def open_runtime() -> KerasRuntime:
    """The installed Keras.

    Raises:
        ImportError: Keras or its backend is not installed.
    """
    return KerasRuntime()


def _keras_loss(job: Job, dtype: str) -> KerasLoss:
    """A loss of Keras, built from class name and config."""
    kinds = {
        name: kind
        for name, kind in vars(keras.losses).items()
        if isinstance(kind, type) and issubclass(kind, keras.Loss) and kind is not keras.Loss
    }
    if job.name not in kinds:
        _refuse(job)
        raise ValueError(f"keras {keras.__version__} has no loss {job.name}")
    config = {"dtype": dtype, **_harmless(job.params)}
    loss = keras.losses.deserialize({"class_name": job.name, "config": config}, kinds)

    def computed(out: Mapping[str, Any], target: Mapping[str, Any]) -> Any:
        return loss(target["true"], out["pred"])

    return computed


def _refuse(job: Job) -> None:
    """Let Keras say that it knows no such loss: as for the object, or the name, of the config.

    Raises:
        TypeError, ValueError: in Keras's own words.
    """
    if job.saved:
        named = {"module": "keras.losses", "class_name": job.name, "config": {}}
        keras.saving.deserialize_keras_object({**named, "registered_name": None})
    else:
        keras.losses.get(job.name)


def _harmless(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, if Keras will only read them.

    Its deserialiser imports the module that a nested object names, and `fn` names a function: a
    config must not get code to run by being tried out.

    Raises:
        ValueError: a parameter holds an object.
    """
    safe: dict[str, Any] = {}
    for name, given in params.items():
        value = given
        if name == "dtype" and isinstance(given, Mapping):
            policy = given.get("config")
            value = policy.get("name") if isinstance(policy, Mapping) else None
        items = value if isinstance(value, (list, tuple)) else [value]
        plain = all(item is None or isinstance(item, (bool, int, float, str)) for item in items)
        if name == "fn" or not plain:
            raise ValueError(f"{name} holds an object, which a dry run does not build")
        safe[name] = value
    return safe


def _platform_loss(job: Job, dtype: str) -> KerasLoss:
    """SSD_LOSS or RCNN_LOSS."""
    compute = _PLATFORM[job.name]

    def computed(out: Mapping[str, Any], target: Mapping[str, Any]) -> Any:
        tensors = map_leaves(dict(target), lambda array: ops.convert_to_tensor(array, dtype=dtype))
        cast = map_leaves(dict(out), lambda tensor: ops.cast(tensor, dtype))
        return compute(job.params, cast, tensors)

    return computed
