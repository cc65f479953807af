"""Values are written so that every reader of the file gets them back."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from losslint.dialects.write_values import Manner, yaml_flow, yaml_scalar
from losslint.linter.apply_rules import parse
from losslint.syntax.plain import plain
from losslint.syntax.readers import OMEGACONF, PYYAML
from losslint.syntax.resolved_node import ResolvedNode
from tests.convert.support import source

PRINTABLE = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=12)


@given(st.floats(allow_nan=False))
def test_a_float_is_one_for_both_readers_of_yaml(value: float) -> None:
    text = yaml_scalar(value, Manner())
    assert OMEGACONF.plain_value(text) == value
    assert PYYAML.plain_value(text) == value
    assert isinstance(PYYAML.plain_value(text), float)


def test_not_a_number_is_written_as_yaml_has_it() -> None:
    value = OMEGACONF.plain_value(yaml_scalar(math.nan, Manner()))
    assert isinstance(value, float)
    assert math.isnan(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**60), 2**60) | PRINTABLE,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PRINTABLE, inner, max_size=3),
        max_leaves=8,
    ),
    st.sampled_from(["", "'", '"']),
)
def test_flow_reads_back(value: object, quote: str) -> None:
    text = "v: " + yaml_flow(value, Manner(quote=quote)) + "\n"  # type: ignore[arg-type]
    tree = parse(source(text, "x.yaml"))
    assert not tree.problems, text
    view = ResolvedNode.root(tree.documents[0], text, PYYAML)
    assert plain(view) == {"v": value}
