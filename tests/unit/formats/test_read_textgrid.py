from __future__ import annotations

from collections.abc import Callable

import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import read_bytes

_Write = Callable[..., str]
_TALK = {
    "Ann": [(0, 1, ""), (1, 2, 'We "left".'), (2, 3, "Early."), (6, 7, "Yes.")],
    "Bo": [(4, 5, "Why?")],
}


@pytest.mark.parametrize("is_long", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "cp1252"])
def test_both_forms_in_every_encoding_give_the_turns(
    is_long: bool, encoding: str, write_textgrid: _Write
) -> None:
    grid = write_textgrid(_TALK, is_long=is_long).replace("Early", "Ä̈rly" * 0 + "Früh")
    mark = "\ufeff" if encoding == "utf-16-be" else ""
    document = read_bytes((mark + grid).encode(encoding), "a.TextGrid")
    told = [(u.speaker, u.time, u.text_in(document.text)) for u in document.utterances]
    assert told == [
        ("Ann", 1.0, 'We "left".\nFrüh.'),
        ("Bo", 4.0, "Why?"),
        ("Ann", 6.0, "Yes."),
    ]


def test_tiers_of_words_and_sounds_are_left_out_beside_the_talk(write_textgrid: _Write) -> None:
    tiers = {
        "Ann": [(1, 2, "We left.")],
        "Ann - words": [(1, 1.5, "we"), (1.5, 2, "left")],
        "Ann - phones": [(1, 1.2, "w"), (1.2, 1.5, "i")],
    }
    document = read_bytes(write_textgrid(tiers).encode(), "a.TextGrid")
    assert document.text == "Ann: We left."
    assert "'Ann - phones' (2), 'Ann - words' (2)" in document.findings[0].message


def test_tiers_of_words_alone_are_joined_to_turns(write_textgrid: _Write) -> None:
    tiers = {
        "Ann - words": [(1, 1.5, "we"), (1.5, 2, "left"), (8, 9, "yes")],
        "Bo - words": [(4, 5, "why")],
        "Bo - phones": [(4, 5, "w")],
    }
    document = read_bytes(write_textgrid(tiers).encode(), "a.TextGrid")
    told = [(u.speaker, u.text_in(document.text)) for u in document.utterances]
    assert told == [("Ann", "we left"), ("Bo", "why"), ("Ann", "yes")]


def test_points_are_read_when_there_is_nothing_else() -> None:
    head = 'File type = "ooTextFile"\nObject class = "TextGrid"\n0 9 <exists> '
    points = '"TextTier" "marks" 0 9 1 4 "here"'
    assert read_bytes(f"{head}1 {points}".encode(), "a.TextGrid").text == "marks: here"
    both = f'{head}2 {points} "IntervalTier" "Ann" 0 9 1 0 9 "We left."'
    document = read_bytes(both.encode(), "a.TextGrid")
    assert document.text == "Ann: We left."
    assert "'marks' (1)" in document.findings[0].message


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"Ann: We left.", "breaks off"),
        (b'"ooTextFile" "Sound" 0 9', "first line"),
        (b'"ooTextFile" "TextGrid" 0 9 <exists> 1 "IntervalTier" "A" 0 9 2 0 4 "x"', "claims 2"),
        (b'"ooTextFile" "TextGrid" 0 9 <exists> 1 "Odd" "A" 0 9 0', "of kind 'Odd'"),
        (b"ooBinaryFile\x08TextGrid" + bytes(80), "binary Praat file"),
    ],
)
def test_what_is_no_textgrid_is_refused(source: bytes, said: str) -> None:
    with pytest.raises(UnreadableFileError, match=said):
        read_bytes(source, "a.TextGrid")


def test_silence_is_empty(write_textgrid: _Write) -> None:
    with pytest.raises(EmptyFileError):
        read_bytes(write_textgrid({"Ann": [(0, 9, "")]}).encode(), "a.TextGrid")
