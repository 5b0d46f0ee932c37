from __future__ import annotations

import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import read_bytes
from qualkit.formats.read_table import read_rows
from qualkit.model import Document


def _told(document: Document) -> list[tuple[str | None, str]]:
    return [(u.speaker, u.text_in(document.text)) for u in document.utterances]


def test_columns_are_known_by_name_wherever_they_stand() -> None:
    text = 'start;Comment;Participant;role\n0:01;"We left; early";Ann;carer\n0:09;Why?;Bo;chair\n'
    document = read_bytes(text.encode(), "a.csv")
    assert _told(document) == [("Ann", "We left; early"), ("Bo", "Why?")]
    assert [u.time for u in document.utterances] == [1.0, 9.0]
    assert [(s.role, s.is_moderator) for s in document.speakers] == [
        ("carer", False),
        ("chair", True),
    ]
    assert "'Comment'" in document.findings[0].message


def test_without_names_the_longest_column_is_the_text_and_the_short_one_the_speaker() -> None:
    rows = "".join(
        f"{n}\t{'Ann' if n % 2 else 'Bo'}\tWe said thing number {n}.\n" for n in range(9)
    )
    document = read_bytes(rows.encode(), "a.tsv")
    assert len(document.utterances) == 9
    assert _told(document)[1] == ("Ann", "We said thing number 1.")


def test_several_lines_in_a_cell_stay_in_one_utterance() -> None:
    document = read_bytes(b'speaker,text\nAnn,"One.\nTwo."\nBo,Three.\n', "a.csv")
    assert _told(document)[0] == ("Ann", "One.\nTwo.")


def test_a_column_of_documents_becomes_sections() -> None:
    rows = [["document", "text"], *[["one" if n < 6 else "two", f"Thing {n}."] for n in range(12)]]
    reading = read_rows(rows, "a.csv")
    assert {turn.section for turn in reading.turns} == {"one", "two"}


def test_rows_of_single_words_are_joined_to_turns() -> None:
    rows = [["speaker", "form"], *[["A" if n < 12 else "B", f"word{n}"] for n in range(24)]]
    reading = read_rows(rows, "a.tsv")
    assert [turn.speaker for turn in reading.turns] == ["A", "B"]


def test_rows_without_text_are_counted_not_hidden() -> None:
    document = read_bytes(b"speaker,text\nAnn,We left.\nBo,\nCy, \n", "a.csv")
    assert [f.message for f in document.findings if f.kind == "left out"] == [
        "2 rows without text were left out."
    ]


def test_a_table_without_any_text_is_empty() -> None:
    with pytest.raises(EmptyFileError):
        read_bytes(b"speaker,text\nAnn,\n", "a.csv")


def test_a_cell_beyond_all_measure_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="no table"):
        read_bytes(b'speaker,text\nAnn,"' + b"a" * 4_100_000 + b'"\n', "a.csv")
