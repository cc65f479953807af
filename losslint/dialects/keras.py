"""The Keras dict style: the platform's `LOSS` object and Keras's own serialised losses.

Platform: `configuration.MODEL.COMPILATION.LOSS`, from any of these levels downwards, because its
documentation shows fragments. Keras: `loss` in a compile config (a `.keras` archive's
config.json, what `get_compile_config` returns, the `training_config` of an .h5 file) and
a serialised loss by itself.
"""

from __future__ import annotations

from losslint.dialects.model import (
    MAX_ARGUMENTS,
    MAX_ENTRIES,
    Argument,
    EntryStyle,
    LossEntry,
    Site,
    SiteKind,
)
from losslint.syntax.member import Member
from losslint.syntax.view import View

_PLATFORM_LEVELS = ("configuration", "MODEL", "COMPILATION", "LOSS")

# Keys that stand beside `loss` in a compile config and nowhere else together.
_COMPILE_KEYS = frozenset(
    (
        "loss_weights",
        "weighted_metrics",
        "run_eagerly",
        "steps_per_execution",
        "jit_compile",
        "optimizer_config",
    )
)
_OBJECT_KEYS = frozenset(("module", "class_name", "config", "registered_name"))
# Where Keras's own losses are said to stand, be it rightly or not.
_KERAS_PACKAGES = frozenset(("keras", "tf_keras", "keras_core", "tensorflow", "tf", "builtins"))
_MAX_VISITED = 50_000


def find_sites(root: View) -> list[Site]:
    """The sites of one document."""
    platform = _platform_site(root)
    return [platform] if platform is not None else _compile_sites(root)


def _platform_site(root: View) -> Site | None:
    """The platform's LOSS, from whichever level the document starts at."""
    for first in range(len(_PLATFORM_LEVELS)):
        owner: View | None = root
        member: Member | None = None
        for level in _PLATFORM_LEVELS[first:]:
            found = owner.member(level) if owner is not None else None
            if found is None:
                break
            parent, (member, owner) = owner, found
        else:
            assert member is not None
            assert owner is not None
            assert parent is not None
            if first == len(_PLATFORM_LEVELS) - 1 and owner.get("NAME") is None:
                return None
            return Site(
                "keras", "platform", root, parent, member.at, owner, (read_platform(owner),)
            )
    return None


def read_platform(view: View) -> LossEntry:
    """The entry of a LOSS object: NAME, and parameters in upper case."""
    name: View | None = None
    arguments: list[Argument] = []
    for member, value in view.pairs():
        if member.name == "NAME":
            name = value
        elif len(arguments) < MAX_ARGUMENTS:
            arguments.append(Argument(member.name, member.at, value))
    return LossEntry("keras", "platform", view, name, tuple(arguments))


def _compile_sites(root: View) -> list[Site]:
    """Every compile config and every free-standing serialised loss of a document."""
    sites: list[Site] = []
    todo: list[tuple[View, str, bool]] = [(root, "", False)]
    visited = 0
    while todo and visited < _MAX_VISITED:
        view, under, inner = todo.pop()
        visited += 1
        if view.origin is not None:
            continue
        if view.is_list:
            todo += [(item, under, inner) for item in reversed(view.items()) if _may_hold(item)]
            continue
        members = view.pairs()
        keys = {member.name: (member, value) for member, value in members}
        # What a layer or a model holds in its config trains nothing: Keras compiles the outermost.
        kind = None if inner else _compile_kind(keys, under)
        if kind is not None:
            member, value = keys["loss"]
            sites.append(Site("keras", kind, root, view, member.at, value, read_losses(value)))
        elif _is_loss_object(keys):
            sites.append(Site("keras", "object", root, view, view.at, view, read_losses(view)))
            continue
        taken = {"loss"} if kind is not None else set()
        todo += [
            (value, member.name, inner or (member.name == "config" and "class_name" in keys))
            for member, value in reversed(members)
            if member.name not in taken and _may_hold(value)
        ]
    return sites


def _may_hold(view: View) -> bool:
    return view.is_mapping or view.is_list


