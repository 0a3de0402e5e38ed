import os
import signal
import subprocess
import sys
import time


def wait_for(name):
    while not os.path.exists(name):
        time.sleep(0.01)


def live_on(name):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with open(name + ".new", "w") as file:
        file.write(str(os.getpid()))
    os.rename(name + ".new", name)
    while True:
        time.sleep(100)


def dW2(h, dlogits):
    """A child that goes on."""
    if os.fork() == 0:
        live_on("child.pid")
    wait_for("child.pid")
    return h.T @ dlogits


def dbnmeani(dbndiff):
    """A daemon, as the book has it: forked twice, a session of its own."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            live_on("daemon.pid")
        os._exit(0)
    wait_for("daemon.pid")
    return -dbndiff.sum(0, keepdim=True)


def dcounts(dprobs, counts_sum_inv, dcounts_sum):
    """Another program."""
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)
    with open("sleeper.pid", "w") as file:
        file.write(str(sleeper.pid))
    return counts_sum_inv * dprobs + dcounts_sum


