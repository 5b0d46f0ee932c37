"""One small talk, written in every kind of file that is read."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Sequence
from xml.sax.saxutils import escape

import docx
import openpyxl
import pytest

TALK = (
    ("Chair", "Who would like to begin with the question of hours?", 1.0),
    ("Ann Lee", "We left at nine and came home at seven.", 5.5),
    ("Bo Day", "My café shifts were longer, I think.", 12.0),
    ("Chair", "Thank you both.", 20.25),
)
_ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"'
)


def odt(body: str, styles: str = "", prolog: str = "") -> bytes:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<office:document-content {_ODF}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = "application/vnd.oasis.opendocument.text"
        archive.writestr("mimetype", kind, compress_type=zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr("Configurations2/accelerator/current.xml", "")
    return buffer.getvalue()


def pdf(pages: Sequence[Sequence[str]], *, packed: bool = False) -> bytes:
    """Write a PDF with the given lines on its pages, in Windows-1252."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    )
    kids = []
    for lines in pages:
        shown = []
        for line in lines:
            safe = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            shown.append(b"(" + safe.encode("cp1252") + b") Tj T*")
        stream = b"BT /F1 11 Tf 14 TL 50 780 Td " + b" ".join(shown) + b" ET"
        stream = zlib.compress(stream) if packed else stream
        filtered = b" /Filter /FlateDecode" if packed else b""
        head = b"<< /Length %d%s >>" % (len(stream), filtered)
        objects.append(head + b"\nstream\n" + stream + b"\nendstream")
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
    listed = b" ".join(b"%d 0 R" % kid for kid in kids)
    objects[1] = b"<< /Type /Pages /Kids [" + listed + b"] /Count %d >>" % len(kids)
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def xlsx(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def textgrid(tiers: dict[str, list[tuple[float, float, str]]], *, is_long: bool = True) -> str:
    head = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
    if not is_long:
        lines = ["0", "30", "<exists>", str(len(tiers))]
        for name, intervals in tiers.items():
            lines += ['"IntervalTier"', f'"{name}"', "0", "30", str(len(intervals))]
            for start, end, text in intervals:
                quoted = text.replace('"', '""')
                lines += [str(start), str(end), f'"{quoted}"']
        return head + "\n".join(lines) + "\n"
    lines = ["xmin = 0 ", "xmax = 30 ", "tiers? <exists> ", f"size = {len(tiers)} ", "item []: "]
    for number, (name, intervals) in enumerate(tiers.items(), 1):
        lines += [f"    item [{number}]:", '        class = "IntervalTier" ']
        lines += [f'        name = "{name}" ', "        xmin = 0 ", "        xmax = 30 "]
        lines += [f"        intervals: size = {len(intervals)} "]
        for place, (start, end, text) in enumerate(intervals, 1):
            quoted = text.replace('"', '""')
            lines += [f"        intervals [{place}]:", f"            xmin = {start} "]
            lines += [f"            xmax = {end} ", f'            text = "{quoted}" ']
    return head + "\n".join(lines) + "\n"


def eaf(tiers: str, prolog: str = "") -> bytes:
    slots = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="ts{n}" TIME_VALUE="{n * 1000}"/>' for n in range(1, 31)
    )
    kinds = (
        '<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="main" TIME_ALIGNABLE="true"/>'
        '<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="one" CONSTRAINTS="Symbolic_Association"/>'
        '<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="many" CONSTRAINTS="Symbolic_Subdivision"/>'
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{prolog}<ANNOTATION_DOCUMENT>'
        f"<TIME_ORDER>{slots}</TIME_ORDER>{tiers}{kinds}</ANNOTATION_DOCUMENT>"
    ).encode()


def eaf_tier(name: str, pieces: Sequence[tuple[int, str]], more: str = "") -> str:
    annotations = "".join(
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{name}{slot}" '
        f'TIME_SLOT_REF1="ts{slot}" TIME_SLOT_REF2="ts{slot + 1}">'
        f"<ANNOTATION_VALUE>{escape(words)}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>"
        for slot, words in pieces
    )
    return f'<TIER LINGUISTIC_TYPE_REF="main" TIER_ID="{name}" {more}>{annotations}</TIER>'


def _stamp(time: float, sign: str) -> str:
    return f"00:00:{time:06.3f}".replace(".", sign)


def _captions(sign: str) -> str:
    return "\n\n".join(
        f"{n}\n{_stamp(time, sign)} --> {_stamp(time + 1, sign)}\n{name}: {words}"
        for n, (name, words, time) in enumerate(TALK, 1)
    )


