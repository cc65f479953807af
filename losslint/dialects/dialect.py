"""What every dialect tells of itself; the rest of losslint asks, and never compares names."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from losslint.dialects.records import Site
    from losslint.syntax.scalars import Reader
    from losslint.syntax.view import View


class Dialect:
    """One way of writing losses. A subclass for each; its one instance stands in the registry.

    Attributes:
        name: as `--target`, `--to` and JSON reports name it.
        framework: what reads the configs, as messages name it.
        readers: how scalars are read in a file of each language ("yaml", "json").
    """

    name: str
    framework: str
    readers: Mapping[str, Reader] = MappingProxyType({})

    @property
    def newest(self) -> str:
        """The newest release of the framework that the catalog knows."""
        raise NotImplementedError

    def find_sites(self, root: View) -> list[Site]:
        """The places of a document where losses of this dialect stand, sure by their marks."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<dialect {self.name}>"
