"""The grader graded: references, untouched stubs, misconceptions and alternatives, through the learner's own judge."""
