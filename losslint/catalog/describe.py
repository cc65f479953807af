"""A loss of the catalog as text for people and as data for tools."""

from __future__ import annotations

from collections.abc import Iterable

from losslint.catalog.model import Case, LossDef, Param, Spec

_WORDS = {
    "null": "null",
    "bool": "a boolean",
    "int": "an integer",
    "float": "a float",
    "number": "a number",
    "str": "a string",
    "list": "a list",
    "mapping": "a mapping",
}


def allowed(spec: Spec) -> str:
    """What a spec allows, in words: "a number from 0 to 1", "one of …", "an integer or null"."""
    if spec.either:
        return " or ".join(dict.fromkeys(allowed(option) for option in spec.either))
    words = [_WORDS[kind] for kind in spec.types if kind != "null"]
    if spec.choices:
        shown = ", ".join(f'"{choice}"' for choice in spec.choices)
        words = [word for word in words if word != "a string"]
        words.append(f"one of {shown}" if len(spec.choices) > 1 else shown)
    elif spec.excludes:
        words = [f"{word} without {' '.join(spec.excludes)}" for word in words]
    limits = range_words(spec)
    text = " or ".join(words) + (f" {limits}" if limits else "")
    return f"{text} or null" if "null" in spec.types and text else text or "null"


def range_words(spec: Spec) -> str:
    """The bounds of a number, in words; empty without bounds."""
    low, high = spec.low, spec.high
    if low is not None and low <= -(2**63):
        # The bound of a 64-bit integer says nothing that people need.
        if high is None or high >= 2**63 - 1:
            return "of 64 bits"
        low = None
    if low is not None and high is not None:
        if not spec.low_open and not spec.high_open:
            return f"from {low:g} to {high:g}"
        lower = f"above {low:g}" if spec.low_open else f"of at least {low:g}"
        upper = f"below {high:g}" if spec.high_open else f"at most {high:g}"
        return f"{lower} and {upper}"
    if low is not None:
        return f"above {low:g}" if spec.low_open else f"of at least {low:g}"
    if high is not None:
        return f"below {high:g}" if spec.high_open else f"of at most {high:g}"
    return ""


def releases_told(since: str | None, until: str | None) -> str:
    """From which release to before which there is something; empty where all have it."""
    parts = [f"since {since}"] if since else []
    return ", ".join([*parts, f"gone in {until}"] if until else parts)


# Where programs find the classes of losses; the others are built by a trainer alone.
_PACKAGES = {"keras": "keras.losses"}
# What says nothing of the loss itself.
_OF_EVERY_CALL = frozenset(("name", "dtype", "reduction", "fn"))


def facts(loss: LossDef) -> list[tuple[str, str]]:
    """What there is to say of a loss, as pairs of a word and a text that is not empty."""
    found = [
        ("releases", releases_told(loss.since, loss.until)),
        ("instead", loss.replacement or loss.advice),
    ]
    if loss.contract is not None:
        contract = loss.contract
        found += [
            ("predictions", f"{' or '.join(contract.predictions)}; {contract.prediction_shape}"),
            ("targets", f"{' or '.join(contract.targets)}; {contract.target_shape}"),
            ("note", contract.note),
        ]
    found += [
        ("heads", ", ".join(loss.heads)),
        ("in Python", _call(loss)),
        ("also found as", ", ".join(n.text for n in loss.names if n.text != loss.name)),
        ("formula", loss.source),
    ]
    return [(word, text) for word, text in found if text]


def as_text(loss: LossDef) -> str:
    """The page of one loss, for a terminal."""
    lines = [f"{title_of(loss)} · {loss.framework}", "", loss.summary]
    lines += ["", *(f"{word + ':':14} {text}" for word, text in facts(loss))]
    if loss.params:
        lines += ["", "parameters:"]
        for param in loss.params:
            lines += _param_lines(param)
    return "\n".join(lines) + "\n"


