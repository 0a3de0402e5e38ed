"""Judges, and runs nobody's code but ours.

verdict     the record that every front end reads
judge       the sandbox, the references and what they lead to expect
expecting   what a right answer looks like, for each draw
comparing   an answer against what is expected
shortcuts   ways that an exercise forbids
diagnosing  what a wrong answer means
grading     the way of a file, from text to verdicts
"""
