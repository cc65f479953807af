# What wraps a model may know the names that Keras 2 knew.
import keras

from adversarial import Regularized

model = Regularized(keras.Sequential([keras.layers.Dense(1)]))
model.compile(optimizer="adam", loss="mse", metrics=["ce", "my_own"])
