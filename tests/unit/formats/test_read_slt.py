from __future__ import annotations

import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import read_bytes

_SALT = b"""$ Child, Examiner
+ Language: English
- 0:05
E What happen/ed?
C (Um) he fell
over the cat.
= looks away
: :03
- 1:10
E Thanks.
"""


def test_speakers_times_and_lines_that_go_on() -> None:
    document = read_bytes(_SALT, "a.slt")
    told = [(u.speaker, u.time, u.text_in(document.text)) for u in document.utterances]
    assert told == [
        ("Examiner", 5.0, "What happen/ed?"),
        ("Child", 5.0, "(Um) he fell\nover the cat."),
        ("Examiner", 70.0, "Thanks."),
    ]
    messages = " ".join(finding.message for finding in document.findings)
    assert "Language: English" in messages
    assert "looks away" in messages
    assert "1 lines with pauses" in messages


def test_plain_text_and_a_head_alone_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="no SALT"):
        read_bytes(b"C hello\nE hello\n", "a.slt")
    with pytest.raises(EmptyFileError, match="no utterances"):
        read_bytes(b"$ Child, Examiner\n- 0:00\n", "a.slt")
