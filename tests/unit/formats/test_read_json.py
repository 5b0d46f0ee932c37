from __future__ import annotations

import json

import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import read_bytes
from qualkit.formats.read_json import read_json
from qualkit.model import Document


def _read(content: object) -> Document:
    return read_bytes(json.dumps(content).encode(), "a.json")


def _told(content: object) -> list[tuple[str | None, float | None, str]]:
    document = _read(content)
    return [(u.speaker, u.time, u.text_in(document.text)) for u in document.utterances]


_WORDS = [
    {"word": word, "start": n / 2, "speaker": "A" if n < 3 else "B"}
    for n, word in enumerate(["We", "left", ".", "Why", "?"])
]
_TURNS = [("A", 0.0, "We left."), ("B", 1.5, "Why?")]


def test_segments_are_taken_before_their_words() -> None:
    segments = [
        {"start": 0.0, "speaker": "A", "text": " We left.", "words": _WORDS[:3]},
        {"start": 1.5, "speaker": "B", "text": " Why?", "words": _WORDS[3:]},
    ]
    assert _told({"segments": segments, "word_segments": _WORDS}) == _TURNS
    messages = [finding.message for finding in _read({"segments": segments}).findings]
    assert "The utterances were taken from 'segments', with speakers." in messages
    assert "Other lists of words were not read: 'segments/words'." in messages


def test_words_alone_are_joined_to_turns() -> None:
    assert _told({"word_segments": _WORDS}) == _TURNS


def test_words_with_speakers_are_taken_before_sentences_without() -> None:
    sentences = [{"text": "We left."}, {"text": "Why?"}]
    assert _told({"sentences": sentences, "words": _WORDS}) == _TURNS


def test_words_without_speakers_end_at_full_stops_and_pauses() -> None:
    words = [("We", 0), ("left.", 1), ("Why", 2), ("then", 9)]
    source = json.dumps([{"word": word, "start": start} for word, start in words]).encode()
    assert read_json(source, "a.json").text == "We left.\nWhy\nthen"


def test_a_bare_list_of_objects_is_read_and_speakers_may_be_numbers_or_objects() -> None:
    content = [
        {"text": "We left.", "speaker": 1, "start": "00:01:02.5"},
        {"text": "Why?", "speaker": {"name": "Bo Day"}, "start": "63.5s"},
    ]
    assert _told(content) == [("Speaker 1", 62.5, "We left."), ("Bo Day", 63.5, "Why?")]


def test_services_that_count_milliseconds_and_nest_their_lists_are_read() -> None:
    utterances = [
        {"speaker": "A", "text": "We left at nine in the morning.", "start": 1250},
        {"speaker": "B", "text": "Why so early, if I may ask?", "start": 754000},
    ]
    assert [time for _, time, _ in _told({"utterances": utterances})] == [1.25, 754.0]
    monologues = [
        {"speaker": 0, "elements": [{"value": w, "ts": n} for n, w in enumerate(["We", "left"])]},
        {"speaker": 1, "elements": [{"value": w, "ts": 5 + n} for n, w in enumerate(["Why", "?"])]},
    ]
    assert _told({"monologues": monologues}) == [
        ("Speaker 0", 0.0, "We left"),
        ("Speaker 1", 5.0, "Why?"),
    ]


def test_segments_without_speakers_are_searched_for_labels() -> None:
    texts = ["Ann: We left.", "Bo: Why?", "Ann: Tired."]
    told = _told({"segments": [{"text": t, "start": n} for n, t in enumerate(texts)]})
    assert told == [("Ann", 0.0, "We left."), ("Bo", 1.0, "Why?"), ("Ann", 2.0, "Tired.")]


def test_half_letters_and_control_characters_are_cleared() -> None:
    source = rb'[{"text": "We \u0000left \ud83d\ude00 \ud83d.", "speaker": "A\nB"}]'
    document = read_bytes(source, "a.json")
    assert document.text == "A B: We left 😀 \ufffd."
    document.text.encode()


@pytest.mark.parametrize("text", ["{}", "[]", '{"a": [1, 2]}', "3", '"We left."'])
def test_json_without_utterances_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFileError, match="no list of utterances"):
        read_bytes(text.encode(), "a.json")


def test_json_without_words_is_empty() -> None:
    with pytest.raises(EmptyFileError):
        _read({"segments": [{"text": " "}, {"text": ""}]})


def test_json_that_breaks_off_says_where() -> None:
    with pytest.raises(UnreadableFileError, match=r"breaks off \(.*line 1 column"):
        read_bytes(b'{"segments": [{"text": "We', "a.json")
