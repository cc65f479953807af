"""Losses that the settings declare: what changes by them, and what does not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema.validators import Draft202012Validator
from referencing.jsonschema import EMPTY_REGISTRY as NOTHING_ELSE
from referencing.jsonschema import SchemaRegistry

from losslint.catalog import schemas
from losslint.catalog.model import release_key
from losslint.diagnostics import Diagnostic
from losslint.dialects.declarations import Declarations, OwnLoss, OwnSite, schema_at
from losslint.dialects.registry import DIALECTS, dialect_named
from losslint.dialects.release_targets import release_targets
from losslint.files.source import Source, decode
from losslint.linter.apply_rules import Checked, check_source
from losslint.linter.fix import fix_source
from losslint.rules import load_rules
from losslint.rules.base import Context
from losslint.server.complete import complete
from losslint.server.python_cursor import attempts_in_code
from losslint.settings.load import load_settings
from losslint.settings.model import Settings
from tests.command import losslint_text

RULES = load_rules()
FIXTURES = sorted((Path(__file__).parent.parent / "fixtures").rglob("*.*"))
REGISTRY: SchemaRegistry = NOTHING_ELSE


def own(name: str, schema: object = True, framework: str = "netspresso", **more: Any) -> OwnLoss:
    return OwnLoss(framework, name, json.dumps(schema), file="losslint.toml", **more)


def check(text: str, name: str, *losses: OwnLoss, sites: tuple[OwnSite, ...] = ()) -> Checked:
    source = decode(name, text.encode("utf-8", "surrogatepass"))
    assert isinstance(source, Source)
    return check_source(source, RULES, release_targets({}, Declarations(losses, sites)))


def lint(text: str, name: str, *losses: OwnLoss) -> tuple[Diagnostic, ...]:
    return check(text, name, *losses).diagnostics


def at(found: tuple[Diagnostic, ...], text: str) -> list[tuple[str, str]]:
    """The code of each finding, and the text at its place."""
    return [(d.code, text[d.span.start : d.span.end]) for d in found]


def criterion(**entry: object) -> str:
    """The trainer's list with one entry, as JSON."""
    losses = [{"criterion": "ohem", "weight": None, **entry}]
    return json.dumps({"model": {"task": "segmentation", "losses": losses}})


# Nothing changes.


@pytest.mark.parametrize("file", FIXTURES, ids=lambda file: file.name)
def test_what_nobody_names_changes_nothing(file: Path) -> None:
    """Neither losses of another name, nor places in other files, nor ones that lead nowhere."""
    source = decode(str(file), file.read_bytes())
    if not isinstance(source, Source):
        pytest.skip("no text")
    losses = [own("qqqqq", False, each.name) for each in DIALECTS]
    root = str(file.parent)
    sites = (
        OwnSite(root, ("*.elsewhere",), "model.losses", name="type"),
        OwnSite(root, ("*",), "qqqqq[*].q", name="type"),
    )
    plain = check_source(source, RULES, release_targets({}))
    declared = release_targets({}, Declarations(tuple(losses), sites))
    assert check_source(source, RULES, declared).diagnostics == plain.diagnostics


KERAS_OWN = [
    {"module": "keras.losses", "class_name": "Hinge", "config": {}, "registered_name": None},
    {"module": "keras.src.losses.losses", "class_name": "Hinge", "config": {"reduction": "sum"}},
]


@pytest.mark.parametrize("loss", KERAS_OWN, ids=json.dumps)
def test_what_keras_says_is_its_own_is_not_ones_own(loss: dict[str, object]) -> None:
    text = json.dumps({"compile_config": {"optimizer": "adam", "loss": loss}})
    assert lint(text, "config.json", own("Hinge", False, "keras")) == lint(text, "config.json")


# What is unknown is silent.

OPEN = {"required": ["thresh"], "properties": {"thresh": {"type": "number"}}}
SILENT = [
    "thresh: ${data.thresh}",
    "thresh: ${oc.env:THRESH}",
    "thresh: 0.5\n      other: [1, x]",
]


@pytest.mark.parametrize("line", SILENT)
def test_what_the_file_does_not_tell_is_not_judged(line: str) -> None:
    text = (
        "defaults: &defaults\n  margin: 0.5\nmodel:\n  task: segmentation\n  losses:\n"
        f"    - criterion: ohem\n      weight: ~\n      {line}\n"
    )
    assert [d for d in lint(text, "model.yaml", own("ohem", OPEN)) if d.code == "LL123"] == []


