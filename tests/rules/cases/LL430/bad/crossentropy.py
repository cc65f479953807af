# expect: LL430 6:70
# Keras picks a crossentropy by the labels for a loss only.
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile(optimizer="adam", loss="crossentropy", metrics=["acc", "crossentropy"])
