"""Make data/names.txt: `python data/make_names.py us-name-data.sqlite.zip`, see data/README.md for the file.

The names given in the USA in 2018, one lower-case name a line, in the order of the agency's table: girls' names by
how often they were given, then boys' names. A name that was given to both is there twice.
"""

import hashlib
import sqlite3
import sys
import tempfile
import zipfile
from pathlib import Path

YEAR = 2018
TARGET = Path(__file__).with_name("names.txt")


def names(database: Path) -> list[str]:
    """The names of the year, in the table's own order, letters a to z only."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT name FROM usNameData WHERE year = ? ORDER BY rowid", (YEAR,)).fetchall()
    return [name.lower() for (name,) in rows if name.isascii() and name.isalpha()]


def main(archive: str) -> None:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(archive) as zipped:
        (inside,) = [name for name in zipped.namelist() if name.endswith(".sqlite")]
        text = "".join(f"{name}\n" for name in names(Path(zipped.extract(inside, folder))))
    TARGET.write_bytes(text.encode())
    print(f"{TARGET.name}: {text.count(chr(10)):,} names, SHA-256 {hashlib.sha256(text.encode()).hexdigest()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
