"""Texts that carry their codes: qcoder, ROCK, Word comments; and lists of coded passages."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest
from lxml import etree

from qualkit.errors import CodingsFileError, UnreadableFileError
from qualkit.formats.projects import read_project_file
from qualkit.formats.segments import read_segments


def said(found):
    texts = {one.key: one.text for one in found.sources}
    return [
        (texts[one.source][one.start : one.end], found.code_ids[one.code]) for one in found.codings
    ]


def test_tags_of_qcoder_may_nest_and_leave_the_text(tmp_path):
    path = tmp_path / "talk.txt"
    path.write_text(
        "We (QCODE)need (QCODE)more(/QCODE){#much} pay(/QCODE){#pay, #work} now.", encoding="utf-8"
    )
    found = read_project_file(path)
    assert found.sources[0].text == "We need more pay now."
    assert said(found) == [("more", "much"), ("need more pay", "pay"), ("need more pay", "work")]


def test_tags_that_are_not_closed_are_counted(tmp_path):
    path = tmp_path / "talk.txt"
    path.write_text("(QCODE)a(/QCODE){#x b (QCODE)c {#y} d(/QCODE) (QCODE)e", encoding="utf-8")
    found = read_project_file(path)
    assert said(found) == [("a", "x")]
    assert sum(one.count for one in found.losses) == 3


def test_a_text_without_tags_is_sent_to_the_right_door(tmp_path):
    path = tmp_path / "talk.txt"
    path.write_text("Nothing here.", encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="qualkit import"):
        read_project_file(path)


ROCK = """---
ROCK_attributes:
  - caseId: 1
---
[[uid=7a]] [[cid=1]]
[[uid=7b]] ~Low pay it is. [[work>pay]] [[much||3]]
---<<break>>---
### a comment
[[uid=7c]] Nothing new. [[pay]]
[[lonely]]
"""


def test_lines_of_rock_keep_their_codes_and_lose_their_marks(tmp_path):
    path = tmp_path / "talk.rock"
    path.write_text(ROCK, encoding="utf-8")
    found = read_project_file(path)
    assert said(found) == [
        ("Low pay it is.", "pay"),
        ("Low pay it is.", "much"),
        ("Nothing new.", "pay"),
    ]
    assert found.codebook.by_id["pay"].parent == "work"
    assert [one.memo for one in found.codings] == ["", "value: 3", ""]
    told = {one.reason: one.count for one in found.losses}
    assert told["there are no words on its line"] == 1
    assert told["what 'uid' identifies is not kept"] == 3


def test_two_codes_of_rock_that_are_joined_are_two_codings(tmp_path):
    path = tmp_path / "talk.rock"
    path.write_text("It is low. [[work>pay->mood||lowers||2]] [[pay]]\n", encoding="utf-8")
    found = read_project_file(path)
    assert [
        (code, one.memo) for (_, code), one in zip(said(found), found.codings, strict=True)
    ] == [
        ("pay", "work>pay -> mood: lowers||2"),
        ("mood", "work>pay -> mood: lowers||2"),
        ("pay", ""),
    ]
    assert {one.name: one.parent for one in found.codebook.codes} == {
        "work": None,
        "pay": "work",
        "mood": None,
    }


def test_a_rock_project_is_all_its_texts(tmp_path):
    path = tmp_path / "study.ROCKproject"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/a.rock", "One. [[x]]")
        archive.writestr("data/b.rock", "Two. [[y]]")
    found = read_project_file(path)
    assert [one.name for one in found.sources] == ["a", "b"]
    assert said(found) == [("One.", "x"), ("Two.", "y")]


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path):
    path = tmp_path / "study.ROCKproject"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data/a.rock", b" " * 120_000_000)
    with pytest.raises(UnreadableFileError, match="120 MB"):
        read_project_file(path)


def commented(*comments: tuple[str, str, str]) -> bytes:
    """A Word document with a paragraph for each (words, author, comment)."""
    document = docx.Document()
    for words, author, text in comments:
        run = document.add_paragraph("Before ").add_run(words)
        document.add_comment(runs=run, text=text, author=author)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def test_comments_in_word_are_codes_or_memos(tmp_path):
    path = tmp_path / "talk.docx"
    path.write_bytes(
        commented(
            ("we need more pay", "Ana", "Pay; Work"),
            ("we need more pay", "Ben", "Pay"),
            ("she laughs", "Ben", "It is not clear to me whether she means this as a joke."),
        )
    )
    found = read_project_file(path)
    assert [(words, code) for words, code in said(found)] == [
        ("we need more pay", "pay"),
        ("we need more pay", "work"),
        ("we need more pay", "pay"),
    ]
    assert [one.coder for one in found.codings] == ["Ana", "Ana", "Ben"]
    assert found.codings[2].start > found.codings[0].start
    assert [one.coder for one in found.memos] == ["Ben"]


def replying(data: bytes, *pairs: tuple[int, int]) -> bytes:
    """Make comments replies to others, by their numbers, as Word notes it."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    root = etree.fromstring(parts["word/comments.xml"])
    space = "http://schemas.microsoft.com/office/word/2010/wordml"
    for number, comment in enumerate(root.iter("{*}comment")):
        for paragraph in comment.iter("{*}p"):
            paragraph.set(f"{{{space}}}paraId", f"0000000{number}")
    parts["word/comments.xml"] = etree.tostring(root)
    rows = "".join(
        f'<x:commentEx x:paraId="0000000{reply}" x:paraIdParent="0000000{above}"/>'
        for reply, above in pairs
    )
    extended = f'<x:commentsEx xmlns:x="urn:x">{rows}</x:commentsEx>'
    parts["word/commentsExtended.xml"] = extended.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def test_a_reply_in_word_is_a_memo_and_never_a_code(tmp_path):
    path = tmp_path / "talk.docx"
    data = commented(("we need more pay", "Ana", "Pay"), ("we need more pay", "Ben", "Agreed"))
    path.write_bytes(replying(data, (1, 0)))
    found = read_project_file(path)
    assert [code for _, code in said(found)] == ["pay"]
    assert [(one.coder, one.text, one.about) for one in found.memos] == [("Ben", "Agreed", "span")]
    assert len(found.codebook.codes) == 1


