"""What is refused before it costs memory or time, each in one sentence."""

from __future__ import annotations

import importlib.util
import io
import json
import resource
import struct
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import openpyxl
import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.documents import KINDS, MOST_CHARACTERS, read_bytes, read_document

_MB = 1_000_000


def _writers() -> ModuleType:
    place = Path(__file__).with_name("conftest.py")
    spec = importlib.util.spec_from_file_location("talk_writers", place)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


write = _writers()


def _refused(source: bytes, name: str) -> str:
    with pytest.raises((UnreadableFileError, EmptyFileError)) as caught:
        read_bytes(source, name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def within() -> Iterator[Callable[[float], None]]:
    """Hold the memory that Python asks for under what a test says, in megabytes."""
    limits: list[float] = []
    tracemalloc.start()
    yield limits.append
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    for megabytes in limits:
        assert peak < megabytes * _MB


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_two_gigabytes_is_refused_without_being_read(
    kind: str, tmp_path: Path, within: Callable[[float], None]
) -> None:
    within(12)
    path = tmp_path / f"big{kind}"
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UnreadableFileError, match=r"2,000 MB big; at most (200|50) MB are read"):
        read_document(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000


def test_a_text_longer_than_a_document_may_be_is_refused() -> None:
    said = _refused(b"We left. " * (MOST_CHARACTERS // 9 + 1), "a.txt")
    assert "characters long" in said


def _swollen(part: str, megabytes: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        if part == "content.xml":
            archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        with archive.open(part, "w") as file:
            file.write(b"<a>")
            for _ in range(megabytes):
                file.write(b" " * _MB)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("word/document.xml", "a.docx"),
        ("content.xml", "a.odt"),
        ("xl/worksheets/sheet1.xml", "a.xlsx"),
    ],
)
def test_an_archive_that_swells_is_refused_before_it_is_unpacked(
    part: str, name: str, within: Callable[[float], None]
) -> None:
    source = _swollen(part, 90)
    within(25)
    assert "unpacks to 90 MB" in _refused(source, name)


def test_an_archive_that_lies_about_its_sizes_is_refused(
    within: Callable[[float], None],
) -> None:
    source = bytearray(_swollen("content.xml", 30))
    claimed = struct.pack("<I", 30 * _MB + 3)
    assert source.count(claimed) == 2
    within(60)
    _refused(bytes(source.replace(claimed, struct.pack("<I", 500))), "a.odt")


_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True)
    )
    + "]>"
)
_OUTSIDE = '<!DOCTYPE x [<!ENTITY j SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("prolog", [_LAUGHS, _OUTSIDE], ids=["laughs", "outside"])
def test_declared_entities_are_refused_unexpanded(
    prolog: str, within: Callable[[float], None]
) -> None:
    within(20)
    assert "entities" in _refused(write.odt("<text:p>&j;</text:p>", prolog=prolog), "a.odt")
    tier = write.eaf_tier("Ann", [(1, "We left.")]).replace("We left.", "&j;")
    assert "entities" in _refused(write.eaf(tier, prolog), "a.eaf")
    trs = f'<?xml version="1.0"?>{prolog}<Trans><Section><Turn>&j;</Turn></Section></Trans>'
    assert "entities" in _refused(trs.encode(), "a.trs")


def test_a_document_type_that_is_only_named_is_not_fetched(tmp_path: Path) -> None:
    (tmp_path / "evil.dtd").write_text('<!ENTITY j "stolen">')
    trs = (
        f'<!DOCTYPE Trans SYSTEM "{(tmp_path / "evil.dtd").as_uri()}"><Trans><Section>'
        "<Turn>We left.</Turn></Section></Trans>"
    )
    assert read_bytes(trs.encode(), "a.trs").text == "We left."
    asking = read_bytes(trs.replace("We left.", "We &j; left.").encode(), "a.trs")
    assert asking.text == "We &j; left."


def test_a_pdf_of_thousands_of_pages_is_refused(within: Callable[[float], None]) -> None:
    source = write.pdf([["Page"]] * 2_001)
    within(60)
    assert "2,001 pages; at most 2,000" in _refused(source, "a.pdf")


def test_a_pdf_without_text_says_that_it_is_a_picture() -> None:
    assert "its page is a picture; let a program recognise" in _refused(write.pdf([[]]), "a.pdf")
    assert "its 3 pages are pictures" in _refused(write.pdf([[]] * 3), "a.pdf")


def test_a_pdf_locked_by_a_password_says_so() -> None:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(io.BytesIO(write.pdf([["Ann: We left."]])))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert "locked by a password" in _refused(buffer.getvalue(), "a.pdf")


