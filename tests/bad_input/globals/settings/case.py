import os
import random
import sys

torch.set_default_dtype(torch.float64)
torch.set_default_device("meta")
torch.set_grad_enabled(False)
torch.manual_seed(3)
random.seed(3)
torch.use_deterministic_algorithms(True)
os.chdir("/")
sys.setrecursionlimit(60)
# At the end of the file:
sys.stdout = None
sys.stderr.close()
os.environ.clear()