def test_an_unknown_value_decides_no_condition() -> None:
    schema = {"if": {"properties": {"mode": {"const": "a"}}}, "else": {"required": ["thresh"]}}
    entry = "model:\n  task: segmentation\n  losses:\n    - criterion: ohem\n      weight: ~\n"
    assert at(lint(entry + "      mode: b\n", "m.yaml", own("ohem", schema)), entry) == [
        ("LL123", "ohem")
    ]
    found = lint(entry + "      mode: ${mode}\n", "m.yaml", own("ohem", schema))
    assert [d.code for d in found if d.code == "LL123"] == []


# It is judged as jsonschema judges it.

NAMES = st.sampled_from(["a", "b", "thresh", "gamma"])
SCALARS = (
    st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, 1.0, -1.5])
    | st.sampled_from(["", "a", "mean", "sum", "ü\n"])
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=5,
)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
FEW = st.integers(0, 3)


def keywords(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas of some keywords each, over schemas that are smaller."""
    several = st.lists(inner, min_size=1, max_size=2)
    tables = st.dictionaries(NAMES, inner, max_size=3)
    words: dict[str, st.SearchStrategy[Any]] = {
        "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
        "enum": st.lists(VALUES, max_size=3),
        "const": VALUES,
        "minimum": st.integers(-2, 2),
        "exclusiveMaximum": st.sampled_from([0.5, 1, 2]),
        "multipleOf": st.sampled_from([0.5, 2]),
        "minLength": FEW,
        "pattern": st.sampled_from(["^m", "u", "^$"]),
        "items": inner,
        "prefixItems": several,
        "contains": inner,
        "minItems": FEW,
        "uniqueItems": st.booleans(),
        "properties": tables,
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "m"]), inner, max_size=1),
        "additionalProperties": inner,
        "unevaluatedProperties": inner,
        "propertyNames": inner,
        "required": st.lists(NAMES, max_size=2, unique=True),
        "dependentRequired": st.dictionaries(
            NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=1
        ),
        "minProperties": FEW,
        "maxProperties": FEW,
        "anyOf": several,
        "oneOf": several,
        "allOf": several,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "default": VALUES,
        "description": st.text(max_size=3),
    }
    return st.fixed_dictionaries({}, optional=words)


def few(drawn: dict[str, Any]) -> dict[str, Any]:
    return dict(list(drawn.items())[:5])


SCHEMAS = st.recursive(st.booleans() | st.just({}), keywords, max_leaves=6)
DATA = st.dictionaries(NAMES, VALUES, max_size=4)


def keras_object(data: dict[str, Any]) -> str:
    loss = {"module": "mine", "class_name": "ohem", "config": data, "registered_name": "x>ohem"}
    return json.dumps({"compile_config": {"optimizer": "adam", "loss": loss}})


FORMS: dict[str, Callable[[dict[str, Any]], str]] = {
    "netspresso": lambda data: criterion(**data),
    "keras": keras_object,
}


@pytest.mark.parametrize("framework", FORMS)
@given(schema=SCHEMAS, data=DATA)
def test_a_schema_judges_as_jsonschema_does(framework: str, schema: Any, data: Any) -> None:
    Draft202012Validator.check_schema(schema)
    text = FORMS[framework](data)
    found = lint(text, "config.json", own("ohem", schema, framework))
    told = [d for d in found if d.code == "LL123"]
    right = Draft202012Validator(schema, registry=REGISTRY).is_valid(data)
    assert bool(told) is not right, told
    start = text.index("ohem") - 1
    for each in told:
        assert start <= each.span.start < each.span.end <= len(text)
        assert each.message.isprintable()


@given(schema=SCHEMAS, data=DATA)
def test_fixes_end_and_leave_a_list(schema: Any, data: Any) -> None:
    loss = own("ohem", schema)
    before = check(criterion(**data), "model.json", loss)
    fixed = fix_source(
        before.source, lambda s: check(s.text, "model.json", loss), lambda d: d.fix is not None
    )
    assert json.loads(fixed.source.text)["model"]["losses"]


@pytest.mark.slow
@given(schema=SCHEMAS, data=DATA)
@settings(max_examples=50)
def test_the_printed_schema_refuses_what_the_rule_refuses(schema: Any, data: Any) -> None:
    if isinstance(schema, dict) and schema.keys() & {
        "minProperties", "maxProperties", "propertyNames", "additionalProperties", "enum", "const",
        "unevaluatedProperties", "not", "anyOf", "oneOf", "allOf", "if", "then", "else",
    }:  # fmt: skip
        # What speaks of all keys at once means others where name and weight stand among them.
        return
    right = Draft202012Validator(schema, registry=REGISTRY).is_valid(data)
    whole = schemas.build("netspresso", {"ohem": schema})
    assert Draft202012Validator(whole).is_valid(json.loads(criterion(**data))) is right
    by_class = Draft202012Validator(schemas.build("keras", {"ohem": schema}))
    right_object = Draft202012Validator(
        {"$id": "x", **schema} if isinstance(schema, dict) else schema
    )
    assert by_class.is_valid(json.loads(keras_object(data))) is right_object.is_valid(data)


# Before and after.

CASES: list[tuple[object, dict[str, object], list[tuple[str, str]]]] = [
    ({"type": "object"}, {"any": [1]}, []),
    (False, {}, [("LL123", '"ohem"')]),
    ({"properties": {"a": False}}, {"a": 1}, [("LL123", "1")]),
    ({"properties": {"a": {"type": "integer"}}}, {"a": "x"}, [("LL123", '"x"')]),
    ({"properties": {"a": {"items": {"maximum": 2}}}}, {"a": [1, 3]}, [("LL123", "3")]),
    ({"properties": {"a": {"required": ["b"]}}}, {"a": {}}, [("LL123", "{}")]),
    ({"required": ["a", "b"]}, {}, [("LL123", '"ohem"')] * 2),
    ({"properties": {"a": {}}, "additionalProperties": False}, {"b": 1}, [("LL123", '"b"')]),
    ({"properties": {"a": {}}, "unevaluatedProperties": False}, {"b": 1}, [("LL123", '"b"')]),
    ({"propertyNames": {"pattern": "^a"}}, {"b": 1}, [("LL123", '"b"')]),
    (
        {"properties": {"a": {"properties": {"b": {}}, "additionalProperties": False}}},
        {"a": {"c": 1}},
        [("LL123", '"c"')],
    ),
    ({"$ref": "#/$defs/x", "$defs": {"x": {"required": ["a"]}}}, {}, [("LL123", '"ohem"')]),
    # A schema that goes round in a circle tells nothing.
    ({"$ref": "#"}, {"a": 1}, []),
]


@pytest.mark.parametrize(("schema", "entry", "expected"), CASES, ids=lambda value: str(value)[:40])
def test_each_error_stands_at_its_parameter(
    schema: object, entry: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    text = criterion(**entry)
    assert at(lint(text, "model.json", own("ohem", schema)), text) == expected


def test_an_own_loss_counts_in_the_place_of_a_known_one() -> None:
    text = criterion(criterion="focal_loss", gamma="much")
    assert {d.code for d in lint(text, "model.json")} > {"LL112"}
    assert lint(text, "model.json", own("focal_loss")) == ()
    found = lint(text, "model.json", own("focal_loss", {"properties": {"gamma": {"type": "null"}}}))
    assert at(found, text) == [("LL123", '"much"')]


EXTENDED = [
    ({"alpha": 0.25, "gamma": 2.0}, []),
    ({"alpha": 0.25, "gamma": 3.5}, ["3.5"]),
    ({"alpha": "0.25", "gamma": 2.0, "beta": 1}, ['"0.25"']),
    ({"alpha": 0.25, "gamma": 2.0, "beta": 1.5}, ["1.5"]),
    ({"alpha": 0.25, "gamma": 2.0, "betta": 1}, ['"betta"']),
    ({"gamma": 2.0}, ['"ohem"']),
]


@pytest.mark.parametrize(("entry", "expected"), EXTENDED, ids=str)
def test_extends_takes_parameters_over(entry: dict[str, object], expected: list[str]) -> None:
    more = {"properties": {"gamma": {"maximum": 3}, "beta": {"type": "integer"}}}
    text = criterion(**entry)
    found = lint(text, "model.json", own("ohem", more, extends="focal_loss"))
    assert at(found, text) == [("LL123", each) for each in expected]


def test_extends_goes_by_the_release() -> None:
    """What came later is no parameter before."""
    loss = own("Mine", True, "keras", extends="Huber")
    before, after = (schema_at(loss, release_key(each)) for each in ("2.15.0", "3.15.1"))
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert "dtype" in after["properties"].keys() - before["properties"].keys()


MEANT = [
    ("model.json", criterion(criterion="ohm"), own("ohem"), "`ohem`"),
    (
        "config.json",
        json.dumps({"MODEL": {"COMPILATION": {"LOSS": {"NAME": "OhemCe"}}}}),
        own("OhemCE", True, "keras"),
        "`OhemCE`",
    ),
    (
        "config.json",
        json.dumps({"compile_config": {"optimizer": "adam", "loss": "OhemCe", "metrics": None}}),
        own("OhemCE", True, "keras"),
        "`OhemCE`",
    ),
]


@pytest.mark.parametrize(("name", "text", "loss", "meant"), MEANT)
def test_a_misspelt_one_is_told(name: str, text: str, loss: OwnLoss, meant: str) -> None:
    (found,) = lint(text, name, loss)
    assert found.code == "LL100"
    assert found.message.endswith(f"did you mean {meant}?")
    assert found.fix is not None
    assert not found.fix.safe
    (edit,) = found.fix.edits
    assert lint(text[: edit.start] + edit.text + text[edit.end :], name, loss) == ()


def test_two_of_one_name_are_told() -> None:
    losses = [{"criterion": "ohem", "weight": 1}] * 2
    text = json.dumps({"model": {"task": "segmentation", "losses": losses}})
    assert [d.code for d in lint(text, "model.json", own("ohem"))] == ["LL202"]


# Python.

PROGRAM = """\
import keras
import losses as own_losses
from losses import OhemCE, OhemCE as CE
from unseen import *


class Inner(keras.losses.Loss):
    def __init__(self, thresh=0.7, mode="mean"):
        super().__init__()


model = keras.Sequential([keras.layers.Dense(3)])
model.compile("adam", loss={})
"""
CALLS = [
    ("OhemCE(thresh=0.5)", []),
    ("OhemCE(0.5)", []),
    ("OhemCE(**options)", []),
    ("OhemCE(thresh=find())", []),
    ("keras.losses.Hinge()", []),
    ("OhemCE()", ["OhemCE"]),
    ("OhemCE(tresh=0.5)", ["OhemCE", "tresh"]),
    ("CE(thresh='high')", ["'high'"]),
    ("own_losses.OhemCE(thresh=2)", ["2"]),
    ("Inner('x')", ["'x'"]),
    ("Inner(thresh=1, mood=2)", ["mood"]),
    ("Starred(a=1)", ["Starred"]),
    ("'OhemCE'", ["'OhemCE'"]),
    ("Hinge()", ["Hinge"]),
]
SHAPE = {"properties": {"thresh": {"type": "number", "maximum": 1}, "mode": {"type": "string"}}}
PYTHON_LOSSES = (
    own("OhemCE", {**SHAPE, "required": ["thresh"], "additionalProperties": False}, "keras"),
    own("Inner", {**SHAPE, "additionalProperties": False}, "keras"),
    own("Starred", False, "keras"),
    own("Hinge", False, "keras"),
)


@pytest.mark.parametrize(("call", "expected"), CALLS, ids=[call for call, _ in CALLS])
def test_a_program_is_judged_at_its_keywords(call: str, expected: list[str]) -> None:
    text = PROGRAM.format(call)
    assert [
        d for d in lint(text, "train.py") if d.severity == "error" and "OhemCE" not in call
    ] == []
    found = at(lint(text, "train.py", *PYTHON_LOSSES), text)
    assert found == [("LL123", each) for each in expected]


OFFERED = [
    ("from losses import Oh|", ["OhemCE"]),
    ("from losses import OhemCE\nloss = OhemCE(th|)", ["thresh"]),
    ("import losses\nmodel.compile(loss=losses.Oh|)", ["OhemCE"]),
    ("model.compile(loss='Oh|')", ["OhemCE", "binary_crossentropy"]),
    ("from keras.losses import Oh|", ["BinaryCrossentropy", "BinaryFocalCrossentropy"]),
]


@pytest.mark.parametrize(("line", "expected"), OFFERED, ids=[line for line, _ in OFFERED])
def test_a_program_is_offered_what_is_declared(line: str, expected: list[str]) -> None:
    text = f"import keras\nmodel = keras.Sequential()\n{line}"
    loss = own("OhemCE", {"properties": {"thresh": {"type": "number"}}}, "keras")
    checked = check(text.replace("|", ""), "train.py", loss)
    releases = release_targets({}, Declarations((loss,)))
    context = Context(checked.source, checked.tree, releases, {})
    tries = attempts_in_code("", checked.source.text, text.index("|"), keep=False)
    offered = complete(context, tries)
    assert offered is not None
    assert [each.label for each in offered.proposals][:2] == expected


# Settings.

WRONG = [
    ("[losses]\nkeras = 1", "`losses.keras` must be a table, not 1"),
    (
        "[losses.kears.A]",
        '`losses.kears` is no dialect, did you mean "keras"?; one of your own needs a site with'
        ' `dialect = "kears"`',
    ),
    (
        "[losses.keras.A]\nscheme = {}",
        "`losses.keras.A.scheme` is no setting; did you mean `schema`?",
    ),
    (
        '[losses.keras.A]\nextends = "Hubber"',
        '`losses.keras.A.extends` is "Hubber", which is no loss of Keras, did you mean "Huber"?',
    ),
    (
        '[losses.keras.A.schema.properties."a.b"]\ntype = "numbr"',
        '`losses.keras.A.schema.properties."a.b".type` is "numbr", but must be one of array,'
        ' boolean, integer, null, number, object, string, did you mean "number"?',
    ),
    (
        "[losses.keras.A.schema.properties.a]\nminimun = 1",
        "`losses.keras.A.schema.properties.a.minimun` is no word of JSON Schema; did you mean"
        " `minimum`?",
    ),
    (
        '[losses.keras.A]\nschema = { "$ref" = "#/$defs/a" }',
        '`losses.keras.A.schema."$ref"` is "#/$defs/a", which leads to nothing in this schema',
    ),
    (
        '[losses.keras.A]\nschema = { minimum = 1, "$ref" = "#/minimum/x" }',
        '`losses.keras.A.schema."$ref"` is "#/minimum/x", which leads to nothing in this schema',
    ),
    (
        '[losses.keras.A]\nschema = { "$ref" = "https://example.org/a.json" }',
        '`losses.keras.A.schema."$ref"` is "https://example.org/a.json", which leads to nothing in'
        " this schema",
    ),
    (
        "[losses.keras.A]\nschema = 1",
        "`losses.keras.A.schema` is not as JSON Schema has it: 1 is not of type 'object',"
        " 'boolean'",
    ),
    (
        '[losses.keras.A]\nschema = { "$schema" = "http://json-schema.org/draft-07/schema#" }',
        '`losses.keras.A.schema."$schema"` is "http://json-schema.org/draft-07/schema#", but must'
        ' be "https://json-schema.org/draft/2020-12/schema"',
    ),
    (
        '[losses.keras.A]\nschema.properties.a.pattern = "("',
        "`losses.keras.A.schema.properties.a.pattern` is not as JSON Schema has it: '(' is not a"
        " 'regex'",
    ),
    ('[[sites]]\nfiles = ["*.yml"]', "`sites[0]` needs `path`"),
    (
        '[[sites]]\nfiles = ["*.yml"]\npath = "a..b"\ndialect = "keras"',
        "`sites[0].path` must be the way to a loss, such as train.loss or Loss.Train[*], not"
        ' "a..b"',
    ),
    (
        '[[sites]]\nfiles = ["*.yml"]\npath = "a"',
        "`sites[0]` does not say how losses are written there: `dialect` is keras or netspresso, or"
        " `name` the key of a loss's name",
    ),
    (
        '[[sites]]\nfiles = ["*.yml"]\npath = "a"\nname = "type"',
        "`sites[0]` has no losses: `losses` declares none, and no `dialect` is named",
    ),
    (
        '[[sites]]\nfiles = ["*.yml"]\npath = "a"\ndialect = "kers"\nname = "type"',
        '`sites[0].dialect` is "kers", which is none of netspresso, keras, did you mean "keras"?; a'
        " dialect of your own has its losses in `losses.kers`",
    ),
    (
        '[losses.mine.A]\n[[sites]]\nfiles = ["*.yml"]\npath = "a"\ndialect = "mine"',
        '`sites[0]` needs `name`, as "mine" is a dialect of your own',
    ),
    (
        '[[sites]]\nfiles = ["*.yml"]\npath = "a"\ndialect = "keras"\nparameters = "args"',
        "`sites[0].parameters` says nothing without `name`",
    ),
]


@pytest.mark.parametrize(("text", "sentence"), WRONG, ids=[text[:40] for text, _ in WRONG])
def test_wrong_settings_get_one_sentence(text: str, sentence: str, tmp_path: Path) -> None:
    (tmp_path / "losslint.toml").write_text(text)
    found = load_settings(str(tmp_path / "losslint.toml"))
    assert isinstance(found, tuple)
    assert not isinstance(found, Settings)
    assert [problem.message for problem in found] == [sentence]


def test_extended_settings_add_to_each_other(tmp_path: Path) -> None:
    (tmp_path / "base.toml").write_text("[losses.keras]\nA = {}\nB = {}\n")
    (tmp_path / "losslint.toml").write_text(
        'extend = "base.toml"\n[losses.keras]\nB.schema = false\nC = {}\n'
    )
    found = load_settings(str(tmp_path / "losslint.toml"))
    assert isinstance(found, Settings)
    losses = {each.name: (each.schema, each.file) for each in found.declarations.losses}
    assert losses == {
        "A": ("true", "base.toml"),
        "B": ("false", "losslint.toml"),
        "C": ("true", "losslint.toml"),
    }


# Commands.

SETTINGS = """\
[losses.netspresso.ohem]
extends = "seg_cross_entropy"

[losses.netspresso.ohem.schema]
description = "Cross entropy over the hardest pixels."
properties.thresh = { type = "number", exclusiveMinimum = 0, maximum = 1 }
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "losslint.toml").write_text(SETTINGS)
    (tmp_path / "model.json").write_text(criterion(thresh=0.5))
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return losslint_text(*arguments, cwd=folder)


