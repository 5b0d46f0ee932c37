from __future__ import annotations

import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import read_bytes

_TRS = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!DOCTYPE Trans SYSTEM "trans-14.dtd">
<Trans><Topics><Topic id="to1" desc="at work"/></Topics>
<Speakers><Speaker id="s1" name="Ann Lee"/><Speaker id="s2" name="Bo Day"/></Speakers>
<Episode><Section topic="to1">
<Turn speaker="s1" startTime="0.5"><Sync time="0.5"/>
We left<Event desc="cough" type="noise" extent="instantaneous"/>
the café <Event desc="kafe" type="pronounce" extent="previous"/>
<Sync time="3"/>at nine.
</Turn>
<Turn speaker="s1 s2" startTime="5"><Sync time="5"/><Who nb="1"/>And so<Who nb="2"/>Why?</Turn>
</Section><Section><Turn startTime="9"><Sync time="9"/>Music<Comment desc="loud"/></Turn></Section>
</Episode></Trans>
"""


def test_turns_topics_times_and_voices_at_once() -> None:
    document = read_bytes(_TRS.encode("latin-1"), "a.trs")
    told = [(u.speaker, u.time, u.section, u.text_in(document.text)) for u in document.utterances]
    assert told == [
        ("Ann Lee", 0.5, "at work", "We left [cough] the café\nat nine.\nAnd so"),
        ("Bo Day", 5.0, "at work", "Why?"),
        (None, 9.0, None, "Music [loud]"),
    ]
    assert document.encoding == "iso-8859-1"
    messages = [finding.message for finding in document.findings]
    assert "Marks within the words were left out: pronounce (1)." in messages
    assert "In 1 turns several people speak at once." in messages


def test_other_xml_and_silence_are_refused() -> None:
    with pytest.raises(UnreadableFileError, match="first element is 'eaf'"):
        read_bytes(b"<eaf/>", "a.trs")
    with pytest.raises(EmptyFileError, match="nobody speaks"):
        read_bytes(b"<Trans><Section><Turn/></Section></Trans>", "a.trs")


@pytest.mark.parametrize("time", ["", "x", "-3", "1e99", "nan"])
def test_a_strange_time_is_no_time(time: str) -> None:
    source = f'<Trans><Section><Turn startTime="{time}">Hello.</Turn></Section></Trans>'
    assert read_bytes(source.encode(), "a.trs").utterances[0].time is None
