from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import time, timedelta

import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import read_bytes

_Write = Callable[..., bytes]


def test_the_sheet_with_most_words_is_read_and_the_others_named(write_xlsx: _Write) -> None:
    talk = [["who", "at", "said"], ["Ann", time(0, 1, 2), "We left."], ["Bo", 63.5, "Why?"]]
    source = write_xlsx({"Notes": [["a", "b"]], "Talk": talk, "Empty": []})
    document = read_bytes(source, "a.xlsx")
    told = [(u.speaker, u.text_in(document.text)) for u in document.utterances]
    assert told == [("Ann", "We left."), ("Bo", "Why?")]
    messages = [finding.message for finding in document.findings]
    assert "Sheets that were not read: 'Notes'." in messages


def test_sheets_with_the_same_head_become_sections(write_xlsx: _Write) -> None:
    head = ["speaker", "text"]
    first = [head, *[["Ann", f"Thing {n}."] for n in range(8)]]
    second = [head, *[["Bo", f"Other {n}."] for n in range(8)]]
    document = read_bytes(write_xlsx({"Monday": first, "Tuesday": second}), "a.xlsx")
    assert {u.section for u in document.utterances} == {"Monday", "Tuesday"}
    assert len(document.utterances) == 16


def test_times_and_numbers_are_read_as_shown(write_xlsx: _Write) -> None:
    rows = [
        ["speaker", "start", "text"],
        ["Ann", timedelta(minutes=1, seconds=5), "We left."],
        [7, time(0, 2), "Why?"],
        ["Ann", 130, 12.0],
    ]
    document = read_bytes(write_xlsx({"T": rows}), "a.xlsx")
    told = [(u.speaker, u.time, u.text_in(document.text)) for u in document.utterances]
    assert told == [("Ann", 65.0, "We left."), ("7", 120.0, "Why?"), ("Ann", 130.0, "12")]


def test_a_workbook_without_rows_is_empty_and_a_torn_one_is_refused(write_xlsx: _Write) -> None:
    with pytest.raises(EmptyFileError):
        read_bytes(write_xlsx({"T": []}), "a.xlsx")
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_bytes(write_xlsx({"T": [["a"]]})[:-40], "a.xlsx")


def _changed(source: bytes, part: str, old: bytes, new: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(source)) as before, zipfile.ZipFile(buffer, "w") as after:
        for entry in before.infolist():
            data = before.read(entry)
            after.writestr(
                entry.filename, data.replace(old, new) if entry.filename == part else data
            )
    return buffer.getvalue()


def test_a_row_numbered_far_away_is_refused_soon(write_xlsx: _Write) -> None:
    """Found by changing bytes inside the archive."""
    source = write_xlsx({"T": [["speaker", "text"], ["Ann", "We left."]]})
    part = "xl/worksheets/sheet1.xml"
    with pytest.raises(UnreadableFileError, match="cells"):
        read_bytes(_changed(source, part, b'<row r="2"', b'<row r="99999999999"'), "a.xlsx")


def test_a_workbook_without_styles_is_read_without_warnings(write_xlsx: _Write) -> None:
    """Found by changing bytes inside the archive."""
    source = write_xlsx({"T": [["speaker", "text"], ["Ann", "We left."]]})
    bare = _changed(source, "xl/styles.xml", b"<cellStyles>", b"<cellStyles><!--")
    bare = _changed(bare, "xl/styles.xml", b"</cellStyles>", b"--></cellStyles>")
    assert read_bytes(bare, "a.xlsx").text == "Ann: We left."
