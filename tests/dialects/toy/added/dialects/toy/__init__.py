"""The toy dialect: a table `[loss]` with a name, a weight and a smoothing."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect

if TYPE_CHECKING:
    from losslint.catalog.model import LossDef
    from losslint.dialects.records import Site
    from losslint.syntax.nodes import Tree
    from losslint.syntax.view import View


class Toy(Dialect):
    """`[loss]` in TOML, read by a framework that refuses what it does not know."""

    name = "toy"
    framework = "Toy"
    suffixes = (".toml",)
    readers = MappingProxyType({"toml": "json"})
    looked_for = ("a table `[loss]` with a `name`",)
    telling_keys = frozenset(("loss",))

    @property
    def newest(self) -> str:
        return "1.0.0"

    def losses(self) -> tuple[LossDef, ...]:
        from losslint.catalog import toy

        return toy.LOSSES

    def may_hold(self, content: bytes) -> bool:
        return b"[loss]" in content and b"name" in content

    def parse(self, text: str, suffix: str) -> Tree:
        from losslint.syntax.toml_tree import parse_toml

        return parse_toml(text)

    def find_sites(self, root: View) -> list[Site]:
        from losslint.dialects.toy.sites import find_sites

        return find_sites(root)


TOY: Final = Toy()
