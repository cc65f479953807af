"""Keras's backends: where their devices are and how each differentiates."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from losslint.dryrun.backends import check_own_backend
from losslint.dryrun.devices import cpu_name
from losslint.dryrun.dtypes import held
from losslint.dryrun.meter import Meter
from losslint.dryrun.records import Floats, Step

Leaves = dict[str, npt.NDArray[Any]]
LossOf = Callable[[Mapping[str, Any]], Any]
"""From the predictions' tensors by path to the loss, a tensor."""

Run = Callable[[], object]
"""One step, whose result does not matter."""


class KerasBackend(Protocol):
    """One of Keras's backends.

    Attributes:
        label: its name and version.
    """

    label: str

    def devices(self) -> Mapping[str, str]:
        """The devices that are there, best first, with their names in words."""
        ...

    def differentiate(self, loss: LossOf, leaves: Leaves, dtype: str, device: str) -> Step:
        """The loss of the leaves in an element type, and its gradient, on a device.

        The step's type and device are those that the framework gave back.
        """
        ...

    def broken_by(self, run: Run) -> str | None:
        """The first operation of a run whose result is not finite, None where all are."""
        ...


def open_backend(name: str) -> KerasBackend:
    """The backend that Keras runs on.

    Raises:
        UnsuitableBackendError: losslint does not differentiate with this backend.
    """
    kinds: Mapping[str, Callable[[], KerasBackend]] = {
        "tensorflow": TensorFlow,
        "torch": Torch,
        "jax": Jax,
    }
    check_own_backend("keras", name)
    return kinds[name]()


# What TensorFlow says of an operation, and what JAX says, with the operation's name.
_OPERATION = re.compile(r'executing op "(\w+)"')
_ENCOUNTERED = re.compile(r"encountered in (\w+)")
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _stopped(run: Run, pattern: re.Pattern[str]) -> str | None:
    """The operation that a run's exception names."""
    try:
        run()
    except Exception as error:  # whichever class the framework's check raises
        found = pattern.search(str(error))
        return _in_words(found[1]) if found else None
    return None


def _in_words(operation: str) -> str:
    """A framework's name of an operation as small words: "RealDiv" is "real div"."""
    return _CAPITAL.sub(" ", operation).replace("_", " ").strip().lower()


class TensorFlow:
    """Eager TensorFlow with a GradientTape; nothing is traced."""

    def __init__(self) -> None:
        import tensorflow as tf

        self._tf = tf
        self.label = f"tensorflow {tf.__version__}"
        # TensorFlow rounds float32 products to ten bits on newer GPUs; float32 was asked for.
        tf.config.experimental.enable_tensor_float_32_execution(False)
        # On a Mac the only GPU is Apple's, which the world calls mps and TensorFlow GPU:0.
        self._gpu = "mps" if sys.platform == "darwin" else "cuda:{}"
        self._names = {}
        for index, gpu in enumerate(tf.config.list_physical_devices("GPU")):
            tf.config.experimental.set_memory_growth(gpu, True)
            details = tf.config.experimental.get_device_details(gpu)
            self._names[self._gpu.format(index)] = str(details.get("device_name", gpu.name))
        self._names["cpu"] = cpu_name()

    def devices(self) -> Mapping[str, str]:
        """GPUs first."""
        return self._names

    def differentiate(self, loss: LossOf, leaves: Leaves, dtype: str, device: str) -> Step:
        """A loss that is a vector counts as its sum: that is what a tape differentiates."""
        tf = self._tf
        place = "/CPU:0" if device == "cpu" else f"/GPU:{device.partition(':')[2] or 0}"
        meter = self._meter(place[1:], device)
        with tf.device(place):
            tensors = {path: tf.constant(array, dtype) for path, array in leaves.items()}
            meter.begin()
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(tensors)
                value = tf.convert_to_tensor(loss(tensors))
            meter.end_forward()
            gradients = tape.gradient(value, tensors, unconnected_gradients="zero")
            meter.end_backward()
        where = tf.DeviceSpec.from_string(value.device)
        return Step(
            float(value.numpy().astype(np.float64).sum()),
            {path: held(np.asarray(gradient)) for path, gradient in gradients.items()},
            value.dtype.name,
            "cpu" if where.device_type == "CPU" else self._gpu.format(where.device_index),
            meter.peak,
            forward_seconds=meter.forward,
            backward_seconds=meter.backward,
        )

    def _meter(self, place: str, device: str) -> Meter:
        if device == "cpu":
            return Meter()
        tf = self._tf
        tf.config.experimental.reset_memory_stats(place)
        return Meter(
            tf.test.experimental.sync_devices,
            lambda: int(tf.config.experimental.get_memory_info(place)["peak"]),
        )

    def broken_by(self, run: Run) -> str | None:
        """TensorFlow's own check of every operation, which stops at the first one."""
        debugging = self._tf.debugging
        debugging.enable_check_numerics()
        try:
            return _stopped(run, _OPERATION)
        finally:
            debugging.disable_check_numerics()


