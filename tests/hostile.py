"""Files made to do harm, and a process with little memory that tries each at every door.

``python -m tests.hostile FOLDER`` makes the files in FOLDER and prints, as JSON, what became of
each at each door: [{"file", "door", "outcome", "told", "megabytes"}, ...].
"""

from __future__ import annotations

import gzip
import io
import json
import resource
import sqlite3
import stat
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

MOST = 700  # megabytes that the process may have, all told
HEAD = '<?xml version="1.0"?><Project xmlns="urn:QDA-XML:project:1.0" name="p" origin="test">'
BOOK = (
    '<CodeBook><Codes><Code guid="c1" name="Pay" isCodable="true"/></Codes></CodeBook>'
)  # fmt: skip
ENTITIES = "<!DOCTYPE Project [<!ENTITY a '" + "x" * 100 + "'>" + "".join(
    f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip


def source(path: str = "internal://t.txt", inner: str = "") -> str:
    first = f'<Sources><TextSource guid="t" name="talk" plainTextPath="{path}">'
    return f"{first}{inner}</TextSource></Sources>"


def selection(start: int, end: int, guid: str = "s", code: str = "c1") -> str:
    return (
        f'<PlainTextSelection guid="{guid}" startPosition="{start}" endPosition="{end}">'
        f'<Coding guid="k{guid}"><CodeRef targetGUID="{code}"/></Coding></PlainTextSelection>'
    )


def zipped(*parts: tuple[str | zipfile.ZipInfo, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts:
            archive.writestr(name, content)
    return out.getvalue()


def bomb(name: str, *more: tuple[str, str], start: bytes = b"", megabytes: int = 80) -> bytes:
    """An archive with a part that unpacks to hundreds of megabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, content in more:
            archive.writestr(other, content)
        with archive.open(name, "w") as part:
            part.write(start)
            for _ in range(megabytes):
                part.write(b" " * 1_000_000)
    return out.getvalue()


def qdpx(body: str, text: str = "Ann: more pay.\n", head: str = HEAD, **more: str) -> bytes:
    parts = [(name.replace("__", "/"), content) for name, content in more.items()]
    whole = f"{head}{body}</Project>"
    return zipped(("project.qde", whole), ("sources/t.txt", text), *parts)


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return entry


def nested(tag: str, depth: int) -> str:
    first = "".join(f'<{tag} guid="g{n}" name="n{n}" isCodable="true">' for n in range(depth))
    return first + f"</{tag}>" * depth


def formulas(value: bool) -> bytes:
    """A workbook of formulas, saved with values that would be taken, or without."""
    saved = "<v>1</v>" if value else ""
    rows = "".join(
        f'<row r="{r}">' + "".join(f'<c r="{c}{r}"><f>SUM(A1:A9)</f>{saved}</c>' for c in "ABCD")
        + "</row>" for r in range(1, 2000)
    )  # fmt: skip
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    return zipped(
        ("[Content_Types].xml", f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
         'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default '
         'Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml'
         '.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType='
         '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'),
        ("_rels/.rels", f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
         f'Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'),
        ("xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
         '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>'),
        ("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">'
         f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'
         "</Relationships>"),
        ("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>'
         "</worksheet>"),
    )  # fmt: skip


def database(folder: Path, script: str) -> bytes:
    path = folder / "made.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)
    data = path.read_bytes()
    path.unlink()
    return data


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each hostile file."""
    yield from _archives((folder / "secret.txt").as_uri().removeprefix("file://"))
    yield from _markup()
    yield from _tables()
    yield from _broken(folder)


def _archives(secret: str) -> Iterator[tuple[str, bytes]]:
    yield "slip.qdpx", qdpx(BOOK + source(), **{"..__..__evil.txt": "x", "__evil.txt": "x"})
    yield "slip.ROCKproject", zipped(("../../evil.rock", "a [[code]]"), ("/evil.rock", "b [[c]]"))
    yield "bomb.qdpx", bomb("project.qde", start=HEAD.encode())
    yield "bomb_sidecar.qdpx", bomb("qualkit.json", ("project.qde", f"{HEAD}{BOOK}</Project>"))
    yield "bomb.docx", bomb("word/document.xml")
    yield "bomb.xlsx", bomb("xl/workbook.xml")
    yield "bomb.odt", bomb("content.xml")
    yield "bomb.ROCKproject", bomb("a.rock")
    yield "absolute.qdpx", qdpx(BOOK + source(f"absolute://{secret}"))
    yield "relative.qdpx", qdpx(BOOK + source("relative://../secret.txt"))
    yield "climbing.qdpx", qdpx(BOOK + source("internal://../../secret.txt"))
    project = ("project.qde", f"{HEAD}{BOOK}{source()}</Project>")
    yield "link.qdpx", zipped(project, (link("sources/t.txt"), secret))
    yield "gzip.qdpx", gzip.compress(gzip.compress(b" " * 50_000_000))
    yield "gzip.csv", gzip.compress(gzip.compress(b"document,position,code\n" * 1000))


def _markup() -> Iterator[tuple[str, bytes]]:
    whole = HEAD.replace("<Project", f"{ENTITIES}<Project") + "<Note>&i;</Note></Project>"
    yield "entities.qdpx", zipped(("project.qde", whole))
    book = ENTITIES.replace("Project", "CodeBook")
    yield "entities.qdc", f"{book}<CodeBook>&i;</CodeBook>".encode()
    yield "entities.eaf", f"{ENTITIES}<ANNOTATION_DOCUMENT>&i;</ANNOTATION_DOCUMENT>".encode()
    yield "entities.docx", zipped(("word/document.xml", f"{ENTITIES}<w>&i;</w>"))
    yield "outside.qdpx", qdpx(BOOK + source(inner=selection(-5, 4) + selection(3, 10**12, "z")))
    twice = BOOK.replace("</Codes>", '<Code guid="c1" name="Fees" isCodable="true"/></Codes>')
    yield "twice.qdpx", qdpx(twice + source(inner=selection(5, 9) + selection(5, 9)))
    deep = nested("Code", 10_000)
    yield "nested.qdpx", qdpx(f"<CodeBook><Codes>{deep}</Codes></CodeBook>")
    book = '<CodeBook xmlns="urn:QDA-XML:codebook:1.0">'
    yield "nested.qdc", f"{book}<Codes>{deep}</Codes></CodeBook>".encode()
    yield "nul.qde", f"{HEAD}<Note>\x00</Note></Project>".encode()
    yield "nul.json", b'{"format": "qualkit project\x00"}'
    yield "deep.json", b"[" * 100_000
    deep_one = b'{"format":"qualkit project","version":1,"x":' + b'{"a":' * 100_000
    yield "deep_project.json", deep_one


def _tables() -> Iterator[tuple[str, bytes]]:
    yield "formulas.xlsx", formulas(False)
    yield "formulas_saved.xlsx", formulas(True)
    wide = b"document,position,code," + b"x," * 1_000_000
    yield "wide.csv", wide + b"\nelm,1,pay," + b"1," * 1_000_000
    yield "one_line.csv", b"document,position,code\n" + b'"' + b"x" * 12_000_000
    yield "many_cells.tsv", b"document\tposition\tcode\n" + b"elm\t1\tpay|" * 3 + b"\t" * 5_000_000
    yield "many_rows.csv", b"document,position,code\n" + (b"," * 1_999 + b"x\n") * 7_000
    yield "nul.csv", b"document,position,code\nelm,1,p\x00ay\n" + b"\x00" * 5000
    yield "nul.txt", b"Ann: more\x00pay.\n" * 50
    yield "garbage.parquet", b"PAR1" + bytes(range(256)) * 400 + b"PAR1"


def _broken(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield what is cut off, or is not what its name says."""
    tables = "".join(f"CREATE TABLE t{n} (a text, b text);" for n in range(60))
    whole = database(folder, f"{tables} INSERT INTO t1 VALUES (1, 2);")
    for suffix in ("sqlite3", "qda", "rqda", "qualkit"):
        yield f"truncated.{suffix}", whole[: len(whole) // 2]
        yield f"theirs.{suffix}", whole
    good = qdpx(BOOK + source())
    for suffix in ("qdpx", "docx", "xlsx", "odt", "ROCKproject"):
        yield f"half.{suffix}", good[: len(good) // 2]
        yield f"picture.{suffix}", b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) * 4000
    for suffix in ("csv", "txt", "json"):
        yield f"archive.{suffix}", good


def doors(project: Any, target: Path) -> dict[str, Callable[[Path], object]]:
    """Return the ways in; each is given a file."""
    import qualkit as qk  # noqa: PLC0415  in the process with little memory only
    from qualkit.formats.codebooks import load_codebook  # noqa: PLC0415
    from qualkit.formats.typologies import load_typology  # noqa: PLC0415

    def documents(path: Path) -> object:
        table = project.import_documents([path])
        failed = table.loc[table["status"] == "failed", "message"]
        if len(failed):
            raise qk.QualkitError(str(failed.iloc[0]).rstrip("."))
        return table

    def new_project(path: Path) -> object:
        made, report = qk.create_project_from(path, target)
        with made:
            texts = made.list_utterances()["text"].tolist()
        target.unlink()
        return [texts, report.to_csv()]

    return {
        "documents": documents,
        "project": new_project,
        "codings": project.import_codings,
        "passages": project.match_codings,
        "people": project.import_people,
        "codebook": load_codebook,
        "typology": load_typology,
        "pseudonyms": project.list_leaks,
        "open": lambda path: qk.open_project(path).close(),
    }


def main(folder: Path) -> list[dict[str, Any]]:
    import qualkit as qk  # noqa: PLC0415
    from qualkit.model import Code, Codebook  # noqa: PLC0415

    inside = folder / "inside"
    inside.mkdir()
    (folder / "secret.txt").write_text("Ann: the secret.\n", "utf-8")
    told = []
    with qk.create_project(
        inside / "s.qualkit", codebook=Codebook("B", (Code("pay", "Pay"),))
    ) as own:
        own.import_bytes(b"Ann: more pay.\n\nBob: less.\n", "elm.txt")
        for name, content in files(folder):
            path = inside / name
            path.write_bytes(content)
            for door, enter in doors(own, inside / "made.qualkit").items():
                outcome, words = "in", ""
                try:
                    words = str(enter(path))[:2000]
                except qk.QualkitError as problem:
                    outcome, words = "refused", str(problem)
                except BaseException as problem:  # noqa: BLE001  this is what is looked for
                    outcome, words = "crashed", repr(problem)[:300]
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
                told.append({"file": name, "door": door, "outcome": outcome, "told": words,
                             "megabytes": peak})  # fmt: skip
            path.unlink()
        own.verify()
    return told


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_DATA, (MOST * 1_000_000, MOST * 1_000_000))
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]))))
