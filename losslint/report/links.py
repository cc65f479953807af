"""Where losslint stands on the web: the one place that knows.

HOME is None as long as the project has no public address, and whatever would show one shows none.
RELEASING.md tells how it is set.
"""

from typing import Final

# The address of a repository, without a slash at its end.
HOME: Final[str | None] = None


def rule_url(name: str) -> str | None:
    """The page of a rule, by the rule's name."""
    return None if HOME is None else f"{HOME}/blob/main/docs/rules/{name}.md"
