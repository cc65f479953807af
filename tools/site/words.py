"""Commands, options, settings and formats, as their declarations have them."""

import textwrap
from collections.abc import Iterator
from typing import Any

from losslint.cli import COMMANDS, part_of
from losslint.cli.declared import CliArgument, Field, fields
from losslint.cli.pages import page_of
from losslint.settings.schema import schema
from tools.site.markdown import cell, table


def commands() -> str:
    """A section a command: what it does, and its options."""
    parts = []
    for name, (home, record, module, function) in COMMANDS.items():
        told, _, examples = page_of(part_of(module, function)).help.partition("\b\nExamples:\n")
        parts += [f"## losslint {name}", " ".join(told.split())]
        rows = [_option_row(field) for field in fields(part_of(home, record))]
        if rows:
            parts.append(table(("option", "what it does"), rows))
        if examples:
            parts.append(f"```sh\n{textwrap.dedent(examples).strip()}\n```")
    return "\n\n".join(part.strip() for part in parts)


def _option_row(field: Field) -> tuple[str, str]:
    told = field.option
    spelt = ", ".join(field.spellings) or str(told.metavar or field.name.upper())
    value = "" if isinstance(told, CliArgument) else told.metavar or " | ".join(field.choices)
    return f"`{cell(f'{spelt} {value}'.strip())}`", cell(told.help)


def settings() -> str:
    """A section a setting."""
    parts = []
    for name, shape in schema()["properties"].items():
        parts += [f"### {name}", shape.get("description", ""), *_details(name, shape)]
    return "\n\n".join(part.strip() for part in parts if part)


def _details(name: str, shape: dict[str, Any]) -> Iterator[str]:
    if "default" in shape:
        yield f"Default: `{_toml(shape['default'])}`."
    for example in shape.get("examples", ())[:1]:
        yield f"```toml\n{_setting(name, example)}\n```"


def _setting(name: str, value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], dict):
        tables = "\n".join(f"{_key(key)} = {_toml(item)}" for key, item in value[0].items())
        return f"[[tool.losslint.{name}]]\n{tables}"
    if isinstance(value, dict):
        lines = "\n".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items())
        return f"[tool.losslint.{name}]\n{lines}"
    return f"[tool.losslint]\n{name} = {_toml(value)}"


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() else f'"{key}"'


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_toml(item)}" for key, item in value.items())
        return f"{{ {inner} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return f'"{value}"' if isinstance(value, str) else str(value)
