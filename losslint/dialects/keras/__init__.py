"""The Keras dict style: where losses stand, the model around, how an entry is written."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect
from losslint.dialects.words import may_be_key

if TYPE_CHECKING:
    from losslint.catalog.model import LossDef, Param, VersionKey
    from losslint.dialects.naming import OwnCode, Verdict
    from losslint.dialects.records import LossEntry, Site
    from losslint.syntax.view import View

# Of what `compile` takes, the words that only Keras has.
ONLY_KERAS: Final = frozenset(("weighted_metrics", "run_eagerly", "steps_per_execution"))
_OBJECT = r"""["']module["']\s*:\s*["']keras\.(?:src\.)?losses"""


class Keras(Dialect):
    """The platform's `LOSS`, compile configs and serialised losses, read by Keras."""

    name = "keras"
    framework = "Keras"
    suffixes = (*Dialect.suffixes, ".keras")
    readers = MappingProxyType({"yaml": "yaml11", "json": "json"})
    looked_for = (
        "a platform's `COMPILATION` with LOSS",
        "a compile config of Keras",
        "an object with the module `keras.losses`",
    )
    telling_keys = frozenset(
        (
            "loss", "losses", "Loss", "LOSS", "LOSSES", "training_config", "trainingConfig",
            "compile_config", "COMPILATION",
        )
    )  # fmt: skip
    key_chains = (("COMPILATION", "LOSS"),)

    @property
    def newest(self) -> str:
        from losslint.catalog import releases

        return releases.KERAS[-1]

    def losses(self) -> tuple[LossDef, ...]:
        from losslint.catalog import keras, platform

        return (*keras.LOSSES, *platform.LOSSES)

    def may_hold(self, content: bytes) -> bool:
        if b"LOSS" in content and (b"COMPILATION" in content or b"NAME" in content):
            return True
        if b"MODEL_TYPE" in content:
            return True
        if b"class_name" in content and (b"config" in content or b"losses" in content):
            return True
        if b"loss" not in content or not may_be_key(content, b"loss"):
            return False
        if b"optimizer" in content and may_be_key(content, b"optimizer"):
            return True
        return any(word.encode() in content for word in ONLY_KERAS)

    def find_sites(self, root: View) -> list[Site]:
        from losslint.dialects.keras.sites import find_sites

        return find_sites(root)

    def shows_in(self, text: str) -> bool:
        return re.search(_OBJECT, text) is not None or super().shows_in(text)

    def classes_of(self, site: Site) -> int | None:
        model = site.owner.parent if site.is_platform else None
        classes = model.get("CLASSES") if model is not None else None
        return len(classes.items()) if classes is not None and classes.is_list else None

    def judge_name(self, entry: LossEntry, version: VersionKey) -> Verdict | None:
        if not entry.name_text:
            return None
        from losslint.dialects.keras.naming import judge_name

        return judge_name(entry.name_text, entry, version)

    def own_code(self, entry: LossEntry) -> OwnCode | None:
        from losslint.dialects.keras.own_code import own_code

        return own_code(entry)

    def params_of(self, entry: LossEntry, loss: LossDef, version: VersionKey) -> tuple[Param, ...]:
        if entry.style.is_upper_case and loss.framework == "keras":
            from losslint.catalog.platform import native_params

            return native_params(loss, version)
        return super().params_of(entry, loss, version)

    def is_slip(self, key: str, entry: LossEntry, loss: LossDef, version: VersionKey) -> bool:
        from losslint.catalog.keras import KERAS_3
        from losslint.catalog.model import holds

        return entry.style.is_object and key == "fn" and holds(KERAS_3, None, version)


KERAS: Final = Keras()
