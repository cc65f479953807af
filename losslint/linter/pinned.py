"""The release of Keras that a project pins beside a program: it is told, and not obeyed."""

import os
import re
from typing import NamedTuple

from losslint.catalog import releases
from losslint.dialects.keras import KERAS
from losslint.dialects.release_targets import known_release
from losslint.files.reading import read_bytes

_FILES = ("requirements.txt", "pyproject.toml")
_PIN = re.compile(
    r"""^[ \t]*(?:[\w-]+[ \t]*=[ \t]*\[?[ \t]*)?["']?(keras|tf[-_]keras|tensorflow(?:-cpu|-gpu)?)"""
    r"""(?:\[[\w,-]*\])?[ \t]*(==|~=|<=|<)[ \t]*(\d+(?:\.\d+)*)""",
    re.MULTILINE,
)
# So far up a project's root lies at most.
_MAX_LEVELS = 8
# Since this release TensorFlow brings Keras 3; before, a Keras of its own number.
_TENSORFLOW_OF_KERAS_3 = (2, 16)
# Before 2.6 the Keras in TensorFlow had numbers of its own; older ones brought 2.2.
_KERAS_IN = {(2, 2): "2.3", (2, 3): "2.4", (2, 4): "2.4", (2, 5): "2.5"}


class Pin(NamedTuple):
    """A pin as it is written in a file, and the release of Keras 2 that it comes to."""

    file: str
    written: str
    release: str


def pin_of_keras_2(path: str) -> Pin | None:
    """What the closest project file above a program pins, where that is a Keras 2."""
    folder = os.path.dirname(os.path.abspath(path))
    for _ in range(_MAX_LEVELS):
        for name in _FILES:
            file = os.path.join(folder, name)
            content = read_bytes(file) if os.path.isfile(file) else None
            found = _PIN.search(content.decode("latin-1")) if isinstance(content, bytes) else None
            if found is not None:
                return _as_keras_2(os.path.relpath(file), found)
        parent = os.path.dirname(folder)
        if parent == folder or os.path.exists(os.path.join(folder, ".git")):
            return None
        folder = parent
    return None


def _as_keras_2(file: str, found: re.Match[str]) -> Pin | None:
    numbers = (*map(int, found[3].split(".")[:2]), 0)
    newest = (3, 0)
    if found[1].startswith("tensorflow"):
        newest = _TENSORFLOW_OF_KERAS_3
    below = numbers[:2] <= newest if found[2] == "<" else numbers[:2] < newest
    if not below:
        return None
    wanted = numbers[:2]
    if found[2] == "<":
        # From 2.6 on, TensorFlow and its Keras have the same numbers.
        series = (tuple(map(int, each.split(".")[:2])) for each in releases.KERAS)
        wanted = max((each for each in series if each < min(wanted, (3, 0))), default=(0, 0))
    release = ".".join(map(str, wanted))
    if found[1].startswith("tensorflow") and wanted < (2, 6):
        release = _KERAS_IN.get((wanted[0], wanted[1]), "2.2")
    if isinstance(known_release(KERAS, release), str):
        return None
    return Pin(file, f"{found[1]}{found[2]}{found[3]}", release)
