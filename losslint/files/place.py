"""Where a file lies, by whatever links its folder was reached."""

import os


def real_place(path: str) -> str:
    """The absolute path of a file in its real folder; its own name stays, be it a link or not."""
    folder, name = os.path.split(os.path.abspath(path))
    return os.path.join(os.path.realpath(folder), name)
