"""What `--help` says: a command's docstring, its examples a line each.

A docstring ends in "Examples: one | another"; the bars are there so that it reads well.
"""

import inspect
from collections.abc import Callable
from typing import NamedTuple

# Click neither joins nor wraps the lines of a paragraph that starts with this.
_AS_IT_IS = "\b\n"

WHOLE = """Check the losses of training configs, move them between styles, prove that they compute.

Examples: losslint check configs/ | losslint check --fix model.yaml | losslint rule LL110
"""


class Page(NamedTuple):
    """The help of a command: the whole, and the sentence for the list of commands."""

    help: str
    short: str


def page_of(command: Callable[..., None]) -> Page:
    """The page of a command, from its docstring."""
    return page(inspect.getdoc(command) or "")


def page(text: str) -> Page:
    """The page that a text is written as."""
    paragraphs = text.strip().split("\n\n")
    laid_out = "\n\n".join(_laid_out(paragraph) for paragraph in paragraphs)
    return Page(laid_out, " ".join(paragraphs[0].split()).rstrip("."))


def _laid_out(paragraph: str) -> str:
    before, found, after = paragraph.partition("Examples:")
    if not found or before.strip():
        return paragraph
    examples = " ".join(after.split()).split(" | ")
    return _AS_IT_IS + "\n".join(["Examples:", *(f"  {example}" for example in examples)])
