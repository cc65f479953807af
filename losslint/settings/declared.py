"""Every setting, declared once: its name, what it takes, what it is for.

From here come the reader of settings files with its messages (`losslint.settings.load`) and the
published schema (`losslint.settings.schema`).
"""

from typing import Any

from losslint.dialects.registry import DIALECTS
from losslint.settings.json_schema import JsonSchemaShape
from losslint.settings.model import Settings
from losslint.settings.required_version import REQUIRED
from losslint.settings.shapes import (
    Json,
    Reading,
    Record,
    Several,
    Shape,
    Switch,
    Table,
    Text,
)

_DEFAULT = Settings()
# \x22 is a quotation mark: readers of JSON Schema know no backslash before it.
_KEY = r"[^ \t\r\n.\[\]\x22']+"
_STEP = r"\[(?:\*|[0-9]+|\x22[^\x22\\]*\x22)\]"


class RuleWords(Several[str]):
    """A list of words that name rules."""

    def __init__(self, about: str) -> None:
        word = "A rule's code (LL110), the beginning of one (LL1), its name, or ALL."
        super().__init__(Text(word), about)

    def accept(self, value: Any, key: str, reading: Reading) -> tuple[str, ...] | None:
        words = super().accept(value, key, reading)
        for word in words or ():
            if reading.check_code is not None and (clause := reading.check_code(word)) is not None:
                reading.refuse(key, f": {clause}")
        return words


class ReleasesShape(Shape[dict[str, str]]):
    """Releases by name, as a table or as a list of `NAME=RELEASE`; `newest` has an example each."""

    def __init__(self, newest: dict[str, str], about: str, *examples: object) -> None:
        super().__init__(about, *examples)
        number, one = r"[0-9]+(\.[0-9]+)*", 'a release such as "1.4.1"'
        version = "A release, such as 1.4.1; a string, because 3.10 is not 3.1."
        self._table = Table(Text(version, number, one), list(newest))
        pairs = " or ".join(f'"{name}={release}"' for name, release in newest.items())
        self._list = Several(Text("", f"({'|'.join(newest)})={number}", pairs))

    def limits(self) -> Json:
        return {"anyOf": [self._table.schema(), self._list.schema()]}

    def accept(self, value: Any, key: str, reading: Reading) -> dict[str, str] | None:
        if isinstance(value, list):
            pairs = self._list.read(value, key, reading)
            return dict(pair.split("=", 1) for pair in pairs or ())
        return self._table.read(value, key, reading)


class SettingsLayer:
    """What one settings file says: an attribute a setting, None where the file does not hold it.

    The key of a setting is its attribute's name, with dashes.
    """

    required_version = Text(
        "The releases of losslint that these settings are written for, such as >=0.1,<0.3; with"
        " another one nothing is checked.",
        REQUIRED,
        'a release or a range of them, such as ">=0.1,<0.3"',
    )
    extend = Text(
        "Another settings file to start from, relative to this one. What this file sets goes before"
        " it; extend-select, extend-exclude and tables are added to."
    )
    select = RuleWords("The rules that run, in place of the default ones.")
    extend_select = RuleWords("Rules that run besides the selected ones.")
    ignore = RuleWords("Rules that do not run. The narrower of two words that disagree counts.")
    fixable = RuleWords("The rules whose fixes --fix may apply. Default: all.")
    unfixable = RuleWords("Rules whose fixes --fix leaves alone.")
    per_file_ignores = Table(
        RuleWords("Rules that do not run in the files that match."),
        (),
        "Rules left out by file: a pattern as in .gitignore, relative to this file; with a leading"
        " ! it means all files that do not match. Behind a colon a place in the document may stand,"
        " as reports name it: the way to silence a finding in JSON, which has no comments.",
        {"legacy/**": ["LL1"], "models/*.json:model.losses[1]": ["LL210"]},
    )
    exclude = Several(
        Text(),
        "Files and folders to pass over, as in .gitignore, in place of the default list.",
        ["build/", "*.generated.yaml"],
    )
    extend_exclude = Several(Text(), "Files and folders to pass over besides those of exclude.")
    respect_gitignore = Switch(
        "Pass over what .gitignore files and .git/info/exclude name.", _DEFAULT.respect_gitignore
    )
    force_exclude = Switch(
        "Pass over excluded files even where they are named on the command line, as pre-commit"
        " does.",
        _DEFAULT.force_exclude,
    )
    experiments = Several(
        Several(Text(), "The files that one run merges, relative to this file.", least=1),
        "Which files make one experiment, where their names do not tell.",
        [["data.yaml", "model.yaml", "training.yaml"]],
    )
    baseline = Text(
        "The file of known findings, relative to this one: only new findings count. Written by"
        " --write-baseline."
    )
    target = ReleasesShape(
        {each.name: each.newest for each in sorted(DIALECTS, key=lambda each: each.name)},
        "The releases that the configs are meant for: a table or a list.",
        {"netspresso": "1.4.1"},
        ["netspresso=1.4.1", "keras=3.15.1"],
    )

    losses = Table(
        Table(
            Record(
                {
                    "schema": JsonSchemaShape(
                        "What its parameters may be, as a JSON Schema of the table that they make."
                    ),
                    "extends": Text("A loss of the same dialect whose parameters it has, too."),
                }
            )
        ),
        (),
        "Losses of your own: a table for keras, netspresso or a dialect that a site names, in it a"
        " table for each loss. One with the name of a loss of the dialect counts in its place.",
        {
            "keras": {
                "OhemCE": {"schema": {"properties": {"thresh": {"type": "number", "minimum": 0}}}}
            },
            "netspresso": {"ohem": {"extends": "seg_cross_entropy"}},
        },
    )
    sites = Several(
        Record(
            {
                "files": Several(
                    Text(), "Patterns as in .gitignore, relative to this file.", least=1
                ),
                "path": Text(
                    "Where losses stand in a document: train.loss, Loss.Train[*].",
                    rf"(?:{_KEY}|{_STEP})(?:\.{_KEY}|{_STEP})*",
                    "the way to a loss, such as train.loss or Loss.Train[*]",
                ),
                "dialect": Text(
                    "Whose losses stand there: keras, netspresso, or a table of `losses`. Default:"
                    " all of `losses`."
                ),
                "name": Text(
                    "The key of a loss's name, or * where the key itself is the name. Default: as"
                    " the dialect writes it."
                ),
                "parameters": Text(
                    "The key under which the parameters of a loss stand, or inline, the default:"
                    " beside its name."
                ),
            },
            ("files", "path"),
        ),
        "Places where losses stand in files of your own, besides those that losslint finds.",
        [{"files": ["configs/**/*.yml"], "path": "loss.types", "name": "type", "dialect": "keras"}],
    )

    def __init__(self, table: Json, reading: Reading) -> None:
        reading.refuse_unknown("", table, SETTINGS)
        self.file = reading.file
        self.values = {
            name: setting.read(table[name], name, reading)
            for name, setting in SETTINGS.items()
            if name in table
        }


SETTINGS = {each.name: each for each in vars(SettingsLayer).values() if isinstance(each, Shape)}
