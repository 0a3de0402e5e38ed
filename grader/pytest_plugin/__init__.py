"""The exercises as items of pytest, one each, and so in an editor's test explorer.

hooks       what pytest loads in every run: next to nothing
collecting  a lecture's file as a collector, an exercise as an item
grading     `zth check` in a process of its own, once for all that was collected of a file
failing     a verdict as pytest shows a failure
"""
