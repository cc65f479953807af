"""The scripts that made the numbers of the catalog's equivalences.

`python -m tests.equivalence` measures every row again, on the real frameworks, and prints what
differs from the recorded numbers.
"""
