"""The NetsPresso list style: where losses stand, the model around, how an entry is written."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect
from losslint.dialects.words import may_be_key

if TYPE_CHECKING:
    from losslint.catalog.model import LossDef, VersionKey
    from losslint.dialects.naming import Unasked, Verdict
    from losslint.dialects.records import LossEntry, Site
    from losslint.syntax.view import View

# The only criterion that took unknown keys before all of them did.
_ALWAYS_SWALLOWED = "yolox_loss"
_MEAN_ONLY = ("cross_entropy", "seg_cross_entropy", "focal_loss")


class NetsPresso(Dialect):
    """`model.losses`, read by NetsPresso Trainer through OmegaConf."""

    name = "netspresso"
    framework = "NetsPresso Trainer"
    readers = MappingProxyType({"yaml": "omegaconf", "json": "json"})
    looked_for = ("`model.losses` whose entries have a `criterion`",)
    telling_keys = frozenset(
        ("loss", "losses", "loss_fn", "loss_function", "loss_name", "criterion", "criterions")
    )
    key_chains = (("model", "losses", "criterion"),)
    # Every constructor has a parameter of this name already.
    impossible_keys = MappingProxyType({"self": "what Python calls the loss itself"})
    loads_whole_file = True
    merges_files = True
    has_class_weights = False

    @property
    def newest(self) -> str:
        from losslint.catalog import releases

        return releases.NETSPRESSO[-1]

    def losses(self) -> tuple[LossDef, ...]:
        from losslint.catalog import netspresso

        return netspresso.LOSSES

    def neighbours_of(self, loss: LossDef) -> tuple[LossDef, ...]:
        def runs_beside(other: LossDef) -> bool:
            return other.tasks == loss.tasks and other.heads == loss.heads

        return tuple(each for each in self.losses() if each is not loss and runs_beside(each))

    def may_hold(self, content: bytes) -> bool:
        if b"model" not in content or not may_be_key(content, b"model"):
            return False
        return b"criterion" in content or (b"architecture" in content and b"task" in content)

    def find_sites(self, root: View) -> list[Site]:
        from losslint.dialects.netspresso.sites import find_sites

        return find_sites(root)

    def classes_of(self, site: Site) -> int | None:
        data = site.root.get("data")
        labels = data.get("id_mapping") if data is not None else None
        return len(labels.items()) if labels is not None and labels.is_list else None

    def judge_name(self, entry: LossEntry, version: VersionKey) -> Verdict | None:
        verdict = super().judge_name(entry, version)
        # Its criteria were not renamed: others took their work over.
        if verdict is not None and verdict.status == "renamed":
            return verdict._replace(status="merged")
        return verdict

    def is_slip(self, key: str, entry: LossEntry, loss: LossDef, version: VersionKey) -> bool:
        return key == "params" or key in self.impossible_keys or is_reduction(key, loss)

    def unasked(self, loss: LossDef, release: str, version: VersionKey) -> Unasked:
        from losslint.dialects.naming import Unasked

        if swallows(loss, version):
            return Unasked("the trainer ignores it", "warning", is_removable=True)
        return super().unasked(loss, release, version)._replace(is_removable=True)


def swallows(loss: LossDef, version: VersionKey) -> bool:
    """Whether a criterion takes unknown keys without a word at a release."""
    from losslint.catalog.model import holds
    from losslint.catalog.netspresso import NO_CATCH_ALL_BEFORE

    return loss.name == _ALWAYS_SWALLOWED or holds(NO_CATCH_ALL_BEFORE, None, version)


def is_reduction(key: str, loss: LossDef) -> bool:
    """Whether a key is the `reduction` of a criterion that always averages."""
    return key == "reduction" and loss.name in _MEAN_ONLY


NETSPRESSO: Final = NetsPresso()
