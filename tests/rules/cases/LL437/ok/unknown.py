# Nobody knows what this is.
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
from settings import things
model.compile("adam", "binary_crossentropy", things)
