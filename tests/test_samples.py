"""Every transcript that people shared with us: read whole, or refused in one sentence.

They lie beside the checkout and may not be copied into it; where they are absent, these tests say
so and are skipped. The words that must be there are taken from each file a second time, crudely,
by another way than the reader's.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import unicodedata
import zipfile
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from qualkit.errors import EmptyFileError
from qualkit.formats.documents import read_document
from qualkit.model import Document
from qualkit.text.coverage import coverage

_SHARED = Path(__file__).parents[1].parent / "shared" / "samples"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class _Facts:
    """What is true of a file, counted by hand or by a line of shell."""

    speakers: int
    turns: int
    first: tuple[str | None, str]
    last: tuple[str | None, str]
    or_turns: int = 0


_FACTS = {
    "cha/clan_anonymised.cha": _Facts(2, 16, ("Nony mouse", "ab abc"), ("Nony mouse", "test")),
    "cha/griffin.cha": _Facts(5, 32, ("Applause", "3 1"), ("Dimbleby", "mixed marriages")),
    "cha/mop03-2b.cha": _Facts(2, 21, ("mop03-2b", "and ah"), ("mop03-2b", "us five")),
    # One label is printed as the others are not and stands in a letter that is read out.
    "committee/uk_covid_inquiry_edmunds.rst": _Facts(
        7, 168, ("Mr Keith", "Thank you"), ("Mr O'Connor", "Heneghan"), 167
    ),
    "committee/uk_covid_inquiry_swinson.rst": _Facts(
        5, 250, ("Lady Hallett", "I m"), ("Ms Blackwell", "my Lady")
    ),
    "document/pdpilot_P1.pdf": _Facts(2, 94, ("Dan", "Okay So"), ("Participant", "Thank you")),
    "document/qualcoder_ID1.docx": _Facts(0, 3, (None, "I really"), (None, "pay 200")),
    # Only one line of it names anybody.
    "document/serdif_P1.odt": _Facts(0, 185, (None, "1 Read"), (None, "to say")),
    "eaf/mop03-2b.eaf": _Facts(2, 13, ("mop03-2b", "rest of"), ("mop03-2b", "he she")),
    "eaf/participant_check.eaf": _Facts(1, 1, ("mop03-2b", "if this"), ("mop03-2b", "other")),
    "eaf/symbolic_tiers.eaf": _Facts(1, 1, ("mop03-2b", "if this"), ("mop03-2b", "be wrong")),
    "plain/descript_inline_timestamps.txt": _Facts(0, 4, (None, ""), (None, "y ajo")),
    "plain/interviewer_colon_bom.txt": _Facts(
        2, 13, ("mop03-2b", "This file"), ("mop03-2b", "she Dad")
    ),
    "plain/parlato_PTB005_jefferson.txt": _Facts(2, 62, ("TOR004", "vai puoi"), ("TOR004", "")),
    "plain/parlato_PTB005_orthographic.txt": _Facts(2, 59, ("TOR004", "vai puoi"), ("TOR004", "")),
    "plain/qualcoder_bracket_ids.txt": _Facts(3, 7, ("id1", "hello I"), ("id2", "struggling")),
    "plain/transcribeme.txt": _Facts(2, 4, ("S1", "The quick"), ("S2", "dog")),
    "slt/salt.slt": _Facts(2, 12, ("Examiner", "I m"), ("Child", "x")),
    "table/osfg_masterTranscript.csv": _Facts(34, 524, ("F", "F Okay"), ("F", "your time")),
    "table/parlato_PTB005.tsv": _Facts(2, 27, ("TOR004", "vai puoi"), ("TOR004", "intervista")),
    "table/talkmoves_7th_grade_math.xlsx": _Facts(3, 142, ("T", "My name"), ("T", "Okay")),
    "textgrid/test_intervals_only.TextGrid": _Facts(1, 1, ("emotion", ""), ("emotion", "")),
    "textgrid/test_utterance.TextGrid": _Facts(
        2, 21, ("participant", "and ah"), ("participant", "us five")
    ),
    "textgrid/test_utterance_latin1.TextGrid": _Facts(
        2, 21, ("participant", "and äh"), ("participant", "us five")
    ),
    "trs/mop03-2b.trs": _Facts(2, 25, ("mop03-2b", "and ah"), ("mop03-2b", "us five")),
    "trs/test-utf-8.trs": _Facts(2, 25, ("mop03-2b", "ánd ah"), ("mop03-2b", "us five")),
    "vtt/stream_note_confidence.vtt": _Facts(0, 6, (None, "Hello"), (None, "the audio")),
    "vtt/voice_class_tags.vtt": _Facts(2, 3, ("speaker 1", "w1 1"), ("speaker 1", "w1 13")),
    "vtt/voice_tags_from_elan.vtt": _Facts(
        2, 15, ("participant", "rest of"), ("participant", "he she")
    ),
    "vtt/voice_tags_from_trs.vtt": _Facts(2, 21, ("mop03-2b", "and ah"), ("mop03-2b", "us five")),
    # One label runs over two captions' lines.
    "vtt/youtube_parliament_inline_speakers.vtt": _Facts(
        16, 60, (None, "Before we"), ("The Presiding Officer", "change seats"), 59
    ),
    "vtt/zoom_chat.txt": _Facts(2, 4, ("Ashlee Kupor", "hey"), ("Dora Demszky", "txt")),
    "vtt/zoom_no_leader.vtt": _Facts(2, 5, ("Ashlee Kupor", "Let s"), ("Dora Demszky", "this")),
    "vtt/zoom_small.vtt": _Facts(2, 5, ("Ashlee Kupor", "Let s"), ("Dora Demszky", "after this")),
    "whisper/whisper_words.json": _Facts(2, 15, ("SPEAKER_01", "Okay go"), ("SPEAKER_01", "you")),
    "../qda/qualcoder/examples_ID1.docx": _Facts(0, 3, (None, "I really"), (None, "pay 200")),
    "../qda/qualcoder/examples_ID2.odt": _Facts(0, 3, (None, "I have"), (None, "my money")),
    "../qda/qualcoder/examples_transcript.txt": _Facts(3, 7, ("id1", "hello I"), ("id2", "")),
    "../qda/qualcoder/examples_survey456.csv": _Facts(3, 3, ("ID4", "I"), ("ID6", "gardening")),
    "../qda/qualcoder/examples_survey789.xlsx": _Facts(3, 3, ("ID7", "I had"), ("ID9", "visit")),
}
_REFUSED = {"vtt/zoom_empty.vtt": "there are no captions"}


def _path(name: str) -> Path:
    path = _SHARED / "transcripts" / name
    if not path.exists():
        pytest.skip("../shared is not here")
    return path


@lru_cache(maxsize=64)
def _read(name: str, unit: str = "auto") -> Document:
    return read_document(_path(name), unit=unit)


def test_every_sample_is_accounted_for() -> None:
    folder = _SHARED / "transcripts"
    if not folder.exists():
        pytest.skip("../shared is not here")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    listed = {name for name in (*_FACTS, *_REFUSED) if not name.startswith("..")}
    assert there == listed


@pytest.mark.parametrize(("name", "said"), _REFUSED.items())
def test_a_sample_that_cannot_be_read_says_why(name: str, said: str) -> None:
    with pytest.raises(EmptyFileError, match=said):
        read_document(_path(name))


@pytest.mark.parametrize(("name", "facts"), _FACTS.items())
def test_speakers_turns_and_ends_of_a_sample_are_right(name: str, facts: _Facts) -> None:
    document = _read(name)
    codable = [u for u in document.utterances if u.codable]
    assert len(codable) in {facts.turns, facts.or_turns or facts.turns}
    assert len(document.speakers) in {facts.speakers, facts.speakers - (facts.or_turns == 167)}
    first, last = codable[0], codable[-1]
    words = [" ".join(_WORD.findall(u.text_in(document.text))) for u in (first, last)]
    assert (first.speaker, last.speaker) == (facts.first[0], facts.last[0])
    assert words[0].startswith(facts.first[1])
    assert words[1].endswith(facts.last[1])


@pytest.mark.parametrize("unit", ["auto", "turn", "paragraph", "sentence"])
@pytest.mark.parametrize("name", _FACTS)
def test_every_word_read_is_in_an_utterance_or_a_label(name: str, unit: str) -> None:
    document = _read(name, unit)
    text = document.text
    assert text == unicodedata.normalize("NFC", text)
    assert [u.position for u in document.utterances] == list(range(1, len(document.utterances) + 1))
    for utterance in document.utterances:
        assert 0 <= utterance.start < utterance.end <= len(text)
    account = coverage(text, document.utterances, document.speakers)
    assert account.is_complete, [text[a:b] for a, b in account.left_over]


@pytest.mark.parametrize("name", _FACTS)
def test_every_word_of_a_sample_is_in_the_text(name: str) -> None:
    crude = _crude(_path(name))
    assert sum(crude.values()) > 2
    missing = crude - Counter(_WORD.findall(_read(name).text))
    assert missing == Counter()


@pytest.mark.parametrize(
    "name", [n for n in _FACTS if n.split("/")[0] in {"cha", "eaf", "slt", "textgrid", "trs"}]
)
def test_a_transcript_with_times_keeps_them_in_order(name: str) -> None:
    times = [u.time for u in _read(name).utterances]
    known = [time for time in times if time is not None]
    assert len(known) >= 0.8 * len(times)  # a few overlaps in CHAT carry no time of their own
    assert known == sorted(known)


def _crude(path: Path) -> Counter[str]:
    words = _CRUDE[path.suffix.lower()](path)
    return Counter(_WORD.findall(unicodedata.normalize("NFC", words)))


def _text(path: Path) -> str:
    source = path.read_bytes()
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError:
        return source.decode("latin-1")


def _captions(path: Path) -> str:
    blocks = re.split(r"\n\s*\n", _text(path).replace("\r", ""))
    cues = (block.partition("-->")[2].partition("\n")[2] for block in blocks if "-->" in block)
    return html.unescape(re.sub(r"<[^>\n]*>", "", "\n".join(cues)))


def _chat(path: Path) -> str:
    joined = re.sub(r"\n\s+", " ", _text(path))
    said = " ".join(line.partition(":")[2] for line in joined.split("\n") if line.startswith("*"))
    return re.sub("[\x00-\x08]", "", re.sub("\x15\\d+_\\d+\x15", " ", said))


def _salt(path: Path) -> str:
    return " ".join(line[2:] for line in _text(path).split("\n") if re.match(r"[CE] ", line))


def _annotations(path: Path) -> str:
    root = ElementTree.parse(path).getroot()
    tiers = (tier for tier in root.iter("TIER") if tier.get("PARENT_REF") is None)
    return " ".join(v.text or "" for tier in tiers for v in tier.iter("ANNOTATION_VALUE"))


def _transcriber(path: Path) -> str:
    root = ElementTree.parse(path).getroot()
    return " ".join("".join(turn.itertext()) for turn in root.iter("Turn"))


def _grid(path: Path) -> str:
    return " ".join(re.findall(r'text = "((?:[^"]|"")*)"', _text(path)))


def _table(path: Path) -> str:
    delimiter = "\t" if path.suffix == ".tsv" else ","
    rows = csv.DictReader(io.StringIO(_text(path)), delimiter=delimiter)
    column = {"osfg": "Comment", "parl": "form", "exam": "freetext"}[path.name[:4]]
    return " ".join(row[column] for row in rows)


def _sheet(path: Path) -> str:
    rows = list(load_workbook(path).active.iter_rows(values_only=True))
    column = next(
        place for place, name in enumerate(rows[0]) if name in {"Sentence", "Qual_pet_opinions"}
    )
    return " ".join(str(row[column]) for row in rows[1:] if row[column] is not None)


def _zipped(path: Path) -> str:
    part, end = {
        ".docx": ("word/document.xml", "</w:p>"),
        ".odt": ("content.xml", "</text:p>"),
    }[path.suffix]
    markup = zipfile.ZipFile(path).read(part).decode("utf-8")
    markup = re.sub(rf"{end}|<text:(?:s|tab)\b[^>]*>|<w:tab/>", " ", markup)
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


def _printed(path: Path) -> str:
    pages = PdfReader(path).pages
    return "\n".join(page.extract_text(extraction_mode="layout") for page in pages)


def _spoken(path: Path) -> str:
    return " ".join(segment["text"] for segment in json.loads(_text(path))["segments"])


_CRUDE = {
    ".cha": _chat,
    ".csv": _table,
    ".docx": _zipped,
    ".eaf": _annotations,
    ".json": _spoken,
    ".odt": _zipped,
    ".pdf": _printed,
    ".rst": _text,
    ".slt": _salt,
    ".textgrid": _grid,
    ".trs": _transcriber,
    ".tsv": _table,
    ".txt": _text,
    ".vtt": _captions,
    ".xlsx": _sheet,
}
