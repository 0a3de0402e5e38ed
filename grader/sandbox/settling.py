"""The global state that a play starts from, whatever the learner's file did to it."""

import os
import random
import sys
import warnings

import torch

RECURSION_LIMIT = sys.getrecursionlimit()
WARN = 1  # torch's debug mode in which what `torch.empty` hands out is NaN, and not what the memory held before
SALT = 10**9  # the global generators do not repeat the numbers of the draw


def settle(seed: int, folder: str) -> None:
    """Default dtype, device, grad mode, global generators, working folder and recursion limit as if nothing had run.
    torch's memory that nothing was written to holds NaN (the largest whole number, True), and nothing by chance.
    """
    if torch.get_default_dtype() is not torch.float32:
        torch.set_default_dtype(torch.float32)
    if torch.get_default_device().type != "cpu":
        torch.set_default_device(None)
    torch.set_grad_enabled(True)
    if torch.get_deterministic_debug_mode() != WARN:
        torch.set_deterministic_debug_mode(WARN)
        warnings.filterwarnings("ignore", message=".* does not have a deterministic implementation")
    torch.utils.deterministic.fill_uninitialized_memory = True  # type: ignore[attr-defined]  # the module's property
    torch.default_generator.manual_seed(seed + SALT)
    random.seed(seed + SALT)
    if "numpy.random" in sys.modules:  # numpy loads it only when it is used
        sys.modules["numpy.random"].seed((seed + SALT) % 2**32)
    sys.setrecursionlimit(RECURSION_LIMIT)
    if folder:
        os.chdir(folder)
