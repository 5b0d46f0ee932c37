"""The report as a Word document, opened again by python-docx."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from docx import Document
from docx.oxml.ns import qn

from qualkit.formats.codebook_docx import write_codebook_docx
from qualkit.formats.report_docx import write_report_docx
from qualkit.formats.report_parts import Facts, Figure, Paragraph, Report, Section, Table, plain
from qualkit.model import Code, Codebook
from tests.unit.formats.test_report_html import HOSTILE, everything


def png(wide: int, high: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        whole = kind + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    lines = b"".join(b"\x00" + b"\xff" * wide for _ in range(high))
    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(lines)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def report(text: str, wide: int = 40, high: int = 20) -> Report:
    whole = everything(text)

    def redrawn(section: Section) -> Section:
        blocks = tuple(
            Figure(one.title, one.text, lambda kind: png(wide, high))
            if isinstance(one, Figure)
            else one
            for one in section.blocks
        )
        return Section(section.title, blocks, tuple(map(redrawn, section.sections)))

    return Report(text, text, whole.contains, tuple(map(redrawn, whole.sections)))


def written(tmp_path, what: Report):
    return Document(str(write_report_docx(tmp_path / "a.docx", what)))


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_stands_in_a_text_the_document_opens_and_holds_it(tmp_path, text):
    document = written(tmp_path, report(text))
    quotes = [one.text for one in document.paragraphs if one.style.name == "Quote"]
    assert quotes == [plain(text)] * 2


def test_headings_are_headings_and_numbered(tmp_path):
    document = written(tmp_path, report("Pay"))
    heads = [(p.style.name, p.text) for p in document.paragraphs if "Heading" in p.style.name]
    assert heads == [
        ("Heading 1", "1 Pay"),
        ("Heading 2", "1.1 Pay"),
        ("Heading 1", "2 Pay"),
        ("Heading 2", "2.1 Pay"),
    ]


def test_the_contents_are_a_field_that_points_at_every_heading(tmp_path):
    body = written(tmp_path, report("Pay")).element.body
    codes = [one.text.strip() for one in body.iter(qn("w:instrText"))]
    assert codes[0].startswith("TOC ")
    begins = [one for one in body.iter(qn("w:fldChar"))]
    kinds = [one.get(qn("w:fldCharType")) for one in begins]
    assert kinds.count("begin") == kinds.count("end") == kinds.count("separate")
    named = {one.get(qn("w:name")) for one in body.iter(qn("w:bookmarkStart"))}
    assert {one.get(qn("w:anchor")) for one in body.iter(qn("w:hyperlink"))} == named


def test_tables_repeat_their_heads_and_have_numbered_captions(tmp_path):
    document = written(tmp_path, report("Pay"))
    for table in document.tables:
        first = table.rows[0]._tr.trPr
        assert first.find(qn("w:tblHeader")) is not None
    captions = [one.text for one in document.paragraphs if one.style.name == "Caption"]
    assert captions == [
        *("Table 1. Pay", "Figure 1. Pay", "Figure 2. second"),
        *("Table 2. Pay", "Figure 3. Pay", "Figure 4. second"),
    ]
    assert [cell.text for cell in document.tables[0].rows[2].cells] == ["a\nb", "1"]


@pytest.mark.parametrize(("wide", "high"), [(40, 20), (4000, 300), (500, 6000)])
def test_pictures_fit_on_the_page_and_are_described(tmp_path, wide, high):
    document = written(tmp_path, report("Pay", wide, high))
    for one in document.inline_shapes:
        assert one.width.cm <= 17.01
        assert one.height.cm <= 21.01
        assert one.width / one.height == pytest.approx(wide / high, rel=0.02)
        assert one._inline.docPr.get("descr") in ("Pay", "second")


def test_page_numbers_and_language_are_there(tmp_path):
    document = written(tmp_path, report("Pay"))
    foot = document.sections[0].footer._element
    assert [one.text.strip() for one in foot.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]
    assert document.core_properties.title == "Pay"
    lang = document.styles["Normal"].element.rPr.find(qn("w:lang"))
    assert lang.get(qn("w:val")) == "en-GB"


def test_what_is_written_from_the_right_runs_from_the_right(tmp_path):
    said = Section("One", (Paragraph("עברית"), Paragraph("English")))
    document = written(tmp_path, Report("T", "S", Facts(()), (said,)))
    ways = {
        one.text: one._p.pPr.find(qn("w:bidi")) is not None
        for one in document.paragraphs
        if one._p.pPr is not None
    }
    assert (ways["עברית"], ways["English"]) == (True, False)


def test_a_long_table_is_written_in_reasonable_time_and_whole(tmp_path):
    rows = tuple((f"code {number}", str(number)) for number in range(600))
    said = Section("Long", (Table("Long", ("Code", "n"), rows, numbers=(1,)),))
    document = written(tmp_path, Report("T", "S", Facts(()), (said,)))
    assert len(document.tables[0].rows) == 601


def test_a_codebook_has_its_themes_as_headings_and_its_rules_below(tmp_path):
    book = Codebook(
        "Care & <work>",
        (
            Code("pay", "Pay", definition="Money.", include="Wages.", examples=("I am poor.",)),
            Code("low", "Low pay", "pay", exclude="Fees.", markers=("low",), notes="Since 2.\x07"),
            Code("deep", "Deep", "low", retired=True),
        ),
        version=3,
    )
    path = write_codebook_docx(tmp_path / "book.docx", book)
    document = Document(io.BytesIO(path.read_bytes()))
    heads = [one.text for one in document.paragraphs if one.style.name.startswith("Heading")]
    assert heads == ["1 Pay", "1.1 Low pay", "1.2 Deep (retired)"]
    facts = [one.text for one in document.paragraphs if one.style.name == "Fact"]
    assert facts[:4] == ["Version\t3", "Themes\t1", "Codes below them\t1",
                         "Retired codes\t1, marked as such"]  # fmt: skip
    assert "Apply when\tWages." in facts
    assert "Examples\t“I am poor.”" in facts
    assert "Marker words\tlow" in facts
    assert "Notes\tSince 2.\ufffd" in facts
    assert "Below\tLow pay" in facts
