# expect: LL438 6:45
# Keras 2 had it.
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", sample_weight_mode="temporal")
