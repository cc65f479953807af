"""`required-version`: which releases of losslint a settings file is written for.

A release, or ranges of them with a comma between: the part of Python's version specifiers (PEP 440)
that people write.
"""

import re

from losslint.catalog.model import VersionKey, version_key

_RELEASE = r"[0-9]+(\.[0-9]+){0,2}"
_CLAUSE = rf" *(((==|!=) *)?{_RELEASE}(\.\*)?|(>=|<=|>|<|~=) *{_RELEASE}) *"
REQUIRED = rf"{_CLAUSE}(,{_CLAUSE})*"
"""What the setting matches."""


def is_fit(required: str, running: str) -> bool:
    """Whether a release is one of those that are required, in words that match."""
    own = version_key(running)
    return own is not None and all(_holds(clause.strip(), own) for clause in required.split(","))


def _holds(clause: str, own: VersionKey) -> bool:
    release = clause.lstrip("=!<>~ ")
    sign = clause[: len(clause) - len(release)].strip() or "=="
    whole = version_key(release.removesuffix(".*"))
    assert whole is not None
    parts = release.removesuffix(".*").count(".") + 1
    if sign == "~=":
        # Any later one of the same series: ~=1.4.2 is >=1.4.2,==1.4.*
        return own >= whole and own[: parts - 1] == whole[: parts - 1]
    if sign in ("==", "!="):
        length = parts if release.endswith(".*") else len(own)
        return (own[:length] == whole[:length]) is (sign == "==")
    above, same = own > whole, own == whole
    return {">": above, ">=": above or same, "<": not (above or same), "<=": not above}[sign]


def refusal(required: object, running: str) -> str | None:
    """The end of a sentence that says that other releases are wanted; None where this one is."""
    if not isinstance(required, str) or not re.fullmatch(REQUIRED, required):
        return None
    if is_fit(required, running):
        return None
    return f": this is losslint {running}, and {required.strip()} is wanted"
