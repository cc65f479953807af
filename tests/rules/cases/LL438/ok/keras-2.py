# target: keras=2.15.0
# Keras 2 took it.
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", loss="mse", sample_weight_mode=None)
