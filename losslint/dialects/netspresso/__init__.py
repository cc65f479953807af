"""The NetsPresso list style: where losses stand, the model around, how an entry is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect

if TYPE_CHECKING:
    from losslint.dialects.records import Site
    from losslint.syntax.readers import Reader
    from losslint.syntax.view import View


class NetsPresso(Dialect):
    """`model.losses`, read by NetsPresso Trainer through OmegaConf."""

    name = "netspresso"
    framework = "NetsPresso Trainer"
    noun = "criterion"

    @property
    def readers(self) -> tuple[Reader, ...]:
        from losslint.syntax.readers import JSON_LOAD, OMEGACONF

        return OMEGACONF, JSON_LOAD

    @property
    def newest(self) -> str:
        from losslint.catalog import releases

        return releases.NETSPRESSO[-1]

    def find_sites(self, root: View) -> list[Site]:
        from losslint.dialects.netspresso.sites import find_sites

        return find_sites(root)


NETSPRESSO: Final = NetsPresso()
