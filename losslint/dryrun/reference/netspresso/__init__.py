"""Formulas of NetsPresso Trainer's criteria, in NumPy float64.

Written from the papers' mathematics and the trainer's constants, box by box, so that no step is
shared with the torch code that is compared with them.

Assignments, and the scores that some criteria derive from their own predictions, take no
gradient: each formula takes them from the batch `held`, whose predictions are plain arrays.
"""
