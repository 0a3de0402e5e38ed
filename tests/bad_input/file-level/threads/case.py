import threading
import time


def run_on():
    while True:
        time.sleep(0.001)


# At the end of the file:
threading.Thread(target=run_on).start()
torch.set_num_threads(2)
product = torch.ones(1000, 1000) @ torch.ones(1000, 1000)
