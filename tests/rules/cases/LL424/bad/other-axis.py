# expect: LL424 6:38
# Measured: the loss divides by the sum along its own axis, on TensorFlow and PyTorch.
import keras

model = keras.Sequential([keras.Input((8, 4)), keras.layers.Dense(4), keras.layers.Softmax(axis=1)])
model.compile(optimizer="adam", loss="categorical_crossentropy")
