"""The schema of NetsPresso model files."""

from __future__ import annotations

from losslint.catalog import netspresso
from losslint.catalog.model import LossDef, VersionKey, params_at, release_key
from losslint.catalog.schemas.values import (
    DIALECT,
    NO_OWN,
    OwnSchemas,
    Schema,
    about,
    beside,
    is_,
    object_schema,
    plain,
    ref,
    spec_schema,
)

_INTERPOLATION: Schema = {
    "title": "interpolation",
    "description": "A value that OmegaConf takes from elsewhere.",
    "type": "string",
    "pattern": r"\$\{",
}


def _or_interpolation(schema: Schema) -> Schema:
    return {"anyOf": [schema, ref("interpolation")]}


def schema(own: OwnSchemas = NO_OWN) -> Schema:
    """Whole files: model.losses is checked, everything else is left open."""
    version = release_key(netspresso.NEWEST)
    losses = [loss for loss in netspresso.LOSSES if loss.until is None]
    defs: Schema = {loss.name: _criterion(loss, version) for loss in losses}
    defs |= {name: _own_criterion(name, params) for name, params in own.items()}
    names = list(defs)
    defs["entry"] = {
        "title": "criterion",
        "description": "One entry of model.losses.",
        "type": "object",
        "required": ["criterion", "weight"],
        "properties": {"criterion": _or_interpolation({"enum": names})},
        "allOf": [{"if": is_("criterion", name), "then": ref(name)} for name in names],
    }
    defs["losses"] = {
        "title": "losses",
        "description": "The criteria that are added up, each at most once.",
        "type": "array",
        "minItems": 1,
        "items": _or_interpolation(ref("entry")),
        "allOf": [
            {"contains": is_("criterion", name), "minContains": 0, "maxContains": 1}
            for name in names
        ],
    }
    defs["interpolation"] = _INTERPOLATION
    return {
        "$schema": DIALECT,
        "title": f"Losses of NetsPresso Trainer {netspresso.NEWEST}",
        "description": "A model file: model.losses is checked, everything else is left open.",
        "properties": {"model": {"properties": {"losses": _or_interpolation(ref("losses"))}}},
        "$defs": defs,
    }


def _criterion(loss: LossDef, version: VersionKey) -> Schema:
    params = (netspresso.WEIGHT, *params_at(loss, version))
    body = object_schema(params, _or_interpolation)
    criterion = {"title": "criterion", "description": about(loss), "const": loss.name}
    schema: Schema = {
        "title": loss.name,
        "description": about(loss),
        "type": "object",
        **body,
        "properties": {"criterion": criterion, **body["properties"]},
        "required": ["criterion", *body["required"]],
    }
    if loss.name == "detr_loss":
        schema["allOf"] = [rule for term in netspresso.DETR_TERMS for rule in _term(term)]
    return schema


def _own_criterion(name: str, params: object) -> Schema:
    """A criterion of one's own. What OmegaConf takes from elsewhere may be anything."""
    weight = spec_schema(netspresso.WEIGHT.spec, plain)
    keys = {"criterion": {"const": name}, "weight": _or_elsewhere(weight)}
    return {"type": "object", **beside(params, keys, str, _or_elsewhere, name)}


def _or_elsewhere(schema: Schema) -> Schema:
    return {"anyOf": [schema, _INTERPOLATION]}


def _term(term: netspresso.Term) -> list[Schema]:
    """A term needs its factors, and a factor its term; a list with an interpolation may hold it."""
    if term.until is not None:
        return []
    named = {"contains": {"const": term.name}}
    known = {"type": "array", "not": {"contains": ref("interpolation")}}
    both = ["losses", "weight_dict"]
    rules: list[Schema] = [
        {
            "if": {"properties": {"losses": {"type": "array", **named}}, "required": both},
            "then": {"properties": {"weight_dict": {"required": list(term.weights)}}},
        }
    ]
    for weight in term.weights:
        factor = {"type": "object", "required": [weight]}
        condition = {"properties": {"losses": known, "weight_dict": factor}, "required": both}
        rules.append({"if": condition, "then": {"properties": {"losses": named}}})
    return rules
