"""Where a framework does what a rule says, and who met it, as addresses.

A rule names files of a framework's package at its newest release (`netspresso:losses/builder.py`),
issues (`keras#19330`) and whole addresses.
"""

from typing import Final, NamedTuple

from losslint.catalog import releases


class Framework(NamedTuple):
    """A framework's code: what it is called, where the repository is, where in it the package."""

    label: str
    repository: str
    folder: str
    release: str


FRAMEWORKS: Final[dict[str, Framework]] = {
    "netspresso": Framework(
        "NetsPresso Trainer",
        "https://github.com/Nota-NetsPresso/netspresso-trainer",
        "src/netspresso_trainer",
        releases.NETSPRESSO[-1],
    ),
    "keras": Framework("Keras", "https://github.com/keras-team/keras", "keras", releases.KERAS[-1]),
}


def source_link(source: str) -> str:
    """A source as a link in Markdown. Raises KeyError for a framework that there is not."""
    if source.startswith("https://"):
        return f"<{source}>"
    name, mark, number = source.partition("#")
    if mark:
        of = FRAMEWORKS[name]
        return f"[{of.label} #{number}]({of.repository}/issues/{number})"
    name, _, path = source.partition(":")
    of = FRAMEWORKS[name]
    address = f"{of.repository}/blob/v{of.release}/{of.folder}/{path}"
    return f"[{of.label} {of.release}, `{path}`]({address})"
