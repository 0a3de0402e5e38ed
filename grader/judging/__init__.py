"""Judges, and runs nobody's code but ours.

verdict     the record that every front end reads
submission  a file that is handed in, judged as far as that needs no run
judge       the line to the sandbox, and the references
expecting   what a right answer looks like, for each draw
comparing   an answer against what is expected
alike       whether two answers show the same behaviour
words       an answer in words
shortcuts   ways that an exercise forbids
telling     what happened, in the learner's terms
diagnosing  what a wrong answer means
grading     the way of a file, from text to verdicts
"""
