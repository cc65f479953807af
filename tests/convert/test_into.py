"""`--into`: the losses of a file are replaced, and every other byte of it stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from losslint.convert import edit_target
from losslint.convert.conversion import Conversion
from losslint.convert.model import EntryPlan, Loss, SitePlan
from losslint.diagnostics import Span
from losslint.dialects.netspresso import NETSPRESSO
from losslint.dialects.release_targets import release_targets
from losslint.files.source import Source
from losslint.linter.apply_rules import parse
from losslint.syntax import yaml_tree
from tests.convert.support import compiled, convert, from_file, losses, platform, source

FIXTURES = Path(__file__).parents[2] / "fixtures" / "convert"
SMOOTH = platform("categorical_crossentropy", from_logits=True, label_smoothing=0.05)
VOID = platform("sparse_categorical_crossentropy", from_logits=True, ignore_class=254)


def result_of(read: Source, target: Source, **options: object) -> str:
    to = "keras" if target.path == "config.json" or "LOSS" in target.text else "netspresso"
    result = convert(read, to, target, **options)
    assert result.status == "converted", (result.reason, result.plan)
    assert result.after is not None
    again = convert(read, to, result.after, **options)
    assert again.after is not None
    assert again.after.text == result.after.text, "a second time nothing changes"
    return result.after.text


def refused(read: Source, target: Source, to: str = "netspresso") -> str:
    result = convert(read, to, target, lossy=True)
    assert result.status == "refused"
    assert result.after is None
    assert result.text is None
    return result.reason


def model(block: str, before: str = "", after: str = "") -> Source:
    return source(f"{before}model:\n  task: classification\n{block}{after}", "model.yaml")


def test_only_a_value_changes_in_an_entry_that_stays() -> None:
    block = (
        "  losses:  # the losses\n"
        "    # smoothed, as in the paper\n"
        "    - criterion: 'cross_entropy' # ours\n"
        "      weight: null   # plain\n"
        "      label_smoothing: 0.1 # was 0.2\n"
    )
    text = result_of(SMOOTH, model(block, after="  name: x\n"))
    assert text == model(block.replace("0.1 #", "0.05 #"), after="  name: x\n").text


def test_a_weight_of_one_is_left_as_it_was_written() -> None:
    for weight in ("~", "null", "1.0", "1", ""):
        block = (
            "  losses:\n  - criterion: cross_entropy\n    label_smoothing: 0.05\n"
            f"    weight: {weight}\n"
        )
        assert result_of(SMOOTH, model(block)) == model(block).text


def test_keys_without_a_place_go_and_missing_ones_come() -> None:
    block = (
        "  losses:\n    - criterion: cross_entropy\n      reduction: sum # x\n      weight: Null\n"
    )
    wanted = block.replace("      reduction: sum # x\n", "") + "      label_smoothing: 0.05\n"
    assert result_of(SMOOTH, model(block)) == model(wanted).text


def test_another_criterion_takes_the_place_of_the_old_ones() -> None:
    block = (
        "  losses:\n"
        "    # first\n"
        "    -   criterion: focal_loss # balanced\n"
        "        alpha: 0.25\n"
        "        gamma: 2.0\n"
        "        weight: NULL\n"
        "    -   criterion: other # gone\n"
        "        weight: 2\n"
        "  # the end\n"
    )
    read = convert(SMOOTH, "netspresso", model(block, after="  name: x\n"))
    assert read.after is not None
    assert (
        read.after.text
        == model(
            "  losses:\n"
            "    # first\n"
            "    -   criterion: cross_entropy\n"
            "        label_smoothing: 0.05\n"
            "        weight: NULL\n"
            "  # the end\n",
            after="  name: x\n",
        ).text
    )
    assert list(read.notes) == [
        f"model.yaml, line {row}: a comment went with the losses that were replaced: {comment}"
        for row, comment in ((5, "# balanced"), (9, "# gone"))
    ]


@pytest.mark.parametrize("value", ["", " ~", " null", " []", " [] # none yet", " {}"])
def test_an_empty_list_is_filled(value: str) -> None:
    text = result_of(SMOOTH, model(f"  losses:{value}\n", after="  name: x\n"))
    comment = " # none yet" if "#" in value else ""
    wanted = (
        "  losses:\n    - criterion: cross_entropy\n      label_smoothing: 0.05\n"
        f"      weight: {'null' if 'null' in value else '~'}{comment}\n"
    )
    assert text == model(wanted, after="  name: x\n").text


@pytest.mark.slow
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n", "\n  name: x\n"])
def test_many_entries_go_at_once(monkeypatch: pytest.MonkeyPatch, newline: str, end: str) -> None:
    reads = []
    monkeypatch.setattr(edit_target, "parse", lambda read: (reads.append(read), parse(read))[1])
    own = "    - criterion: cross_entropy\n      label_smoothing: 0.05\n      weight: ~"
    others = [f"    - criterion: mine\n      k: {i} # {i}\n    # above\n" for i in range(600)]
    block = f"  losses:\n{''.join(others[:300])}{own}\n{''.join(others[300:]).rstrip()}"
    target = model(block, after=end)
    target = source(target.text.replace("\n", newline), "model.yaml")
    result = convert(SMOOTH, "netspresso", target)
    assert result.after is not None, result.reason
    above = "    # above\n" * 300
    wanted = model(f"  losses:\n{above}{own}\n{above.rstrip()}", after=end).text
    assert result.after.text == wanted.replace("\n", newline)
    assert [note.rpartition(": ")[2] for note in result.notes] == [f"# {i}" for i in range(600)]
    assert len(reads) < 6, "a read for every entry makes a long list slow"


def test_entries_that_share_an_anchor_go_together() -> None:
    block = (
        "  losses:\n    - criterion: mine\n      k: &k 1\n    - criterion: cross_entropy\n"
        "      weight: ~\n      label_smoothing: 0.05\n    - criterion: mine\n      k: *k\n"
    )
    wanted = (
        "  losses:\n    - criterion: cross_entropy\n      weight: ~\n      label_smoothing: 0.05\n"
    )
    assert result_of(SMOOTH, model(block)) == model(wanted).text


def test_an_entry_on_the_line_of_its_key_goes() -> None:
    block = (
        "  ? losses\n  : - criterion: mine\n    - criterion: other\n"
        "    - criterion: cross_entropy\n      label_smoothing: 0.05\n      weight: ~\n"
    )
    wanted = (
        "  ? losses\n  : - criterion: cross_entropy\n      label_smoothing: 0.05\n      weight: ~\n"
    )
    assert result_of(SMOOTH, model(block)) == model(wanted).text


def test_a_flow_list_stays_one() -> None:
    block = "  losses: [{criterion: focal_loss, alpha: 0.25, gamma: 2, weight: ~}] # here\n"
    wanted = "  losses: [{criterion: cross_entropy, label_smoothing: 0.05, weight: ~}] # here\n"
    assert result_of(SMOOTH, model(block)) == model(wanted).text


def test_a_model_without_losses_gets_some() -> None:
    text = "model:\n  task: classification\n  name: x # y\ndata: 1\n"
    result = convert(SMOOTH, "netspresso", source(text, "model.yaml"))
    assert result.after is not None
    assert result.after.text == (
        "model:\n  task: classification\n  name: x # y\n"
        "  losses:\n    - criterion: cross_entropy\n      label_smoothing: 0.05\n      weight: ~\n"
        "data: 1\n"
    )


def test_line_ends_and_a_missing_last_one_are_kept() -> None:
    text = "model:\r\n  losses:\r\n  - criterion: focal_loss\r\n    weight: ~"
    assert result_of(SMOOTH, source(text, "model.yaml")) == (
        "model:\r\n  losses:\r\n  - criterion: cross_entropy\r\n    label_smoothing: 0.05\r\n    "
        "weight: ~"
    )


def test_anchors_that_the_rest_uses_are_not_taken_away() -> None:
    block = "  losses:\n    - criterion: focal_loss\n      alpha: &a 0.25\n      weight: ~\n"
    reason = refused(SMOOTH, model(block, after="other: *a\n"))
    assert "line 7 uses the anchor `&a`" in reason
    own = block.replace("weight: ~", "weight: *a")
    assert "&a" not in result_of(SMOOTH, model(own))
    outside = "head: &a 0.3\n"
    assert result_of(SMOOTH, model(block.replace("&a 0.25", "*a"), before=outside)).startswith(
        outside
    )


def test_a_file_that_defines_an_anchor_twice_is_left_alone() -> None:
    """OmegaConf refuses it; without the losses the alias behind them would name another value."""
    block = "  losses:\n    - criterion: focal_loss\n      alpha: &a 0.25\n      weight: ~\n"
    reason = refused(SMOOTH, model(block, before="first: &a 1\n", after="other: *a\n"))
    assert "the anchor &a is defined a second time" in reason


def test_values_that_others_take_out_of_the_losses_are_not_taken_away() -> None:
    block = "  losses:\n    - criterion: focal_loss\n      alpha: 0.25\n      weight: ~\n"
    reason = refused(SMOOTH, model(block, after="other: ${model.losses[0].alpha}\n"))
    assert "takes a value out of the losses" in reason


def test_what_comes_from_elsewhere_is_refused() -> None:
    merged = "base: &b\n  losses: []\nmodel:\n  <<: *b\n  task: classification\n"
    assert "merge key" in refused(SMOOTH, source(merged, "m.yaml"))
    alias = "base: &b\n  losses: []\n  task: classification\nmodel: *b\n"
    assert "alias" in refused(SMOOTH, source(alias, "m.yaml"))


def test_an_alias_in_the_place_of_the_list_is_replaced() -> None:
    base = "l: &l\n- criterion: focal_loss\n  weight: ~\n"
    text = f"{base}model:\n  task: classification\n  losses: *l\n"
    after = result_of(SMOOTH, source(text, "m.yaml"))
    assert after.startswith(text[: text.index(" *l")])
    assert after.endswith(
        "    - criterion: cross_entropy\n      label_smoothing: 0.05\n      weight: ~\n"
    )


def test_a_file_that_cannot_be_read_is_refused() -> None:
    assert "cannot be read" in refused(SMOOTH, model("  losses: [\n"))
    assert "no place" in refused(SMOOTH, source("a: 1\n", "x.yaml"))
    twice = "model:\n  losses: []\n  losses: []\n  task: classification\n"
    assert "twice" in refused(SMOOTH, source(twice, "x.yaml"))
    one = "model: {task: classification, losses: []}\n"
    many = f"{one}---\n{one}"
    assert "2 places" in refused(SMOOTH, source(many, "x.yaml"))


def test_a_model_of_another_task_is_refused() -> None:
    dense = source(
        '{"MODEL": {"MODEL_TYPE": "DENSE_MNIST", "COMPILATION":'
        ' {"LOSS": {"NAME": "categorical_crossentropy"}}}}',
        "c.json",
    )
    text = "model:\n  task: segmentation\n  losses: []\n"
    assert "a model for segmentation" in refused(dense, source(text, "x.yaml"))


def test_the_task_of_the_target_decides_the_criterion() -> None:
    text = "model:\n  task: segmentation\n  losses:\n    - criterion: x\n      weight: ~\n"
    after = result_of(SMOOTH, source(text, "x.yaml"))
    assert "seg_cross_entropy" in after
    assert (
        "one-hot floats"
        in convert(
            VOID, "netspresso", source(text.replace("segmentation", "classification"), "x.yaml")
        )
        .plan.entries[0]
        .reason
    )


def test_conditions_stand_above_the_entry_when_asked_for() -> None:
    text = model("  losses:\n    - criterion: cross_entropy # c\n      weight: ~\n")
    after = result_of(SMOOTH, text, annotate=True)
    assert "    # losslint: categorical_crossentropy of Keras, exact\n" in after
    assert "    # losslint:   every label row sums to 1\n" in after
    assert "    - criterion: cross_entropy # c\n" in after


def test_several_entries_in_their_order() -> None:
    read = compiled(["categorical_crossentropy", "binary_crossentropy"], [2.0, 0.5])
    block = (
        "  losses:\n    - criterion: focal_loss # f\n      alpha: -1\n      gamma: 0\n"
        "      weight: 0.5\n"
    )
    result = convert(read, "netspresso", model(block), lossy=True)
    assert result.after is not None
    assert (
        result.after.text
        == model(
            "  losses:\n"
            "    - criterion: cross_entropy\n      label_smoothing: 0.0\n      weight: 2.0\n"
            "    - criterion: focal_loss # f\n      alpha: -1\n      gamma: 0\n      weight: 0.5\n"
        ).text
    )


NAMES = st.sampled_from(["cross_entropy", "focal_loss", "seg_cross_entropy", "mine"])
COMMENT = st.sampled_from(["", " # c", "  # - x: y"])
VALUES = st.sampled_from(["~", "null", "0.1", "2", "'0.1'", "${a.b}", "[1, 2]", "{a: b}", ""])


@st.composite
def blocks(draw: st.DrawFn) -> str:
    """A list of entries in any layout that people write."""
    dash = " " * draw(st.integers(2, 6))
    gap = " " * draw(st.integers(1, 3))
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.booleans()):
            lines.append(dash + "# above")
        lead = f"{dash}-{gap}"
        lines.append(f"{lead}criterion: {draw(NAMES)}{draw(COMMENT)}")
        for key in draw(st.lists(st.sampled_from(["weight", "alpha", "k"]), unique=True)):
            lines.append(f"{' ' * len(lead)}{key}: {draw(VALUES)}{draw(COMMENT)}")
        if draw(st.booleans()):
            lines.append("")
    return "\n".join(lines) + "\n"


@given(blocks(), st.sampled_from(["", "  name: x # n\n", "\n# end\n", "other: [1]\n"]))
def test_nothing_but_the_block_changes(block: str, after: str) -> None:
    target = model(f"  losses: # l\n{block}", before="# head\na: {b: 3} # c\n", after=after)
    result = convert(SMOOTH, "netspresso", target)
    assert result.status == "converted", result.reason
    assert result.after is not None
    start = target.text.index("losses: # l\n") + len("losses: # l\n")
    assert result.after.text.startswith(target.text[:start])
    assert result.after.text.endswith(after)


PLATFORM = """{
\t"configuration" : {
\t\t"MODEL" : {
\t\t\t"COMPILATION" : {
\t\t\t\t"LOSS" : {
\t\t\t\t\t"NAME" : "mean_squared_error"
\t\t\t\t},
\t\t\t\t"METRICS" : ["accuracy"]
\t\t\t}
\t\t}
\t}
}
"""


def test_the_platform_file_keeps_its_tabs_and_colons() -> None:
    read = losses({"criterion": "cross_entropy", "label_smoothing": 0.1, "weight": None})
    text = result_of(read, source(PLATFORM, "config.json"))
    assert text == PLATFORM.replace(
        '"NAME" : "mean_squared_error"\n',
        '"NAME" : "categorical_crossentropy",\n'
        '\t\t\t\t\t"FROM_LOGITS" : true,\n'
        '\t\t\t\t\t"LABEL_SMOOTHING" : 0.1\n',
    )


def test_a_platform_file_in_yaml_keeps_its_comments() -> None:
    text = (
        "MODEL:\n  COMPILATION:\n    LOSS: # l\n      NAME: 'hinge' # n\n      ALPHA: 1 # a\n"
        "    METRICS: [accuracy]\n"
    )
    read = losses({"criterion": "cross_entropy", "label_smoothing": 0.1, "weight": None})
    assert result_of(read, source(text, "config.yaml")) == (
        "MODEL:\n  COMPILATION:\n    LOSS: # l\n      NAME: 'categorical_crossentropy' # n\n"
        "      FROM_LOGITS: true\n      LABEL_SMOOTHING: 0.1\n    METRICS: [accuracy]\n"
    )


def test_a_compile_config_takes_the_object_and_the_factor() -> None:
    target = compiled("mse")
    read = losses({"criterion": "cross_entropy", "label_smoothing": 0.1, "weight": 2})
    text = result_of(read, target)
    assert '"class_name": "CategoricalCrossentropy"' in text
    assert '"loss_weights": [\n   2.0\n  ]' in text
    plain = losses({"criterion": "cross_entropy", "label_smoothing": 0.1, "weight": None})
    assert '"loss_weights": null' in result_of(plain, source(text, "config.json"))


def test_the_wrong_style_of_keras_is_refused() -> None:
    read = losses({"criterion": "cross_entropy", "weight": None})
    result = convert(read, "keras", compiled("mse"), style="platform")
    assert "--style object" in result.reason
    result = convert(read, "keras", source(PLATFORM, "c.json"), style="object")
    assert "--style platform" in result.reason


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*.yaml")), ids=lambda path: path.name)
def test_fixture(path: Path) -> None:
    """A fixture stands beside the file that it becomes."""
    target = from_file(path)
    read = VOID if "segmentation" in target.text else SMOOTH
    # Another ignored label than the file's asks for consent.
    result: Conversion = convert(read, "netspresso", target, lossy=True)
    wanted = path.with_suffix(".expected")
    if not wanted.exists():
        assert result.status == "refused"
        assert result.after is None
        return
    assert result.after is not None, result.reason
    assert result.after.encode() == wanted.read_bytes()


def changed_list(count: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """A list whose entries all change, and every second one goes: how often its file is parsed."""
    lines = [f"  - criterion: mine_{i}\n    k: 0 # {i}\n    weight: ~\n" for i in range(count)]
    target = source("model:\n  task: detection\n  losses:\n" + "".join(lines), "model.yaml")
    kept = range(0, count, 2)
    plans = [
        EntryPlan(loss := Loss("netspresso", f"mine_{i}", (("k", i + 1),)), Span(0, 0), loss, 2.0)
        for i in kept
    ]
    place = edit_target.find_edit_target(target, NETSPRESSO)
    assert isinstance(place, edit_target.EditTarget)
    form = NETSPRESSO.loss_form(None, place.site)
    rendering = edit_target.Rendering(NETSPRESSO, form, release_targets().netspresso)
    reads: list[str] = []
    real = yaml_tree.parse_yaml
    with monkeypatch.context() as patch:
        patch.setattr(
            yaml_tree, "parse_yaml", lambda text, *x: (reads.append(text), real(text, *x))[1]
        )
        after = edit_target.into(SitePlan(tuple(plans)), rendering, place)
    assert isinstance(after, Source), after
    wanted = [f"  - criterion: mine_{i}\n    k: {i + 1} # {i}\n    weight: 2.0\n" for i in kept]
    assert after.text == "model:\n  task: detection\n  losses:\n" + "".join(wanted)
    return len(reads), after.text


def test_a_file_is_edited_at_once_however_long_its_list(monkeypatch: pytest.MonkeyPatch) -> None:
    few, _ = changed_list(4, monkeypatch)
    many, _ = changed_list(400, monkeypatch)
    assert few == many == 1


def test_what_is_noted_stands_above_its_own_entry_once() -> None:
    """A new entry goes above the comments of the one that follows it."""
    read = compiled(["categorical_crossentropy", "binary_crossentropy"])
    block = "  losses:\n    - criterion: focal_loss\n      alpha: -1\n      weight: ~\n"
    result = convert(read, "netspresso", model(block), lossy=True, annotate=True)
    assert result.after is not None, result.reason
    text = result.after.text
    assert text.count("# losslint: binary_crossentropy") == 1
    first, second = text.index("criterion: cross_entropy"), text.index("criterion: focal_loss")
    assert first < text.index("# losslint: binary_crossentropy") < second


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_last_lines_go_with_the_right_line_ends(newline: str, end: str) -> None:
    for lines in (
        "- criterion: mine\n    alpha: 1\n    k: 2",
        "- criterion: focal_loss\n    k: |\n      text\n    m: 2",
        "- criterion: cross_entropy\n    k: 1\n    m: 2\n  - criterion: mine\n  - criterion: other",
        "- k: 1\n    m: 2\n    criterion: cross_entropy # c",
    ):
        text = f"model:\n  task: classification\n  losses:\n  {lines}{end}".replace("\n", newline)
        after = result_of(SMOOTH, source(text, "model.yaml"))
        assert after.endswith(newline) is bool(end)
        assert after.count("\n") == after.count(newline)


def test_loss_weights_come_behind_losses_by_output() -> None:
    text = "optimizer: adam\nloss: {a: mse}\nmetrics: null\n"
    read = losses({"criterion": "cross_entropy", "weight": 2.0}, task="classification")
    result = convert(read, "keras", source(text, "config.yaml"), lossy=True)
    assert result.after is not None, result.reason
    assert "\nloss_weights: [2.0]\nmetrics: null\n" in result.after.text
