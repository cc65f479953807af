# What is compiled is not seen.
import keras
from wrappers import Wrapper

model = Wrapper(keras.Sequential([keras.layers.Dense(1)]))
model.compile(optimizer="adam", loss="mse", sparse=True)
