from __future__ import annotations

import io
import zipfile

import docx
import pytest
from docx.document import Document as Word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import read_bytes
from qualkit.formats.read_archive import check_archive
from qualkit.model import Document


def _bytes(word: Word) -> bytes:
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _told(document: Document) -> list[tuple[str, str | None, str]]:
    return [
        (u.kind.value, u.speaker, " ".join(u.text_in(document.text).split()))
        for u in document.utterances
    ]


def _repacked(source: bytes, name: str, data: bytes) -> bytes:
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(source)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, data)
    return buffer.getvalue()


def test_headings_lists_tables_and_turns_are_read() -> None:
    word = docx.Document()
    word.add_heading("Group three", 0)
    word.add_heading("Pay", 2)
    word.add_paragraph("Chair: Who starts?")
    word.add_paragraph("Ann Lee: I do.")
    word.add_paragraph("It is low.")
    word.add_paragraph("Chair: Thank you.")
    assert _told(read_bytes(_bytes(word), "a.docx")) == [
        ("heading", None, "Group three"),
        ("heading", None, "Pay"),
        ("speech", "Chair", "Who starts?"),
        ("speech", "Ann Lee", "I do. It is low."),
        ("speech", "Chair", "Thank you."),
    ]


def test_list_styles_and_table_rows_keep_their_kind() -> None:
    word = docx.Document()
    word.add_paragraph("We ask for three things and name them below.")
    word.add_paragraph("Better pay", style="List Bullet")
    table = word.add_table(rows=2, cols=2)
    for row, cells in zip(table.rows, [("Year", "Posts"), ("2020", "40")], strict=True):
        for cell, words in zip(row.cells, cells, strict=True):
            cell.text = words
    kinds = [kind for kind, _, _ in _told(read_bytes(_bytes(word), "a.docx"))]
    assert kinds == ["paragraph", "list item", "table row", "table row"]


def test_inserted_text_is_read_deleted_text_is_not_and_soft_breaks_do_not_cut() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("We left ")
    inserted = f"<w:ins {nsdecls('w')}><w:r><w:t>very early</w:t></w:r></w:ins>"
    deleted = f"<w:del {nsdecls('w')}><w:r><w:delText>late</w:delText></w:r></w:del>"
    paragraph._p.append(parse_xml(inserted))
    paragraph._p.append(parse_xml(deleted))
    paragraph.add_run().add_break()
    paragraph.add_run("And we came back.")
    assert _told(read_bytes(_bytes(word), "a.docx")) == [
        ("paragraph", None, "We left very early And we came back.")
    ]


def test_a_document_without_words_is_empty() -> None:
    with pytest.raises(EmptyFileError):
        read_bytes(_bytes(docx.Document()), "a.docx")


@pytest.mark.parametrize(
    ("source", "said"), [(b"Hello", "plain text"), (b"PK\x03\x04 torn off", "damaged")]
)
def test_a_damaged_file_is_refused_in_one_sentence(source: bytes, said: str) -> None:
    with pytest.raises(UnreadableFileError, match=said):
        read_bytes(source, "a.docx")


def test_a_file_torn_off_in_the_middle_is_refused() -> None:
    word = docx.Document()
    word.add_paragraph("Chair: Who starts?")
    source = _bytes(word)
    for length in range(3, len(source), len(source) // 40):
        with pytest.raises(UnreadableFileError):
            read_bytes(source[:length], "a.docx")


def test_an_archive_that_is_no_word_document_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "Hello")
    with pytest.raises(UnreadableFileError, match="this is a zip archive"):
        read_bytes(buffer.getvalue(), "a.docx")


def test_external_entities_are_refused() -> None:
    word = docx.Document()
    word.add_paragraph("Hello.")
    evil = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>
    <w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
    <w:body><w:p><w:r><w:t>&e;</w:t></w:r></w:p></w:body></w:document>"""
    source = _repacked(_bytes(word), "word/document.xml", evil)
    with pytest.raises(UnreadableFileError, match="entities"):
        read_bytes(source, "a.docx")


def test_an_archive_that_swells_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 60_000_000)
    with pytest.raises(UnreadableFileError, match="unpacks"):
        check_archive(buffer.getvalue(), "a.docx")


def test_a_style_without_a_name_is_said_to_be_damage() -> None:
    """Found by changing bytes inside the archive."""
    word = docx.Document()
    word.add_paragraph("Hello.")
    source = _bytes(word)
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        styles = archive.read("word/styles.xml")
    broken = _repacked(
        source, "word/styles.xml", styles.replace(b"<w:name w:val=", b"<w:name w:v=", 1)
    )
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_bytes(broken, "a.docx")


def test_text_boxes_and_tables_in_tables_are_read_once() -> None:
    word = docx.Document()
    paragraph = word.add_paragraph("Outside")
    box = "<w:txbxContent><w:p><w:r><w:t>Inside</w:t></w:r></w:p></w:txbxContent>"
    mark_up = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    paragraph._p.append(
        parse_xml(
            f'<w:r {nsdecls("w")} xmlns:mc="{mark_up}"><mc:AlternateContent>'
            f"<mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        )
    )
    table = word.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "Year"
    table.cell(0, 1).add_table(rows=1, cols=1).cell(0, 0).text = "Posts"
    text = read_bytes(_bytes(word), "a.docx").text
    assert text.split() == ["Outside", "Inside", "Year", "Posts"]
