"""The Keras dict style: the platform's `LOSS` object and Keras's own serialised losses.

Platform: `configuration.MODEL.COMPILATION.LOSS`, from any of these levels downwards, because its
documentation shows fragments. Without COMPILATION, LOSS needs a NAME, and OPT or METRICS beside it
or nothing at all: sections called LOSS, MODEL and OPTIMIZER are yacs's, too.

Keras: `loss` in a compile config (a `.keras` archive's config.json, what `get_compile_config`
returns, the `training_config` of an .h5 file, what people write for `compile`) and a serialised
loss by itself; `keras_marks` says by which marks. What stands under `metrics` or
`weighted_metrics`, and what is an object of another package of Keras, is no loss.
"""

from __future__ import annotations

from typing import Final

from losslint.catalog.platform import COMPILATION_KEYS
from losslint.dialects.keras import KERAS
from losslint.dialects.keras.marks import NOT_LOSSES, compile_kind, is_free_loss, is_tensorflow_js
from losslint.dialects.keras.modules import package_of
from losslint.dialects.records import (
    MAX_ARGUMENTS,
    MAX_ENTRIES,
    Argument,
    EntryStyle,
    LossEntry,
    Site,
)
from losslint.syntax.languages import JSON
from losslint.syntax.member import Member
from losslint.syntax.resolved_node import ResolvedNode

PLATFORM: Final = EntryStyle("NAME", is_upper_case=True)
OBJECT: Final = EntryStyle("class_name", is_object=True, params_key="config")
FUNCTION: Final = EntryStyle("loss", is_function=True)
STRING: Final = EntryStyle("loss", is_string=True)

_PLATFORM_LEVELS = ("configuration", "MODEL", "COMPILATION", "LOSS")
# Sections that stand beside LOSS where yacs reads them.
_OF_OTHERS = frozenset(("MODEL", "OPTIMIZER", "SOLVER", "TRAIN", "DATASET", "DATA", "SCHEDULER"))

# Where Keras's own losses are said to stand, be it rightly or not.
_KERAS_PACKAGES = frozenset(("keras", "tf_keras", "keras_core", "tensorflow", "tf", "builtins"))
_MAX_VISITED = 50_000


def find_sites(root: ResolvedNode) -> list[Site]:
    """The sites of one document."""
    platform = _platform_site(root)
    return [platform] if platform is not None else _compile_sites(root)


def _platform_site(root: ResolvedNode) -> Site | None:
    """The platform's LOSS, from whichever level the document starts at."""
    for first in range(len(_PLATFORM_LEVELS)):
        owner: ResolvedNode | None = root
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
            if first == len(_PLATFORM_LEVELS) - 1 and not _is_fragment(root, owner):
                return None
            return Site(KERAS, "platform", root, parent, member.at, owner, (read_platform(owner),))
    return None


def _is_fragment(root: ResolvedNode, loss: ResolvedNode) -> bool:
    """Whether a LOSS at the top of a document is the platform's.

    A person who shows one copies it with its neighbours in COMPILATION, or alone.
    """
    name = loss.get("NAME")
    if name is None:
        return False
    others = {member.name: value for member, value in root.pairs() if member.name != "LOSS"}
    if others and (others.keys().isdisjoint(COMPILATION_KEYS) or others.keys() & _OF_OTHERS):
        return False
    # A platform's file is JSON. What yacs reads is YAML, and may name any class of its own.
    if others and (root.language is JSON or any(map(is_of_compilation, others.values()))):
        return True
    return name.kind == "str" and (root.language is JSON or _is_near(str(name.value)))


def is_of_compilation(beside: ResolvedNode) -> bool:
    """Whether a neighbour of LOSS is an OPT or METRICS that names what Keras has."""
    from losslint.dialects.keras.names import OPTIMIZERS, is_name_of_metric

    if beside.is_mapping:
        name = beside.get("NAME")
        return name is not None and str(name.value).lower() in OPTIMIZERS
    names = [str(each.value) for each in beside.items() if each.kind == "str"]
    return bool(names) and all(map(is_name_of_metric, names))


def _is_near(name: str) -> bool:
    from losslint.catalog import platform
    from losslint.dialects.keras.names import nearness

    return platform.find(name) is not None or nearness(name) in ("own", "typo")


def read_platform(view: ResolvedNode) -> LossEntry:
    """The entry of a LOSS object: NAME, and parameters in upper case."""
    name: ResolvedNode | None = None
    arguments: list[Argument] = []
    for member, value in view.pairs():
        if member.name == "NAME":
            name = value
        elif len(arguments) < MAX_ARGUMENTS:
            arguments.append(Argument(member.name, member.at, value))
    return LossEntry(KERAS, PLATFORM, view, name, tuple(arguments))


