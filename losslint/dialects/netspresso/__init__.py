"""The NetsPresso list style: where losses stand, the model around, how an entry is written."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect
from losslint.dialects.words import may_be_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losslint.catalog.model import LossDef, Param, VersionKey
    from losslint.dialects.batch_facts import BatchFact
    from losslint.dialects.experiment import Experiment, Neighbour
    from losslint.dialects.loss_form import LossForm
    from losslint.dialects.model_info import ModelInfo
    from losslint.dialects.naming import NameVerdict, Unasked
    from losslint.dialects.read_loss import Factor, Read, Refused
    from losslint.dialects.records import LossEntry, Site
    from losslint.dialects.release_targets import ReleaseTarget
    from losslint.files.listing import FolderListings
    from losslint.syntax.readers import Reader
    from losslint.syntax.resolved_node import ResolvedNode

# The only criterion that took unknown keys before all of them did.
_ALWAYS_SWALLOWED = "yolox_loss"
# In any case: a key that is written so is not read, and worth a word.
_MODEL = (b"model", b"Model", b"MODEL")
_CRITERION = (b"criterion", b"Criterion", b"CRITERION")
_ARCHITECTURE = (b"architecture", b"Architecture", b"ARCHITECTURE")
_TASK = (b"task", b"Task", b"TASK")
_MEAN_ONLY = ("cross_entropy", "seg_cross_entropy", "focal_loss")


class NetsPresso(Dialect):
    """`model.losses`, read by NetsPresso Trainer through OmegaConf."""

    name = "netspresso"
    framework = "NetsPresso Trainer"
    label = "NetsPresso"
    noun = "criterion"
    fresh_name = "model.yaml"
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
    place_words = "`model.losses` of NetsPresso Trainer"
    loss_keys = ("losses",)
    ignored_param = "ignore_index"
    stray_label = "torch then stops at {} with an IndexError"
    shares_output = True
    interpolates = True
    declared_kind = "own-losses"

    @property
    def readers(self) -> tuple[Reader, ...]:
        from losslint.syntax.readers import JSON_LOAD, OMEGACONF

        return OMEGACONF, JSON_LOAD

    @property
    def releases(self) -> tuple[str, ...]:
        from losslint.catalog import releases

        return releases.NETSPRESSO

    def losses(self) -> tuple[LossDef, ...]:
        from losslint.catalog import netspresso

        return netspresso.LOSSES

    def neighbours_of(self, loss: LossDef) -> tuple[LossDef, ...]:
        def runs_beside(other: LossDef) -> bool:
            return other.tasks == loss.tasks and other.heads == loss.heads

        return tuple(each for each in self.losses() if each is not loss and runs_beside(each))

    def may_hold(self, content: bytes) -> bool:
        if not any(word in content and may_be_key(content, word) for word in _MODEL):
            return False
        return any(word in content for word in _CRITERION) or (
            any(word in content for word in _ARCHITECTURE)
            and any(word in content for word in _TASK)
        )

    def find_sites(self, root: ResolvedNode) -> list[Site]:
        from losslint.dialects.netspresso.sites import find_sites

        return find_sites(root)

    def read_entries(self, view: ResolvedNode) -> tuple[LossEntry, ...]:
        from losslint.dialects.netspresso.sites import read_entries

        return read_entries(view)

    def model_info(self, site: Site) -> ModelInfo:
        from losslint.dialects.model_info import as_model_info
        from losslint.dialects.netspresso.model import read_model

        return as_model_info({"task": read_model(site).labels_task})

    def batch_facts(
        self, site: Site, entry: LossEntry, others: tuple[Neighbour, ...]
    ) -> Iterator[BatchFact]:
        from losslint.dialects.netspresso.batch_facts import batch_facts

        return batch_facts(site, others)

    def judge_name(self, entry: LossEntry, version: VersionKey) -> NameVerdict | None:
        text = entry.name_text
        return _judged(text, version) if text else None

    def meant_at(self, site: Site, text: str, closest: str | None) -> str | None:
        from losslint.dialects.netspresso.model import running_there
        from losslint.text import closest as closest_of
        from losslint.text import folded

        fitting = running_there(self.losses(), site)
        if closest is None or closest in fitting or not fitting:
            return closest
        within = (name for name in fitting if folded(name) in folded(text))
        return closest_of(text, fitting) or next(within, None)

    def is_slip(self, key: str, entry: LossEntry, loss: LossDef, version: VersionKey) -> bool:
        return key == "params" or key in self.impossible_keys or is_reduction(key, loss)

    def unasked(self, loss: LossDef, release: str, version: VersionKey) -> Unasked:
        from losslint.dialects.naming import Unasked

        if swallows(loss, version):
            return Unasked("the trainer ignores it", "warning", is_removable=True)
        return super().unasked(loss, release, version)._replace(is_removable=True)

    def loss_at(self, name: str, version: VersionKey) -> LossDef | None:
        from losslint.catalog import netspresso
        from losslint.catalog.model import holds

        found = netspresso.find(name)
        return found if found is not None and holds(found.since, found.until, version) else None

    def read_loss(self, entry: LossEntry, text: str, target: ReleaseTarget) -> Read | Refused:
        from losslint.dialects.netspresso.read_loss import read_loss

        return read_loss(entry, text, target)

    def factor_of(self, entry: LossEntry, site: Site) -> Factor | Refused:
        from losslint.dialects.netspresso.read_loss import factor_of

        return factor_of(entry)

    def loss_form(self, style: str | None, site: Site | None) -> LossForm:
        from losslint.dialects.netspresso.list_form import LIST_FORM

        return LIST_FORM

    def sites_to_come(self, root: ResolvedNode) -> list[Site]:
        from losslint.dialects.netspresso.sites import find_sites

        return find_sites(root, told=True)

    def companions(
        self,
        path: str,
        declared: tuple[tuple[str, ...], ...],
        own: bytes,
        folders: FolderListings,
    ) -> tuple[str, ...]:
        from losslint.dialects.netspresso.experiment import companions

        return companions(path, declared, own, folders)

    def experiments_around(
        self,
        path: str,
        declared: tuple[tuple[str, ...], ...],
        text: str,
        folders: FolderListings,
    ) -> tuple[Experiment, ...]:
        from losslint.dialects.netspresso.experiment import experiments_around

        return experiments_around(path, declared, text, folders)

    def rest_of_run(
        self, path: str, declared: tuple[tuple[str, ...], ...], folders: FolderListings
    ) -> tuple[Neighbour, ...]:
        from losslint.dialects.netspresso.experiment import experiments_around

        runs = experiments_around(path, declared, None, folders)
        return (*runs[0].before, *runs[0].after) if len(runs) == 1 else ()

    def with_elsewhere(
        self, site: Site, experiments: tuple[Experiment, ...], *, values: bool = False
    ) -> Site:
        from losslint.dialects.netspresso.merged_config import with_elsewhere

        return with_elsewhere(site, experiments, values=values)

    def keys_beside(self) -> tuple[Param, ...]:
        from losslint.catalog.netspresso import WEIGHT

        return (WEIGHT,)

    def heads_of(self, site: Site) -> tuple[str, ...]:
        from losslint.dialects.netspresso.model import read_model

        head = read_model(site).head
        return (head.name,) if head is not None else ()


def swallows(loss: LossDef, version: VersionKey) -> bool:
    """Whether a criterion takes unknown keys without a word at a release."""
    from losslint.catalog.model import holds
    from losslint.catalog.netspresso import NO_CATCH_ALL_BEFORE

    return loss.name == _ALWAYS_SWALLOWED or holds(NO_CATCH_ALL_BEFORE, None, version)


# A file may have ten thousand entries, and names few criteria.
@lru_cache(maxsize=512)
def _judged(text: str, version: VersionKey) -> NameVerdict:
    from losslint.catalog.netspresso import LOSSES
    from losslint.dialects.naming import judge_by_name

    verdict = judge_by_name(text, LOSSES, version)
    # Its criteria were not renamed: others took their work over.
    return verdict._replace(status="merged") if verdict.status == "renamed" else verdict


def is_reduction(key: str, loss: LossDef) -> bool:
    """Whether a key is the `reduction` of a criterion that always averages."""
    return key == "reduction" and loss.name in _MEAN_ONLY


NETSPRESSO: Final = NetsPresso()
