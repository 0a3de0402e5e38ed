"""What a spawned worker runs: `python -m grader.sandbox.spawned_worker JUDGE TRACE LECTURE ...`."""

import contextlib
import os
import sys


def main(judge: str, trace: str, *lectures: str) -> None:
    """Take orders from standard input, reply on what was standard output; what is printed goes to standard error.

    judge: the process that is to be outlived by no worker.
    """
    if sys.platform == "linux":
        from grader.sandbox import limits

        limits.limit_worker(int(judge))
    import torch  # only now: it takes a second, in which the judge may have gone

    from grader.checks.loading import for_the_sandbox
    from grader.sandbox import wire, worker

    torch.set_num_threads(1)
    checks = {lecture: for_the_sandbox(lecture) for lecture in lectures}
    orders, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)

    def send(data: bytes) -> None:
        view = memoryview(data)
        while view:
            view = view[replies.write(view) :]

    worker.set_table(os.dup(2), open(trace, "wb", buffering=0))  # noqa: SIM115, PTH123
    send(wire.frame(wire.Ready()))
    worker.work(orders, send, checks)


if __name__ == "__main__":
    status = 99  # as in `interface.BROKEN`
    with contextlib.suppress(BaseException):
        main(*sys.argv[1:])
        status = 0
    os._exit(status)
