# Every argument that there is.
import keras

model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
model.compile(optimizer="adam", loss="mse", loss_weights=[1.0], metrics=["mae"], weighted_metrics=None)
model.compile("adam", "mse", run_eagerly=False, steps_per_execution=1, jit_compile="auto", auto_scale_loss=True)
