"""Coverage-guided fuzzing of everything between bytes and findings, and of what is made of them.

`python -m tests.fuzz -runs=100000` in an environment with atheris; other options are libFuzzer's.
It starts from the fixtures and from corpus/, and stops at the first input that raises an exception,
gives a span outside its file, has a fix that does not come to an end, is shown otherwise than it
was found, or is converted into what cannot be read. Command lines are read and completed as well.
"""
