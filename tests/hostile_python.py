"""Programs and notebooks that are broken, endless, or made to cost time and memory."""

from __future__ import annotations

import json

_MODEL = "import keras\nmodel = keras.Sequential([keras.layers.Dense(1)])\n"
_CALL = 'model.compile(loss="binary_crossentropy", optimizer="adam")\n'


def _around(text: str) -> str:
    return _MODEL + text + _CALL


def _nested(items: str) -> str:
    """Loops in loops."""
    return "".join(f"{'  ' * i}for a in {items}:\n" for i in range(18)) + " " * 40 + "a\n"


def programs() -> dict[str, str | bytes]:
    """Python files by name."""
    fan = "".join(f"def f{i}(x):\n  return f{i - 1}(f{i - 1}(x))\n" for i in range(1, 40))
    return {
        "parentheses.py": _around("x = " + "(" * 100_000 + ")" * 100_000 + "\n"),
        "signs.py": _around("x = " + "-" * 50_000 + "1\n"),
        "attributes.py": _around("x = a" + ".b" * 50_000 + "\n"),
        "sum.py": _around("x = " + "1+" * 50_000 + "1\n"),
        "calls.py": _around("x = a" + "()" * 50_000 + "\n"),
        "elif.py": _around("if a:\n  pass\n" + "elif b:\n  x = 1\n" * 5_000),
        "branches.py": _around("".join(f"if a{i}:\n  v{i} = 3\n" for i in range(10_000))),
        "compiles.py": _around(_CALL * 50_000),
        "some-compiles.py": _around(_CALL * 5_000),
        "added.py": _around("model.add(keras.layers.Dense(1))\n" * 20_000),
        "chain.py": "import keras\nx = inp = keras.Input((3,))\n"
        + "x = keras.layers.Dense(1)(x)\n" * 8_000
        + f"model = keras.Model(inp, x)\n{_CALL}",
        "lists.py": "import keras\nx = 1\n"
        + "x = [x]\n" * 20_000
        + "keras.Sequential(x).compile(loss=x)\n",
        "calls-itself.py": _around("def f(n):\n  return f(n) or f(n - 1)\nf(3)\n"),
        "fan.py": _around(f"def f0(x):\n  return x\n{fan}f39(1)\n"),
        "short-compiles.py": _around("m.compile('a', 'mse')\n" * 50_000),
        "open-compiles.py": _around(".compile(" * 100_000),
        "doubled.py": _around("x = [1, 2]\n" + "x = x + x\n" * 64 + "x += [*x, *x]\n" * 64),
        "long-range.py": _around(f"x = range({'9' * 99})\nfor i in x:\n  model.add(i)\n"),
        "loops.py": _around(_nested("x")),
        "rounds.py": _around(_nested("[1, 2]")),
        "nul.py": _around("").encode() + b"\0\n",
        "surrogate.py": _around("").encode() + b"x = '\xed\xa0\x80'\n",
        "python-2.py": _around("print 'x'\n"),
        "tabs.py": _around("if True:\n\tx = 1\n        y = 2\n"),
        "form-feeds.py": _around("\x0c\n") + "\x0c" + _CALL,
        "latin-1.py": b"# -*- coding: latin-1 -*-\n" + _around("# \xe9\n").encode("latin-1"),
        "no-coding.py": b"# -*- coding: klingon -*-\n" + _around("").encode(),
        "hex-coding.py": b"# coding: hex\n" + _around("").encode(),
        "mark.py": b"\xef\xbb\xbf" + _around("x = '\xfc'; ").encode(),
        "returns.py": _around("").replace("\n", "\r"),
        "one-line.py": _around("x=1;" * 50_000 + "y='\xe4';" * 20_000 + "\n"),
        **notebooks(),
    }


def notebooks() -> dict[str, str | bytes]:
    """Notebooks by name."""
    cell = {"cell_type": "code", "source": [_MODEL, _CALL]}
    output = {"data": {"image/png": "A" * 1_000, "text": ["x\n"] * 50}}
    surrogate = {"cell_type": "code", "source": ["x = '\ud800'\n", _CALL]}
    return {
        "outputs.ipynb": json.dumps({"cells": [{**cell, "outputs": [output] * 9_000}]}),
        "more-outputs.ipynb": json.dumps({"cells": [{**cell, "outputs": [output] * 18_000}]}),
        "cells.ipynb": json.dumps({"cells": [cell] * 20_000}),
        "deep.ipynb": '{"cells": [{"cell_type": "code", "outputs": ' + "[" * 100_000,
        "open.ipynb": '{"cells": [{"cell_type": "code", "source": ["model.compile keras',
        "types.ipynb": '{"cells": [{"cell_type": "code", "source": [1, {"keras": 2}]}, 3]}',
        "surrogate.ipynb": json.dumps({"cells": [cell, surrogate]}),
        "empty.ipynb": "",
    }
