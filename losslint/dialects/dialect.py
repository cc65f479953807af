"""What every dialect tells of itself; the rest of losslint asks, and never compares names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losslint.catalog.model import LossDef, Param, VersionKey
    from losslint.dialects.records import LossEntry, Site
    from losslint.syntax.languages import Language
    from losslint.syntax.readers import Reader
    from losslint.syntax.view import View


class Dialect:
    """One way of writing losses. A subclass for each; its one instance stands in the registry.

    Attributes:
        name: as `--target`, `--to` and JSON reports name it.
        framework: what reads the configs, as messages name it.
        label: the same in one word, where the sentence is about losses.
        noun: what it calls a loss.
        fresh_name: what a file of losses that was written anew is called; it tells the language.
    """

    name: str
    framework: str
    label: str
    noun: str = "loss"
    fresh_name: str

    @property
    def readers(self) -> tuple[Reader, ...]:
        """What reads its files, one of each language."""
        raise NotImplementedError

    def reader_of(self, language: Language) -> Reader:
        """What reads its files of a language."""
        return next(each for each in self.readers if each.language is language)

    @property
    def newest(self) -> str:
        """The newest release of the framework that the catalog knows."""
        raise NotImplementedError

    def find_sites(self, root: View) -> list[Site]:
        """The places of a document where losses of this dialect stand, sure by their marks."""
        raise NotImplementedError

    # What an editor may offer.

    def names_at(self, entry: LossEntry, version: VersionKey) -> Iterator[tuple[str, LossDef]]:
        """The names that an entry may have at a release, as its style spells them."""
        raise NotImplementedError

    def keys_beside(self) -> tuple[Param, ...]:
        """The keys that every entry may have beside the parameters of its loss."""
        return ()

    def heads_of(self, site: Site) -> tuple[str, ...]:
        """The heads of the model around a site, as the catalog calls them."""
        return ()

    def __repr__(self) -> str:
        return f"<dialect {self.name}>"
