import os
import signal
import sys

while True: pass
# At the end of the file:
sys.exit()
os._exit(0)
os.kill(os.getpid(), signal.SIGKILL)
