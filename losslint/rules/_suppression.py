"""Code, name and severity of the rules about suppressions, whose findings the linter makes."""

from losslint.diagnostics import Severity

BLANKET: tuple[str, str, Severity] = ("LL901", "blanket-suppression", "warning")
UNUSED: tuple[str, str, Severity] = ("LL902", "unused-suppression", "warning")
INVALID: tuple[str, str, Severity] = ("LL903", "invalid-suppression", "warning")