def test_a_pdf_that_only_forbids_changes_is_read() -> None:
    pypdf = pytest.importorskip("pypdf")
    writer = pypdf.PdfWriter(io.BytesIO(write.pdf([["Ann: We left.", "Bo: Why?", "Ann: Oh."]])))
    writer.encrypt("", owner_password="secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    assert len(read_bytes(buffer.getvalue(), "a.pdf").speakers) == 2


def test_a_pdf_that_unpacks_to_far_too_much_is_refused(
    within: Callable[[float], None],
) -> None:
    within(120)
    heavy = write.pdf([["x" * 99] * 200_000, ["Ann: We left."]], packed=True)
    assert len(heavy) < _MB
    document = read_bytes(heavy, "a.pdf")
    assert "We left." in document.text
    assert any("drawings on these pages were not read: 1." in f.message for f in document.findings)


def test_a_pdf_whose_parts_call_each_other_again_and_again_is_cut_and_says_so() -> None:
    document = read_bytes(_pdf_of_calls(), "a.pdf")
    assert any("skipped" in finding.message for finding in document.findings)


def _pdf_of_calls() -> bytes:
    """Write a page that draws a form ten times, which draws another ten times, and so on."""
    plain = write.pdf([["Ann: We left."]])
    depth = 12
    forms = []
    for level in range(depth):
        called = b"/X Do " * 10 if level < depth - 1 else b"BT /F1 9 Tf (ha) Tj ET"
        below = b"/XObject << /X %d 0 R >>" % (101 + level) if level < depth - 1 else b""
        forms.append(
            b"%d 0 obj\n<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << %s /Font "
            b"<< /F1 3 0 R >> >> /Length %d >>\nstream\n%s\nendstream\nendobj\n"
            % (100 + level, below, len(called), called)
        )
    body = plain[: plain.index(b"xref")]
    body = body.replace(b"/Resources << /Font", b"/Resources << /XObject << /X 100 0 R >> /Font")
    length = int(body.split(b"/Length ")[1].split()[0])
    body = body.replace(b"/Length %d" % length, b"/Length %d" % (length + 6))
    body = body.replace(b" ET\nendstream", b" ET /X Do\nendstream")
    return body + b"".join(forms) + b"trailer\n<< /Size 200 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"


@pytest.mark.parametrize("text", ["[" * 10_000, '{"a":' * 10_000 + "1" + "}" * 10_000])
def test_json_nested_ten_thousand_deep_is_refused(text: str) -> None:
    assert "nested too deeply" in _refused(text.encode(), "a.json")


@pytest.mark.parametrize("value", ["9" * 6_000, "NaN", "1e999", "-1e400", "true", '"x"', "[[]]"])
def test_a_strange_time_in_json_is_no_time(value: str) -> None:
    text = f'[{{"text": "We left.", "start": {value}}}, {{"text": "Why?", "start": 2}}]'
    if len(value) > 4_300:
        assert "number is too long" in _refused(text.encode(), "a.json")
    else:
        assert read_bytes(text.encode(), "a.json").utterances[0].time is None


def test_a_million_columns_in_one_line_are_refused(within: Callable[[float], None]) -> None:
    within(300)
    assert "1,000,000 columns" in _refused(b"a," * 999_999 + b"b\n", "a.csv")


def test_a_workbook_that_spreads_over_all_columns_is_refused() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in range(1, 400):
        sheet.cell(row=row, column=16_384, value="far")
    buffer = io.BytesIO()
    book.save(buffer)
    assert "cells" in _refused(buffer.getvalue(), "a.xlsx")


@pytest.mark.parametrize("is_long", [True, False])
@pytest.mark.parametrize("claimed", ["1000000000", "9" * 40, "-1", "1.5"])
def test_a_textgrid_that_claims_too_much_is_refused(
    is_long: bool, claimed: str, within: Callable[[float], None]
) -> None:
    grid = write.textgrid({"Ann": [(0, 1, "We left.")] * 3}, is_long=is_long)
    place = grid.rindex("3", 0, grid.index("We left.") - 40 * is_long - 5)
    within(5)
    said = _refused((grid[:place] + claimed + grid[place + 1 :]).encode(), "a.TextGrid")
    assert "damaged" in said


def test_more_tiers_than_anybody_has_are_refused() -> None:
    grid = write.textgrid({"Ann": [(0, 1, "We left.")]}, is_long=False)
    assert "tiers" in _refused(grid.replace("\n1\n", "\n1000000000\n", 1).encode(), "a.TextGrid")


def test_rich_text_nested_without_end_is_refused(within: Callable[[float], None]) -> None:
    within(20)
    assert "nested too deeply" in _refused(b"{\\rtf1 " + b"{" * 100_000, "a.rtf")


def test_a_web_page_nested_without_end_is_read_whole_or_refused(
    within: Callable[[float], None],
) -> None:
    within(60)
    source = b"<p>First.</p>" + b"<div>" * 20_000 + b"Last." + b"</div>" * 20_000
    try:
        document = read_bytes(source, "a.html")
    except UnreadableFileError as error:
        assert "nested" in str(error)  # noqa: PT017
    else:
        assert "Last." in document.text


def test_an_odt_that_claims_a_billion_blanks_is_read_with_few() -> None:
    source = write.odt('<text:p>We<text:s text:c="1000000000"/>left.</text:p>')
    assert len(read_bytes(source, "a.odt").text) < 400


@pytest.mark.parametrize("kind", [".cha", ".json", ".rtf", ".srt", ".textgrid", ".txt", ".vtt"])
def test_a_line_of_half_a_million_letters_is_read(kind: str) -> None:
    words = "word " * 100_000
    heads = {
        ".cha": f"@Begin\n*ANN:\t{words}",
        ".json": json.dumps([{"text": words, "speaker": "A"}]),
        ".rtf": rf"{{\rtf1 {words}\par}}",
        ".srt": f"1\n00:00:01,000 --> 00:00:02,000\n{words}\n",
        ".textgrid": write.textgrid({"Ann": [(0, 1, words)]}),
        ".txt": words,
        ".vtt": f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>{words}\n",
    }
    assert len(read_bytes(heads[kind].encode(), f"a{kind}").text.split()) >= 100_000
