"""Where the program begins: small, so that a Ctrl-C is answered kindly from the first moment."""

import os
import sys


def run() -> None:
    """The entry point of `zth`."""
    _open_missing_streams()
    try:
        from grader.cli import main

        main.run()
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Nothing of yours is lost.\n")
        sys.stderr.flush()
        os._exit(130)


def _open_missing_streams() -> None:
    """A shell may have closed standard input, output or error (`<&-`): files opened later must not take their place."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number: this one
    sys.stdin = sys.stdin or open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = sys.stdout or open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = sys.stderr or open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
