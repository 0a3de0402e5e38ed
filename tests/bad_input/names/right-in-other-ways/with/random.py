raise RuntimeError("random.py beside it was imported")
