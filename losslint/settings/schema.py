"""The JSON Schema of the settings, for editors.

`python -m losslint.settings.schema` writes `schemas/settings.schema.json`; with `--check` it only
says whether that file is what it would write.
"""

from losslint.settings.declared import SETTINGS
from losslint.settings.shapes import Json


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
        "properties": {name: setting.schema() for name, setting in SETTINGS.items()},
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
