"""The Keras dict style: where losses stand, the model around, how an entry is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from losslint.dialects.dialect import Dialect
from losslint.dialects.words import may_be_key, names_compile, names_platform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from losslint.catalog.model import LossDef, Param, VersionKey
    from losslint.dialects.batch_facts import BatchFact
    from losslint.dialects.experiment import Neighbour
    from losslint.dialects.loss_form import LossForm
    from losslint.dialects.model_info import ModelInfo
    from losslint.dialects.naming import NameVerdict, OwnCode
    from losslint.dialects.read_loss import Factor, Read, Refused
    from losslint.dialects.records import EntryStyle, LossEntry, Site
    from losslint.dialects.release_targets import ReleaseTarget
    from losslint.syntax.languages import Language
    from losslint.syntax.readers import Reader
    from losslint.syntax.resolved_node import ResolvedNode

# Of what `compile` takes, the words that only Keras has.
ONLY_KERAS: Final = frozenset(("weighted_metrics", "run_eagerly", "steps_per_execution"))
_OBJECT = r"""["']module["']\s*:\s*["']keras\.(?:src\.)?losses"""


class Keras(Dialect):
    """The platform's `LOSS`, compile configs and serialised losses, read by Keras."""

    name = "keras"
    framework = label = "Keras"
    fresh_name = "config.json"
    suffixes = (*Dialect.suffixes, ".keras", ".h5", ".hdf5", ".py", ".ipynb")
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
    place_words = "loss of Keras"
    loss_keys = ("LOSS", "loss", "loss_weights")
    ignored_param = "ignore_class"
    stray_label = "TensorFlow then stops at {} with an InvalidArgumentError (on a GPU: NaN)"
    styles = ("object", "platform", "python", "python-dict")
    declared_kind = reformed_kind = "own-loss"

    @property
    def readers(self) -> tuple[Reader, ...]:
        from losslint.dialects.python.language import INTERPRETER
        from losslint.syntax.readers import JSON_LOAD, PYYAML

        return PYYAML, JSON_LOAD, INTERPRETER

    def reader_of(self, language: Language) -> Reader | None:
        if language.is_code:
            return super().reader_of(language)
        # As of `readers`, without importing what reads code.
        from losslint.syntax.readers import JSON_LOAD, PYYAML

        return next((each for each in (PYYAML, JSON_LOAD) if each.language is language), None)

    @property
    def releases(self) -> tuple[str, ...]:
        from losslint.catalog import releases

        return releases.KERAS

    def losses(self) -> tuple[LossDef, ...]:
        from losslint.catalog import keras, platform

        return (*keras.LOSSES, *platform.LOSSES)

    def may_hold(self, content: bytes) -> bool:
        if names_compile(content) or names_platform(content) or b"COMPILATION" in content:
            return True
        if b"MODEL_TYPE" in content or b"TASK_NAME" in content:
            return True
        if b"class_name" in content and (b"config" in content or b"losses" in content):
            return True
        if b"loss" not in content or not may_be_key(content, b"loss"):
            return False
        if b"optimizer" in content and may_be_key(content, b"optimizer"):
            return True
        return any(word.encode() in content for word in ONLY_KERAS)

    def find_sites(self, root: ResolvedNode) -> list[Site]:
        from losslint.dialects.keras.sites import find_sites

        return find_sites(root)

    def read_entries(self, view: ResolvedNode) -> tuple[LossEntry, ...]:
        from losslint.dialects.keras.sites import read_losses, read_platform

        return (read_platform(view),) if view.get("NAME") is not None else read_losses(view)

    def is_inner(self, site: Site) -> bool:
        from losslint.dialects.keras.sites import is_inner

        return is_inner(site)

    def shows_in(self, text: str) -> bool:
        return re.search(_OBJECT, text) is not None or super().shows_in(text)

    def model_info(self, site: Site) -> ModelInfo:
        from losslint.dialects.keras.model_info import read_model_info

        return read_model_info(site)

    def batch_facts(
        self, site: Site, entry: LossEntry, others: tuple[Neighbour, ...]
    ) -> Iterator[BatchFact]:
        from losslint.dialects.keras.batch_facts import batch_facts

        return batch_facts(site, entry)

    def judge_name(self, entry: LossEntry, version: VersionKey) -> NameVerdict | None:
        if not entry.name_text:
            return None
        from losslint.dialects.keras.naming import judge_name

        return judge_name(entry.name_text, entry, version)

    def own_code(self, entry: LossEntry) -> OwnCode | None:
        from losslint.dialects.keras.own_code import own_code

        return own_code(entry)

    def own_name(self, entry: LossEntry) -> str | None:
        from losslint.dialects.keras.own_code import own_name

        return own_name(entry)

    def params_of(self, style: EntryStyle, loss: LossDef, version: VersionKey) -> tuple[Param, ...]:
        if style.is_upper_case and loss.framework == "keras":
            from losslint.catalog.platform import native_params

            return native_params(loss, version)
        return super().params_of(style, loss, version)

    def is_slip(self, key: str, entry: LossEntry, loss: LossDef, version: VersionKey) -> bool:
        from losslint.catalog.keras import KERAS_3
        from losslint.catalog.model import holds

        return entry.style.is_object and key == "fn" and holds(KERAS_3, None, version)

    def loss_at(self, name: str, version: VersionKey) -> LossDef | None:
        from losslint.catalog import keras
        from losslint.catalog.model import holds

        found = keras.find(name, version)
        if found is None or not holds(found[1].since, found[1].until, version):
            return None
        return found[0] if holds(found[0].since, found[0].until, version) else None

    def read_loss(self, entry: LossEntry, text: str, target: ReleaseTarget) -> Read | Refused:
        from losslint.dialects.keras.read_loss import read_loss

        return read_loss(entry, text, target.version)

    def factor_of(self, entry: LossEntry, site: Site) -> Factor | Refused:
        from losslint.dialects.keras.read_loss import factor_of

        return factor_of(entry, site)

    def loss_form(self, style: str | None, site: Site | None) -> LossForm:
        from losslint.dialects.keras.python_form import FORMS

        if site is None or site.is_platform:
            usual = "platform"
        else:
            usual = "python" if site.root.language.is_code else "object"
        return FORMS[style or usual].at(site)

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

    def functions_at(self, entry: LossEntry, version: VersionKey) -> Iterator[tuple[str, LossDef]]:
        from losslint.catalog import keras
        from losslint.catalog.model import holds

        held = (loss for loss in keras.LOSSES if holds(loss.since, loss.until, version))
        return ((loss.name, loss) for loss in held)

    def metrics_at(self, version: VersionKey) -> Iterator[str]:
        from losslint.catalog.keras import metrics

        return metrics.names_at(version)

    def members_of_metrics(self, site: Site, version: VersionKey) -> Iterator[str]:
        from losslint.catalog.keras import metrics
        from losslint.dialects.keras.modules import package_of

        listed = site.owner.get("metrics")
        of_keras = [package_of(each.get("module")) for each in listed.items()] if listed else []
        return metrics.exported_at(version) if of_keras[:1] == ["metrics"] else iter(())


KERAS: Final = Keras()
