# expect: LL438 6:18
# By a dict.
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(**{"optimiser": "adam", "loss": "mse"})
