"""Keras's two forms of losses: the platform's LOSS, and serialised objects of a compile config."""

from __future__ import annotations

import json
from collections.abc import Mapping as Values
from collections.abc import Sequence

from losslint.catalog.keras import NEWEST
from losslint.catalog.model import release_key
from losslint.diagnostics import Edit
from losslint.dialects.edit_values import edit_mapping, edit_value, has_simple_keys, writes_out
from losslint.dialects.keras.write import class_of, compile_value, loss_object, platform_object
from losslint.dialects.loss_form import LossForm, WrittenLoss
from losslint.dialects.records import Site
from losslint.dialects.release_targets import ReleaseTarget
from losslint.dialects.write_values import Manner, inline, json_text, manner_of
from losslint.syntax.edits import comment_above, in_one_go, insert_pair
from losslint.syntax.nodes import Mapping, Scalar, Tree
from losslint.syntax.plain import plain
from losslint.syntax.resolved_node import ResolvedNode


def _as_file(value: object) -> str:
    return json_text(value, Manner("null"), "") + "\n"


def comments_of(losses: Sequence[WrittenLoss]) -> list[str]:
    """The lines of the comments of some losses."""
    return [line for each in losses for line in each.comments]


class PlatformForm(LossForm):
    """The platform's LOSS: one loss, which has no factor."""

    def no_place(self, losses: Sequence[WrittenLoss]) -> str | None:
        """Why LOSS cannot say them."""
        if len(losses) > 1:
            return "the platform's LOSS holds one loss; `--style object` writes several"
        if any(each.factor not in (None, 1.0) for each in losses):
            return "the platform's LOSS has no place for a factor; `--style object` writes one"
        return None

    def value(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> dict[str, object]:
        """The LOSS object."""
        return platform_object(losses[0].name, losses[0].params)

    def document(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> str:
        """A fragment of a configuration."""
        return _as_file({"LOSS": self.value(losses, release)})

    def edits(
        self, site: Site, tree: Tree, losses: Sequence[WrittenLoss], release: ReleaseTarget
    ) -> list[Edit] | str:
        """A block of YAML and a dict of a program are edited pair by pair; others are replaced."""
        view = site.view
        if not site.is_platform or view is None:
            usual = "python" if tree.language.is_code else "object"
            return f"it has no LOSS of the platform; `--style {usual}` writes Keras's form"
        loss, old = self.value(losses, release), plain(view)
        if isinstance(old, dict) and repr(sorted(old.items())) == repr(sorted(loss.items())):
            return []
        manner, node = manner_of(tree), view.node
        by_pairs = has_simple_keys(view) and isinstance(node, Mapping) and not node.flow
        if tree.language.is_code and isinstance(node, Mapping):
            by_pairs = has_simple_keys(view) and writes_out(tree.text, node)
        stays = any(member.name in loss for member, _ in view.pairs())
        above: list[Edit] = []
        if tree.language.is_code:
            above = comment_above(tree.text, site.key.start, comments_of(losses))
        if not by_pairs or not stays:
            return [*above, edit_value(tree, node, loss, manner)]
        edited = edit_mapping(tree.text, view, loss, manner, _is_same, keep_quotes=True)
        return in_one_go([*above, *edited.edits])

    def is_at(self, site: Site, value: object) -> bool:
        """Whether Keras gets this LOSS."""
        return site.view is not None and _equal(plain(site.view), value)


class ObjectForm(LossForm):
    """Keras's serialised losses: `loss` and `loss_weights`, or one loss that stands by itself."""

    def no_place(self, losses: Sequence[WrittenLoss]) -> str | None:
        """Why Keras has no class of them."""
        own = (each.name for each in losses if class_of(each.name, release_key(NEWEST)) is None)
        name = next(own, None)
        reason = f"`{name}` is a loss of the platform's own; `--style platform` writes that"
        return None if name is None else reason

    def value(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> dict[str, object]:
        """What a compile config holds."""
        objects = [loss_object(each.name, each.params, release.version) for each in losses]
        return compile_value(objects, [each.factor for each in losses])

    def document(self, losses: Sequence[WrittenLoss], release: ReleaseTarget) -> str:
        """One loss by itself where it has no factor; else a compile config."""
        compiled = self.value(losses, release)
        alone = len(losses) == 1 and "loss_weights" not in compiled
        return _as_file(compiled["loss"] if alone else {"compile_config": compiled})

    def edits(
        self, site: Site, tree: Tree, losses: Sequence[WrittenLoss], release: ReleaseTarget
    ) -> list[Edit] | str:
        """The values of `loss` and `loss_weights` are replaced where they differ."""
        value = self.value(losses, release)
        if site.is_platform or site.view is None:
            return "it has a LOSS of the platform; `--style platform` writes that form"
        if tree.language.is_code:
            return "it is a program, which has no such objects; `--style python` writes the call"
        if site.is_free:
            if "loss_weights" in value or isinstance(value["loss"], list):
                return "a loss by itself has no place for several losses or a factor"
            return [edit_value(tree, site.view.node, value["loss"], manner_of(tree))]
        return in_one_go(
            edit for key in ("loss", "loss_weights") for edit in _set_key(site, tree, key, value)
        )

    def is_at(self, site: Site, value: object) -> bool:
        """Whether Keras gets this `loss` and these `loss_weights`."""
        assert isinstance(value, dict)
        if site.view is None or site.is_platform:
            return False
        have: Values[str, object] = {"loss": plain(site.view)}
        if site.is_free:
            return _equal(have["loss"], value["loss"])
        weights = _plain(site.owner.get("loss_weights"))
        return _equal([have["loss"], weights], [value["loss"], value.get("loss_weights")])


def _set_key(site: Site, tree: Tree, key: str, values: Values[str, object]) -> list[Edit]:
    """One key of the compile config set; without a value, null takes it back where it stands."""
    value, manner, node = values.get(key), manner_of(tree), site.owner.node
    assert isinstance(node, Mapping)
    for pair in node.pairs:
        if isinstance(pair.key, Scalar) and pair.key.value == key:
            same = repr(_plain(site.owner.get(key))) == repr(value)
            return [] if same else [edit_value(tree, pair.value, value, manner)]
    if value is None:
        return []
    index = next(i for i, p in enumerate(node.pairs) if p.key.start == site.key.start)
    written = inline(value, manner)
    return [insert_pair(tree.text, node, index, tree.language.key(key), written)]


def _plain(view: ResolvedNode | None) -> object:
    return None if view is None else plain(view)


def _is_same(key: str, old: object, new: object) -> bool:
    return repr(old) == repr(new)


def _equal(first: object, second: object) -> bool:
    """Whether two values are the same, types included; the order of keys does not count."""
    return json.dumps(first, sort_keys=True, default=repr) == json.dumps(
        second, sort_keys=True, default=repr
    )


PLATFORM_FORM = PlatformForm()
OBJECT_FORM = ObjectForm()
