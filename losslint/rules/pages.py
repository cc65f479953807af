"""A rule's page and the table of rules, as Markdown: what the site and `losslint rule` show."""

import re
from collections.abc import Callable, Iterable
from typing import Final

from losslint.rules import Registered
from losslint.rules.sources import source_link

GROUPS: Final[dict[str, str]] = {
    "LL0": "The document",
    "LL1": "A loss and its parameters",
    "LL2": "The list and its weights",
    "LL3": "The model around it",
    "LL4": "Keras: what is compiled and saved",
    "LL5": "The experiment's other files",
    "LL9": "Suppressions",
}
"""What the rules of a first digit are about."""

Shown = Callable[[Registered, str, str], str]
"""What `check` prints of an example: of a rule, the name of a file and its text."""

# How a fix is applied; behind it, why there is no more than that.
_FIX_WORDS = {
    "safe": "Fixed by `--fix`",
    "unsafe": "Fixed by `--fix --unsafe-fixes` only",
    "sometimes": "Fixed by `--fix` in some cases",
    "none": "There is no fix",
}
_NOT_IN_OTHERS = ", and not in the others"
_SECTION = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.M | re.S)
_EXAMPLE = re.compile(r"```(yaml|json|python)([^\n]*)\n(.*?)```\n?", re.S)
_SUFFIXES = {"python": "py"}
_LINK = re.compile(r"\[([^\]]+)\]\((https:[^)\s]+)\)")
# Where a file is no text, no comment can stand in it.
_WITHOUT_COMMENT = ("LL000",)


def page(registered: Registered, shown: Shown) -> str:
    """The page of one rule."""
    rule = registered.rule
    summary, _, body = registered.page.strip().partition("\n")
    severity = rule.severity.capitalize()
    parts = [
        f"# {rule.name} ({rule.code})",
        summary,
        f"{severity}, since losslint {rule.since}. {_fix_sentence(registered)}",
        _with_output(registered, body.strip(), shown),
        _silencing(registered),
    ]
    if rule.sources:
        links = "\n".join(f"- {source_link(source)}" for source in rule.sources)
        parts.append(f"## Sources\n\n{links}")
    return "\n\n".join(parts) + "\n"


def _fix_sentence(registered: Registered) -> str:
    fix, why = registered.rule.fix, registered.why_no_fix
    sentence = _FIX_WORDS[fix]
    if not why:
        return f"{sentence}."
    if fix == "sometimes":
        sentence += _NOT_IN_OTHERS
    return f"{sentence}: {why[0].lower()}{why[1:].rstrip('.')}."


def examples(registered: Registered, heading: str) -> list[tuple[str, str]]:
    """The files below a heading of a rule's page, "Bad" or "Good", each a name and its text."""
    section = dict(_SECTION.findall(f"{registered.page}\n")).get(heading, "")
    return [(_file_name(*head), text) for *head, text in _EXAMPLE.findall(section)]


def _file_name(language: str, title: str) -> str:
    return title.strip() or f"example.{_SUFFIXES.get(language, language)}"


def _with_output(registered: Registered, body: str, shown: Shown) -> str:
    """A page's text, and behind each bad example what `check` prints of it."""

    def told(found: re.Match[str]) -> str:
        language, title, text = found.groups()
        output = shown(registered, _file_name(language, title), text)
        return f"{found[0].rstrip()}\n\n```text\n{output.rstrip()}\n```\n" if output else found[0]

    def section(found: re.Match[str]) -> str:
        return _EXAMPLE.sub(told, found[0]) if found[1] == "Bad" else found[0]

    return _SECTION.sub(section, f"{body}\n").strip()


def _silencing(registered: Registered) -> str:
    """The ways to silence a rule; those of one finding where there are any."""
    rule = registered.rule
    ways = [f'- everywhere: `ignore = ["{rule.code}"]` in the settings']
    if any(name.endswith(".json") for name, _ in examples(registered, "Bad")):
        place = f'`"FILE:PLACE" = ["{rule.code}"]` among the `per-file-ignores`'
        ways.insert(0, f"- in JSON, which has no comments: {place}")
    if rule.code not in _WITHOUT_COMMENT:
        ways.insert(0, f"- one finding: `# losslint: ignore[{rule.name}]` on its line")
    return "\n".join(["## Silence it\n", *ways])


def with_addresses(text: str) -> str:
    """A page for a terminal, which makes links of addresses and nothing of Markdown's brackets."""
    return _LINK.sub(r"\1 \2", text)


def table(rules: Iterable[Registered], folder: str = "docs/rules/") -> str:
    """Rules as a table; `folder` is where the pages stand, seen from the table's place."""
    rows = ["| code | name | what it says | fix |", "| --- | --- | --- | --- |"]
    for each in rules:
        rule = each.rule
        link = f"[{rule.name}]({folder}{rule.name}.md)"
        rows.append(f"| {rule.code} | {link} | {each.summary} | {rule.fix} |")
    return "\n".join(rows) + "\n"
