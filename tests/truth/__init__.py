"""The findings of `check` against what the real frameworks do, over thousands of mutated losses.

`python -m tests.truth netspresso --cases 5000 --python PATH` writes configs, has the trainer that
PATH imports load, build and step each of them, checks the same texts, and lists where the two
disagree. `experiments` in its place does so with folders of model, data, augmentation, training,
`keras` does the same with Keras's losses, `models` with whole models: what they are compiled with
in every container, and one batch. What is left is explained in known.md.
"""
