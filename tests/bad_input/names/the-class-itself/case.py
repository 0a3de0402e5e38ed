# At the end of the file:
Value = Value(3.0)