def test_the_loss_command_knows_it(project: Path) -> None:
    assert "netspresso  ohem " in run(project, "loss").stdout
    page = run(project, "loss", "ohem").stdout
    assert "Cross entropy over the hardest pixels. Declared in losslint.toml." in page
    assert "thresh: a number above 0 and at most 1; optional" in page
    assert "ignore_index: an integer of 64 bits; default -100" in page
    assert "did you mean 'ohem'?" in run(project, "loss", "ohemm").stderr


def test_the_schema_command_knows_it(project: Path) -> None:
    printed = json.loads(run(project, "schema", "netspresso").stdout)
    validator = Draft202012Validator(printed)
    assert validator.is_valid(json.loads(criterion(thresh=0.5, ignore_index=255)))
    assert not validator.is_valid(json.loads(criterion(thresh=2)))
    assert not validator.is_valid(json.loads(criterion(tresh=0.5)))
    assert run(project.parent, "schema", "netspresso").stdout == schemas.text("netspresso")


def test_convert_says_that_nobody_measured_it(project: Path) -> None:
    done = run(project, "convert", "model.json", "--to", "keras")
    assert done.returncode == 1
    sentence = "`ohem` is a loss of your own, as losslint.toml says: nobody measured it"
    assert sentence in done.stderr


def test_the_dry_run_says_that_it_is_not_computed(project: Path) -> None:
    done = run(project, "dry-run", "model.json")
    assert "ohem is a loss of your own, as losslint.toml says; not computed" in done.stderr
    assert done.returncode == 0