def test_comments_in_word_may_overlap(tmp_path):
    document = docx.Document()
    paragraph = document.add_paragraph("They say ")
    runs = [paragraph.add_run(one) for one in ("pay is ", "low and ", "unfair")]
    document.add_comment(runs=runs[:2], text="Pay", author="Ana")
    document.add_comment(runs=runs[1:], text="Fairness", author="Ben")
    document.save(str(tmp_path / "talk.docx"))
    found = read_project_file(tmp_path / "talk.docx")
    assert said(found) == [("pay is low and", "pay"), ("low and unfair", "fairness")]


def test_a_document_without_comments_is_sent_to_the_right_door(tmp_path):
    path = tmp_path / "talk.docx"
    path.write_bytes(commented())
    with pytest.raises(UnreadableFileError, match="no comments in it"):
        read_project_file(path)


def test_columns_are_known_by_the_names_programs_give_them(tmp_path):
    tables = {
        "atlas.csv": 'Number;Text Content;Document;Codes;Comment\n1:1;"more pay";talk;Pay, Work;hm',
        "maxqda.csv": "Document name\tCode\tSegment\tCreated by\ntalk\tPay\tmore pay\tana",
        "qualcoder.csv": "File,Coder,Coded,Id,Codename,Coded_Memo\ntalk,ana,more pay,1,Pay,hm",
        "taguette.csv": "id,document,tag,content\n1,talk,Pay,more pay",
        "word.csv": "Transcript,Page,Author,Code,Comment\ntalk,1,ana,Pay,more pay",
    }
    for name, text in tables.items():
        (tmp_path / name).write_text(text + "\n", encoding="utf-8")
        first = read_segments(tmp_path / name)[0]
        assert (first.document, first.quote, first.code) == ("talk", "more pay", "Pay"), name
    assert read_segments(tmp_path / "qualcoder.csv")[0].memo == "hm"
    assert [one.code for one in read_segments(tmp_path / "atlas.csv")] == ["Pay", "Work"]


def test_a_known_code_with_a_comma_is_one_code(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('document,codes,quote\nt,"Pay, hours, Work",x\n', encoding="utf-8")
    found = read_segments(path, ["Pay, hours"])
    assert [one.code for one in found] == ["Pay, hours", "Work"]


def test_a_table_without_words_or_places_is_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("document,code\nt,Pay\n", encoding="utf-8")
    with pytest.raises(CodingsFileError, match="no column for the quote"):
        read_segments(path)


def test_lists_of_taguette_are_read_from_word(shared):
    folder = shared / "samples" / "qda" / "from-seeds"
    lists = {one.suffix: read_segments(one) for one in folder.glob("taguette_highlights_all.*")}
    assert {suffix: len(rows) for suffix, rows in lists.items()} == {
        ".csv": 119,
        ".docx": 119,
        ".xlsx": 119,
    }


@pytest.mark.parametrize(
    "titles",
    [
        "Color,Comment,Document group,Document name,Code,Beginning,End,Segment,Created by",
        "Farbe,Kommentar,Dokumentgruppe,Dokumentname,Code,Anfang,Ende,Segment,Erstellt von",
        "Color,Comentario,Grupo,Nombre del documento,Código,Inicio,Fin,Segmento,Creado por",
        "Couleur,Commentaire,Groupe,Nom du document,Code,Début,Fin,Citation,Créé par",
        "ID,Kommentar,Zitatname,Dokument,Kodes,Referenz,Seite,Zitatinhalt,Erstellt von",
        "ID,Comentário,Nome,Documento,Códigos,A,B,Conteúdo da citação,Criado por",
        "A,Note,B,Media Title,Codes Applied Combined,C,D,Excerpt Copy,Excerpt Creator",
        "A,Note,B,Source,Quirk,C,D,Quote,Author",
    ],
)
def test_columns_are_known_in_the_languages_programs_speak(tmp_path, titles):
    path = tmp_path / "list.csv"
    row = "x,why,g,talk,Pay,3,3,more pay,Ana"
    path.write_bytes(f"{titles}\r\n{row}\r\n".replace(",", ";").encode("cp1252"))
    (found,) = read_segments(path)
    assert (found.document, found.code, found.quote) == ("talk", "Pay", "more pay")
    assert (found.coder, found.memo, found.start) == ("Ana", "why", None)
