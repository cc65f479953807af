"""Places that the settings name: which losses are found there, and what stays as it is."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.convert.conversion import Options
from losslint.convert.pipeline import convert_source
from losslint.dialects.declarations import Declarations, OwnLoss, OwnSite
from losslint.dialects.registry import dialect_named
from losslint.dialects.release_targets import release_targets
from losslint.files.source import Source, decode
from losslint.linter.apply_rules import Checked, check_source
from losslint.linter.fix import fix_source
from losslint.rules import load_rules
from losslint.rules.base import Context
from losslint.server.complete import complete
from losslint.server.cursor import attempts
from losslint.server.hover import hover
from losslint.settings.load import load_settings
from losslint.settings.model import Settings
from tests.command import losslint_text

RULES = load_rules()
ROOT = "/project"
SCHEMA = {"properties": {"eps": {"type": "number"}}, "additionalProperties": False}
LOSSES = (
    OwnLoss("mine", "Soft", json.dumps(SCHEMA), file="losslint.toml"),
    OwnLoss("mine", "Hard", file="losslint.toml"),
    OwnLoss("keras", "OhemCE", json.dumps(SCHEMA), file="losslint.toml"),
)


def site(path: str, dialect: str = "mine", name: str = "type", parameters: str = "") -> OwnSite:
    return OwnSite(ROOT, ("*",), path, dialect, name, parameters)


def check(text: str, *sites: OwnSite, name: str = "x.yaml") -> Checked:
    source = decode(f"{ROOT}/{name}", text.encode())
    assert isinstance(source, Source)
    return check_source(source, RULES, release_targets({}, Declarations(LOSSES, sites)))


def said(text: str, *sites: OwnSite, name: str = "x.yaml") -> list[tuple[str, str]]:
    """The code of each finding, and the text at its place."""
    found = check(text, *sites, name=name).diagnostics
    return [(d.code, text[d.span.start : d.span.end]) for d in found]


# Nothing is said.

SOUND = [
    ("loss: {type: Soft, eps: 0.1}", site("loss")),
    ("loss: {type: Soft}", site("loss")),
    ("loss: Soft", site("loss")),
    ("loss: [Soft, {type: Hard, any: 1}]", site("loss")),
    ("loss: [Soft, Hard]", site("loss[*]")),
    ("loss: ~", site("loss")),
    ("loss: {type: '${kind}', eps: x}", site("loss")),
    ("loss: {type: Soft, eps: '${eps}'}", site("loss")),
    ("loss: {type: Soft, eps: 1e-4}", site("loss")),
    ("loss: {type: Soft, eps: '???'}", site("loss")),
    ("loss: {type: Soft, args: {eps: 0.1}, weight: high}", site("loss", parameters="args")),
    ("loss: {type: Soft, args: ~}", site("loss", parameters="args")),
    ("loss: [{Soft: {eps: 1}}, {Hard: }]", site("loss", name="*")),
    ("loss: {Soft: {args: {eps: 1}, beside: 2}}", site("loss", name="*", parameters="args")),
    ("a: {b: {loss: Soft}, c: {loss: Hard}, d: 1}", site("a.*.loss")),
    ("a: [{loss: Soft}, {loss: Hard}, 3]", site("a[*].loss")),
    ("a: [nothing, {loss: Hard}]", site("a[1].loss")),
    ("a.b: {c d: Soft}", site('["a.b"]["c d"]')),
    ("loss: {type: Huber, args: {delta: 2}}", site("loss", "keras", parameters="args")),
    ("loss: {type: mse}", site("loss", "keras")),
    ("loss: [{class_name: Huber, config: {delta: 2}}, mse]", site("loss", "keras", "")),
    ("loss: {NAME: huber, DELTA: 2}", site("loss", "keras", "")),
    ("loss: {class_name: 'my>OhemCE', config: {eps: 2}}", site("loss", "keras", "")),
    ("a: {l: [{criterion: cross_entropy, weight: ~}]}", site("a.l", "netspresso", "")),
    ("a: {l: {type: cross_entropy}}", site("a.l", "netspresso")),
    # What leads nowhere, or stands elsewhere, is not looked at.
    ("loss: {type: Nobody}", site("train.loss")),
    ("loss: {type: Nobody}", site("loss[*]")),
    ("loss: [{type: Nobody}]", site("loss.*")),
    ("loss: {type: Nobody}", site("loss.type.x")),
    ("loss: {type: Nobody}", OwnSite(ROOT, ("other/*",), "loss", "mine", "type")),
    ("loss: {type: Nobody}", OwnSite("/elsewhere", ("/*.yaml",), "loss", "mine", "type")),
    ("loss: {type: Nobody}", OwnSite(ROOT, ("*", "!*.yaml"), "loss", "mine", "type")),
]


@pytest.mark.parametrize(("text", "declared"), SOUND, ids=[text for text, _ in SOUND])
def test_sound_places_are_silent(text: str, declared: OwnSite) -> None:
    assert said(text, declared) == []


def test_a_file_that_no_pattern_names_is_as_before() -> None:
    text = "model:\n  losses:\n    - criterion: cross_entropi\n      weight: ~\n"
    other = OwnSite(ROOT, ("*.yml",), "model.losses", "mine", "type")
    assert check(text, other).diagnostics == check(text).diagnostics


# Before and after: what is found, and where.

FAULTY = [
    ("loss: {type: Sof}", site("loss"), [("LL100", "Sof")]),
    ("loss: {type: Nobody}", site("loss"), [("LL100", "Nobody")]),
    ("loss: {typ: Soft}", site("loss"), [("LL104", "{typ: Soft}")]),
    ("loss: {type: 3}", site("loss"), [("LL104", "3")]),
    ("loss: [Soft, 3]", site("loss"), [("LL104", "3")]),
    ("loss: {type: Soft, epss: 1}", site("loss"), [("LL123", "epss")]),
    ("loss: {type: Soft, eps: high}", site("loss"), [("LL123", "high")]),
    ("loss: {type: OhemCE}", site("loss"), [("LL100", "OhemCE")]),
    ("loss: {type: Soft}", site("loss", "keras"), [("LL100", "Soft")]),
    ("loss: {type: OhemCE, eps: x}", site("loss", ""), [("LL123", "x")]),
    ("l: {type: Soft, args: {ep: 1}}", site("l", parameters="args"), [("LL123", "ep")]),
    ("l: [{Soft: {eps: x}}, {Hrd: }]", site("l", name="*"), [("LL123", "x"), ("LL100", "Hrd")]),
    (
        "l: {type: Huber, args: {delta: x, dlta: 1}}",
        site("l", "keras", parameters="args"),
        [("LL112", "x"), ("LL110", "dlta")],
    ),
    ("l: {class_name: Hubber, config: {}}", site("l", "keras", ""), [("LL100", "Hubber")]),
    ("l: {class_name: Huber, config: {delta: -1}}", site("l", "keras", ""), [("LL113", "-1")]),
    ("l: {NAME: huber, DELTA: -1}", site("l", "keras", ""), [("LL113", "-1")]),
    (
        "l: [{criterion: cross_entropi, weight: ~}, {criterion: cross_entropy}]",
        site("l", "netspresso", ""),
        [("LL100", "cross_entropi"), ("LL210", "cross_entropy")],
    ),
    (
        "l: {criterion: focal_loss, weight: ~}",
        site("l", "netspresso", ""),
        [("LL200", "{criterion: focal_loss, weight: ~}")],
    ),
    ("l: {type: cross_entropi}", site("l", "netspresso"), [("LL100", "cross_entropi")]),
]


@pytest.mark.parametrize(("text", "declared", "expected"), FAULTY, ids=[row[0] for row in FAULTY])
def test_faults_are_found_at_their_places(
    text: str, declared: OwnSite, expected: list[tuple[str, str]]
) -> None:
    assert said(text, declared) == expected


def test_json_is_read_alike() -> None:
    text = '{"a": {"loss": {"type": "Soft", "eps": "high"}}}'
    assert said(text, site("a.loss"), name="x.json") == [("LL123", '"high"')]


def test_what_is_declared_goes_before_what_is_found() -> None:
    """One place is not judged twice, and what stands beside it still is."""
    text = "model:\n  task: classification\n  losses:\n    - criterion: Sof\n      weight: ~\n"
    named = site("model.losses", name="criterion")
    assert [code for code, _ in said(text)] == ["LL100"]
    assert said(text, named) == [("LL100", "Sof"), ("LL123", "weight")][:1]
    assert said(text + "loss: Sof\n", site("loss")) == [("LL100", "Sof"), ("LL100", "Sof")]


def test_a_program_has_no_such_place() -> None:
    assert said('loss = {"type": "Nobody"}\n', site("loss"), name="x.py") == []


FIXED = [
    ("loss:\n  type: Sof  # why\n", site("loss"), "loss:\n  type: Soft  # why\n"),
    ("loss: {type: Soft, epss: 1}\n", site("loss"), "loss: {type: Soft, eps: 1}\n"),
    ("loss: {name: Soft}\n", site("loss"), "loss: {type: Soft}\n"),
    ("loss:\n- Hrd:\n", site("loss", name="*"), "loss:\n- Hard:\n"),
    (
        "l: {type: huber, args: {dlta: 1}}\n",
        site("l", "keras", parameters="args"),
        "l: {type: huber, args: {delta: 1}}\n",
    ),
    (
        "l:\n- criterion: cross_entropi\n",
        site("l", "netspresso", ""),
        "l:\n- criterion: cross_entropy\n  weight: ~\n",
    ),
]


@pytest.mark.parametrize(("text", "declared", "after"), FIXED, ids=[row[0] for row in FIXED])
def test_fixes_work_there(text: str, declared: OwnSite, after: str) -> None:
    before = check(text, declared)
    fixed = fix_source(
        before.source, lambda s: check(s.text, declared), lambda d: d.fix is not None
    )
    assert fixed.source.text == after
    assert fixed.checked.diagnostics == ()


WORDS = st.sampled_from(["loss", "type", "args", "Soft", "Hard", "Sof", "eps", "a", "keras"])
LEAVES = WORDS | st.none() | st.integers(0, 2) | st.sampled_from(["${x}", "1e-4", "*a", "yes"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)
PATHS = st.sampled_from(["loss", "loss[*]", "*", "*.*", "a[*].loss", "*[0].*", '["a"].loss', "[*]"])
FORMS = st.tuples(
    st.sampled_from(["", "mine", "keras", "netspresso"]),
    st.sampled_from(["", "type", "*"]),
    st.sampled_from(["", "args", "type"]),
)


@given(tree=TREES, path=PATHS, form=FORMS, cut=st.integers(0, 200))
def test_any_document_can_be_read_at_any_place(
    tree: object, path: str, form: tuple[str, str, str], cut: int
) -> None:
    """Whatever stands there: findings lie in the text, fixes end, and nothing fails."""
    dialect, name, parameters = form
    declared = site(
        path, dialect, name or ("" if dialect in ("keras", "netspresso") else "type"), parameters
    )
    for text in (json.dumps(tree), json.dumps(tree)[:cut]):
        before = check(text, declared)
        for each in before.diagnostics:
            assert 0 <= each.span.start <= each.span.end <= len(text)
        fix_source(before.source, lambda s: check(s.text, declared), lambda d: d.fix is not None)


# What else knows of them.


def converted(text: str, declared: OwnSite, to: str = "netspresso") -> tuple[str, str | None]:
    source = decode(f"{ROOT}/x.yaml", text.encode())
    assert isinstance(source, Source)
    targets = release_targets({}, Declarations(LOSSES, (declared,)))
    (result,) = convert_source(source, Options(dialect_named(to), targets, lossy=True))
    reasons = [result.reason, *(entry.reason for entry in result.plan.entries)]
    return "; ".join(filter(None, reasons)), result.text


def test_convert_reads_what_is_known_there_and_refuses_the_rest() -> None:
    text = "l: {kind: categorical_crossentropy, args: {from_logits: true}}"
    reason, result = converted(text, site("l", "keras", "kind", "args"))
    assert result is not None, reason
    assert "criterion: cross_entropy" in result
    reason, _ = converted("l: {kind: OhemCE}", site("l", "keras", "kind"))
    assert reason == "`OhemCE` is a loss of your own, as losslint.toml says: nobody measured it"
    reason, result = converted("l: {type: Soft}", site("l"))
    assert reason == "its losses are those that your settings declare: nobody measured them"
    assert result is None


SETTINGS = """\
[[sites]]
files = ["*.yaml"]
path = "train.loss"
name = "kind"
parameters = "args"

