from __future__ import annotations

import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import read_bytes
from qualkit.model import Document

_VOICES = """WEBVTT

NOTE made by hand

1
00:00:01.000 --> 00:00:02.000
<v Ann Lee>We left <i>early</i>,</v>

2
00:00:02.000 --> 00:00:03.500 align:start
<v Ann Lee>because of <yes> the bus.</v>

3
00:00:04.000 --> 00:00:05.000
<v.loud Bo Day>Fish &amp; chips?</v>
<v Ann Lee>No.</v>
"""


def _told(document: Document) -> list[tuple[str | None, float | None, str]]:
    return [
        (u.speaker, u.time, " ".join(u.text_in(document.text).split())) for u in document.utterances
    ]


def test_voice_tags_become_turns_with_the_time_of_their_first_caption() -> None:
    document = read_bytes(_VOICES.encode(), "a.vtt")
    assert _told(document) == [
        ("Ann Lee", 1.0, "We left early, because of <yes> the bus."),
        ("Bo Day", 4.0, "Fish & chips?"),
        ("Ann Lee", 4.0, "No."),
    ]


def test_the_paragraph_unit_keeps_each_caption() -> None:
    document = read_bytes(_VOICES.encode(), "a.vtt", unit="paragraph")
    assert len(document.utterances) == 4


def test_labels_inside_captions_are_found_and_a_turn_goes_on_over_captions() -> None:
    captions = [
        ("00:00:00,510 --> 00:00:01,550", "Ann Lee (SL): Let's do that"),
        ("00:00:01,790 --> 00:00:07,080", "Bo Day: by, too. We? And then"),
        ("00:00:07,170 --> 00:00:09,520", "No, it's going to be"),
        ("00:00:09,830 --> 00:00:12,050", "Bo Day: transcribing."),
    ]
    text = "\n\n".join(f"{n}\n{time}\n{words}" for n, (time, words) in enumerate(captions, 1))
    document = read_bytes(text.encode(), "a.srt")
    assert [(s, t) for s, t, _ in _told(document)] == [
        ("Ann Lee", 0.51),
        ("Bo Day", 1.79),
        ("Bo Day", 9.83),
    ]
    assert document.speakers[0].role == "SL"


def test_a_sentence_runs_on_over_captions_without_speakers() -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nBefore we move to the\n\n"
        "00:02.000 --> 00:03.000\nfirst question, I say this.\n\n"
        "00:03.000 --> 00:04.000\nThank you."
    )
    assert [words for _, _, words in _told(read_bytes(text.encode(), "a.vtt"))] == [
        "Before we move to the first question, I say this.",
        "Thank you.",
    ]


def test_a_missing_header_is_forgiven() -> None:
    text = "1\n00:00:00.000 --> 00:00:05.000\n<v.speaker1>one two</v>\n"
    assert read_bytes(text.encode(), "a.vtt").speakers[0].name == "speaker 1"


def test_no_captions_is_empty_and_another_file_is_unreadable() -> None:
    with pytest.raises(EmptyFileError, match="no captions"):
        read_bytes(b"WEBVTT\n", "a.vtt")
    with pytest.raises(UnreadableFileError, match="WebVTT"):
        read_bytes(b"Dear diary, today nothing happened.", "a.vtt")