def _call(loss: LossDef) -> str:
    """The call that makes a loss in a program, at the newest release, with its own defaults."""
    package = _PACKAGES.get(loss.framework)
    if package is None or loss.class_name is None or loss.until is not None:
        return ""
    own = (p for p in loss.params if p.until is None and p.name not in _OF_EVERY_CALL)
    given = ", ".join(f"{p.name}={'...' if p.required else repr(p.default)}" for p in own)
    return f"{package}.{loss.class_name}({given})"


def title_of(loss: LossDef) -> str:
    """A loss's name, with that of its class."""
    return f"{loss.name} ({loss.class_name})" if loss.class_name else loss.name


def loss_markdown(loss: LossDef, params: Iterable[Param], release: str) -> str:
    """The page of one loss for an editor; `params` as its style spells them at a release."""
    lines = [f"**{title_of(loss)}** · {release}", "", loss.summary, ""]
    lines += [f"- {word}: {text}" for word, text in facts(loss)]
    listed = [f"- `{p.name}`: {terms(p)}" for p in params if p.fate != "reserved"]
    if listed:
        lines += ["", "Parameters:", "", *listed]
    return "\n".join(lines) + "\n"


def param_markdown(param: Param, owner: str = "") -> str:
    """One parameter for an editor; `owner` is the loss or the parameter that it belongs to."""
    lines = [f"**{param.name}**" + (f" of `{owner}`" if owner else ""), "", terms(param)]
    if param.note:
        lines += ["", param.note]
    effects = effect_words(param.spec)
    if effects:
        lines += ["", f"Other values: {effects}."]
    return "\n".join(lines) + "\n"


_CASES: dict[Case, str] = {
    "int": "an integer",
    "float": "a float",
    "whole": "a whole float",
    "list": "a list",
    "numbers": "a list of numbers",
    "mapping": "a mapping",
    "low": "below",
    "high": "above",
    "huge": "more than 64 bits",
    "length": "another number of items",
    "empty": "empty",
    "all-zero": "nothing but zeros",
}


def effect_words(spec: Spec) -> str:
    """What a framework does with the values that a spec refuses, kind by kind."""
    told = [
        f"{', '.join((*effect.words, *(_CASES.get(c, c) for c in effect.cases)))}: {effect.text}"
        for effect in spec.effects
    ]
    if spec.otherwise:
        told.append(f"any other: {spec.otherwise}" if told else spec.otherwise)
    return "; ".join(told)


def terms(param: Param) -> str:
    """Type, range and default in one line."""
    fate = {"used": "", "ignored": "; without effect", "reserved": "; set by the trainer itself"}
    releases = releases_told(param.since, param.until)
    line = f"{allowed(param.spec)}; {_default(param)}{fate[param.fate]}"
    return f"{line}; {releases}" if releases else line


def _default(param: Param) -> str:
    if param.required:
        return "required"
    if param.default is None and "null" not in param.spec.types:
        return "optional"
    return f"default {json_like(param.default)}"


def json_like(value: object) -> str:
    """A default as configs write it: null, true, text in quotes."""
    import json

    return json.dumps(value, ensure_ascii=False, default=str)


def _param_lines(param: Param) -> list[str]:
    fate = "" if param.fate == "used" else f" ({param.fate})"
    releases = releases_told(param.since, param.until)
    head = f"  {param.name}{fate}: {allowed(param.spec)}; {_default(param)}"
    return [
        head + (f"; {releases}" if releases else ""),
        *([f"      {param.note}"] * bool(param.note)),
    ]


_OF_A_LOSS = ("name", "framework", "class_name", "summary", "since", "until", "replacement")
_OF_A_PARAM = ("required", "default", "fate", "note", "since", "until")


def as_data(loss: LossDef) -> dict[str, object]:
    """A loss as JSON data."""
    return {
        **{field: getattr(loss, field) for field in _OF_A_LOSS},
        "names": [each._asdict() for each in loss.names],
        "contract": loss.contract._asdict() if loss.contract else None,
        "heads": loss.heads,
        "source": loss.source,
        "params": [
            {
                "name": param.name,
                "allowed": allowed(param.spec),
                **{field: getattr(param, field) for field in _OF_A_PARAM},
            }
            for param in loss.params
        ],
    }
