"""Programs that compile a Keras model: what is read of them, and where it is unknown and silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from losslint.dialects.release_targets import release_targets
from losslint.files.discovery import FoundFile
from losslint.files.source import Source
from losslint.linter.apply_rules import Checked, check_source
from losslint.linter.fix import fix_source
from losslint.linter.runner import Linter
from losslint.rules import load_rules
from losslint.settings.model import Overrides

RULES = load_rules()
HEAD = """\
import keras
import tensorflow as tf
from keras import layers, losses, metrics

"""

# What trains as its author meant, or cannot be decided: no finding.
SOUND = {
    "a configuration that another name changes": """
CONFIG = {"MODEL": {"COMPILATION": {"OPT": {"NAME": "adam"}, "LOSS": {"NAME": "huber_loss"}}}}
COPY = {"MODEL": CONFIG["MODEL"]}
loss = CONFIG["MODEL"]["COMPILATION"]["LOSS"]
loss["NAME"] = "huber"
""",
    "a configuration that a method changes": """
CONFIG = {"MODEL": {"COMPILATION": {"OPT": {"NAME": "adam"}, "LOSS": {"NAME": "huber_loss"}}}}
CONFIG["MODEL"]["COMPILATION"]["LOSS"].update(NAME="huber")
""",
    "a configuration that loses its item": """
CONFIG = {"MODEL": {"COMPILATION": {"OPT": {"NAME": "adam"}, "LOSS": {"NAME": "huber_loss"}}}}
del CONFIG["MODEL"]["COMPILATION"]["LOSS"]["NAME"]
CONFIG["MODEL"]["COMPILATION"]["LOSS"] |= {"NAME": "huber"}
""",
    "an argument deep inside that changes": """
ARGS = {"a": {"loss": "huber_loss", "left": "mse"}}
ARGS["a"]["loss"] = "huber"
del ARGS["a"]["left"]
model = keras.Sequential([layers.Dense(1)])
model.compile(loss=ARGS["a"]["loss"], **{"loss_weights": [1.0]})
""",
    "a branch decides the end": """
def build(n):
    if n == 2:
        act, units = "sigmoid", 1
    else:
        act, units = "softmax", n
    inputs = keras.Input((6,))
    return keras.Model(inputs, layers.Dense(units, activation=act)(inputs))
n = int(open("n").read())
model = build(n)
model.compile("adam", "binary_crossentropy" if n == 2 else "sparse_categorical_crossentropy")
""",
    "a linear activation behind a softmax": """
model = keras.Sequential([layers.Dense(3, activation="softmax"), layers.Activation("linear")])
model.compile(loss="categorical_crossentropy", optimizer="adam")
""",
    "outputs of a call": """
inputs = keras.Input((6,))
model = keras.Model(inputs, outputs=heads(inputs))
model.compile(loss={"a": "mse", "b": "mae"}, optimizer="adam")
""",
    "an expected failure": """
model = keras.Sequential([layers.Dense(3, activation="softmax")])
model.compile(loss=losses.CategoricalCrossentropy(from_logits=True), optimizer="adam")
with pytest.raises(ValueError):
    model.fit(x, y)
""",
    "a class instead of an instance": """
