"""Edits of a reference and what they mean. Authored ones are here; derived ones (the catalogue of operators) will be."""
