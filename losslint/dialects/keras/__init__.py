"""The Keras dict style: where losses stand, the model around, how an entry is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect

if TYPE_CHECKING:
    from losslint.dialects.records import Site
    from losslint.syntax.readers import Reader
    from losslint.syntax.view import View


class Keras(Dialect):
    """The platform's `LOSS`, compile configs and serialised losses, read by Keras."""

    name = "keras"
    framework = "Keras"

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


KERAS: Final = Keras()
