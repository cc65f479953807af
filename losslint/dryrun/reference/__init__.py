"""NumPy float64 formulas of the losses, independent of any framework's code."""
