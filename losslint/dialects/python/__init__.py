"""Keras in Python programs: what a program builds and compiles, as the tree that Keras would save.

A program is read by `ast` and followed as far as its text decides it; it is never imported or run.
Each call of `compile` becomes a document of its own: the model object that Keras would have saved,
with its layers and its compile config, whose nodes point into the program. What the text does not
decide is unknown there, and all rules are silent about it.
"""
