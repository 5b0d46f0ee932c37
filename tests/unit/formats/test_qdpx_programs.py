"""Projects counted, stored and named as the programs that write them do."""

from __future__ import annotations

import uuid
import zipfile
from dataclasses import dataclass, field, replace

import pytest

from qualkit.formats.qdpx_read import read_qdpx

TEXT = (
    "Interview 1\n\nInterviewer: How is the pay? \U0001f600 Tell me.\n\n"
    "\u00dcmit: The pay is low, \U0001f469 really low. We need more of it.\n\n"
    "Interviewer: And the rota?\n\n\u00dcmit: It changes weekly; nobody asks us. \U0001f621 So.\n"
)
QUOTES = ("Tell me", "The pay is low", "really low", "We need more", "It changes", "nobody asks")
MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}


@dataclass(frozen=True)
class Program:
    """How a program writes: its text in bytes, and what its positions count."""

    encoding: str = "utf-8"
    has_mark: bool = False
    has_pairs: bool = False
    is_utf16: bool = False
    two: bool = False
    counts_mark: bool = False
    is_inclusive: bool = False
    is_named: bool = False
    guid: str = "{}"
    folder: str = "sources"
    path: str = "internal://"
    text: str = field(default=TEXT, repr=False)
    quotes: tuple[str, ...] = QUOTES

    def stored(self) -> bytes:
        text = self.text.replace("\n", "\r\n") if self.has_pairs else self.text
        return (MARKS[self.encoding] if self.has_mark else b"") + text.encode(self.encoding)

    def at(self, place: int) -> int:
        before = self.text[:place]
        wide = sum(one > "\uffff" for one in before) if self.is_utf16 else 0
        return place + wide + before.count("\n") * self.two + self.counts_mark

    def identity(self, name: str) -> str:
        guid = str(uuid.uuid5(uuid.NAMESPACE_OID, name))
        return self.guid.format(guid) if self.guid != "upper" else guid.upper()

    def selection(self, quote: str) -> str:
        start = self.text.index(quote)
        end = self.at(start + len(quote)) - self.is_inclusive
        name = quote if self.is_named else ""
        return (
            f'<PlainTextSelection guid="{self.identity("s" + quote)}" name="{name}"'
            f' startPosition="{self.at(start)}" endPosition="{end}"><Description/>'
            f'<Coding guid="{self.identity("k" + quote)}" creatingUser="{self.identity("u")}">'
            f'<CodeRef targetGUID="{self.identity("c")}"/></Coding></PlainTextSelection>'
        )


PROGRAMS = {
    "NVivo for Windows": Program(
        has_mark=True, has_pairs=True, is_utf16=True, two=True, guid="upper", folder="Sources"
    ),
    "NVivo for Mac": Program(is_utf16=True),
    "ATLAS.ti 9": Program(has_pairs=True, is_utf16=True, is_named=True),
    "ATLAS.ti 22": Program(is_named=True),
    "ATLAS.ti 24": Program(has_pairs=True, is_named=True),
    "MAXQDA 2020": Program(has_pairs=True, is_utf16=True, two=True),
    "MAXQDA 24": Program(is_utf16=True, two=True),
    "QualCoder 3": Program(has_mark=True, counts_mark=True, is_named=True),
    "ends inclusive": Program(is_inclusive=True),
    "ends inclusive, two for a line end": Program(has_pairs=True, two=True, is_inclusive=True),
    "UTF-16 LE": Program("utf-16-le", has_mark=True, has_pairs=True, is_utf16=True, two=True),
    "UTF-16 BE": Program("utf-16-be", has_mark=True, is_utf16=True),
    "UTF-16 LE, mark counted": Program("utf-16-le", has_mark=True, is_utf16=True, counts_mark=True),
    "UTF-16 LE without mark": Program("utf-16-le", is_utf16=True),
    "UTF-16 BE without mark": Program("utf-16-be", is_utf16=True),
    "GUIDs in braces": Program(guid="{{{}}}"),
    "bare path": Program(path=""),
}


@pytest.fixture
def write(tmp_path):
    def make(program: Program, sources: str = ""):
        source = program.identity("t")
        own = sources or (
            f'<TextSource guid="{source}" name="talk" plainTextPath="{program.path}{source}.txt">'
            + "".join(map(program.selection, program.quotes))
            + "</TextSource>"
        )
        path = tmp_path / "p.qdpx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(
                "Project.qde",
                '<Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="test">'
                f'<Users><User guid="{program.identity("u")}" name="Ana"/></Users><CodeBook><Codes>'
                f'<Code guid="{program.identity("c")}" name="Pay" isCodable="true"/></Codes>'
                f"</CodeBook><Sources>{own}</Sources></Project>",
            )
            archive.writestr(f"{program.folder}/{source}.txt", program.stored())
            archive.writestr("sources/second.txt", "Heard again.")
        return path

    return make


def said(found) -> list[str]:
    texts = {one.key: one.text for one in found.sources}
    return [texts[one.source][one.start : one.end] for one in found.codings]


def told(found, topic: str) -> list[str]:
    return [sentence for about, _, sentence in found.remarks if about == topic]


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_words_are_those_that_were_coded(write, name):
    found = read_qdpx(write(PROGRAMS[name]))
    assert said(found) == list(QUOTES)
    assert {one.coder for one in found.codings} == {"Ana"}
    assert not found.losses


