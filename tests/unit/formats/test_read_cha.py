from __future__ import annotations

import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import read_bytes

_CHAT = """@UTF8
@Begin
@Languages:\teng
@Participants:\tANN Ann_Lee Investigator, BOD Participant, CYD Cyd_May
\tVisitor
@Situation:\tat home
@Bg:\tbreakfast
*ANN:\tdid you eat ? \x150_1500\x15
%mor:\tv|do pro|you
*BOD:\t&-uh yes .
\tand [//] more . \x151500_3000\x15
*BOD:\tthat is all . \x153000_4000\x15
@Eg:\tbreakfast
*BOD:\tbye . \x154000_5000\x15
@Comment:\tnoisy street
@End
"""


def test_names_roles_times_and_sections_are_kept() -> None:
    document = read_bytes(_CHAT.encode(), "a.cha")
    told = [
        (u.speaker, u.time, u.section, " ".join(u.text_in(document.text).split()))
        for u in document.utterances
    ]
    assert told == [
        ("Ann Lee", 0.0, "breakfast", "did you eat ?"),
        ("BOD", 1.5, "breakfast", "&-uh yes . and [//] more . that is all ."),
        ("BOD", 4.0, None, "bye ."),
    ]
    assert [(s.name, s.role) for s in document.speakers] == [
        ("Ann Lee", "Investigator"),
        ("BOD", "Participant"),
    ]


def test_what_is_no_speech_is_said_in_findings() -> None:
    messages = [f.message for f in read_bytes(_CHAT.encode(), "a.cha").findings]
    assert "The file says of itself: Situation: at home; Comment: noisy street." in messages
    assert "Tiers that are not speech were left out: %mor (1)." in messages
    assert "Listed as taking part, but without a turn: Cyd May (Visitor)." in messages


def test_times_without_their_marks_are_still_times() -> None:
    document = read_bytes(b"@Begin\n*ANN:\twe left 1250_2000\n\tat 9_00 today\n", "a.cha")
    assert document.utterances[0].time == 1.25
    assert document.text == "ANN: we left\nat 9_00 today"


def test_plain_text_and_a_head_alone_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="no CHAT"):
        read_bytes(b"Ann: hello", "a.cha")
    with pytest.raises(EmptyFileError, match="nobody speaks"):
        read_bytes(b"@UTF8\n@Begin\n@End\n", "a.cha")
