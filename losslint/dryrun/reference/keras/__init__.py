"""Formulas of Keras's losses and of the platform's two, in NumPy float64."""
