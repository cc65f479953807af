# None is no weight, and the metrics are the fourth argument.
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", None, ["accuracy"])
