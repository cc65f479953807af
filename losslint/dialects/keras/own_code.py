"""Losses of the user's own, which a saved config only names: their code stands elsewhere."""

from __future__ import annotations

from losslint.dialects.keras.marks import CUSTOM
from losslint.dialects.keras.modules import package_of
from losslint.dialects.keras.sites import is_own_object
from losslint.dialects.naming import OwnCode
from losslint.dialects.records import LossEntry
from losslint.syntax.resolved_node import ResolvedNode

_LAMBDAS = ("__lambda__", "<lambda>")


def own_code(entry: LossEntry) -> OwnCode | None:
    """Which kind of code of the user's own an entry names, None where it is Keras's.

    A name with ">" was registered under a package. Keras writes a function under its own name, so
    that one which Keras does not give it is the user's, too.
    """
    text = entry.name_text
    if text is None:
        return None
    if text in _LAMBDAS:
        return "lambda"
    if entry.style.is_function:
        return "function" if ">" in text or not _is_named_so(text) else None
    registered = entry.view.get("registered_name") if entry.style.is_object else None
    is_registered = registered is not None and ">" in str(registered.value)
    return "class" if ">" in text or is_registered or is_own_object(entry) else None


def registered_in_program(view: ResolvedNode, name: str) -> bool:
    """Whether the program around has put a name among Keras's custom objects.

    Keras 2 finds what a string names there, Keras 3 does not.
    """
    if not view.language.is_code:
        return False
    while view.parent is not None:
        view = view.parent
    found = view.get(CUSTOM)
    return found is not None and any(each.value == name for each in found.items())


def own_name(entry: LossEntry) -> str | None:
    """The name of a loss that can be the user's own: one in a module of Keras's is none.

    What is registered under a package has its name behind that.
    """
    text = entry.name_text
    if text is None or (entry.style.is_object and package_of(entry.view.get("module")) is not None):
        return None
    return text.rpartition(">")[2]


def _is_named_so(text: str) -> bool:
    """Whether a function of Keras's bears this name, not only an alias of it."""
    from losslint.catalog import keras

    found = keras.find(text)
    hidden = text in keras.NOT_STRINGS or text in keras.NEVER
    return hidden or (found is not None and found[0].name == text)
