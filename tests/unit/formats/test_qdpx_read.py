"""REFI-QDA projects of other programs, and hostile ones."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest

from qualkit.errors import CodebookError, OptionError, RefusedError, UnreadableFileError
from qualkit.formats.qdpx_read import read_qdpx

HEAD = '<Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="test">'
USER = '<Users><User guid="u1" name="Ana"/><User guid="u2" name="Ben"/></Users>'
CODE = '<Code guid="c1" name="Pay" isCodable="true"/>'
CODES = f"<CodeBook><Codes>{CODE}</Codes></CodeBook>"
TEXT = "Ann: We need more pay.\n\nBob: We all do.\n"


def coding(start, end, user="u1", code="c1", guid="k1", name=""):
    return (
        f'<PlainTextSelection guid="s{guid}" name="{name}" startPosition="{start}" '
        f'endPosition="{end}" creatingUser="u2"><Coding guid="{guid}" creatingUser="{user}">'
        f'<CodeRef targetGUID="{code}"/></Coding></PlainTextSelection>'
    )


def source(*inner: str, path: str = "internal://t1.txt") -> str:
    body = "".join(inner)
    text = f'<TextSource guid="t1" name="talk" plainTextPath="{path}">{body}</TextSource>'
    return f"<Sources>{text}</Sources>"


@pytest.fixture
def make(tmp_path):
    """Writes a .qdpx of some inner XML; further parts by name."""

    def write(*inner: str, parts: dict[str, bytes] | None = None, whole: str | None = None):
        path = tmp_path / "p.qdpx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            xml = whole if whole is not None else f"{HEAD}{''.join(inner)}</Project>"
            archive.writestr("project.qde", xml)
            archive.writestr("sources/t1.txt", TEXT)
            for name, content in (parts or {}).items():
                archive.writestr(name, content)
        return path

    return write


def losses(found):
    return {(one.what, one.reason): one.count for one in found.losses}


def test_the_coder_stands_on_the_coding_not_on_the_selection(make):
    found = read_qdpx(make(USER, CODES, source(coding(13, 21))))
    assert [(one.coder, one.start, one.end) for one in found.codings] == [("Ana", 13, 21)]
    without = coding(13, 21).replace(' creatingUser="u1"', "")
    assert read_qdpx(make(USER, CODES, source(without))).codings[0].coder == "Ben"


def test_positions_outside_the_text_are_listed_and_counted(make):
    wild = [(13, 21), (0, 10**9), (-5, 3), (9, 2), ("9" * 50, 3)]
    inner = [coding(a, b, guid=f"k{n}") for n, (a, b) in enumerate(wild)]
    found = read_qdpx(make(USER, CODES, source(*inner)), offsets="standard")
    assert len(found.codings) == 1
    assert losses(found) == {("Coding", "its positions lie outside the text"): 4}


def test_a_coding_whose_code_is_missing_is_listed(make):
    found = read_qdpx(make(USER, CODES, source(coding(13, 21, code="c9"))))
    assert losses(found) == {("Coding", "its code is not in the file"): 1}


def test_a_coding_on_the_whole_source_has_no_span(make):
    whole = '<Coding guid="k" creatingUser="u1"><CodeRef targetGUID="c1"/></Coding>'
    found = read_qdpx(make(USER, CODES, source(whole)))
    assert (found.codings[0].start, found.codings[0].end) == (None, None)


def test_what_has_no_place_here_is_listed_by_element_with_its_codings(make):
    media = (
        '<PictureSource guid="p1" name="Map" path="internal://p.png">'
        '<PictureSelection guid="x" firstX="0" firstY="0" secondX="9" secondY="9">'
        '<Coding guid="k2"><CodeRef targetGUID="c1"/></Coding></PictureSelection></PictureSource>'
        '<PDFSource guid="f1" name="Leaflet"><Representation guid="r1">'
        "<PlainTextContent>We need more pay.</PlainTextContent>"
        + coding(0, 7, guid="k3")
        + "</Representation></PDFSource></Sources>"
    )
    xml = source(coding(13, 21)).replace("</Sources>", media)
    found = read_qdpx(make(USER, CODES, xml))
    told = losses(found)
    assert told["PictureSelection", "only text is coded in qualkit"] == 1
    assert told["Coding", "it is on a PictureSelection"] == 1
    assert [one.name for one in found.sources] == ["talk", "Leaflet"]
    listed = sum(one.count for one in found.losses if one.what == "Coding")
    assert len(found.codings) + listed == 3


def test_sets_called_like_an_attribute_are_attributes(make):
    sets = (
        '<Sets><Set guid="x1" name="gender: female"><MemberSource targetGUID="t1"/></Set>'
        '<Set guid="x2" name="Money"><MemberCode targetGUID="c1"/></Set></Sets>'
    )
    found = read_qdpx(make(USER, CODES, source(), sets))
    assert found.sources[0].attributes == (("gender", "female"),)
    assert [one.text for one in found.memos] == ["Set 'Money': Pay"]


def test_notes_hang_where_they_are_referred_to(make):
    note = (
        '<Notes><Note guid="n1" name="Idea" creatingUser="u1"><PlainTextContent>Look again'
        '</PlainTextContent></Note><Note guid="n2"><PlainTextContent>Loose</PlainTextContent>'
        "</Note></Notes>"
    )
    codes = CODES.replace("/></Codes>", '><NoteRef targetGUID="n1"/></Code></Codes>')
    found = read_qdpx(make(USER, codes, source(), note))
    told = [(one.about, one.text, one.coder) for one in found.memos]
    assert told == [("code", "Idea\nLook again", "Ana"), ("project", "Loose", "imported")]


@pytest.mark.parametrize(
    "path", ["absolute:///etc/passwd", "relative:///t1.txt", "internal://../x"]
)
def test_a_path_out_of_the_archive_is_not_followed(make, path):
    found = read_qdpx(make(USER, CODES, source(coding(0, 3), path=path)))
    assert found.sources == []
    assert found.losses[0].what == "source without text"
    assert losses(found)["Coding", "the text of its source is not in the file"] == 1


def test_entries_that_would_be_unpacked_elsewhere_are_left(make, tmp_path):
    wild = {"../../outside.txt": b"x", "/etc/absolute.txt": b"x", "C:\\x.txt": b"x"}
    found = read_qdpx(make(USER, CODES, source(coding(13, 21)), parts=wild))
    assert len([one for one in found.remarks if one[0] == "archive"]) == 3
    assert [one.name for one in tmp_path.iterdir()] == ["p.qdpx"]


def test_entities_are_refused_in_one_sentence(make):
    bomb = '<!DOCTYPE Project [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    path = make(whole=f"{bomb}{HEAD}<Description>&b;</Description></Project>")
    with pytest.raises(UnreadableFileError, match="declares entities"):
        read_qdpx(path)


def test_a_zip_bomb_is_refused_before_it_fills_the_memory(make):
    path = make(USER, CODES, source(coding(0, 3)), parts={"sources/T1.TXT": b" " * 40_000_000})
    tracemalloc.start()
    with pytest.raises(UnreadableFileError, match="unpacks to 40 MB"):
        read_qdpx(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_nested_codes_without_end_are_refused(make):
    deep = "".join(f'<Code guid="g{n}" name="c{n}" isCodable="true">' for n in range(10_000))
    with pytest.raises((UnreadableFileError, CodebookError)) as caught:
        read_qdpx(make(f"<CodeBook><Codes>{deep}{'</Code>' * 10_000}</Codes></CodeBook>"))
    assert str(caught.value).count(".") <= 3


def test_codes_of_one_guid_are_told_apart(make):
    twice = CODES.replace(CODE, CODE + CODE.replace("Pay", "Time"))
    found = read_qdpx(make(USER, twice, source(coding(13, 21))))
    assert [code.name for code in found.codebook.codes] == ["Pay", "Time"]
    assert found.code_ids["c1"] == "pay"
    assert any("new guid" in sentence for _, _, sentence in found.remarks)


def test_what_is_no_project_is_refused(tmp_path, make):
    path = tmp_path / "x.qdpx"
    path.write_bytes(b"no zip")
    with pytest.raises(UnreadableFileError, match="no REFI-QDA project"):
        read_qdpx(path)
    with pytest.raises(UnreadableFileError, match="holds a 'CodeBook'"):
        read_qdpx(make(whole="<CodeBook/>"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    path.write_bytes(buffer.getvalue())
    with pytest.raises(UnreadableFileError, match="no project file"):
        read_qdpx(path)
    with pytest.raises(UnreadableFileError, match="no such file"):
        read_qdpx(tmp_path / "missing.qdpx")


def test_positions_that_fit_nowhere_are_refused_unless_the_rule_is_named(make):
    inner = [coding(one, one + 2, guid=f"k{one}") for one in (6, 10, 15, 19, 29, 33)]
    path = make(USER, CODES, source(*inner))
    with pytest.raises(RefusedError, match="no way of counting fits"):
        read_qdpx(path)
    assert len(read_qdpx(path, offsets="standard").codings) == 6
    with pytest.raises(OptionError, match="no way of counting 'mine'"):
        read_qdpx(path, offsets="mine")


class TestRealFiles:
    """Facts measured on the files beside the project."""

    @pytest.fixture
    def qda(self, shared):
        return shared / "samples" / "qda"

    def test_nvivo_counts_utf16_units_and_two_for_a_line_end(self, qda):
        found = read_qdpx(qda / "qdpx" / "oltas0517.qdpx")
        assert len(found.codings) == 303
        assert len({(one.start, one.end) for one in found.codings}) == 188
        assert len(found.codebook.codes) == 152
        assert len(found.coders) == 2
        depths = {found.codebook.depth(code.id) for code in found.codebook.codes}
        assert max(depths) == 3
        said = next(sentence for topic, _, sentence in found.remarks if topic == "offsets")
        assert said.startswith("UTF-16 units, line ends as stored, byte-order mark not counted")
        assert "end exclusive" in said

    def test_atlas_projects_open_and_say_what_is_missing(self, qda):
        found = read_qdpx(qda / "qdpx" / "skyloom_TestProject.qdpx")
        assert sum(one.count for one in found.losses if one.what == "Coding") == 16
        assert sum(one.what == "source without text" for one in found.losses) >= 9
        assert len(read_qdpx(qda / "qdpx" / "target-atlas-project.qdpx").codebook.codes) == 3

    def test_qc_names_its_lines_and_takes_their_ends_along(self, qda):
        found = read_qdpx(qda / "qdpx" / "qc_demo.qdpx")
        assert (len(found.codings), len(found.sources)) == (205, 2)

    def test_qualcoders_quotes_are_the_words_at_its_positions(self, qda):
        found = read_qdpx(qda / "from-seeds" / "seeds.qdpx")
        assert (len(found.codings), found.coders) == (353, ["alice", "bob"])
        assert (len(found.sources), len(found.codebook.codes), len(found.cases)) == (5, 17, 8)
        assert [one.what for one in found.losses] == ["Description of a variable"]
        counted = [one for topic, _, one in found.remarks if topic == "offsets"]
        assert all("end exclusive: 100%" in one and "as many" not in one for one in counted)
        fits = [sentence for topic, _, sentence in found.remarks if topic == "offsets"]
        assert all("100%" in one for one in fits)
