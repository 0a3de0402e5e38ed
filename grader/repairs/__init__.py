"""Repairs: one edit of the learner's own code, after which it is right. They tell where a mistake sits, not what."""