def test_the_cache_goes_by_the_declaration(project: Path) -> None:
    """Nearer settings hold, and changed ones are read anew."""
    inner = project / "inner"
    inner.mkdir()
    (inner / "model.json").write_text(criterion(thresh=0.5))
    assert run(project, "check", ".").returncode == 0
    (inner / "losslint.toml").write_text("[losses.netspresso.ohem]\nschema = false\n")
    assert run(project, "check", "--format", "concise", ".").stdout.startswith("inner/model.json:")
    (project / "losslint.toml").write_text(SETTINGS.replace("maximum = 1", "maximum = 0.1"))
    said = run(project, "check", "--format", "concise", ".").stdout.splitlines()
    assert [line.partition(":")[0] for line in said[:-1]] == ["inner/model.json", "model.json"]


def test_the_schema_of_the_settings_and_the_catalog_name_the_same_dialects() -> None:
    for each in DIALECTS:
        assert dialect_named(each.name).takes(each.name)


def test_the_config_command_shows_where_each_comes_from(project: Path) -> None:
    """Of files that extend one another both tables count."""
    (project / "base.toml").write_text('[losses.keras]\nA = {}\n[[sites]]\nfiles = ["*.yml"]\n'
                                       'path = "loss"\ndialect = "keras"\n')  # fmt: skip
    (project / "losslint.toml").write_text(f'extend = "base.toml"\n{SETTINGS}')
    shown = json.loads(run(project, "config", "--format", "json").stdout)["settings"]
    files = [Path(each["from"]).name for each in shown["losses"]]
    assert files == ["base.toml", "losslint.toml"]
    assert shown["losses"][0]["value"] == {"keras": {"A": {}}}
    (site,) = shown["sites"]
    assert site["value"] == [{"files": ["*.yml"], "path": "loss", "dialect": "keras"}]
    assert Path(site["from"]).name == "base.toml"
