"""Edits of a right answer and what they mean: authored ones, alternatives, and those that the catalogue derives."""
