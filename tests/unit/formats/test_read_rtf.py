from __future__ import annotations

import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import read_bytes
from qualkit.formats.read_rtf import read_rtf

_HEAD = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fnil\fcharset0 Arial;}{\f1\fcharset204 Cyr;}}"
    rb"{\stylesheet{\s0 Normal;}{\s1\b heading 1;}{\*\cs10 Default;}}"
)


def _lines(body: bytes) -> list[str]:
    return read_rtf(_HEAD + body + b"}", "a.rtf").text.split("\n")


def test_letters_of_every_sort_come_through() -> None:
    assert _lines(rb"It\'92s \u8220?low\u8221? \u-10179?\u-8704? caf\'e9\par") == [
        "It’s “low” 😀 café"
    ]
    assert _lines(rb"{\f1 \'cf\'f0\'e8\'e2\'e5\'f2} and on\par") == ["Привет and on"]
    assert _lines(rb"{\uc2\u233 xyes\uc0\u233 no}\par") == ["éeséno"]
    assert _lines(rb"a\~b\_c \{x\} back\\slash\emdash\par") == ["a\xa0b\u2011c {x} back\\slash—"]


def test_headings_lists_rows_and_notes_keep_their_kind() -> None:
    body = (
        rb"\pard\s1 Pay\par\pard We left.\line At nine.\par"
        rb"\pard{\listtext\bullet\tab}\ls1 Better pay\par\pard\ls0 "
        rb"\trowd\cellx1\cellx2\intbl Year\cell Posts\cell\row"
        rb"\trowd\intbl 2020\cell 40\par more\cell\row\pard After{\footnote A note.}.\par"
    )
    reading = read_rtf(_HEAD + body + b"}", "a.rtf")
    assert reading.text.split("\n") == [
        "Pay", "We left.", "At nine.", "Better pay", "Year\tPosts", "2020\t40 more", "After.",
        "A note.",
    ]  # fmt: skip
    hints = list(reading.hints.values())
    assert hints[0].level == 1
    assert hints[2].is_continued
    assert hints[3].is_item
    assert [hint.is_row for hint in hints[4:6]] == [True, True]
    assert hints[-1].note == "footnote"


def test_what_is_not_shown_is_not_read() -> None:
    body = (
        rb"{\info{\title The study}{\author Me}}{\header head\par}{\*\unknown what}"
        rb"{\pict\bin5 {{{{{}Ann: We left{\v  hidden}{\deleted  gone}.\par"
        rb'{\field{\*\fldinst HYPERLINK "http://x"}{\fldrslt the page}}{\annotation hm}\par'
    )
    reading = read_rtf(_HEAD + body + b"}", "a.rtf")
    assert reading.text.split("\n") == ["Ann: We left.", "the page"]
    assert reading.title == "The study"
    assert reading.remarks == (("left out", "1 comments in the margin were not read."),)


def test_a_file_that_breaks_off_is_read_up_to_there_and_says_so() -> None:
    document = read_bytes(_HEAD + rb"Ann: We left.\par Bo: Wh", "a.rtf")
    assert document.text.endswith("Bo: Wh")
    assert any("breaks off" in finding.message for finding in document.findings)


def test_what_is_no_rich_text_or_holds_no_words_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="plain text"):
        read_bytes(b"Hello", "a.rtf")
    with pytest.raises(EmptyFileError):
        read_bytes(_HEAD + rb"\par}", "a.rtf")
