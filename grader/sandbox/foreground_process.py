"""What plays in the foreground: `python -m grader.sandbox.foreground_process ERRAND`, a file."""

import os
import sys

INTERRUPTED = 130


def main(path: str) -> int:
    """The exit status. A Ctrl-C is answered kindly from the first moment, also while torch is imported."""
    try:
        import msgspec

        from grader.sandbox import foreground

        with open(path, "rb") as kept:  # noqa: PTH123
            errand = msgspec.msgpack.decode(kept.read(), type=foreground.Errand)
        return foreground.main(errand)
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    status = main(sys.argv[1])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
