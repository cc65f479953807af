# expect: LL437 6:46
# Another argument follows by position, so that the name may not be written.
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy", ["accuracy"], None)
