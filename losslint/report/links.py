"""Where losslint's pages stand on the web: the one place that knows."""

HOME = "https://github.com/losslint/losslint"


def rule_url(name: str) -> str:
    """The page of a rule, by the rule's name."""
    return f"{HOME}/blob/main/docs/rules/{name}.md"
