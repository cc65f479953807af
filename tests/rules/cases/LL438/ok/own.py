# A class of its own may have a `compile` of its own.
import keras


class Gan(keras.Model):
    def compile(self, loss, generator_optimizer):
        super().compile(loss=loss)
        self.generator_optimizer = generator_optimizer


model = Gan()
model.compile(loss="mse", generator_optimizer="adam")
