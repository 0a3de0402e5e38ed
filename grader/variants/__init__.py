"""Edits of a reference and what they mean: authored ones, and alternatives. The catalogue of derived ones goes here."""
