"""The benchmark: `python -m tests.bench` measures losslint beside other YAML checkers.

Whole commands, as people start them, one after the other in turns, so that a machine that slows
down slows all of them. Medians of wall time, and of the ratios within each turn.
"""
