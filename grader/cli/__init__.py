"""The commands: parse, call, hand to a report. Nothing here imports torch until something is graded."""
