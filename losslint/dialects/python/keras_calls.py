"""What Keras's own classes and functions make: layers, models, tensors, losses, metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from losslint.diagnostics import Span
from losslint.dialects.python.machine import DEFAULT_DTYPE, Machine
from losslint.dialects.python.paths import activation_of, is_class, last_of, package_of, snake
from losslint.dialects.python.signatures import positional
from losslint.dialects.python.values import (
    Arg,
    Functional,
    Items,
    Known,
    Made,
    Named,
    Pairs,
    Policy,
    Ref,
    Sequential,
    Tensor,
    Unknown,
    Value,
    known,
    moved,
)

if TYPE_CHECKING:
    from losslint.dialects.python.calls import Arguments

_MAX_COUNTED = 64
_MAX_NUMBER = 1 << 40
_POLICIES = ("Policy", "DTypePolicy")
_SETS_POLICY = (
    "set_global_policy", "set_policy", "set_dtype_policy", "set_global_dtype_policy", "set_floatx",
)  # fmt: skip
_OBJECTS = ("losses", "metrics", "optimizers", "layers")
# An argument that makes a layer give more than one tensor.
_SEVERAL = ("return_state", "return_attention_scores")


def made(machine: Machine, callee: Named, args: Arguments, at: Span) -> Value | None:
    """What a call of something in a package gives; None for what may do anything."""
    path = callee.path
    package, name = package_of(path), last_of(path)
    if package == "models" and name == "Sequential":
        return _sequential(machine, args, at)
    if package in ("models", "engine") and name in ("Model", "Functional"):
        return _functional(machine, args, at)
    if package == "layers" and name == "Input":
        return _input(machine, args, at)
    if package == "models" and name == "clone_model" and len(args.args) == 1:
        return _cloned(machine, args.get("model", 0), at)
    if package in ("losses", "metrics") and name == "get":
        return args.get("identifier", 0)
    if package in _OBJECTS and is_class(path):
        kind = snake(name)
        auto = machine.auto_name(kind) if package == "layers" and args.get("name") is None else ""
        given = (*args.named(positional(path)), *_dtype(machine, package, args, at))
        found = Made(path, given, at, args.is_whole, auto, callee.at)
        if package == "losses" and not machine.expecting:
            machine.losses[found] = None
        return found
    if package and name in _POLICIES:
        return args.get("name", 0)
    if package and name in _SETS_POLICY:
        _set_policy(machine, args)
        return Known(None, at)
    if package and name == "get_custom_objects":
        return machine.custom
    if package and name in ("custom_object_scope", "CustomObjectScope"):
        for names in args.positional:
            machine.register(names)
    operation = activation_of(path)
    if operation is not None and any(isinstance(each, Tensor) for each in args.positional):
        return _operation(machine, operation, args, at)
    return _builtin(machine, path, args, at) if path.startswith("builtins.") else None


def _set_policy(machine: Machine, args: Arguments) -> None:
    given = args.args[0].value if len(args.args) == 1 and args.is_whole else Unknown()
    machine.heap[machine.policy] = Policy(given)


def _dtype(machine: Machine, package: str, args: Arguments, at: Span) -> tuple[Arg, ...]:
    """What the program has set for layers that name no dtype."""
    if package != "layers" or args.get("dtype") is not None:
        return ()
    policy = machine.heap[machine.policy]
    dtype = policy.dtype if isinstance(policy, Policy) else Unknown()
    if known(dtype) == DEFAULT_DTYPE:
        return ()
    return (Arg("dtype", Span(at.start, at.start), moved(dtype, at)),)


def _sequential(machine: Machine, args: Arguments, at: Span) -> Value:
    found = args.get("layers", 0)
    layers: tuple[Value, ...] = ()
    if isinstance(found, Items):
        layers = tuple(map(as_layer, found.items))
    elif (
        (found is not None and known(found) is not None)
        or isinstance(found, Unknown)
        or not args.is_whole
    ):
        layers = (Unknown(at),)
    model = Ref(at, machine.auto_name("sequential"))
    machine.heap[model] = Sequential(layers, at)
    return model


def as_layer(value: Value) -> Value:
    """A layer of a Sequential model; an input is one, too, in the place of its tensor."""
    if isinstance(value, Tensor):
        return value.layer
    return value if isinstance(value, (Made, Ref)) else Unknown(getattr(value, "at", Span(0, 0)))


def _functional(machine: Machine, args: Arguments, at: Span) -> Value:
    # Keras 1 called them `input` and `output`, and Keras 2 still took that.
    inputs = args.get("inputs", 0) or args.get("input")
    outputs = args.get("outputs", 1) or args.get("output")
    if outputs is None or not args.is_whole:
        return Unknown(at)
    model = Ref(at, machine.auto_name("functional"))
    machine.heap[model] = Functional(inputs or Unknown(at), outputs, at)
    return model


def _cloned(machine: Machine, of: Value | None, at: Span) -> Value:
    """A model of the same layers, with weights of its own."""
    model = machine.heap.get(of) if isinstance(of, Ref) else None
    if model is None:
        return Unknown(at)
    clone = Ref(at, getattr(of, "auto_name", ""))
    machine.heap[clone] = model
    return clone


def _input(machine: Machine, args: Arguments, at: Span) -> Value:
    auto = machine.auto_name("input_layer") if args.get("name") is None else ""
    layer = Made("keras.layers.InputLayer", args.named(("shape",)), at, args.is_whole, auto)
    return Tensor(layer, (), at)


def _operation(machine: Machine, name: str, args: Arguments, at: Span) -> Value:
    kind = "".join(word.capitalize() for word in name.split("_"))
    layer = Made(f"keras.ops.{kind}", args.named(("x",))[1:], at, False, machine.auto_name(name))
    if args.is_whole and len(args.args) == 1:
        layer = Made(layer.path, (), at, True, layer.auto_name)
    return Tensor(layer, tuple(args.positional[:1]), at)


def applied(machine: Machine, layer: Made | Ref, args: Arguments, at: Span) -> Value:
    """What a layer or a model gives for what it is called with."""
    if isinstance(layer, Made):
        is_layer = package_of(layer.path) == "layers"
        flags = [layer.get(flag) for flag in _SEVERAL] + [args.get(flag) for flag in _SEVERAL]
        if not is_layer or any(flag is not None and known(flag) is not False for flag in flags):
            return Unknown(at)
    else:
        model = machine.heap.get(layer)
        if isinstance(model, Functional) and not isinstance(model.outputs, Tensor):
            return Unknown(at)
    inputs: list[Value] = []
    for value in args.positional[:1] or [Unknown(at)]:
        inputs += value.items if isinstance(value, Items) else (value,)
    return Tensor(layer, tuple(inputs), at)


def _builtin(machine: Machine, path: str, args: Arguments, at: Span) -> Value | None:
    name, first = last_of(path), args.positional[0] if args.positional else None
    if name == "dict":
        pairs: tuple[tuple[Value, Value], ...] = tuple(
            (Known(arg.name, arg.key), arg.value) for arg in args.args if arg.name
        )
        whole = args.is_whole and not args.positional
        if isinstance(first, Pairs):
            pairs, whole = (*first.pairs, *pairs), args.is_whole and first.is_whole
        result = Pairs(pairs, at, whole)
        machine.dicts[result] = None
        return result
    if name == "len" and isinstance(first, Items) and first.is_whole:
        return Known(len(first.items), at)
    if name == "len" and isinstance(first, Pairs) and first.is_whole:
        return Known(len(first.pairs), at)
    if name in ("list", "tuple"):
        return first if isinstance(first, Items) else Unknown(at)
    if name in ("range", "enumerate", "zip", "reversed") and args.is_whole:
        return _several(name, args, at)
    if name == "int" and isinstance(known(first), (int, float)):
        return _whole_number(first, at)
    return Unknown(at)


def _several(name: str, args: Arguments, at: Span) -> Value:
    """What `range`, `enumerate`, `zip` and `reversed` give, where it is known and not much."""
    values = args.positional
    if len(values) != len(args.args) or not values:
        return Unknown(at)
    if name == "range":
        found = map(known, values)
        numbers = [n for n in found if isinstance(n, int) and abs(n) <= _MAX_NUMBER]
        if len(numbers) != len(values) or len(numbers) > 3 or numbers[2:] == [0]:
            return Unknown(at)
        counted = range(*numbers)
        few = len(counted) <= _MAX_COUNTED
        return Items(tuple(Known(each, at) for each in counted), at) if few else Unknown(at)
    lists = [each.items for each in values if isinstance(each, Items) and each.is_whole]
    if len(lists) != len(values) or (name != "zip" and len(lists) > 1):
        return Unknown(at)
    if name == "reversed":
        return Items(lists[0][::-1], at)
    if name == "enumerate":
        lists.insert(0, tuple(Known(index, at) for index in range(len(lists[0]))))
    return Items(tuple(Items(each, at) for each in zip(*lists, strict=False)), at)


def _whole_number(value: Value | None, at: Span) -> Value:
    number = known(value)
    assert isinstance(number, (int, float))
    return Known(int(number), at) if abs(number) < 1e15 else Unknown(at)
