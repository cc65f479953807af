"""What is known of each loss, framework by framework.

The packages `netspresso` and `keras` and the module `platform` are imported where they are
needed, so that a file of one style does not pay for the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from losslint.catalog.model import Framework, LossDef


def all_losses(framework: Framework | None = None) -> tuple[LossDef, ...]:
    """Every loss of a framework, or of all, those that are gone included."""
    found: tuple[LossDef, ...] = ()
    if framework in (None, "netspresso"):
        from losslint.catalog import netspresso

        found += netspresso.LOSSES
    if framework in (None, "keras"):
        from losslint.catalog import keras

        found += keras.LOSSES
    if framework in (None, "platform"):
        from losslint.catalog import platform

        found += platform.LOSSES
    return found


def newest(framework: Framework) -> str:
    """The newest release of a framework that the catalog knows; the platform runs on Keras."""
    from losslint.catalog import releases

    return (releases.NETSPRESSO if framework == "netspresso" else releases.KERAS)[-1]
