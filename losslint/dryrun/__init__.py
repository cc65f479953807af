"""Run every loss once, forward and backward, on the device that will train, and check it."""
