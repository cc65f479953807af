"""The NetsPresso list style: where losses stand, the model around, how an entry is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losslint.catalog.model import LossDef, Param, VersionKey
    from losslint.dialects.records import LossEntry, Site
    from losslint.syntax.readers import Reader
    from losslint.syntax.view import View


class NetsPresso(Dialect):
    """`model.losses`, read by NetsPresso Trainer through OmegaConf."""

    name = "netspresso"
    framework = "NetsPresso Trainer"
    label = "NetsPresso"
    noun = "criterion"
    fresh_name = "model.yaml"

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

    def names_at(self, entry: LossEntry, version: VersionKey) -> Iterator[tuple[str, LossDef]]:
        from losslint.catalog import netspresso
        from losslint.catalog.model import holds

        for loss in netspresso.LOSSES:
            if holds(loss.since, loss.until, version):
                yield loss.name, loss

    def keys_beside(self) -> tuple[Param, ...]:
        from losslint.catalog.netspresso import WEIGHT

        return (WEIGHT,)

    def heads_of(self, site: Site) -> tuple[str, ...]:
        from losslint.dialects.netspresso.model import read_model

        head = read_model(site).head
        return (head.name,) if head is not None else ()


NETSPRESSO: Final = NetsPresso()
