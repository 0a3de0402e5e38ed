"""My answers."""

# glänzend
