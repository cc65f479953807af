"""Names of losses as Keras looks them up: strings, classes and functions, release by release."""

from __future__ import annotations

from functools import lru_cache

from losslint.catalog import keras, platform
from losslint.catalog.model import LossDef, Name, VersionKey, holds
from losslint.dialects.keras.names import without_module
from losslint.dialects.keras.own_code import registered_in_program
from losslint.dialects.keras.sites import is_in_h5, is_own_object, picks_by_shape
from losslint.dialects.naming import NameStatus, NameVerdict
from losslint.dialects.records import EntryStyle, LossEntry
from losslint.text import closest, folded


def judge_name(text: str, entry: LossEntry, version: VersionKey) -> NameVerdict:
    """The verdict on a name, by the style that it is written in."""
    if entry.style.is_upper_case and (special := platform.find(text)) is not None:
        return NameVerdict("known", special)
    if text in ("__lambda__", "<lambda>"):
        return NameVerdict("lambda")
    if (">" in text and not entry.style.is_upper_case) or _is_registered(entry):
        return NameVerdict("custom")
    if (told := _told_by_style(text, entry, version)) is not None:
        return told
    never = keras.NEVER.get(text)
    if never is not None:
        return NameVerdict("never", advice=never.advice)
    if entry.style.is_object and (by_class := keras.find_class(text)) is not None:
        name = Name(text, keras.class_since(by_class))
        is_there = holds(name.since, None, version)
        return NameVerdict("known" if is_there else "not-yet", by_class, name)
    if entry.style.is_object and holds("3.0.0", None, version):
        # A serialised object is a class; the names of functions find none.
        return _unknown_to_keras(text, entry, version)
    found = keras.find(text, version)
    if found is not None:
        loss, name = found
        # A function under the name of a class can still be the user's own.
        is_same = not entry.style.is_function
        if holds(name.since, name.until, version):
            if text == loss.class_name and returns_bare_class(version):
                spelling = _spelling_at(loss, text, version)
                return NameVerdict("renamed", loss, name, spelling, is_same=is_same)
            return NameVerdict("known", loss, name)
        same = _spelling_at(loss, text, version)
        if same is not None:
            return NameVerdict("renamed", loss, name, same, loss.advice, is_same=is_same)
        return NameVerdict("not-yet", loss, name)
    if text in keras.NOT_STRINGS:
        return NameVerdict("not-a-string", keras.NOT_STRINGS[text])
    return _unknown_to_keras(text, entry, version)


def _told_by_style(text: str, entry: LossEntry, version: VersionKey) -> NameVerdict | None:
    """What the shape of an entry tells before its name is looked up."""
    if is_own_object(entry):
        return _unknown_to_keras(text, entry, version)
    if not holds("3.0.0", None, version):
        is_own = entry.style.is_string and registered_in_program(entry.view, text)
        return NameVerdict("custom") if is_own else None
    if entry.style.is_function:
        return _function(text, entry, version)
    return NameVerdict("known") if picks_by_shape(entry) and not is_in_h5(entry) else None


def _function(text: str, entry: LossEntry, version: VersionKey) -> NameVerdict:
    """A function that Keras 3 wrote: under its own name, so that any other name is the user's."""
    found = keras.find(text, version)
    hidden = keras.NOT_STRINGS.get(text)
    if hidden is not None and holds(hidden.since, hidden.until, version):
        # Keras finds it among its exports, and misses `q` at the first batch.
        return NameVerdict("not-a-string", hidden)
    if found is None:
        return _unknown_to_keras(text, entry, version)
    loss, name = found
    if not holds(name.since, name.until, version):
        if text == loss.name:
            return NameVerdict("not-yet", loss, name)
        return NameVerdict("unregistered", instead=_spelling_at(loss, text, version))
    by_own_name_only = holds("3.10.0", None, version)
    if text == loss.class_name and (by_own_name_only or returns_bare_class(version)):
        return NameVerdict("renamed", loss, name, loss.name)
    if by_own_name_only and text != loss.name:
        return NameVerdict("unregistered", instead=loss.name)
    return NameVerdict("known", loss, name)


def returns_bare_class(version: VersionKey) -> bool:
    """Whether the name of a class, as a string, gives the class itself, which trains nothing."""
    return holds("2.3.0", "2.4.0", version) or holds("3.0.0", "3.3.0", version)


def _spelling_at(loss: LossDef, text: str, version: VersionKey) -> str | None:
    """Another spelling of a loss that the release knows: its own name, or one like the old.

    A class is no spelling of a function: as a string it was long returned without being built.
    """
    there = [n.text for n in loss.names if holds(n.since, n.until, version)]
    if loss.name in there:
        return loss.name
    functions = [t for t in there if t != loss.class_name]
    alike = [t for t in functions if t.lower() == text.lower()]
    return next(iter(alike or sorted(functions, key=len, reverse=True)), None)


def _unknown_to_keras(text: str, entry: LossEntry, version: VersionKey) -> NameVerdict:
    """A misspelt name, or one of the user's own."""
    meant = _nearest(text, entry.style, version)
    if _is_custom(entry) or (meant is None and _may_be_custom(entry)):
        return _amiss("unregistered", meant)
    return _amiss("unknown", meant)


@lru_cache(maxsize=512)
def _amiss(status: NameStatus, meant: str | None) -> NameVerdict:
    return NameVerdict(status, instead=meant)


# A file may have ten thousand entries, and misspells few names.
@lru_cache(maxsize=512)
def _nearest(text: str, style: EntryStyle, version: VersionKey) -> str | None:
    """The name that entries of a style have for what a text is near to."""
    if style.is_object:
        names = tuple(loss.class_name for loss in keras.LOSSES if loss.class_name is not None)
    else:
        names = tuple(keras.names_at(version))
    if style.is_upper_case:
        names = (*names, *(loss.name for loss in platform.LOSSES))
    return _meant(without_module(text), names, version)


def _meant(text: str, names: tuple[str, ...], version: VersionKey) -> str | None:
    """The one of a release's names that a text is near to, or that one of other releases became."""
    meant = closest(text, names)
    if meant is not None:
        return meant
    was = next((n.text for n in keras.all_names() if folded(n.text) == folded(text)), None)
    found = keras.find(was, version) if was is not None else None
    instead = _spelling_at(found[0], text, version) if found is not None else None
    return instead if instead in names else None


def _is_registered(entry: LossEntry) -> bool:
    """Whether a serialised object is a class that the user registered under a package."""
    registered = entry.view.get("registered_name") if entry.style.is_object else None
    if registered is None or ">" not in str(registered.value):
        return False
    module = entry.view.get("module")
    return module is None or not str(module.value).startswith("keras.")


def _is_custom(entry: LossEntry) -> bool:
    """Whether an unknown name was written for a class or function of the user's own.

    Keras writes a function's own name, and in an .h5 file a class's without any module.
    """
    if entry.style.is_function or is_own_object(entry):
        return True
    return entry.style.is_object and entry.view.get("module") is None and is_in_h5(entry)


def _may_be_custom(entry: LossEntry) -> bool:
    """Whether an unknown name can be a class of the user's own.

    Keras writes no module of its own for those; a bare string outside an .h5 file is never one.
    """
    module = entry.view.get("module") if entry.style.is_object else None
    return module is not None and not str(module.value).startswith("keras")
