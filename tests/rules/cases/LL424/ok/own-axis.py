# The loss goes along the axis of the softmax; numbers are compared one by one; nothing is known.
import keras

head = [keras.Input((8, 4)), keras.layers.Dense(4), keras.layers.Softmax(axis=1)]
model = keras.Sequential(head)
model.compile(optimizer="adam", loss="mse")
model.compile(optimizer="adam", loss=keras.losses.CategoricalFocalCrossentropy(axis=1))
model = keras.Sequential([*head, keras.layers.Permute((2, 1))])
model.compile(optimizer="adam", loss="categorical_crossentropy")
