"""The toy dialect: a table `[loss]` with a name, a weight and a smoothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect

if TYPE_CHECKING:
    from losslint.catalog.model import LossDef
    from losslint.dialects.records import Site
    from losslint.syntax.readers import Reader
    from losslint.syntax.resolved_node import ResolvedNode


class Toy(Dialect):
    """`[loss]` in TOML, read by a framework that refuses what it does not know."""

    name = "toy"
    framework = label = "Toy"
    suffixes = (".toml",)
    looked_for = ("a table `[loss]` with a `name`",)
    telling_keys = frozenset(("loss",))

    @property
    def readers(self) -> tuple[Reader, ...]:
        from losslint.syntax.toml_tree import TOML_LOAD

        return (TOML_LOAD,)

    @property
    def releases(self) -> tuple[str, ...]:
        return ("1.0.0",)

    def losses(self) -> tuple[LossDef, ...]:
        from losslint.catalog import toy

        return toy.LOSSES

    def may_hold(self, content: bytes) -> bool:
        return b"[loss]" in content and b"name" in content

    def find_sites(self, root: ResolvedNode) -> list[Site]:
        from losslint.dialects.toy.sites import find_sites

        return find_sites(root)


TOY: Final = Toy()
