"""One talk in every kind of file: the same turns; damaged in any way: one sentence."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualkit.errors import EmptyFileError, QualkitError, UnreadableFileError
from qualkit.formats.documents import KINDS, read_bytes
from qualkit.model import Document
from qualkit.text.coverage import coverage

_TURNS = [
    ("Chair", "Who would like to begin with the question of hours?"),
    ("Ann Lee", "We left at nine and came home at seven."),
    ("Bo Day", "My café shifts were longer, I think."),
    ("Chair", "Thank you both."),
]
_TIMED = {".cha", ".csv", ".eaf", ".json", ".slt", ".srt", ".textgrid", ".trs", ".tsv", ".vtt"}
_TEXTS = sorted(set(KINDS) - {".docx", ".odt", ".pdf", ".rtf", ".xlsx"})
_MARKED_UP = {".eaf", ".trs"}  # say themselves how they are encoded


def _told(document: Document) -> list[tuple[str | None, str]]:
    return [
        (u.speaker, " ".join(u.text_in(document.text).split()))
        for u in document.utterances
        if u.codable
    ]


def _check_sentence(said: str) -> None:
    assert said.endswith((".", "?", "!"))
    assert "\n" not in said
    assert len(said) < 500


def _result(source: bytes, name: str) -> Document | None:
    """Read; anything but a sound document or one sentence fails the test."""
    try:
        document = read_bytes(source, name)
    except QualkitError as error:
        _check_sentence(str(error))
        return None
    account = coverage(document.text, document.utterances, document.speakers)
    assert account.counted_twice == ()
    positions = [u.position for u in document.utterances]
    assert positions == list(range(1, len(positions) + 1))
    return document


def test_every_kind_is_made(made: dict[str, bytes]) -> None:
    assert tuple(sorted(made)) == KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_talk_gives_the_same_turns_in_every_kind(
    kind: str, made: dict[str, bytes]
) -> None:
    document = read_bytes(made[kind], f"talk{kind}")
    assert _told(document) == _TURNS
    assert coverage(document.text, document.utterances, document.speakers).is_complete
    if kind in _TIMED:
        assert [int(u.time or 0) for u in document.utterances] == [1, 5, 12, 20]


@pytest.mark.parametrize("kind", KINDS)
def test_a_suffix_in_capitals_is_the_same_kind(kind: str, made: dict[str, bytes]) -> None:
    assert _told(read_bytes(made[kind], f"TALK{kind.upper()}")) == _TURNS


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("kind", sorted(set(_TEXTS) - _MARKED_UP))
def test_every_text_kind_is_read_in_every_encoding(
    kind: str, encoding: str, made: dict[str, bytes]
) -> None:
    source = made[kind].decode().encode(encoding)
    assert _told(read_bytes(source, f"talk{kind}")) == _TURNS


@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize("kind", _TEXTS)
def test_line_ends_of_every_system_give_the_same(
    kind: str, end: str, made: dict[str, bytes]
) -> None:
    source = made[kind].decode().replace("\n", end).encode()
    assert _told(read_bytes(source, f"talk{kind}")) == _TURNS


@pytest.mark.parametrize(
    "words", ["أنا أعمل ليلا في المستشفى.", "𝒲e left 😀 at 𐍈 nine.", "我们九点离开。"]
)
@pytest.mark.parametrize("kind", sorted(set(_TEXTS) - {".slt"}))
def test_other_alphabets_and_rare_letters_come_through_whole(
    kind: str, words: str, made: dict[str, bytes]
) -> None:
    source = made[kind].decode().replace(_TURNS[1][1], words).encode()
    assert (_told(read_bytes(source, f"talk{kind}")))[1] == ("Ann Lee", words)


_CUT = 36  # places at which each file is cut


@pytest.mark.parametrize("kind", KINDS)
def test_a_truncated_file_gives_what_is_there_or_one_sentence(
    kind: str, made: dict[str, bytes]
) -> None:
    source = made[kind]
    for place in range(_CUT):
        _result(source[: len(source) * place // _CUT], f"cut{kind}")


_SHARE = st.integers(0, 9_999)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(
    flips=st.lists(st.tuples(_SHARE, st.integers(0, 255)), min_size=1, max_size=6),
    cut=st.tuples(_SHARE, st.integers(0, 40)),
)
def test_flipped_and_missing_bytes_give_a_document_or_one_sentence(
    kind: str, made: dict[str, bytes], flips: list[tuple[int, int]], cut: tuple[int, int]
) -> None:
    source = bytearray(made[kind])
    for share, byte in flips:
        source[len(source) * share // 10_000] = byte
    start = len(source) * cut[0] // 10_000
    _result(bytes(source[:start] + source[start + cut[1] :]), f"fuzz{kind}")


@pytest.mark.parametrize("wanted", [".docx", ".odt", ".pdf", ".rtf", ".txt", ".xlsx"])
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (".docx", "a Word document"),
        (".odt", "an OpenDocument text"),
        (".xlsx", "an Excel workbook"),
        (".pdf", "a PDF"),
        (".rtf", "rich text"),
    ],
)
def test_a_wrong_suffix_is_named_with_the_right_one(
    wanted: str, kind: str, said: str, made: dict[str, bytes]
) -> None:
    if wanted == kind:
        return
    with pytest.raises(UnreadableFileError, match=said) as caught:
        read_bytes(made[kind], f"talk{wanted}")
    assert f"rename it to 'talk{kind}'" in str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "source",
    [
        b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8,
        b"\x89PNG\r\n\x1a\n" + bytes(600),
        bytes(5000),
    ],
    ids=["program", "picture", "zeros"],
)
def test_a_binary_by_any_name_is_refused(kind: str, source: bytes) -> None:
    with pytest.raises((UnreadableFileError, EmptyFileError)) as caught:
        read_bytes(source, f"thing{kind}")
    assert "\n" not in str(caught.value)


def test_an_archive_in_an_archive_is_not_unpacked(made: dict[str, bytes]) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("deeper.zip", made[".docx"])
    for name in ("a.docx", "a.odt", "a.xlsx", "a.txt"):
        with pytest.raises(UnreadableFileError, match="this is a zip archive"):
            read_bytes(buffer.getvalue(), name)
