"""The schema of Keras's losses: the platform's configuration, compile configs, loss objects."""

from __future__ import annotations

from losslint.catalog import keras, platform
from losslint.catalog.model import LossDef, VersionKey, params_at, release_key
from losslint.catalog.schemas.values import (
    DIALECT,
    NO_OWN,
    OwnSchemas,
    Schema,
    about,
    beside,
    is_,
    is_one_of,
    object_schema,
    plain,
    ref,
    when,
)

_KERAS_MODULE = r"^keras(\.|$)"


def schema(own: OwnSchemas = NO_OWN) -> Schema:
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
        "$defs": _definitions(release_key(keras.NEWEST), own),
    }


def _definitions(version: VersionKey, own: OwnSchemas) -> Schema:
    classes = {loss.class_name: loss for loss in keras.LOSSES if loss.class_name is not None}
    defs: Schema = {name: _class(loss, version) for name, loss in classes.items()}
    defs |= {f"platform.{loss.name}": _platform_loss(loss) for loss in _platform_losses()}
    for name, params in own.items():
        defs[f"own.{name}"] = _own_class(name, params)
        defs[f"own.platform.{name}"] = _own_platform_loss(name, params)
    defs["identifier"] = _identifier((*keras.names_at(version), *own))
    defs["object"] = _object(tuple(classes), own)
    defs["weights"] = _weights()
    defs["LOSS"] = _platform_entry(version, own)
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


def _own_class(name: str, params: object) -> Schema:
    return {
        "type": "object",
        "required": ["class_name"],
        "properties": {
            "class_name": {"const": name},
            "config": {"$id": f"own/{name}", **params} if isinstance(params, dict) else params,
        },
    }


def _own_platform_loss(name: str, params: object) -> Schema:
    body = beside(params, {"NAME": {"const": name}}, str.upper, plain, f"platform/{name}")
    return {"type": "object", **body}


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


def _object(classes: tuple[str, ...], own: OwnSchemas) -> Schema:
    """A serialised object; what is neither Keras's own nor one of `own` is left open."""
    module: Schema = {"pattern": _KERAS_MODULE}
    keras_own: Schema = {"type": "object", "properties": {"module": module}}
    named = {"properties": {"module": {"type": "string", **module}}, "required": ["module"]}
    conditions = [
        when({"allOf": [is_("class_name", name), named if name in own else keras_own]}, ref(name))
        for name in classes
    ]
    conditions += [
        when({"allOf": [is_("class_name", name), {"not": named}]}, ref(f"own.{name}"))
        for name in own
    ]
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


def _platform_entry(version: VersionKey, own: OwnSchemas) -> Schema:
    by_loss = {
        loss.name: [name for name in _platform_names(loss, version) if name not in own]
        for loss in _platform_losses()
    }
    return {
        "title": "LOSS",
        "description": "The platform's loss: NAME, and the loss's own parameters beside it.",
        "type": "object",
        "required": ["NAME"],
        "properties": {
            "NAME": {"enum": [*(name for names in by_loss.values() for name in names), *own]}
        },
        "allOf": [
            *(
                when(is_one_of("NAME", names), ref(f"platform.{loss}"))
                for loss, names in by_loss.items()
            ),
            *(when(is_("NAME", name), ref(f"own.platform.{name}")) for name in own),
        ],
    }
