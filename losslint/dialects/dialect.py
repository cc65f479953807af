"""What every dialect tells of itself; the rest of losslint asks, and never compares names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losslint.catalog.model import LossDef, Param, VersionKey
    from losslint.dialects.batch_facts import BatchFact
    from losslint.dialects.experiment import Experiment, Neighbour
    from losslint.dialects.loss_form import LossForm
    from losslint.dialects.model_info import ModelInfo
    from losslint.dialects.naming import NameVerdict, OwnCode, Unasked
    from losslint.dialects.read_loss import Factor, Read, Refused
    from losslint.dialects.records import EntryStyle, LossEntry, Site
    from losslint.dialects.release_targets import ReleaseTarget
    from losslint.files.listing import FolderListings
    from losslint.syntax.languages import Language
    from losslint.syntax.readers import Reader
    from losslint.syntax.resolved_node import ResolvedNode


class Dialect:
    """One way of writing losses. A subclass for each; its one instance stands in the registry.

    What is given here suits a dialect whose losses have one name each in the catalog, and whose
    framework refuses what it does not know.

    Attributes:
        name: as `--target`, `--to` and JSON reports name it.
        framework: what reads the configs, as messages name it.
        label: the same in one word, where the sentence is about losses.
        noun: what it calls a loss.
        fresh_name: what a file of losses that was written anew is called; it tells the language.
        suffixes: what its files end in, in lower case.
        looked_for: the marks of a site, as the note about a file without one names them.
        telling_keys: keys that may make somebody think that losses of this dialect stand there.
        key_chains: keys that hold each the next where losses stand, for a text that cannot be read.
        impossible_keys: what no entry can have as a parameter, and what it is taken for.
        loads_whole_file: whether the framework itself loads the file, so that what its loader
            refuses anywhere in it keeps every loss from training.
        merges_files: whether one run reads several files as one config.
        has_class_weights: whether a weight for each class can be given at all, be it elsewhere.
        place_words: what a file is to have exactly one of, for losses to be written into it.
        loss_keys: the keys that say which losses train, and with which factors.
        ignored_param: the parameter for the label that does not count.
        stray_label: what a label that is no class does; a clause with a place for the label.
        styles: the names of its forms of losses, where there are several.
        shares_output: whether the losses of a list read one output, and of one name the last
            counts; else each has an output of its own.
        interpolates: whether values of a file can be taken out of its losses.
        is_measured: whether its losses are known, so that they can be converted.
        declared_kind: the kind of a site that the settings name, with losses written its way.
        reformed_kind: the kind of one with its losses in a form of the project's own.
    """

    name: str
    framework: str
    label: str
    noun: str = "loss"
    fresh_name: str
    suffixes: tuple[str, ...] = (".yaml", ".yml", ".json")
    looked_for: tuple[str, ...] = ()
    telling_keys: frozenset[str] = frozenset()
    key_chains: tuple[tuple[str, ...], ...] = ()
    impossible_keys: Mapping[str, str] = MappingProxyType({})
    loads_whole_file: bool = False
    merges_files: bool = False
    has_class_weights: bool = True
    place_words: str = ""
    loss_keys: tuple[str, ...] = ()
    ignored_param: str = ""
    stray_label: str = ""
    styles: tuple[str, ...] = ()
    shares_output: bool = False
    interpolates: bool = False
    is_measured: bool = True
    declared_kind: str = "own"
    reformed_kind: str = "own"

    @property
    def readers(self) -> tuple[Reader, ...]:
        """What reads its files, one of each language."""
        raise NotImplementedError

    def reader_of(self, language: Language) -> Reader | None:
        """What reads its files of a language; None where it has none in it."""
        return next((each for each in self.readers if each.language is language), None)

    # What is known of its losses.

    @property
    def releases(self) -> tuple[str, ...]:
        """The releases of the framework that the catalog tells apart, the oldest first."""
        raise NotImplementedError

    @property
    def newest(self) -> str:
        """The newest release of the framework that the catalog knows."""
        return self.releases[-1]

    def losses(self) -> tuple[LossDef, ...]:
        """What the catalog knows of the framework's losses, those that are gone included."""
        raise NotImplementedError

    def neighbours_of(self, loss: LossDef) -> tuple[LossDef, ...]:
        """The losses that a parameter of this one may have moved to in another release."""
        return ()

    # Bytes, text, tree: where losses stand.

    def may_hold(self, content: bytes) -> bool:
        """Whether bytes hold the words that every file with a loss, or one for a rule, has."""
        raise NotImplementedError

    def find_sites(self, root: ResolvedNode) -> list[Site]:
        """The places of a document where losses of this dialect stand, sure by their marks."""
        raise NotImplementedError

    def read_entries(self, view: ResolvedNode) -> tuple[LossEntry, ...]:
        """The losses at a place of which somebody said that they stand there, written its way."""
        raise NotImplementedError

    def is_inner(self, site: Site) -> bool:
        """Whether nothing trains with the losses of a site, as another one stands around it."""
        return False

    def shows_in(self, text: str) -> bool:
        """Whether a text that cannot be read was to hold losses of this dialect."""
        from losslint.dialects.text_marks import stand_together

        return any(stand_together(text, chain) for chain in self.key_chains)

    def model_info(self, site: Site) -> ModelInfo:
        """What the document of a site most likely says of the model and the data around it."""
        from losslint.dialects.model_info import ModelInfo

        return ModelInfo()

    def batch_facts(
        self, site: Site, entry: LossEntry, others: tuple[Neighbour, ...]
    ) -> Iterator[BatchFact]:
        """What is certain of the batches that reach a loss; of `others`, the rest of its run."""
        return iter(())

    # What an entry is at a release.

    def judge_name(self, entry: LossEntry, version: VersionKey) -> NameVerdict | None:
        """The verdict on an entry's name; None where it has none that can be judged."""
        text = entry.name_text
        if not text:
            return None
        from losslint.dialects.naming import judge_by_name

        return judge_by_name(text, self.losses(), version)

    def meant_at(self, site: Site, text: str, closest: str | None) -> str | None:
        """What an unknown name means at a site, where `closest` is the name that is closest."""
        return closest

    def own_code(self, entry: LossEntry) -> OwnCode | None:
        """Which kind of code of the user's own an entry names; None where it is the framework's."""
        return None

    def takes(self, framework: str) -> bool:
        """Whether a loss that is declared for a framework can stand in its configs."""
        return framework == self.name

    def own_name(self, entry: LossEntry) -> str | None:
        """The name of an entry's loss, where that can be one of the user's own."""
        return entry.name_text

    def params_of(self, style: EntryStyle, loss: LossDef, version: VersionKey) -> tuple[Param, ...]:
        """The parameters of a loss at a release, as a style of entries spells them."""
        from losslint.catalog.model import params_at

        return params_at(loss, version)

    def is_slip(self, key: str, entry: LossEntry, loss: LossDef, version: VersionKey) -> bool:
        """Whether more is to be said of a key that is no parameter than that it is unknown."""
        return False

    def unasked(self, loss: LossDef, release: str, version: VersionKey) -> Unasked:
        """What the framework makes of a parameter that a loss does not have at a release."""
        from losslint.dialects.naming import Unasked

        return Unasked(f"{self.framework} {release} refuses it")

    # Conversion: what an entry is, and losses as text.

    def loss_at(self, name: str, version: VersionKey) -> LossDef | None:
        """The loss of a name, where a release has it."""
        raise NotImplementedError

    def read_loss(self, entry: LossEntry, text: str, target: ReleaseTarget) -> Read | Refused:
        """An entry of a name as the loss that the framework builds of it at a release."""
        raise NotImplementedError

    def factor_of(self, entry: LossEntry, site: Site) -> Factor | Refused:
        """The factor beside the loss of an entry."""
        raise NotImplementedError

    def loss_form(self, style: str | None, site: Site | None) -> LossForm:
        """The form of a style; without one, that of a site; without that, the usual one."""
        raise NotImplementedError

    def sites_to_come(self, root: ResolvedNode) -> list[Site]:
        """Where losses can stand in a document that is told to be of this dialect."""
        return []

    # The other files of a run, where one reads several: `declared` are those of the settings.

    def companions(
        self,
        path: str,
        declared: tuple[tuple[str, ...], ...],
        own: bytes,
        folders: FolderListings,
    ) -> tuple[str, ...]:
        """The other files whose contents decide what is said of one that holds `own`."""
        return ()

    def experiments_around(
        self,
        path: str,
        declared: tuple[tuple[str, ...], ...],
        text: str,
        folders: FolderListings,
    ) -> tuple[Experiment, ...]:
        """The runs that a file of this text belongs to, with what the other files hold."""
        return ()

    def rest_of_run(
        self, path: str, declared: tuple[tuple[str, ...], ...], folders: FolderListings
    ) -> tuple[Neighbour, ...]:
        """The other files of the run that one belongs to; nothing where it belongs to several."""
        return ()

    def with_elsewhere(
        self, site: Site, experiments: tuple[Experiment, ...], *, values: bool = False
    ) -> Site:
        """A site with the losses that the other files have for it; `values`: and all in them."""
        return site

    # What an editor may offer.

    def names_at(self, entry: LossEntry, version: VersionKey) -> Iterator[tuple[str, LossDef]]:
        """The names that an entry may have at a release, as its style spells them."""
        from losslint.catalog.model import holds

        for loss in self.losses():
            if holds(loss.since, loss.until, version):
                yield loss.name, loss

    def functions_at(self, entry: LossEntry, version: VersionKey) -> Iterator[tuple[str, LossDef]]:
        """The functions that a program may name in the place of an entry at a release."""
        return iter(())

    def metrics_at(self, version: VersionKey) -> Iterator[str]:
        """The names of metrics that may stand beside losses at a release."""
        return iter(())

    def members_of_metrics(self, site: Site, version: VersionKey) -> Iterator[str]:
        """The classes that stand in the module of the first metric of a site."""
        return iter(())

    def keys_beside(self) -> tuple[Param, ...]:
        """The keys that every entry may have beside the parameters of its loss."""
        return ()

    def heads_of(self, site: Site) -> tuple[str, ...]:
        """The heads of the model around a site, as the catalog calls them."""
        return ()

    def __repr__(self) -> str:
        return f"<dialect {self.name}>"
