"""SALT transcripts: .slt."""

from __future__ import annotations

import re

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import decode
from qualkit.formats.read_lines import one_line
from qualkit.formats.read_plain import encoding_remarks
from qualkit.formats.turn_text import TurnText
from qualkit.text.reading import Reading
from qualkit.text.shapes import seconds

__all__ = ["read_slt"]

_TIME = re.compile(r"-\s*(\d{1,3}:\d{2}(?::\d{2})?)\s*")
_ENTRY = re.compile(r"([A-Z]\d?)\s+(\S.*)")
_MARKS = "+=:;-$"


def read_slt(source: bytes, source_name: str) -> Reading:
    r"""Return the turns of a SALT transcript with speakers and times.

    The speakers are those of the "$" line, known by their first letters. The codes within the
    words stay as they are. Header lines (+), comments (=) and pauses (: and ;) become findings.

    Raises:
        EmptyFileError: there are no utterances.
        UnreadableFileError: it is no SALT transcript.

    Example:
        >>> reading = read_slt(b"$ Child, Examiner\n- 0:05\nE Why?\nC Dunno.\n", "a.slt")
        >>> [(turn.speaker, turn.time) for turn in reading.turns]
        [('Examiner', 5.0), ('Child', 5.0)]
    """
    decoded = decode(source, source_name)
    lines = [line.strip() for line in decoded.text.split("\n") if line.strip()]
    names = _names(lines)
    if not names:
        raise UnreadableFileError(
            "this is no SALT transcript; one begins with a line such as '$ Child, Examiner'",
            where=source_name,
            remedy="rename it if it is plain text",
        )
    text = TurnText()
    aside: dict[str, list[str]] = {mark: [] for mark in _MARKS}
    time: float | None = None
    speaker: str | None = None
    for line in lines:
        stamp, entry = _TIME.fullmatch(line), _ENTRY.fullmatch(line)
        if stamp:
            time = seconds(stamp.group(1))
        elif line[0] in _MARKS:
            aside[line[0]].append(one_line(line[1:]))
        elif entry and (entry.group(1) in names or entry.group(1)[0] in names):
            speaker = names.get(entry.group(1)) or names[entry.group(1)[0]]
            text.add(entry.group(2), speaker=speaker, time=time, is_joined=True)
        else:
            text.add(line, speaker=speaker, time=time, is_joined=True)
    reading = text.reading(decoded.encoding, (*encoding_remarks(decoded), *_remarks(aside)))
    if not reading.turns:
        raise EmptyFileError("there are no utterances in the transcript", where=source_name)
    return reading


def _names(lines: list[str]) -> dict[str, str]:
    named = next((line[1:] for line in lines if line.startswith("$")), "")
    names = [one_line(name) for name in named.split(",") if name.strip()]
    return {name[0].upper(): name for name in names}


def _remarks(aside: dict[str, list[str]]) -> tuple[tuple[str, str], ...]:
    said = []
    if aside["+"]:
        said.append(("header", f"The file says of itself: {'; '.join(aside['+'])}."))
    if aside["="]:
        said.append(("left out", f"Comments that were left out: {'; '.join(aside['='])}."))
    pauses = len(aside[":"]) + len(aside[";"])
    if pauses:
        said.append(("left out", f"{pauses} lines with pauses were left out."))
    return tuple(said)