def test_a_text_that_is_no_utf8_is_read_and_told(write):
    plain = TEXT.replace("\U0001f600", "-").replace("\U0001f469", "-").replace("\U0001f621", "-")
    found = read_qdpx(write(replace(PROGRAMS["bare path"], encoding="cp1252", text=plain)))
    assert "\u00dcmit" in found.sources[0].text
    assert said(found) == list(QUOTES)
    assert told(found, "source") == [
        "it is not in UTF-8 and was read as cp1252: look at its accents"
    ]


def test_where_two_ways_of_counting_fit_alike_the_report_says_so(write):
    text = "Ann: How is it?\n\nBob: The pay is low. It changes. So be it.\n"
    quotes = ("How is it", "The pay is low", "It changes", "So be it")
    found = read_qdpx(write(Program(text=text, quotes=quotes)))
    assert said(found) == list(quotes)
    (sentence,) = told(found, "offsets")
    assert "as many fit when counted otherwise" in sentence
    assert "end inclusive" in sentence
    one_way = read_qdpx(write(replace(PROGRAMS["ATLAS.ti 22"], text=text, quotes=quotes)))
    assert "as many" not in told(one_way, "offsets")[0]
    inclusive = read_qdpx(write(Program(text=text, quotes=quotes)), offsets="inclusive")
    assert said(inclusive) == [f"{one}{text[text.index(one) + len(one)]}" for one in quotes]


def coding(code: str, number: int) -> str:
    return f'<Coding guid="k{number}"><CodeRef targetGUID="{code}"/></Coding>'


def test_every_transcript_of_a_recording_is_a_text_and_every_coding_is_counted(write):
    program = Program()
    code, source = program.identity("c"), program.identity("t")
    found = read_qdpx(
        write(
            program,
            f'<AudioSource guid="a" name="talk.mp3" path="internal://a.mp3">'
            f'<Transcript guid="t1" name="first" plainTextPath="internal://{source}.txt">'
            '<SyncPoint guid="p1" timeStamp="0" position="0"/>'
            '<SyncPoint guid="p2" timeStamp="900" position="11"/>'
            '<TranscriptSelection guid="s1" fromSyncPoint="p1" toSyncPoint="p2">'
            f"{coding(code, 1)}</TranscriptSelection></Transcript>"
            '<Transcript guid="t2" name="second" plainTextPath="internal://second.txt">'
            '<PlainTextSelection guid="s2" startPosition="0" endPosition="5">'
            f"{coding(code, 2)}</PlainTextSelection></Transcript>"
            f'<AudioSelection guid="s3" begin="1" end="2">{coding(code, 3)}</AudioSelection>'
            '</AudioSource><PDFSource guid="f" name="leaflet"><PDFSelection guid="s4" page="0">'
            '<Representation guid="r"><PlainTextSelection guid="s5" startPosition="0"'
            f' endPosition="3">{coding(code, 4)}</PlainTextSelection></Representation>'
            "</PDFSelection></PDFSource>"
            '<VideoSource guid="v" name="film"/>',
        )
    )
    assert [one.name for one in found.sources] == ["talk.mp3", "talk.mp3: second"]
    assert said(found) == ["Interview 1", "Heard"]
    assert {one.coder for one in found.codings} == {"imported"}
    losses = {(one.what, one.reason): one.count for one in found.losses}
    assert losses["Coding", "it is on an AudioSelection"] == 1
    assert losses["Coding", "it is on a PDFSelection"] == 1
    reason = "film: it is a VideoSource, and only text is coded in qualkit"
    assert losses["source without text", reason] == 1


def test_sets_of_memos_empty_sets_and_codes_of_cases_are_listed(tmp_path):
    path = tmp_path / "p.qde"
    path.write_text(
        '<Project xmlns="urn:QDA-XML:project:1.0" name="p"><CodeBook><Codes>'
        '<Code guid="c" name="Pay" isCodable="true"/></Codes></CodeBook><Variables>'
        '<Variable guid="v" name="Age" typeOfVariable="Integer"><Description>in years'
        '</Description></Variable></Variables><Cases><Case guid="a" name="Ann">'
        '<CodeRef targetGUID="c"/></Case></Cases><Sets><Set guid="x" name="notes">'
        '<MemberNote targetGUID="n"/></Set><Set guid="y" name="none"/></Sets></Project>',
        encoding="utf-8",
    )
    assert {one.what: one.count for one in read_qdpx(path).losses} == {
        "memo in a set": 1,
        "Set": 1,
        "code of a case": 1,
        "Description of a variable": 1,
    }


def test_two_sources_or_notes_of_one_guid_stay_two(write):
    program = Program()
    code, source = program.identity("c"), program.identity("t")

    def text(path: str, end: int, number: int) -> str:
        return (
            f'<TextSource guid="t" name="talk {number}" plainTextPath="internal://{path}">'
            f'<PlainTextSelection guid="s" startPosition="0" endPosition="{end}">'
            f"{coding(code, number)}</PlainTextSelection></TextSource>"
        )

    path = write(program, text(f"{source}.txt", 9, 1) + text("se%63ond.txt", 5, 2))
    with zipfile.ZipFile(path) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    notes = "".join(
        f'<Note guid="n"><PlainTextContent>Note {one}</PlainTextContent></Note>' for one in (1, 2)
    )
    xml = parts["Project.qde"].decode().replace("</Project>", f"<Notes>{notes}</Notes></Project>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**parts, "Project.qde": xml.encode()}.items():
            archive.writestr(name, data)
    found = read_qdpx(path)
    assert said(found) == ["Interview", "Heard"]
    assert [one.text for one in found.memos] == ["Note 1", "Note 2"]
    assert len(told(found, "source")) == 1