[[sites]]
files = ["*.yml"]
path = "train.loss"
dialect = "keras"
name = "kind"

[losses.mine.Soft]
schema.properties.eps.type = "number"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "losslint.toml").write_text(SETTINGS)
    (tmp_path / "a.yaml").write_text("train:\n  loss: {kind: Sof}\n")
    (tmp_path / "b.yaml").write_text("train: [\n")
    (tmp_path / "c.yaml").write_text("nothing: 1\n")
    (tmp_path / "d.yml").write_text("train: {loss: [{kind: mse}, {kind: Mine}]}\n")
    return tmp_path


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return losslint_text(*arguments, cwd=folder)


def test_a_walk_meets_the_files_that_are_named(project: Path) -> None:
    """Though no word of theirs is one that losslint looks for; one that is broken is told, too."""
    done = run(project, "check", "--no-cache", "--format", "concise")
    places = [line.partition(" ")[0] for line in done.stdout.splitlines()[:-1]]
    assert places == ["a.yaml:2:16:", "b.yaml:2:1:", "d.yml:1:36:"]
    (project / "losslint.toml").unlink()
    assert run(project, "check", "--no-cache").returncode == 0


def test_a_named_file_without_such_a_place_gets_a_note(project: Path) -> None:
    done = run(project, "check", "--no-cache", "c.yaml")
    note = (
        "c.yaml: no losses: nothing stands at `train.loss`, where `sites` of the settings looks\n"
    )
    assert done.stderr == note
    assert done.returncode == 0


