"""The schema of Keras's losses: the platform's configuration, compile configs, loss objects."""

from __future__ import annotations

from losslint.catalog import keras, platform
from losslint.catalog.model import LossDef, VersionKey, params_at, release_key
from losslint.catalog.schemas.values import (
    DIALECT,
    Schema,
    about,
    is_,
    is_one_of,
    object_schema,
    plain,
    ref,
    when,
)

_KERAS_MODULE = r"^keras(\.|$)"


def schema() -> Schema:
    """Whole files; what is no loss is left open."""
    return {
        "$schema": DIALECT,
        "title": f"Losses of Keras {keras.NEWEST}",
        "description": "The platform's configuration, a compile config or one serialised loss; "
        "what is no loss is left open.",
        "properties": {
            "configuration": {"properties": {"MODEL": ref("MODEL")}},
            "MODEL": ref("MODEL"),
            "COMPILATION": ref("COMPILATION"),
            "LOSS": ref("LOSS"),
            "compile_config": ref("compile_config"),
            "training_config": ref("compile_config"),
        },
        "allOf": [
            when(
                is_("module", "keras.losses") | {"required": ["module", "class_name"]},
                ref("object"),
            ),
            # A training history has a `loss` as well; a compile config has one of these beside it.
            when(
                {"anyOf": [{"required": ["optimizer"]}, {"required": ["loss_weights"]}]},
                ref("compile_config"),
            ),
        ],
        "$defs": _definitions(release_key(keras.NEWEST)),
    }


def _definitions(version: VersionKey) -> Schema:
    classes = {loss.class_name: loss for loss in keras.LOSSES if loss.class_name is not None}
    defs: Schema = {name: _class(loss, version) for name, loss in classes.items()}
    defs |= {f"platform.{loss.name}": _platform_loss(loss) for loss in _platform_losses()}
    defs["identifier"] = _identifier(keras.names_at(version))
    defs["object"] = _object(tuple(classes))
    defs["weights"] = _weights()
    defs["LOSS"] = _platform_entry(version)
    defs["COMPILATION"] = {"properties": {"LOSS": ref("LOSS")}}
    defs["MODEL"] = {"properties": {"COMPILATION": ref("COMPILATION")}}
    defs["compile_config"] = {
        "properties": {"loss": ref("identifier"), "loss_weights": ref("weights")}
    }
    return defs


def _class(loss: LossDef, version: VersionKey) -> Schema:
    config = {"type": ["object", "null"], **object_schema(params_at(loss, version), plain)}
    return {
        "title": loss.class_name,
        "description": about(loss),
        "type": "object",
        "required": ["class_name"],
        "properties": {
            "module": {"type": "string"},
            "class_name": {"const": loss.class_name},
            "config": config,
            "registered_name": {"enum": [None, loss.class_name]},
        },
    }


def _identifier(names: tuple[str, ...]) -> Schema:
    """What stands for a loss: a name, an object, a list, or a mapping by the model's outputs."""
    by_output = {"not": {"required": ["class_name"]}, "additionalProperties": ref("identifier")}
    return {
        "title": "loss",
        "description": "A loss by name or as an object, or one for each output; null for none.",
        "anyOf": [
            {"type": "null"},
            {"type": "string", "enum": list(names)},
            ref("object"),
            {"type": "array", "items": ref("identifier")},
            {"type": "object", **by_output},
        ],
    }


def _object(classes: tuple[str, ...]) -> Schema:
    """A serialised object; what is not Keras's own is left open."""
    own = {"type": "object", "properties": {"module": {"pattern": _KERAS_MODULE}}}
    conditions = [when({"allOf": [is_("class_name", name), own]}, ref(name)) for name in classes]
    gone = [name.text for loss in keras.LOSSES for name in loss.names if name.until is not None]
    still = keras.names_at(release_key(keras.NEWEST))
    conditions += [
        when(
            {"allOf": [is_("class_name", "function"), is_("module", "builtins")]},
            {"properties": {"config": {"not": {"enum": sorted({*gone} - {*still})}}}},
        ),
        when(
            is_("module", "keras.losses"),
            {"properties": {"class_name": {"enum": [*classes, "function"]}}},
        ),
    ]
    return {"type": "object", "required": ["class_name"], "allOf": conditions}


def _weights() -> Schema:
    one = {"type": ["number", "null"]}
    return {
        "title": "loss_weights",
        "description": "The factor of each output's loss.",
        "anyOf": [
            one,
            {"type": "array", "items": one},
            {"type": "object", "additionalProperties": one},
        ],
    }


def _platform_losses() -> tuple[LossDef, ...]:
    return (*platform.LOSSES, *(loss for loss in keras.LOSSES if loss.names))


def _platform_names(loss: LossDef, version: VersionKey) -> list[str]:
    known = keras.names_at(version)
    if loss.framework == "platform":
        return [loss.name]
    return [name for name in dict.fromkeys(n.text for n in loss.names) if name in known]


def _platform_loss(loss: LossDef) -> Schema:
    version = release_key(keras.NEWEST)
    own = loss.framework == "platform"
    body = object_schema(loss.params if own else platform.native_params(loss, version), plain)
    name = {"title": "NAME", "description": about(loss), "enum": _platform_names(loss, version)}
    return {
        "title": loss.name,
        "description": about(loss),
        "type": "object",
        **body,
        "properties": {"NAME": name, **body["properties"]},
        "required": ["NAME"],
    }


def _platform_entry(version: VersionKey) -> Schema:
    by_loss = {loss.name: _platform_names(loss, version) for loss in _platform_losses()}
    return {
        "title": "LOSS",
        "description": "The platform's loss: NAME, and the loss's own parameters beside it.",
        "type": "object",
        "required": ["NAME"],
        "properties": {"NAME": {"enum": [name for names in by_loss.values() for name in names]}},
        "allOf": [
            when(is_one_of("NAME", names), ref(f"platform.{loss}"))
            for loss, names in by_loss.items()
        ],
    }
