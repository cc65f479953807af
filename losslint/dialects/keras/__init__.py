"""The Keras dict style: where losses stand, the model around, how an entry is written."""
