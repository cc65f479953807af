"""What every dialect tells of itself; the rest of losslint asks, and never compares names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from losslint.catalog.model import LossDef, Param, VersionKey
    from losslint.dialects.naming import OwnCode, Unasked, Verdict
    from losslint.dialects.records import LossEntry, Site
    from losslint.syntax.nodes import Tree
    from losslint.syntax.scalars import Reader
    from losslint.syntax.view import View


class Dialect:
    """One way of writing losses. A subclass for each; its one instance stands in the registry.

    What is given here suits a dialect whose losses have one name each in the catalog, and whose
    framework refuses what it does not know.

    Attributes:
        name: as `--target`, `--to` and JSON reports name it.
        framework: what reads the configs, as messages name it.
        suffixes: what its files end in, in lower case.
        readers: how scalars are read in a file of each language ("yaml", "json").
        looked_for: the marks of a site, as the note about a file without one names them.
        telling_keys: keys that may make somebody think that losses of this dialect stand there.
        key_chains: keys that hold each the next where losses stand, for a text that cannot be read.
        impossible_keys: what no entry can have as a parameter, and what it is taken for.
        loads_whole_file: whether the framework itself loads the file, so that what its loader
            refuses anywhere in it keeps every loss from training.
        merges_files: whether one run reads several files as one config.
        has_class_weights: whether a weight for each class can be given at all, be it elsewhere.
    """

    name: str
    framework: str
    suffixes: tuple[str, ...] = (".yaml", ".yml", ".json")
    readers: Mapping[str, Reader] = MappingProxyType({})
    looked_for: tuple[str, ...] = ()
    telling_keys: frozenset[str] = frozenset()
    key_chains: tuple[tuple[str, ...], ...] = ()
    impossible_keys: Mapping[str, str] = MappingProxyType({})
    loads_whole_file: bool = False
    merges_files: bool = False
    has_class_weights: bool = True

    # What is known of its losses.

    @property
    def newest(self) -> str:
        """The newest release of the framework that the catalog knows."""
        raise NotImplementedError

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

    def parse(self, text: str, suffix: str) -> Tree:
        """The tree of a text, by the suffix of its file: JSON for .json, else YAML."""
        if suffix == ".json":
            from losslint.syntax.json_tree import parse_json

            return parse_json(text)
        from losslint.syntax.yaml_tree import parse_yaml

        return parse_yaml(text)

    def find_sites(self, root: View) -> list[Site]:
        """The places of a document where losses of this dialect stand, sure by their marks."""
        raise NotImplementedError

    def shows_in(self, text: str) -> bool:
        """Whether a text that cannot be read was to hold losses of this dialect."""
        from losslint.dialects.text_marks import stand_together

        return any(stand_together(text, chain) for chain in self.key_chains)

    def classes_of(self, site: Site) -> int | None:
        """How many classes the document of a site speaks of; None where it does not."""
        return None

    # What an entry is at a release.

    def judge_name(self, entry: LossEntry, version: VersionKey) -> Verdict | None:
        """The verdict on an entry's name; None where it has none that can be judged."""
        text = entry.name_text
        if not text:
            return None
        from losslint.dialects.naming import judge_by_name

        return judge_by_name(text, self.losses(), version)

    def own_code(self, entry: LossEntry) -> OwnCode | None:
        """Which kind of code of the user's own an entry names; None where it is the framework's."""
        return None

    def params_of(self, entry: LossEntry, loss: LossDef, version: VersionKey) -> tuple[Param, ...]:
        """The parameters of an entry's loss at a release, as its style spells them."""
        from losslint.catalog.model import params_at

        return params_at(loss, version)

    def is_slip(self, key: str, entry: LossEntry, loss: LossDef, version: VersionKey) -> bool:
        """Whether more is to be said of a key that is no parameter than that it is unknown."""
        return False

    def unasked(self, loss: LossDef, release: str, version: VersionKey) -> Unasked:
        """What the framework makes of a parameter that a loss does not have at a release."""
        from losslint.dialects.naming import Unasked

        return Unasked(f"{self.framework} {release} refuses it")

    def __repr__(self) -> str:
        return f"<dialect {self.name}>"
