"""Whether a file's bytes can hold a loss at all, so that most files are not parsed.

An over-approximation: every site of every dialect, and every document that a rule judges without
a site, needs one of these words in the file as it is written. Only an escape in a quoted key could
hide one, so that a file with such an escape is parsed in any case.
"""

from __future__ import annotations

# \u0061, \U00000061, \x61, and a line end that joins the two halves of a word. YAML breaks lines at
# NEL (C2 85), LS and PS (E2 80 A8, E2 80 A9), too.
_ESCAPES = (b"\\u", b"\\U", b"\\x", b"\\\n", b"\\\r", b"\\\xc2", b"\\\xe2")

# A NetsPresso model is known by its losses, or by one of the tasks.
TASKS = (b"classification", b"segmentation", b"detection", b"pose_estimation")

# What Keras writes beside the `loss` of a compile config; two of them tell.
COMPILE_KEYS = (
    b"loss_weights",
    b"weighted_metrics",
    b"run_eagerly",
    b"steps_per_execution",
    b"jit_compile",
    b"optimizer_config",
)
_COMPILED = (b"compile_config", b"training_config", b"optimizer_config")


def may_hold_losses(content: bytes) -> bool:
    """Whether a file, as UTF-8, can hold a loss; never false for one that does."""
    if (
        b"model" in content
        and (b"losses" in content or (b"task" in content and any(t in content for t in TASKS)))
        and _may_be_key(content, b"model")
    ):
        return True
    if b"LOSS" in content and (b"COMPILATION" in content or b"NAME" in content):
        return True
    if b"MODEL_TYPE" in content or (b"class_name" in content and b"config" in content):
        return True
    if b"class_name" in content and b"keras.losses" in content:
        return True
    if b"loss" in content and (
        any(key in content for key in _COMPILED) or sum(key in content for key in COMPILE_KEYS) > 1
    ):
        return True
    return b"\\" in content and any(escape in content for escape in _ESCAPES)


# Between a key and its colon: a closing quote and blanks, never more than this in practice.
_REACH = 80


def _may_be_key(content: bytes, word: bytes) -> bool:
    """Whether a word may be a key: a colon follows it, be it on the next line ("? model")."""
    if b"*" in content and b" :" in content:
        # An alias in the place of a key: the word stands elsewhere, without a colon.
        return True
    at = content.find(word)
    while at >= 0:
        end = at + len(word)
        following = content[end : end + _REACH].lstrip(b"\"' \t\r\n")
        if not following or following.startswith((b":", b"#", b"/")):
            return True
        at = content.find(word, end)
    return False
