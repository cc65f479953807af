"""The published pages of the rules and their index, made from their modules.

`python -m losslint.rules.pages` writes docs/rules/*.md, the table in the README and
losslint/rules/_index.py; a test fails when that would change anything.
"""

import os
import re
import sys
from collections.abc import Iterable

from losslint.rules import Registered, module_names, read_rule

_FIX_WORDS = {
    "safe": "Fixed by `--fix`.",
    "unsafe": "Fixed by `--fix --unsafe-fixes`.",
    "sometimes": "Fixed by `--fix` in some cases.",
    "none": "There is no fix.",
}
_TABLE_START = "<!-- rules: made by python -m losslint.rules.pages -->"
_TABLE_END = "<!-- rules end -->"


def page(registered: Registered) -> str:
    """The page of one rule, as Markdown."""
    rule = registered.rule
    summary, _, body = registered.page.strip().partition("\n")
    fix = _FIX_WORDS[rule.fix]
    reason = registered.why_no_fix
    if reason:
        fix += f" Not safe, because: {reason[0].lower()}{reason[1:]}"
    return (
        f"# {rule.name} ({rule.code})\n\n{summary}\n\n"
        f"Severity: {rule.severity}. {fix}\n\n{body.strip()}\n"
    )


def table(rules: Iterable[Registered]) -> str:
    """All rules as a Markdown table."""
    rows = ["| code | name | what it says | fix |", "| --- | --- | --- | --- |"]
    for each in rules:
        rule = each.rule
        link = f"[{rule.name}](docs/rules/{rule.name}.md)"
        rows.append(f"| {rule.code} | {link} | {each.summary} | {rule.fix} |")
    return "\n".join(rows) + "\n"


def index(rules: Iterable[Registered]) -> str:
    """The module that tells what there is to know of each rule without importing it."""
    rows = "".join(f"    {_literal(tuple(each))},\n" for each in rules)
    return (
        '"""Every rule, as its own module tells; made by `python -m losslint.rules.pages`."""\n\n'
        "from typing import Any, Final\n\n# fmt: off\n"
        f"INDEX: Final[tuple[tuple[Any, ...], ...]] = (\n{rows})\n"
    )


def _literal(value: object) -> str:
    """A tuple of strings and tuples as Python writes it, in double quotes."""
    if not isinstance(value, tuple):
        return f'"{value}"'
    items = ", ".join(map(_literal, value))
    return f"({items},)" if len(value) == 1 else f"({items})"


def with_table(readme: str, rules: Iterable[Registered]) -> str:
    """A README whose rule table is today's."""
    pattern = re.compile(f"{re.escape(_TABLE_START)}.*?{re.escape(_TABLE_END)}", re.DOTALL)
    return pattern.sub(lambda _: f"{_TABLE_START}\n\n{table(rules)}\n{_TABLE_END}", readme)


def generated(root: str) -> dict[str, str]:
    """Path → content of every generated page, relative to the repository's root."""
    rules = sorted(map(read_rule, module_names()))
    files = {f"docs/rules/{r.rule.name}.md": page(r) for r in rules}
    with open(os.path.join(root, "README.md"), encoding="utf-8") as file:
        files["README.md"] = with_table(file.read(), rules)
    files["losslint/rules/_index.py"] = index(rules)
    return files


def main() -> int:
    """Write the pages into the current repository; remove pages of rules that are gone."""
    files = generated(".")
    os.makedirs("docs/rules", exist_ok=True)
    for name in os.listdir("docs/rules"):
        if f"docs/rules/{name}" not in files:
            os.unlink(os.path.join("docs/rules", name))
    for path, content in files.items():
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