def _compile_kind(keys: dict[str, tuple[Member, View]], under: str) -> SiteKind | None:
    """Whether a mapping is a compile config, and of which kind."""
    if "loss" not in keys:
        return None
    if "training_config" in under or "optimizer_config" in keys:
        return "legacy"
    if under == "compile_config" or len(_COMPILE_KEYS & keys.keys()) >= 2:
        return "compile"
    if _is_loss_object({m.name: (m, v) for m, v in keys["loss"][1].pairs()}):
        return "compile" if _is_compiled(keys) else None
    return None


def _is_compiled(keys: dict[str, tuple[Member, View]]) -> bool:
    """Whether a key beside `loss` tells that Keras wrote the mapping, and will load it.

    A config of one's own has a loss and an optimizer, too, and hands them to `get`.
    """
    if keys.keys() & _COMPILE_KEYS:
        return True
    return "optimizer" in keys and keys["optimizer"][1].get("module") is not None


def _is_loss_object(keys: dict[str, tuple[Member, View]]) -> bool:
    """Whether a mapping is a serialised loss of Keras's own."""
    if "class_name" not in keys or not keys.keys() <= _OBJECT_KEYS | {"build_config"}:
        return False
    if "module" in keys and keys["module"][1].value == "keras.losses":
        return True
    if _is_own({name: value for name, (_, value) in keys.items()}):
        return False
    from losslint.catalog import keras

    name = keys["class_name"][1].value
    return isinstance(name, str) and keras.find_class(name) is not None and "config" in keys


def is_own_object(entry: LossEntry) -> bool:
    """Whether a serialised object is a class of the user's own that nobody registered.

    Keras finds it in custom_objects, by a registered name that is the name of the class.
    """
    return entry.style == "object" and _is_own({m.name: value for m, value in entry.view.pairs()})


def _is_own(values: dict[str, View]) -> bool:
    name, registered, module = map(values.get, ("class_name", "registered_name", "module"))
    if name is None or (registered is not None and registered.value != name.value):
        return False
    if module is None or module.kind == "null":
        return registered is not None
    return module.kind == "str" and str(module.value).split(".")[0] not in _KERAS_PACKAGES


def is_in_h5(entry: LossEntry) -> bool:
    """Whether an entry stands in the training config of an .h5 file."""
    owner = entry.view.parent
    while owner is not None:
        if "training_config" in str(owner.key) or owner.get("optimizer_config") is not None:
            return True
        owner = owner.parent
    return False


def is_inner(site: Site) -> bool:
    """Whether a site stands in the config of a layer or a model, where nothing is compiled."""
    view: View | None = site.owner
    while view is not None and view.parent is not None:
        if view.key == "config" and view.parent.get("class_name") is not None:
            return True
        view = view.parent
    return False


def picks_by_shape(entry: LossEntry) -> bool:
    """Whether a string leaves it to the labels of the first batch which crossentropy it is."""
    text = entry.name_text or ""
    return entry.style == "string" and text.lower() in ("crossentropy", "ce")


def read_losses(view: View) -> tuple[LossEntry, ...]:
    """The entries of a `loss` value: a string, an object, a list, or a mapping by output."""
    entries: list[LossEntry] = []
    todo: list[tuple[View, str | int | None]] = [(view, None)]
    while todo and len(entries) < MAX_ENTRIES:
        current, output = todo.pop()
        if current.is_list:
            todo += [(item, index) for index, item in reversed(list(enumerate(current.items())))]
        elif current.is_mapping and current.get("class_name") is None:
            todo += [(value, member.name) for member, value in reversed(current.pairs())]
        elif current.kind != "null":
            entries.append(_read_loss(current, output))
    return tuple(entries)


def _read_loss(view: View, output: str | int | None) -> LossEntry:
    if not view.is_mapping:
        return LossEntry("keras", "string", view, view, output=output)
    name = view.get("class_name")
    config = view.get("config")
    style: EntryStyle = "object"
    arguments: tuple[Argument, ...] = ()
    if name is not None and name.value == "function":
        style, name = "function", config
    elif config is not None and config.is_mapping:
        arguments = tuple(
            Argument(member.name, member.at, value)
            for member, value in config.pairs()[:MAX_ARGUMENTS]
        )
    return LossEntry("keras", style, view, name, arguments, output=output)