def _compile_sites(root: ResolvedNode) -> list[Site]:
    """Every compile config and every free-standing serialised loss of a document."""
    sites: list[Site] = []
    todo: list[tuple[ResolvedNode, bool]] = [(root, False)]
    visited = 0
    while todo and visited < _MAX_VISITED:
        view, inner = todo.pop()
        visited += 1
        if view.origin is not None:
            continue
        if view.is_list:
            todo += [(item, inner) for item in reversed(view.items()) if _may_hold(item)]
            continue
        members = view.pairs()
        keys = {member.name: (member, value) for member, value in members}
        if is_tensorflow_js(keys):
            continue
        # What a layer or a model holds in its config trains nothing: Keras compiles the outermost.
        kind = None if inner else compile_kind(keys, view)
        if kind is not None:
            member, value = keys["loss"]
            sites.append(Site(KERAS, kind, root, view, member.at, value, read_losses(value)))
        elif is_free_loss(keys, view):
            own = "made" if root.language.is_code else "object"
            sites.append(Site(KERAS, own, root, view, view.at, view, read_losses(view)))
            continue
        if package_of(view.get("module")) == "metrics":
            continue
        taken = NOT_LOSSES if kind is None else (*NOT_LOSSES, "loss")
        todo += [
            (value, inner or (member.name == "config" and "class_name" in keys))
            for member, value in reversed(members)
            if member.name not in taken and _may_hold(value)
        ]
    return sites


def _may_hold(view: ResolvedNode) -> bool:
    return view.is_mapping or view.is_list


def is_own_object(entry: LossEntry) -> bool:
    """Whether a serialised object is a class of the user's own that nobody registered.

    Keras finds it in custom_objects, by a registered name that is the name of the class.
    """
    if not entry.style.is_object:
        return False
    name, registered, module = map(entry.view.get, ("class_name", "registered_name", "module"))
    if name is None or (registered is not None and registered.value != name.value):
        return False
    if module is None or module.kind == "null":
        return registered is not None
    return module.kind == "str" and str(module.value).split(".")[0] not in _KERAS_PACKAGES


def is_in_h5(entry: LossEntry) -> bool:
    """Whether an entry stands in the training config of an .h5 file."""
    owner = entry.view.parent
    while owner is not None:
        if owner.is_mapping and owner.get("loss") is not None:
            keys = {member.name: (member, value) for member, value in owner.pairs()}
            if compile_kind(keys, owner) == "legacy":
                return True
        owner = owner.parent
    return False


def is_inner(site: Site) -> bool:
    """Whether a site stands in the config of a layer or a model, where nothing is compiled."""
    view: ResolvedNode | None = site.owner
    while view is not None and view.parent is not None:
        if view.key == "config" and view.parent.get("class_name") is not None:
            return True
        view = view.parent
    return False


def picks_by_shape(entry: LossEntry) -> bool:
    """Whether a string leaves it to the labels of the first batch which crossentropy it is."""
    text = entry.name_text or ""
    return entry.style.is_string and text.lower() in ("crossentropy", "ce")


def read_losses(view: ResolvedNode) -> tuple[LossEntry, ...]:
    """The entries of a `loss` value: a string, an object, a list, or a mapping by output."""
    entries: list[LossEntry] = []
    todo: list[tuple[ResolvedNode, str | int | None]] = [(view, None)]
    while todo and len(entries) < MAX_ENTRIES:
        current, output = todo.pop()
        if current.is_list:
            todo += [(item, index) for index, item in reversed(list(enumerate(current.items())))]
        elif current.is_mapping and current.get("class_name") is None:
            todo += [(value, member.name) for member, value in reversed(current.pairs())]
        elif current.kind != "null":
            entries.append(_read_loss(current, output))
    return tuple(entries)


def _read_loss(view: ResolvedNode, output: str | int | None) -> LossEntry:
    if not view.is_mapping:
        return LossEntry(KERAS, STRING, view, view, output=output)
    name = view.get("class_name")
    config = view.get("config")
    style: EntryStyle = OBJECT
    arguments: tuple[Argument, ...] = ()
    if name is not None and name.value == "function":
        style, name = FUNCTION, config
    elif config is not None and config.is_mapping:
        arguments = tuple(
            Argument(member.name, member.at, value)
            for member, value in config.pairs()[:MAX_ARGUMENTS]
        )
    return LossEntry(KERAS, style, view, name, arguments, output=output)
