raise RuntimeError("torch.py beside it was imported")
