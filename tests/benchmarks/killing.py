"""Commands killed at random moments: `python tests/benchmarks/killing.py --count 200`.

A learner writes, a command runs and is killed with SIGKILL, and then: every line that was ever written is in the file
or in the backups, every file of zth's own can be read, and the folder still works. tests/test_killing.py runs a few.
"""

import argparse
import contextlib
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import msgspec

ROOT = Path(__file__).parents[2]
ZTH = str(Path(sys.executable).with_name("zth"))
COMMANDS = ("check part4", "check part4 --fresh", "reset {name} --yes", "reset part4 --yes", "undo", "undo", "update")
NEW, OLD = "Backpropagate into `W2`", "Words of an older course for `W2`"


class Broken(Exception):
    """Something was lost, or cannot be read any more."""


class Day:
    """A learner's folder, and all that was ever written in it."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.chance = folder, random.Random(seed)
        self.file, self.own = folder / "exercises/part4.py", folder / ".zth"
        self.lines: list[str] = []
        self.ends: Counter[str] = Counter()
        self.run("init")
        self.run("hint", "dcounts")
        self.names = re.findall(r'NotImplementedError\("part4\.(\w+)"\)', self.file.read_text("utf-8"))
        self.usual = {command: self.run(*self.filled(command))[1] for command in COMMANDS}

    def run(self, *arguments: str, kill_after: float | None = None, writing: bool = False) -> tuple[int, float]:
        """A command's exit status (-9: it was killed), and its seconds.

        kill_after: seconds from its start, or, with writing, from its first change to the folder.
        """
        before = self.names_of_files()
        begun = time.perf_counter()
        process = subprocess.Popen(
            [ZTH, *arguments], cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while writing and process.poll() is None and self.names_of_files() == before:
            time.sleep(0.0005)
        try:
            process.wait(kill_after)
        except subprocess.TimeoutExpired:
            process.kill()
        return process.wait(), time.perf_counter() - begun

    def filled(self, command: str) -> list[str]:
        return command.format(name=self.chance.choice(self.names)).split()

    def write(self) -> None:
        """A learner fills in a function; now and then the folder is one that an older course made."""
        text = self.file.read_text("utf-8")
        name = self.chance.choice(self.names)
        line = f"    word_{len(self.lines)} = '{name}'"
        definition = re.search(rf'^def {name}\(.*?"""\n(?=    \S)', text, re.MULTILINE | re.DOTALL)
        at = definition.end() if definition else len(text)
        text = text[:at] + (line if definition else line.strip()) + "\n" + text[at:]
        self.lines.append(line.strip())
        base = self.own / "base/part4.py"
        if self.chance.random() < 0.3:
            text = text.replace(NEW, OLD)
            base.write_text(base.read_text("utf-8").replace(NEW, OLD), "utf-8")
        self.file.write_text(text, "utf-8")

    def one(self) -> None:
        """A line, a command, its end, and a look at what is left."""
        if self.chance.random() < 0.8:
            self.write()
        command = self.chance.choice(COMMANDS)
        writing = self.chance.random() < 0.6  # most of a command is its start, in which nothing can go wrong
        seconds = self.chance.random() * (0.03 if writing else 1.1 * self.usual[command])
        before = self.names_of_files()
        status, _ = self.run(*self.filled(command), kill_after=seconds, writing=writing)
        midst = ", having begun to write" if status == -9 and self.names_of_files() != before else ""
        self.ends[f"{command.split()[0]}, {'killed' if status == -9 else 'ended'}{midst}"] += 1
        if status not in (-9, 0, 1):
            raise Broken(f"zth {command} ended with {status}")
        self.look(command)

    def names_of_files(self) -> set[tuple[str, float]]:
        """What stands in the folders that a command writes to, and since when."""
        found = set()
        for folder in (self.file.parent, self.own, *(self.own / name for name in ("backups", "base", "verdicts"))):
            with contextlib.suppress(FileNotFoundError):
                found |= {(entry.path, entry.stat().st_mtime) for entry in os.scandir(folder)}
        return found

    def look(self, after: str) -> None:
        """Raises Broken."""
        everything = [self.file, *self.own.rglob("part4.py")]
        text = "\n".join(path.read_text("utf-8") for path in everything)
        found = set(re.findall(r"word_\d+ = '\w+'", text))
        if lost := [line for line in self.lines if line not in found]:
            raise Broken(f"lost after {after}: {lost}")
        stub = (ROOT / "exercises/part4.py").read_text("utf-8").rstrip().rpartition("\n")[2]
        for path in everything:
            if path.read_text("utf-8").count(stub) != 1:
                raise Broken(f"{path} is no whole file after {after}")
        for path in self.own.rglob("*.json"):
            if not path.parent.name.endswith(".new"):  # a folder that never came to be one
                msgspec.json.decode(path.read_bytes())
        for path in self.own.glob("verdicts/*.msgpack"):
            msgspec.msgpack.decode(path.read_bytes())
        records = msgspec.json.decode((self.own / "progress.json").read_bytes())
        if records["part4.dcounts"]["hints"] != 1:
            raise Broken(f"progress was lost after {after}")


def live(folder: Path, count: int, seed: int) -> Day:
    """A day on which `count` commands are killed. Raises Broken."""
    day = Day(folder, seed)
    for _ in range(count):
        day.one()
    for command in ("check part4", "list", "update", "undo", ""):
        status, _ = day.run(*command.split())
        if status not in (0, 1):
            raise Broken(f"in the evening, zth {command} ends with {status}")
        day.look(command)
    return day


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        day = live(Path(folder), wanted.count, wanted.seed)
    for what, count in sorted(day.ends.items()):
        print(f"{count:>4}  {what}")
    print(f"{len(day.lines)} lines were written, and none was lost")


if __name__ == "__main__":
    main()