model = keras.Sequential([layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss=keras.losses.BinaryCrossentropy)
""",
    "the crossentropy that the labels decide": """
model = keras.Sequential([layers.Dense(3, activation="softmax")])
model.compile(optimizer="adam", loss="crossentropy")
""",
    "a subclassed model": """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.head = layers.Dense(3)
    def call(self, x):
        return tf.nn.softmax(self.head(x))
model = Net()
model.compile(loss="categorical_crossentropy", optimizer="adam")
""",
    "a model of a file": """
model = keras.models.load_model("m.keras")
model.compile(loss=losses.CategoricalCrossentropy(from_logits=True), optimizer="adam")
""",
    "the function of another file": """
from heads import add_head
model = keras.Sequential([layers.Dense(3)])
add_head(model)
model.compile(loss="categorical_crossentropy", optimizer="adam")
""",
    "a layer of the program's own at the end": """
class Head(layers.Layer):
    def call(self, x):
        return tf.nn.softmax(x)
model = keras.Sequential([layers.Dense(3), Head()])
model.compile(loss="categorical_crossentropy", optimizer="adam")
""",
    "an own loss and an own metric": """
def focal(y_true, y_pred):
    return tf.reduce_mean(y_true - y_pred)
model = keras.Sequential([layers.Dense(3)])
model.compile(loss=focal, optimizer="adam", metrics=[focal, lambda a, b: a - b])
""",
    "losses that a function of the program makes": """
def weighted(weight):
    def loss(y_true, y_pred):
        return weight * (y_true - y_pred)
    return loss
model = keras.Sequential([layers.Dense(3)])
model.compile(loss=weighted(3), optimizer="adam")
""",
    "a branch that adds the activation": """
model = keras.Sequential([layers.Dense(3)])
if flag:
    model.add(layers.Softmax())
model.compile(loss="categorical_crossentropy", optimizer="adam")
""",
    "arguments from elsewhere": """
model = keras.Sequential([layers.Dense(3, **options)])
model.compile(loss="categorical_crossentropy", optimizer="adam")
model = keras.Sequential([layers.Dense(3)])
model.compile(loss=losses.CategoricalCrossentropy(**options), optimizer="adam")
model.compile(**options)
""",
    "no loss, another compile": """
import re
pattern = re.compile("loss")
model = keras.Sequential([layers.Dense(3)])
model.compile(optimizer="adam")
model.compile(optimizer="adam", loss=None)
""",
    "what a wrapper compiles": """
wrapper.compile(loss="my_very_own_loss", optimizer="adam")
""",
    "a threshold for logits": """
model = keras.Sequential([layers.Dense(1)])
model.compile(loss=losses.BinaryCrossentropy(from_logits=True), optimizer="adam",
              metrics=[metrics.BinaryAccuracy(threshold=0.0)])
""",
    "names that Keras makes up": """
inputs = keras.Input((6,))
model = keras.Model(inputs, [layers.Dense(1)(inputs), layers.Dense(1)(inputs)])
model.compile(loss={"dense": "mse", "dense_1": "mae"}, optimizer="adam")
""",
    "a loop that counts": """
units = 8
for _ in range(len(widths)):
    units = units // 2
model = keras.Sequential([layers.Dense(units, activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
""",
    "layers that are changed afterwards": """
model = keras.Sequential([layers.Dense(3)])
model.layers[-1].activation = keras.activations.softmax
model.compile(loss="categorical_crossentropy", optimizer="adam")
""",
    "layers that are frozen": """
model = keras.Sequential([layers.Dense(3, activation="softmax")])
for layer in model.layers:
    layer.trainable = False
model.layers[-1].trainable = True
model.compile(loss="categorical_crossentropy", optimizer="adam")
""",
    "a loss in a string that is put together": """
kind = "categorical"
model = keras.Sequential([layers.Dense(3)])
model.compile(loss=f"{kind}_crossentropy", optimizer="adam")
""",
    "a branch that is left": """
def build(kind):
    if kind is None:
        raise ValueError(kind)
    model = keras.Sequential([layers.Dense(1, activation="sigmoid")])
    if kind == "a":
        model.compile(loss="binary_crossentropy", optimizer="adam")
        return model
    model.add(layers.Dense(1))
    model.compile(loss="mse", optimizer="adam")
    return model
""",
    "a global that a function sets": """
END = None
def choose():
    global END
    END = "softmax"
choose()
model = keras.Sequential([layers.Dense(3, activation=END)])
model.compile(loss="categorical_crossentropy", optimizer="adam")
""",
    "a model that two methods may have made": """
class Trainer:
    def make_small(self):
        self.model = keras.Sequential([layers.Dense(3)])
    def make_large(self):
        self.model = keras.Sequential([layers.Dense(3, activation="softmax")])
    def run(self):
        self.model.compile(loss="categorical_crossentropy", optimizer="adam")
""",
    "a function that returns in the middle": """
def finish(model, flag):
    if flag:
        model.add(layers.Softmax())
        return model
    return None
model = keras.Sequential([layers.Dense(3)])
finish(model, flag)
model.compile(loss="categorical_crossentropy", optimizer="adam")
""",
    "a layer that is changed before it is used": """
head = layers.Dense(3)
head.activation = keras.activations.softmax
model = keras.Sequential([head])
model.compile(loss="categorical_crossentropy", optimizer="adam")
""",
    "losses under another name of Keras 2": """
model = keras.Sequential([layers.Dense(1)])
model.compile(loss=tf.keras.losses.MeanSquaredError(
    reduction=tf.keras.losses.Reduction.SUM), optimizer="adam")
""",
}

# The rule, and the text at the place of the finding.
BROKEN = {
    "a model as a literal": ("LL411", '"categorical_crossentropy"', """
model = keras.Sequential([layers.Dense(8), layers.Dense(3)])
model.compile(loss="categorical_crossentropy", optimizer="adam")
"""),
    "a loss by position": ("LL411", "'categorical_crossentropy'", """
model = keras.Sequential([layers.Dense(3)])
model.compile("adam", 'categorical_crossentropy', metrics=["accuracy"])
"""),
    "a parameter by position": ("LL410", "True", """
model = keras.Sequential([layers.Dense(3, "softmax")])
model.compile(loss=losses.CategoricalCrossentropy(True), optimizer="adam")
"""),
    "layers that are added": ("LL412", '"binary_crossentropy"', """
model = keras.models.Sequential()
model.add(keras.Input((6,)))
model.add(layers.Dense(1))
model.add(layers.Activation("softmax"))
model.compile(loss="binary_crossentropy", optimizer="adam")
"""),
    "layers in a list": ("LL411", "kind", """
kind = "categorical_crossentropy"
stack = []
for width in (8, 4):
    stack.append(layers.Dense(width, "relu"))
stack.append(layers.Dense(3))
model = keras.Sequential(stack)
model.compile(loss=kind, optimizer="adam")
"""),
    "the functional API": ("LL410", "from_logits=True", """
inputs = tf.keras.Input(shape=(6,))
x = tf.keras.layers.Dense(8, activation=tf.nn.relu)(inputs)
outputs = tf.keras.layers.Dense(3, activation=tf.nn.softmax)(x)
model = tf.keras.Model(inputs=inputs, outputs=outputs)
model.compile(loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
"""),
    "a base that is not known": ("LL411", '"categorical_crossentropy"', """
base = keras.applications.ResNet50(include_top=False)
x = layers.Dense(3)(layers.Flatten()(base.output))
model = keras.Model(base.input, x)
model.compile(loss="categorical_crossentropy", optimizer="adam")
"""),
    "a function with arguments": ("LL411", '"categorical_crossentropy"', """
CLASSES = len(["a", "b", "c"])
def build(classes, activation=None):
    model = keras.Sequential()
    model.add(layers.Dense(classes, activation=activation))
    return model
model = build(CLASSES)
model.compile(loss="categorical_crossentropy", optimizer="adam")
"""),
    "methods of a class": ("LL411", '"categorical_crossentropy"', """
class Trainer:
    def __init__(self, units):
        self.units = units
        self.model = self.build()
    def build(self):
        return keras.Sequential([layers.Dense(self.units)])
    def run(self):
        self.model.compile(loss="categorical_crossentropy", optimizer="adam")
Trainer(3).run()
"""),
    "methods that nobody calls": ("LL411", '"categorical_crossentropy"', """
class Trainer:
    def __init__(self, units):
        self.model = keras.Sequential([layers.Dense(units)])
    def run(self):
        self.model.compile(loss="categorical_crossentropy", optimizer="adam")
"""),
    "a model of one method, compiled by another": (
        "LL411",
        '"categorical_crossentropy"',
        """
class Trainer:
    def __init__(self, path):
        self.classes = 3
        self.model = None
    def fit(self):
        self.model.compile(loss="categorical_crossentropy", optimizer="adam")
    def build(self):
        self.model = keras.Sequential()
        self.model.add(layers.Dense(self.classes))
""",
    ),
    "a function that nobody calls": ("LL410", "from_logits=True", """
def train(width):
    model = keras.Sequential([layers.Dense(width), layers.Dense(3, activation="softmax")])
    model.compile(loss=losses.CategoricalCrossentropy(from_logits=True), optimizer="adam")
"""),
    "a dict of arguments": ("LL411", '"categorical_crossentropy"', """
settings = dict(loss="categorical_crossentropy", optimizer="adam")
model = keras.Sequential([layers.Dense(3)])
model.compile(**settings)
"""),
    "arguments from elsewhere beside the loss": ("LL411", '"categorical_crossentropy"', """
model = keras.Sequential([layers.Dense(3)])
model.compile(loss="categorical_crossentropy", **options)
"""),
    "a name bound anew": ("LL411", '"binary_crossentropy"', """
model = keras.Sequential([layers.Dense(1, activation="sigmoid")])
model.compile(loss='binary_crossentropy', optimizer="adam")
model = keras.Sequential([layers.Dense(1)])
model.compile(loss="binary_crossentropy", optimizer="adam")
"""),
    "a loss bound to a name": ("LL410", "from_logits=True", """
model = keras.Sequential([layers.Dense(3, activation="softmax")])
loss_fn = losses.CategoricalCrossentropy(from_logits=True)
model.compile(loss=loss_fn, optimizer="adam")
"""),
    "a loss by its function": ("LL411", "categorical_crossentropy", """
model = keras.Sequential([layers.Dense(3)])
model.compile(loss=losses.categorical_crossentropy, optimizer="adam")
"""),
    "keys that are no outputs": ("LL415", '"cls"', """
inputs = keras.Input((6,))
outputs = {"a": layers.Dense(1)(inputs), "b": layers.Dense(1)(inputs)}
model = keras.Model(inputs, outputs)
model.compile(loss={"cls": "mse", "a": "mse", "b": "mse"}, optimizer="adam")
"""),
    "a model in a model": ("LL411", '"categorical_crossentropy"', """
inputs = keras.Input((6,))
body = keras.Sequential([layers.Dense(8)])
model = keras.Model(inputs, layers.Dense(3)(body(inputs)))
model.compile(loss="categorical_crossentropy", optimizer="adam")
"""),
    "a strategy's scope": ("LL411", '"categorical_crossentropy"', """
with tf.distribute.MirroredStrategy().scope():
    model = keras.Sequential([layers.Dense(3)])
    model.compile(loss="categorical_crossentropy", optimizer="adam")
"""),
    "an import that may fail": ("LL411", '"categorical_crossentropy"', """
try:
    from tensorflow.keras.layers import Dense
except ImportError:
    from keras.layers import Dense
model = keras.Sequential([Dense(3)])
model.compile(loss="categorical_crossentropy", optimizer="adam")
"""),
    "a star": ("LL411", '"categorical_crossentropy"', """
from keras.models import *
from keras.layers import *
model = Sequential([Dense(3)])
model.compile(loss="categorical_crossentropy", optimizer="adam")
"""),
    "a misspelt class": ("LL100", "CategoricalCrosentropy", """
model = keras.Sequential([layers.Dense(3)])
model.compile(loss=losses.CategoricalCrosentropy(), optimizer="adam")
"""),
    "a misspelt parameter": ("LL110", "label_smooting", """
model = keras.Sequential([layers.Dense(3, activation="softmax")])
model.compile(loss=losses.CategoricalCrossentropy(label_smooting=0.1), optimizer="adam")
"""),
    "a name of Keras 2": ("LL101", '"huber_loss"', """
wrapper.compile(loss="huber_loss", optimizer="adam")
"""),
    "weights of one output": ("LL416", "[1.0, 0.5]", """
model = keras.Sequential([layers.Dense(1)])
model.compile(loss="mse", loss_weights=[1.0, 0.5], optimizer="adam")
"""),
    "a metric of other labels": ("LL418", "Precision", """
model = keras.Sequential([layers.Dense(3, activation="softmax")])
model.compile(loss="sparse_categorical_crossentropy", metrics=[metrics.Precision()])
"""),
    "a chosen branch": ("LL411", '"categorical_crossentropy"', """
USE_SOFTMAX = False
model = keras.Sequential([layers.Dense(3, activation="softmax" if USE_SOFTMAX else None)])
model.compile(loss="categorical_crossentropy", optimizer="adam")
"""),
    "an item deep inside": ("LL101", 'ARGS["model"]["compile"]["loss"]', """
ARGS = {"model": {"compile": {"loss": "mse"}}}
ARGS["model"]["compile"]["loss"] = "huber_loss"
model = keras.Sequential([layers.Dense(1)])
model.compile(loss=ARGS["model"]["compile"]["loss"])
"""),
    "a configuration with an item more": ("LL101", '"huber_loss"', """
CONFIG = {"MODEL": {"COMPILATION": {"OPT": {"NAME": "adam"}, "LOSS": {"NAME": "mse"}}}}
CONFIG["MODEL"]["COMPILATION"]["LOSS"]["NAME"] = "huber_loss"
CONFIG["EPOCHS"] = 10
"""),
    "the platform's dict": ("LL101", '"huber_loss"', """
LOSS = {
    "NAME": "huber_loss",
}
CONFIG = {"MODEL": dict(MODEL_TYPE="DENSE_MNIST", TASK="TRAIN", COMPILATION={
    "LOSS": LOSS, "OPT": {"NAME": "rmsprop"}, "METRICS": ["accuracy"],
})}
"""),
}  # fmt: skip


def checked(text: str, name: str = "train.py", **target: str) -> Checked:
    """What is found in a program."""
    return check_source(Source(name, text, text.encode()), RULES, release_targets(target))


@pytest.mark.parametrize("name", SOUND)
def test_sound(name: str) -> None:
    found = checked(HEAD + SOUND[name])
    assert [(d.code, d.message) for d in found.diagnostics] == []


@pytest.mark.parametrize("name", BROKEN)
def test_broken(name: str) -> None:
    code, at, program = BROKEN[name]
    found = checked(HEAD + program)
    shown = [(d.code, found.source.text[slice(*d.span)]) for d in found.diagnostics]
    starts = [(c, text if not text.startswith(at) else at) for c, text in shown]
    assert (code, at) in [*shown, *starts] or (code, at.rpartition("=")[2]) in shown, shown
    assert {c for c, _ in shown} == {code}


def test_the_target_decides() -> None:
    program = HEAD + 'wrapper.compile(loss="huber_loss", optimizer="adam")\n'
    assert [d.code for d in checked(program).diagnostics] == ["LL101"]
    assert checked(program, keras="2.15.0").diagnostics == ()


def test_a_file_without_the_words_is_not_parsed() -> None:
    text = "import keras\nprint 'this is no Python 3'\n"
    assert checked(text).tree.problems == ()
    for words in ("", "optimizer", "(opt())", "opt.SGD([1])"):
        assert checked(f"{text}model.compile({words})\n").tree.problems == ()
    assert checked(text + "re.compile('a', re.M)\n").tree.problems == ()
    for words in ("loss=mse", "opt(), mse", "**these", "'adam'", "opt, # mse", "(" * 900):
        assert checked(f"{text}model.compile({words})\n").tree.problems != (), words


FIXED = {
    "a string": ("loss='huber_loss'", "loss='huber'"),
    "a string in parentheses": ('loss=("huber_loss")', 'loss=("huber")'),
    "a function": ("loss=losses.huber_loss", "loss=losses.huber"),
    "a boolean": (
        'loss=losses.Dice(axis="1") if False else losses.BinaryCrossentropy(from_logits="True")',
        'loss=losses.Dice(axis="1") if False else losses.BinaryCrossentropy(from_logits=True)',
    ),
    "a keyword": (
        "loss=losses.BinaryCrossentropy(label_smooting = 0.1, axis=-1)",
        "loss=losses.BinaryCrossentropy(label_smoothing = 0.1, axis=-1)",
    ),
    "a class": ("loss=losses.BinaryCrosentropy()", "loss=losses.BinaryCrossentropy()"),
    "a key of a dict": (
        "**{'loss': losses.BinaryCrossentropy(**{'label_smooting': 0.1})}",
        "**{'loss': losses.BinaryCrossentropy(**{'label_smoothing': 0.1})}",
    ),
}
# What is found, and never edited.
KEPT = (
    'loss="huber_" "loss"', 'loss=f"huber_loss"', 'loss=r"huber_loss"', 'loss="""huber_loss"""',
    "loss=name", 'loss="huber_loss" if other else "huber_loss"', 'loss="huber" + "_loss"',
    "loss=huber_loss", 'loss=losses.get("huber_" "loss")',
)  # fmt: skip
# A loss that is bound to a name, and used elsewhere, in a loop of the program's own as well.
ELSEWHERE = """\
import keras

loss_fn = keras.losses.BinaryCrossentropy(from_logits={})
model = keras.Sequential([keras.layers.Dense(1)])
{}
"""
USES = (
    'model.compile(loss=loss_fn, optimizer="adam")',
    "error = loss_fn(labels, model(rows))",
    "print(loss_fn)",
)
AROUND = """\
# Größe, 大小
import keras
from keras import losses
from keras.losses import huber_loss

name = "huber_loss"  # ä
model = keras.Sequential([keras.layers.Dense(1, activation="sigmoid")])
"""


def fixed(text: str, name: str = "train.py") -> str:
    """A program with all its fixes, unsafe ones included."""
    source = Source(name, text, text.encode())
    return fix_source(source, lambda s: check_source(s, RULES, release_targets()), bool).source.text


@pytest.mark.parametrize("name", FIXED)
def test_fixes(name: str) -> None:
    before, after = FIXED[name]
    call = "ü = 1; model.compile(optimizer='adam', {})\n"
    assert fixed(AROUND + call.format(before)) == AROUND + call.format(after)


@pytest.mark.parametrize("use", USES)
def test_fixes_of_what_is_used_elsewhere(use: str) -> None:
    assert fixed(ELSEWHERE.format('"True"', use)) == ELSEWHERE.format("True", use)
    assert fixed(ELSEWHERE.format("True", use)) == ELSEWHERE.format("True", use)


@pytest.mark.parametrize("written", KEPT)
def test_what_is_no_literal_is_kept(written: str) -> None:
    program = f"{AROUND}model.compile(optimizer='adam', {written})\n"
    assert [d.code for d in checked(program).diagnostics] in (["LL101"], [])
    assert fixed(program) == program


@pytest.mark.parametrize("name", SOUND)
def test_fixes_leave_what_is_sound(name: str) -> None:
    program = (HEAD + SOUND[name]).replace("\n", "\r\n")
    assert fixed(program) == program


def test_comments_silence(tmp_path: Path) -> None:
    call = 'model.compile(loss="huber_loss", optimizer="adam")  # losslint: ignore[LL101]'
    path = tmp_path / "train.py"
    path.write_text(
        f"{AROUND}{call} a lesson\n# losslint: ignore[LL101]\n{call.partition('#')[0]}\n"
    )
    outcome = Linter(Overrides()).run(FoundFile(str(path), explicit=True))
    assert [d.code for d in outcome.diagnostics] == []
    text = 'x = "# losslint: ignore[LL101]"\n'
    path.write_text(f"{AROUND}{text}{call.partition('#')[0]}\n")
    outcome = Linter(Overrides()).run(FoundFile(str(path), explicit=True))
    assert [d.code for d in outcome.diagnostics] == ["LL101"]


REGISTERED = """\
import keras

def bse(labels, outputs):
    return keras.backend.mean(labels - outputs)

{}
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(loss="bse", optimizer="adam", metrics=["bse"])
"""


@pytest.mark.parametrize(
    "registers",
    [
        'keras.utils.get_custom_objects()["bse"] = bse',
        'keras.utils.get_custom_objects().update({"bse": bse})',
        'keras.utils.custom_object_scope({"bse": bse}).__enter__()',
        'objects = keras.saving.get_custom_objects()\nobjects["bse"] = bse',
    ],
)
def test_what_a_program_registers_is_found_by_keras_2(registers: str) -> None:
    program = REGISTERED.format(registers)
    assert [d.code for d in checked(program, keras="2.15.0").diagnostics] == []
    assert [d.code for d in checked(program).diagnostics] == ["LL100", "LL430"]
    unknown = REGISTERED.format("")
    assert [d.code for d in checked(unknown, keras="2.15.0").diagnostics] == ["LL100", "LL430"]