def _docx() -> bytes:
    word = docx.Document()
    for name, words, _ in TALK:
        word.add_paragraph(f"{name}: {words}")
    buffer = io.BytesIO()
    word.save(buffer)
    return buffer.getvalue()


def _trs() -> bytes:
    turns = "".join(
        f'<Turn speaker="{name[0]}" startTime="{time}"><Sync time="{time}"/>\n{words}\n</Turn>'
        for name, words, time in TALK
    )
    names = "".join(
        f'<Speaker id="{name[0]}" name="{name}"/>' for name in ("Chair", "Ann Lee", "Bo Day")
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE Trans SYSTEM "trans-14.dtd"><Trans>'
        f"<Speakers>{names}</Speakers><Episode><Section>{turns}</Section></Episode></Trans>"
    ).encode()


def _rtf() -> bytes:
    lines = "\n".join(rf"{{\b {name}:}} {words}\par" for name, words, _ in TALK)
    return (
        (r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}" + lines + "}")
        .replace("é", r"\'e9")
        .encode("ascii")
    )


def _tiers() -> dict[str, list[tuple[float, float, str]]]:
    names = dict.fromkeys(name for name, _, _ in TALK)
    return {
        name: [(time, time + 1, words) for who, words, time in TALK if who == name]
        for name in names
    }


@pytest.fixture(scope="session")
def made() -> dict[str, bytes]:
    """The talk, by suffix."""
    plain = "\n\n".join(f"{name}: {words}" for name, words, _ in TALK).encode()
    rows = [["speaker", "start", "text"], *[[n, t, w] for n, w, t in TALK]]
    html = "".join(f"<p><b>{name}:</b> {words}</p>" for name, words, _ in TALK)
    page = f"<!DOCTYPE html><html><head><title>Talk</title></head><body>{html}</body></html>"
    speakers = dict.fromkeys(name for name, _, _ in TALK)
    slots = {name: [(int(t), w) for n, w, t in TALK if n == name] for name in speakers}
    chat = "@Begin\n@Participants:\tCHA Chair Investigator, ANN Ann_Lee Adult, BOD Bo_Day Adult\n"
    chat += "".join(
        f"*{name.replace(' ', '')[:3].upper()}:\t{words} \x15{int(time * 1000)}_99999\x15\n"
        for name, words, time in TALK
    )
    salt = "$ Chair, Ann Lee, Bo Day\n" + "".join(
        f"- 0:{int(time):02}\n{name[0]} {words}\n" for name, words, time in TALK
    )
    segments = [{"speaker": n, "start": t, "text": f" {w}"} for n, w, t in TALK]
    paragraphs = "".join(f"<text:p>{name}: {words}</text:p>" for name, words, _ in TALK)
    return {
        ".cha": f"{chat}@End\n".encode(),
        ".csv": "\n".join(f'"{a}","{b}","{c}"' for a, b, c in rows).encode(),
        ".docx": _docx(),
        ".eaf": eaf("".join(eaf_tier(name, pieces) for name, pieces in slots.items())),
        ".htm": page.encode(),
        ".html": page.encode(),
        ".json": json.dumps({"segments": segments}, ensure_ascii=False).encode(),
        ".md": plain,
        ".odt": odt(paragraphs),
        ".pdf": pdf([[f"{name}: {words}" for name, words, _ in TALK]]),
        ".rst": plain,
        ".rtf": _rtf(),
        ".slt": salt.encode(),
        ".srt": _captions(",").encode(),
        ".text": plain,
        ".textgrid": textgrid(_tiers()).encode(),
        ".trs": _trs(),
        ".tsv": "\n".join("\t".join(map(str, row)) for row in rows).encode(),
        ".txt": plain,
        ".vtt": f"WEBVTT\n\n{_captions('.')}\n".encode(),
        ".xlsx": xlsx({"Talk": rows}),
    }


@pytest.fixture(scope="session")
def write_odt() -> Callable[..., bytes]:
    """Write the body of an OpenDocument text."""
    return odt


@pytest.fixture(scope="session")
def write_pdf() -> Callable[..., bytes]:
    """Write the lines of the pages of a PDF."""
    return pdf


@pytest.fixture(scope="session")
def write_xlsx() -> Callable[..., bytes]:
    """Write the rows of the sheets of a workbook."""
    return xlsx


@pytest.fixture(scope="session")
def write_textgrid() -> Callable[..., str]:
    """Write the intervals of the tiers of a TextGrid."""
    return textgrid


@pytest.fixture(scope="session")
def write_eaf() -> Callable[[str], bytes]:
    """Write the tiers of an ELAN file."""
    return eaf


@pytest.fixture(scope="session")
def write_tier() -> Callable[..., str]:
    """Write a tier of an ELAN file."""
    return eaf_tier
