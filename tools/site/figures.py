"""The curves of losses as parts of a page."""


def drawn(kind: str, name: str) -> str:
    """A loss's value and gradient, or all pairs over each other."""
    return ""
