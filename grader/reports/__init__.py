"""Verdicts and findings for a person or a program. Reports read records; they decide nothing."""
