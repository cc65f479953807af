"""What every dialect tells of itself; the rest of losslint asks, and never compares names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from losslint.dialects.records import Site
    from losslint.syntax.languages import Language
    from losslint.syntax.readers import Reader
    from losslint.syntax.view import View


class Dialect:
    """One way of writing losses. A subclass for each; its one instance stands in the registry.

    Attributes:
        name: as `--target`, `--to` and JSON reports name it.
        framework: what reads the configs, as messages name it.
        noun: what it calls a loss.
    """

    name: str
    framework: str
    noun: str = "loss"

    @property
    def readers(self) -> tuple[Reader, ...]:
        """What reads its files, one of each language."""
        raise NotImplementedError

    def reader_of(self, language: Language) -> Reader:
        """What reads its files of a language."""
        return next(reader for reader in self.readers if reader.language is language)

    @property
    def newest(self) -> str:
        """The newest release of the framework that the catalog knows."""
        raise NotImplementedError

    def find_sites(self, root: View) -> list[Site]:
        """The places of a document where losses of this dialect stand, sure by their marks."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<dialect {self.name}>"
