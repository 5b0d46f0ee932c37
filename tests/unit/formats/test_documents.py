"""What every document read keeps to, whatever the file."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qualkit.errors import (
    EmptyFileError,
    OptionError,
    QualkitError,
    UnknownFileKindError,
    UnreadableFileError,
)
from qualkit.formats.documents import KINDS, read_bytes, read_document
from qualkit.model import Document
from qualkit.text.coverage import coverage
from qualkit.text.normalise import fingerprint
from qualkit.text.units import UNITS

_WORDS = st.sampled_from(
    [
        "Ann Lee:",
        "Participant A:",
        "Chair:",
        "[00:01:02] Bo Day (carer):",
        "Q12 Chair:",
        "**Nora Lund**:",
        "NL asked whether",
        "The Minister said",
        "Present:",
        "Contents",
        "Glossary",
        "ATTENDEES",
        "Name\tRole",
        "- ",
        "1. ",
        "(a) ",
        "Recommendation 1: ",
        "☐ Y",
        "[laughter]",
        "Page 3",
        "June 2022",
        "====",
        "[1] https://example.org",
        "we left.",
        "Why?",
        "and then the",
        "\t",
        "\n",
        "\n\n",
        "\n\n\n\n",
        " ",
        "\f",
        "Mr. Day, Clerk, Northgate Union",
        "[image: logo",
    ]
)
_TEXTS = st.one_of(
    st.text(max_size=300),
    st.lists(_WORDS, max_size=40).map("".join),
    st.lists(st.one_of(_WORDS, st.text(max_size=12)), max_size=30).map(" ".join),
)


def _assert_sound(document: Document) -> None:
    text = document.text
    assert document.sha256 == fingerprint(text)
    assert text == unicodedata.normalize("NFC", text)
    assert [u.position for u in document.utterances] == list(range(1, len(document.utterances) + 1))
    starts = [u.start for u in document.utterances]
    assert starts == sorted(starts)
    names = {speaker.name for speaker in document.speakers}
    assert len(names) == len(document.speakers)
    assert names == {u.speaker for u in document.utterances if u.speaker is not None}
    for utterance in document.utterances:
        assert 0 <= utterance.start < utterance.end <= len(text)
        assert utterance.text_in(text).strip()
        edges = [edge for aside in utterance.asides for edge in aside]
        assert edges == sorted(edges)
        assert all(utterance.start < edge <= utterance.end for edge in edges)
    assert all(
        finding.position is None or 1 <= finding.position <= len(document.utterances)
        for finding in document.findings
    )
    account = coverage(text, document.utterances, document.speakers)
    assert account.is_complete, [text[a:b] for a, b in account.left_over]


def _read(source: bytes, name: str, unit: str = "auto") -> Document | str:
    try:
        return read_bytes(source, name, unit=unit)
    except QualkitError as error:
        return str(error)


def _assert_sound_or_sentence(result: Document | str) -> None:
    if isinstance(result, str):
        assert result.endswith(".")
        assert "\n" not in result
    else:
        _assert_sound(result)


@settings(max_examples=250, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(text=_TEXTS, unit=st.sampled_from(UNITS))
def test_any_text_gives_a_sound_document_or_one_sentence(text: str, unit: str) -> None:
    _assert_sound_or_sentence(_read(text.encode("utf-8"), "any.txt", unit))


@settings(max_examples=120, deadline=2000)
@given(source=st.binary(max_size=300), kind=st.sampled_from(KINDS))
def test_any_bytes_give_a_sound_document_or_one_sentence(source: bytes, kind: str) -> None:
    _assert_sound_or_sentence(_read(source, f"any{kind}"))


@settings(max_examples=120, deadline=2000)
@given(text=_TEXTS, kind=st.sampled_from([".vtt", ".srt", ".csv", ".tsv"]))
def test_any_text_in_a_container_gives_a_sound_document_or_one_sentence(
    text: str, kind: str
) -> None:
    heads = {
        ".vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n",
        ".srt": "1\n00:00:01,000 --> 00:00:02,000\n",
    }
    _assert_sound_or_sentence(_read((heads.get(kind, "") + text).encode("utf-8"), f"any{kind}"))


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "Group one.txt"
    path.write_text("Chair: Who?\n\nAnn Lee: Me.\n\nChair: Thanks.", encoding="utf-8")
    document = read_document(path)
    assert document == read_bytes(path.read_bytes(), "Group one.txt")
    assert (document.name, document.source_name) == ("Group one", "Group one.txt")


def test_the_text_is_normalised_once_and_otherwise_unchanged() -> None:
    document = read_bytes("\ufeffCafe\u0301  \r\n\tone\rtwo ".encode(), "a.txt")
    assert document.text == "Café  \n\tone\ntwo "


@pytest.mark.parametrize("name", ["a.exe", "noend", "a.pptx"])
def test_an_unknown_kind_is_answered_with_the_kinds_that_are_read(name: str) -> None:
    with pytest.raises(UnknownFileKindError, match=r"\.docx.*\.txt"):
        read_bytes(b"Hello", name)


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_file_of_any_kind_is_refused(kind: str) -> None:
    with pytest.raises(EmptyFileError):
        read_bytes(b" \n\t ", f"a{kind}")


def test_a_missing_file_and_a_folder_are_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no such file"):
        read_document(tmp_path / "absent.txt")
    folder = tmp_path / "folder.txt"
    folder.mkdir()
    with pytest.raises(UnreadableFileError, match="folder"):
        read_document(folder)


def test_an_unknown_unit_is_refused_with_the_units_there_are() -> None:
    with pytest.raises(OptionError, match="auto, turn, paragraph, sentence"):
        read_bytes(b"Hello there.", "a.txt", unit="chapter")


def test_every_sample_transcript_reads_or_fails_in_one_sentence() -> None:
    folder = Path(__file__).parents[3].parent / "shared" / "samples" / "transcripts"
    if not folder.is_dir():
        pytest.skip("../shared is not here")
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in KINDS:
            _assert_sound_or_sentence(_read(path.read_bytes(), path.name))


def test_a_megabyte_of_turns_is_read_whole() -> None:
    turn = "Participant A: We have said so before, and nobody wrote it down. " * 4
    text = "\n\n".join([turn, "Chair: Thank you."] * 3600)
    document = read_bytes(text.encode(), "long.txt")
    assert len(document.utterances) == 7200