class Torch:
    """PyTorch's autograd."""

    def __init__(self) -> None:
        import torch

        self._torch = torch
        self.label = f"torch {torch.__version__}"

    def devices(self) -> Mapping[str, str]:
        """GPUs first."""
        torch = self._torch
        names: dict[str, str] = {}
        if torch.cuda.is_available():
            for index in range(torch.cuda.device_count()):
                names[f"cuda:{index}"] = torch.cuda.get_device_name(index)
        if torch.backends.mps.is_available():
            names["mps"] = "Apple GPU"
        names["cpu"] = cpu_name()
        return names

    def differentiate(self, loss: LossOf, leaves: Leaves, dtype: str, device: str) -> Step:
        """A loss that is a vector is refused by `backward`, as in Keras's training loop."""
        import keras

        torch = self._torch
        kind = getattr(torch, dtype)
        meter = torch_meter(device)
        with keras.device(device if ":" in device or device == "mps" else f"{device}:0"):
            tensors = {
                path: torch.tensor(array, dtype=kind, device=device, requires_grad=True)
                for path, array in leaves.items()
            }
            meter.begin()
            value = loss(tensors)
            meter.end_forward()
            value.backward()
            meter.end_backward()
        return Step(
            float(value.detach().cpu().double()),
            {
                path: np.zeros(tensor.shape) if tensor.grad is None else torch_numbers(tensor.grad)
                for path, tensor in tensors.items()
            },
            str(value.dtype).removeprefix("torch."),
            "cpu" if value.device.type == "cpu" else str(value.device).replace("mps:0", "mps"),
            meter.peak,
            forward_seconds=meter.forward,
            backward_seconds=meter.backward,
        )

    def broken_by(self, run: Run) -> str | None:
        """Every operation is looked at as torch dispatches it, those of the way back, too."""
        from torch.utils._python_dispatch import TorchDispatchMode

        torch, broken = self._torch, list[str]()

        class Watch(TorchDispatchMode):  # type: ignore[no-untyped-call, unused-ignore]
            @classmethod
            def _should_skip_dynamo(cls) -> bool:
                return False  # nothing is compiled here, and importing the compiler takes seconds

            def __torch_dispatch__(
                self, func: Any, types: Any, args: Any = (), kwargs: Any = None
            ) -> Any:
                made = func(*args, **(kwargs or {}))
                for part in made if isinstance(made, (tuple, list)) else (made,):
                    if torch.is_tensor(part) and not torch.isfinite(part).all():
                        broken.append(func.overloadpacket.__name__)
                return made

        with Watch():  # type: ignore[no-untyped-call, unused-ignore]
            run()
        return _in_words(broken[0]) if broken else None


def torch_meter(device: str) -> Meter:
    """The meter of a device of torch."""
    import torch

    if device == "cpu":
        return Meter()
    if not device.startswith("cuda"):
        return Meter(torch.mps.synchronize, lambda: None)
    torch.cuda.reset_peak_memory_stats(device)
    return Meter(
        lambda: torch.cuda.synchronize(device), lambda: int(torch.cuda.max_memory_allocated(device))
    )


def torch_numbers(tensor: Any) -> Floats:
    """The numbers of a tensor of torch."""
    import torch

    there = tensor.detach().cpu()
    return held((there if there.dtype == torch.float32 else there.double()).numpy())


class Jax:
    """JAX's `vjp`, not compiled."""

    def __init__(self) -> None:
        import jax  # type: ignore[import-not-found, unused-ignore]

        self._jax = jax
        self.label = f"jax {jax.__version__}"

    def devices(self) -> Mapping[str, str]:
        """GPUs first."""
        names = {}
        for device in self._jax.devices():
            if device.platform != "cpu":
                names[f"cuda:{device.id}"] = str(device.device_kind)
        names["cpu"] = cpu_name()
        return names

    def differentiate(self, loss: LossOf, leaves: Leaves, dtype: str, device: str) -> Step:
        """A loss that is a vector is refused, as by `value_and_grad` in Keras's training loop."""
        jax = self._jax
        # Without this switch JAX computes in float32 whatever it is asked for; with it other jobs
        # would get float64 where Keras leaves a type open.
        jax.config.update("jax_enable_x64", dtype == "float64")
        kind, _, index = device.partition(":")
        place = jax.devices("cpu" if kind == "cpu" else "gpu")[int(index or 0)]
        # JAX counts a peak, but never afresh.
        meter = Meter(device_peak=None if kind == "cpu" else lambda: None)
        with jax.default_device(place):
            tensors = {path: jax.numpy.asarray(array, dtype) for path, array in leaves.items()}
            meter.begin()
            value, back = jax.vjp(loss, tensors)
            if value.ndim:
                raise TypeError(f"the gradient of a loss of shape {value.shape} is not defined")
            value.block_until_ready()
            meter.end_forward()
            gradients = jax.block_until_ready(back(jax.numpy.ones_like(value))[0])
            meter.end_backward()
        found = next(iter(value.devices()))
        return Step(
            float(value),
            {path: held(np.asarray(gradient)) for path, gradient in gradients.items()},
            str(value.dtype),
            "cpu" if found.platform == "cpu" else f"cuda:{found.id}",
            meter.peak,
            forward_seconds=meter.forward,
            backward_seconds=meter.backward,
        )

    def broken_by(self, run: Run) -> str | None:
        """JAX's own checks of every operation, which stop at the first one."""
        with self._jax.debug_nans(True), self._jax.debug_infs(True):
            return _stopped(run, _ENCOUNTERED)
