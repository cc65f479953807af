"""The JSON Schema of the settings: for editors, and for the check of every settings file.

`python -m losslint.settings.schema` writes `schemas/settings.schema.json`; with `--check` it only
says whether that file is what it would write.
"""

from __future__ import annotations

from typing import Any

# A schema is a JSON document: its values are of every JSON type.
Json = dict[str, Any]

TARGETS = ("keras", "netspresso")
_VERSION = r"^[0-9]+(\.[0-9]+)*$"


def _words(description: str, examples: list[list[str]] | None = None) -> Json:
    words: Json = {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "description": description,
    }
    return {**words, "examples": examples} if examples else words


def _rules(description: str) -> Json:
    return {
        "type": "array",
        "items": {
            "type": "string",
            "minLength": 1,
            "description": "A rule's code (LL110), the beginning of one (LL1), its name, or ALL.",
        },
        "description": description,
    }


def schema() -> Json:
    """The schema of `[tool.losslint]` and of a whole losslint.toml."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of losslint",
        "description": "[tool.losslint] in pyproject.toml, or a whole losslint.toml. For each"
        " config the closest settings file above it counts; files are not merged unless one"
        " extends another.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **_rule_settings(),
            **_file_settings(),
            **_model_settings(),
        },
    }


def _rule_settings() -> Json:
    return {
        "extend": {
            "type": "string",
            "minLength": 1,
            "description": "Another settings file to start from, relative to this one. What this"
            " file sets goes before it; extend-select, extend-exclude and tables are added to.",
        },
        "select": _rules("The rules that run, in place of the default ones."),
        "extend-select": _rules("Rules that run besides the selected ones."),
        "ignore": _rules("Rules that do not run. The narrower of two words that disagree counts."),
        "fixable": _rules("The rules whose fixes --fix may apply. Default: all."),
        "unfixable": _rules("Rules whose fixes --fix leaves alone."),
        "per-file-ignores": {
            "type": "object",
            "additionalProperties": _rules("Rules that do not run in the files that match."),
            "description": "Rules left out by file: a pattern as in .gitignore, relative to this"
            " file; with a leading ! it means all files that do not match. The way to silence a"
            " finding in JSON, which has no comments.",
            "examples": [{"legacy/**": ["LL1"], "*.json": ["LL210"]}],
        },
    }


def _file_settings() -> Json:
    return {
        "exclude": _words(
            "Files and folders to pass over, as in .gitignore, in place of the default list.",
            [["build/", "*.generated.yaml"]],
        ),
        "extend-exclude": _words("Files and folders to pass over besides those of exclude."),
        "respect-gitignore": {
            "type": "boolean",
            "default": True,
            "description": "Pass over what .gitignore files and .git/info/exclude name.",
        },
        "force-exclude": {
            "type": "boolean",
            "default": False,
            "description": "Pass over excluded files even where they are named on the command line,"
            " as pre-commit does.",
        },
        "experiments": {
            "type": "array",
            "items": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "string", "minLength": 1},
                "description": "The files that one run merges, relative to this file.",
            },
            "description": "Which files make one experiment, where their names do not tell.",
            "examples": [[["data.yaml", "model.yaml", "training.yaml"]]],
        },
    }


def _model_settings() -> Json:
    version: Json = {
        "type": "string",
        "pattern": _VERSION,
        "description": "A release, such as 1.4.1; a string, because 3.10 is not 3.1.",
    }
    names = "|".join(TARGETS)
    return {
        "target": {
            "anyOf": [
                {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": dict.fromkeys(TARGETS, version),
                },
                {
                    "type": "array",
                    "items": {"type": "string", "pattern": rf"^({names})=[0-9]+(\.[0-9]+)*$"},
                },
            ],
            "description": "The releases that the configs are meant for: a table or a list.",
            "examples": [{"netspresso": "1.4.1"}, ["netspresso=1.4.1", "keras=3.15.1"]],
        },
    }


def rendered() -> str:
    """The text of `schemas/settings.schema.json`."""
    import json

    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> int:
    """Write the schema's file, or with `--check` compare it; 1 where it is stale."""
    from pathlib import Path

    target = Path(__file__).parents[2] / "schemas" / "settings.schema.json"
    text = rendered()
    if "--check" in arguments:
        return int(not target.is_file() or target.read_text("utf-8") != text)
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
