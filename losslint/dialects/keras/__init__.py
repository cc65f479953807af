"""The Keras dict style: where losses stand, the model around, how an entry is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losslint.catalog.model import LossDef, VersionKey
    from losslint.dialects.records import LossEntry, Site
    from losslint.syntax.readers import Reader
    from losslint.syntax.view import View


class Keras(Dialect):
    """The platform's `LOSS`, compile configs and serialised losses, read by Keras."""

    name = "keras"
    framework = label = "Keras"
    fresh_name = "config.json"

    @property
    def readers(self) -> tuple[Reader, ...]:
        from losslint.syntax.readers import JSON_LOAD, PYYAML

        return PYYAML, JSON_LOAD

    @property
    def newest(self) -> str:
        from losslint.catalog import releases

        return releases.KERAS[-1]

    def find_sites(self, root: View) -> list[Site]:
        from losslint.dialects.keras.sites import find_sites

        return find_sites(root)

    def names_at(self, entry: LossEntry, version: VersionKey) -> Iterator[tuple[str, LossDef]]:
        from losslint.catalog import keras, platform
        from losslint.catalog.model import holds

        if entry.style.is_object:
            for loss in keras.LOSSES:
                if loss.class_name is not None and holds(keras.class_since(loss), None, version):
                    yield loss.class_name, loss
            return
        for loss in keras.LOSSES:
            names = [n.text for n in loss.names if holds(n.since, n.until, version)]
            yield from ((text, loss) for text in dict.fromkeys(names))
        if entry.style.is_upper_case:
            yield from ((loss.name, loss) for loss in platform.LOSSES)


KERAS: Final = Keras()
