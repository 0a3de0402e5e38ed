"""What there is to learn: lectures, exercises, their words; stubs; the learner's folder; progress. No torch here."""