def test_the_cache_goes_by_the_sites(project: Path) -> None:
    assert "a.yaml:2:16" in run(project, "check", "--format", "concise", "a.yaml").stdout
    text = SETTINGS.replace('"kind"', '"sort"', 1)
    (project / "losslint.toml").write_text(text)
    assert "a.yaml:2:9: LL104" in run(project, "check", "--format", "concise", "a.yaml").stdout


def test_the_dry_run_computes_what_is_known_there(project: Path) -> None:
    (project / "d.yml").write_text("train: {loss: [{kind: Soft}]}\n")
    (project / "losslint.toml").write_text(SETTINGS + "[losses.keras]\nSoft = {}\n")
    done = run(project, "dry-run", "a.yaml", "d.yml")
    assert "a.yaml:2:3: no backend computes the losses of your project; not computed" in done.stderr
    assert (
        "d.yml:1:16: Soft is a loss of your own, as losslint.toml says; not computed" in done.stderr
    )


def test_hover_and_completion_know_the_place(project: Path) -> None:
    found = load_settings(str(project / "losslint.toml"))
    assert isinstance(found, Settings)
    releases = release_targets({}, found.declarations)

    def asked(text: str) -> tuple[Checked, Context, int]:
        source = decode(str(project / "x.yaml"), text.replace("|", "").encode())
        assert isinstance(source, Source)
        checked = check_source(source, RULES, releases)
        return checked, Context(source, checked.tree, releases, {}), text.index("|")

    shown = hover(*asked("train:\n  loss:\n    kind: So|ft\n"))
    assert shown is not None
    assert "Declared in losslint.toml" in shown.markdown
    shown = hover(*asked("train:\n  loss:\n    kind: Soft\n    args: {e|ps: 1}\n"))
    assert shown is not None
    assert "**eps** of `Soft`" in shown.markdown

    def offers(text: str) -> list[str]:
        checked, context, offset = asked(text)
        found = complete(context, attempts(checked.source.text, offset, checked.tree.language))
        return [each.label for each in found.proposals] if found is not None else []

    assert offers("train:\n  loss:\n    kind: S|\n") == ["Soft"]
    assert offers("train:\n  loss:\n    kind: Soft\n    args:\n      e|\n") == ["eps"]
