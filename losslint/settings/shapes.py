"""The forms that a setting may have: each is told to editors, and reads a value, by one class.

A test draws tables and asks both for their verdict.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

from losslint.text import closest

# A schema is a JSON document: its values are of every JSON type.
Json = dict[str, Any]
# A word → None where it names rules, else the clause that says it does not.
CheckCode = Callable[[str], "str | None"]

T = TypeVar("T")

# A type of JSON → that of Python, and what people call it; none: a table or a list.
_KINDS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "string": (str, "a string"),
    "boolean": (bool, "true or false"),
    "array": (list, "a list"),
    "object": (dict, "a table"),
    "": ((dict, list), "a table or a list"),
}
_MAX_SHOWN = 60


class SettingsProblem(NamedTuple):
    """What is wrong with a settings file: the key (empty: the file), and a sentence."""

    file: str
    key: str
    message: str

    def __str__(self) -> str:
        # A sentence about the file as a whole goes on behind its name.
        return f"{self.file}{':' if self.key else ''} {self.message}"


Problems = tuple[SettingsProblem, ...]


class Reading:
    """What is found while a file's table is read. `check_code` judges the words for rules."""

    def __init__(self, file: str, check_code: CheckCode | None = None) -> None:
        self.file, self.check_code = file, check_code
        self.problems: list[SettingsProblem] = []

    def refuse(self, key: str, why: str) -> None:
        """What stands at a key is refused. `why` is the sentence behind the key."""
        self.problems.append(SettingsProblem(self.file, key, f"`{key}`{why}"))

    def refuse_value(self, key: str, wanted: str, value: object) -> None:
        """A value is not what is wanted."""
        self.refuse(key, f" must be {wanted}, not {_shown(value)}")

    def refuse_unknown(self, key: str, names: Iterable[str], known: Iterable[str]) -> None:
        """Of the names in the table at a key those that are not known; each with what is near."""
        allowed = sorted(known)
        for name in sorted(set(names) - set(allowed)):
            near = closest(name, allowed)
            hint = f"did you mean `{near}`?" if near else f"allowed here: {', '.join(allowed)}"
            self.refuse(below(key, name), f" is no setting; {hint}")


class Shape(Generic[T]):
    """What values are taken, and the type that they are read as; `about` and examples for people.

    As an attribute of a class it is a setting, and is what the table of an instance says of it.
    """

    kind = ""
    name = ""

    def __init__(self, about: str = "", *examples: object) -> None:
        texts = {"description": about, "examples": list(examples)}
        self._told = {key: text for key, text in texts.items() if text}

    def schema(self) -> Json:
        """The shape as a JSON Schema."""
        return {**({"type": self.kind} if self.kind else {}), **self.limits(), **self._told}

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name.replace("_", "-")

    def __get__(self, said: Any, owner: type) -> T | None:
        return said.values.get(self.name)  # type: ignore[no-any-return]

    def limits(self) -> Json:
        """What the schema says beside the type."""
        raise NotImplementedError

    def read(self, value: object, key: str, reading: Reading) -> T | None:
        """The value; None where it is refused, and then the reading says why."""
        taken, called = _KINDS[self.kind]
        if isinstance(value, taken):
            return self.accept(value, key, reading)
        reading.refuse_value(key, called, value)
        return None

    def accept(self, value: Any, key: str, reading: Reading) -> T | None:
        """What `read` gives for a value of the right type."""
        raise NotImplementedError


class Text(Shape[str]):
    """A string that is not empty. `pattern` is what the whole of it matches, in words `wanted`."""

    kind = "string"

    def __init__(self, about: str = "", pattern: str = "", wanted: str = "") -> None:
        super().__init__(about)
        self._pattern, self._wanted = pattern, wanted

    def limits(self) -> Json:
        return {"pattern": f"^{self._pattern}$"} if self._pattern else {"minLength": 1}

    def accept(self, value: Any, key: str, reading: Reading) -> str | None:
        import re

        if self._pattern and not re.fullmatch(self._pattern, value):
            reading.refuse_value(key, self._wanted, value)
        elif not value:
            reading.refuse(key, " must not be empty")
        else:
            return str(value)
        return None


class Switch(Shape[bool]):
    """True or false."""

    kind = "boolean"

    def __init__(self, about: str, default: bool) -> None:
        super().__init__(about)
        self._default = default

    def limits(self) -> Json:
        return {"default": self._default}

    def accept(self, value: Any, key: str, reading: Reading) -> bool | None:
        return bool(value)


class Several(Shape[tuple[T, ...]]):
    """A list; with `least` 1, one that is not empty."""

    kind = "array"

    def __init__(self, item: Shape[T], about: str = "", *examples: object, least: int = 0) -> None:
        super().__init__(about, *examples)
        self._item, self._least = item, least

    def limits(self) -> Json:
        least = {"minItems": self._least} if self._least else {}
        return {**least, "items": self._item.schema()}

    def accept(self, value: Any, key: str, reading: Reading) -> tuple[T, ...] | None:
        if len(value) < self._least:
            reading.refuse(key, " must not be empty")
        found = (self._item.read(each, f"{key}[{i}]", reading) for i, each in enumerate(value))
        return tuple(each for each in found if each is not None)


class Table(Shape[dict[str, T]]):
    """A table of values of one shape. `names` are those that it may hold; empty: any."""

    kind = "object"

    def __init__(
        self, item: Shape[T], names: Sequence[str] = (), about: str = "", *examples: object
    ) -> None:
        super().__init__(about, *examples)
        self._item, self._names = item, names

    def limits(self) -> Json:
        if not self._names:
            return {"additionalProperties": self._item.schema()}
        properties = dict.fromkeys(self._names, self._item.schema())
        return {"additionalProperties": False, "properties": properties}

    def accept(self, value: Any, key: str, reading: Reading) -> dict[str, T] | None:
        if self._names:
            reading.refuse_unknown(key, value, self._names)
        names = [name for name in self._names or value if name in value]
        found = {name: self._item.read(value[name], below(key, name), reading) for name in names}
        return {name: each for name, each in found.items() if each is not None}


class Record(Shape[dict[str, Any]]):
    """A table of certain keys, a shape each; those that are `needed` must be there."""

    kind = "object"

    def __init__(self, shapes: Mapping[str, Shape[Any]], needed: Sequence[str] = ()) -> None:
        super().__init__()
        self._shapes, self._needed = shapes, needed

    def limits(self) -> Json:
        properties = {name: shape.schema() for name, shape in self._shapes.items()}
        needed = {"required": list(self._needed)} if self._needed else {}
        return {"additionalProperties": False, "properties": properties, **needed}

    def accept(self, value: Any, key: str, reading: Reading) -> dict[str, Any] | None:
        reading.refuse_unknown(key, value, self._shapes)
        for name in self._needed:
            if name not in value:
                reading.refuse(key, f" needs `{name}`")
        found = {
            name: shape.read(value[name], below(key, name), reading)
            for name, shape in self._shapes.items()
            if name in value
        }
        return {name: each for name, each in found.items() if each is not None}


def below(key: str, name: str) -> str:
    """The key of a name in the table at a key, as TOML writes it: `per-file-ignores."old/**"`."""
    import re

    written = name if re.fullmatch(r"[\w-]+", name) else f'"{name}"'
    return f"{key}.{written}" if key else written


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "a table"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…"
