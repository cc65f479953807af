# expect: LL437 7:46
# An object, behind a name.
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
METRICS = [keras.metrics.AUC()]
model.compile("adam", "binary_crossentropy", METRICS, run_eagerly=True)
