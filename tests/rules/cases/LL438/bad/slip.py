# expect: LL438 6:35
# A letter is missing.
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile("adam", loss="mse", metric=["mae"])
