"""What the README shows is what the commands print."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
ZTH = Path(sys.executable).with_name("zth")


def printed(*arguments: str) -> str:
    environment = os.environ | {"COLUMNS": "80", "PYTHONUTF8": "1"}
    run = subprocess.run(
        [ZTH, *arguments], capture_output=True, text=True, env=environment, check=True, encoding="utf-8"
    )
    return "\n".join(line.rstrip() for line in run.stdout.splitlines()).strip("\n")


def test_the_captured_demo_is_what_the_command_prints_today() -> None:
    assert printed("demo") in re.findall(r"```\n(.*?)\n```", README, re.S)


def test_nothing_is_left_to_be_filled_in() -> None:
    assert "@@" not in README


def test_the_set_up_commands_are_on_the_first_screen() -> None:
    first_screen = "\n".join(README.splitlines()[:24])
    assert "&& zth demo\n" in first_screen
    assert "&& python -m pytest\n" in first_screen
