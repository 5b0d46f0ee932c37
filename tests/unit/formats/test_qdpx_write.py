"""Files that leave are valid under both schemas and read back as they were."""

from __future__ import annotations

import zipfile

import pytest
from lxml import etree

from qualkit.errors import OptionError
from qualkit.formats.qdpx_read import read_qdpx
from qualkit.formats.qdpx_write import (
    VARIANTS,
    OutCase,
    Outgoing,
    OutNote,
    OutSelection,
    OutText,
    variant_named,
    write_qdpx,
)
from qualkit.model import Code, Codebook, name_id

TEXT = "Ann: We \U0001f600 need <more> pay & time.\nBob: \U0001f680 So do we.\n"
AT = "2026-01-02T03:04:05.000006Z"


def guid(*parts: str) -> str:
    return name_id(*parts)


def outgoing(memo: str = "", quote: str = "more") -> Outgoing:
    start = TEXT.index(quote)
    selection = OutSelection(
        guid("s"), start, start + len(quote), guid("ana"), AT, memo, guid("pay"), guid("k")
    )
    bare = OutSelection(guid("b"), 0, 5, "", "", "", "", "")
    codes = (
        Code("pay", "Pay & \x0bconditions", colour="#aa0000", guid=guid("pay"), include="<wages>"),
        Code("low", "Low", "pay", retired=True, guid=guid("low")),
    )
    whole = (guid("pay"), guid("w"), guid("ana"), AT)
    return Outgoing(
        name='A "study"',
        created_at=AT,
        origin="qualkit",
        users={guid("ana"): "Ana \u00d6"},
        codebook=Codebook("b", codes),
        coded=frozenset({"pay"}),
        variables={guid("v"): ("Role", "Text")},
        cases=[OutCase(guid("c"), "Ann", ((guid("v"), "Text", "nurse"),), (), (guid("b"),))],
        texts=[OutText(guid("t"), "talk", TEXT, AT, [selection, bare], [whole], [guid("n")])],
        notes=[OutNote(guid("n"), "note", "a\x00b", guid("ana"), AT)],
        code_notes={},
        project_notes=[],
    )


def schemas(shared):
    folder = shared / "samples" / "qda" / "schema"
    return [folder / name for name in ("Project.xsd", "Project-mrt2019.xsd")]


@pytest.fixture(params=VARIANTS)
def written(request, tmp_path):
    path = tmp_path / "p.qdpx"
    write_qdpx(path, outgoing("good \U0001f389"), VARIANTS[request.param])
    return path


def test_lxml_finds_every_variant_valid(written, shared):
    with zipfile.ZipFile(written) as archive:
        root = etree.fromstring(archive.read("project.qde"))
    for schema in schemas(shared):
        etree.XMLSchema(etree.parse(schema)).assertValid(root)


def test_xmlschema_finds_every_variant_valid(written, shared):
    xmlschema = pytest.importorskip("xmlschema")
    with zipfile.ZipFile(written) as archive:
        text = archive.read("project.qde").decode()
    for schema in schemas(shared):
        xmlschema.XMLSchema(schema).validate(text)


def test_every_variant_reads_back_as_the_same_words(written):
    found = read_qdpx(written)
    coded = found.codings[0]
    assert found.sources[0].text[coded.start : coded.end] == "more"
    assert (coded.coder, coded.memo) == ("Ana \u00d6", "good \U0001f389")
    assert found.codings[1].start is None
    assert [code.name for code in found.codebook.codes] == ["Pay & conditions", "Low"]
    assert found.codebook.codes[0].include == "<wages>"
    assert found.codebook.codes[1].retired
    assert found.cases[0].attributes == (("Role", "nurse"),)
    assert [one.text for one in found.memos] == ["note\nab"]


def test_containers_without_content_are_absent(tmp_path):
    empty = Outgoing("p", AT, "q", {}, Codebook("b", ()), frozenset(), {}, [], [], [], {}, [])
    write_qdpx(tmp_path / "p.qdpx", empty, VARIANTS["standard"])
    with zipfile.ZipFile(tmp_path / "p.qdpx") as archive:
        assert archive.namelist() == ["project.qde"]
        assert len(etree.fromstring(archive.read("project.qde"))) == 0


def test_the_text_is_stored_as_the_program_wants_it(tmp_path):
    for name, first, ends in (("standard", b"Ann", 0), ("nvivo", b"\xef\xbb\xbfAnn", 2)):
        write_qdpx(tmp_path / "p.qdpx", outgoing(), VARIANTS[name])
        with zipfile.ZipFile(tmp_path / "p.qdpx") as archive:
            data = archive.read(f"sources/{guid('t')}.txt")
        assert data.startswith(first)
        assert data.count(b"\r\n") == ends


def test_an_unknown_program_is_refused():
    with pytest.raises(OptionError, match="no file is made for 'word'"):
        variant_named("word")
