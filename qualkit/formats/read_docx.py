"""Word documents: .docx."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.text.normalise import normalise
from qualkit.text.reading import Hint, Reading

__all__ = ["check_archive", "read_docx"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MOST_BYTES = 400_000_000
_MOST_TIMES = 400
_SMALL = 20_000_000
_HEADING = re.compile(r"heading\s*(\d)", re.IGNORECASE)
_LIST = re.compile(r"\blist\b", re.IGNORECASE)
_SKIPPED = {f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}pPr", f"{_W}rPr"}
_BREAKS = {f"{_W}br", f"{_W}cr"}


def read_docx(source: bytes, source_name: str) -> Reading:
    """Return the text of a Word document with its headings, lists, tables and footnotes.

    Inserted text of tracked changes is read, deleted text is not. Page headers and footers are
    not part of the text. Cells of a table row are parted by tabs.

    Raises:
        EmptyFileError: there are no words in it.
        UnreadableFileError: the file is damaged, locked by a password, or unsafe to open.
    """
    check_archive(source, source_name)
    try:
        document = docx.Document(io.BytesIO(source))
    except (
        PackageNotFoundError,
        KeyError,
        ValueError,
        zipfile.BadZipFile,
        etree.LxmlError,
    ) as error:
        raise _damaged(source_name) from error
    styles = {style.style_id: style.name or "" for style in document.styles}
    lines = list(_body(document.element.body, styles))
    lines += [(text, Hint(note="footnote")) for text in _footnotes(document)]
    text, hints = _join(lines)
    if not text.strip():
        raise EmptyFileError("there are no words in the document", where=source_name)
    title = (document.core_properties.title or "").strip() or None
    return Reading(text, hints, is_flowing=True, title=normalise(title) if title else None)


def _damaged(source_name: str) -> UnreadableFileError:
    return UnreadableFileError(
        "this is no Word document, or it is damaged or locked by a password",
        where=source_name,
        remedy="open it in Word and save it again as docx",
    )


def check_archive(source: bytes, source_name: str) -> None:
    """Refuse an archive that is damaged, unpacks to far too much, or declares entities.

    Raises:
        UnreadableFileError: for each of these.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, source_name)
            for entry in entries:
                if entry.filename.endswith((".xml", ".rels")):
                    _check_xml(archive.read(entry), source_name)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError) as error:
        raise _damaged(source_name) from error
    except (zipfile.zlib.error, etree.XMLSyntaxError) as error:  # type: ignore[attr-defined]
        raise _damaged(source_name) from error


def _check_sizes(entries: list[zipfile.ZipInfo], source_name: str) -> None:
    total = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > _SMALL and entry.file_size > _MOST_TIMES * max(1, entry.compress_size)
        for entry in entries
    )
    if total > _MOST_BYTES or swollen or len(entries) > 20_000:
        raise UnreadableFileError(
            f"the document unpacks to {total // 1_000_000} MB, which no document needs",
            where=source_name,
            remedy="save its text as a new document",
        )


def _check_xml(data: bytes, source_name: str) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    tree = etree.fromstring(data, parser)
    if tree.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFileError(
            "the document declares entities, which no Word document does",
            where=source_name,
            remedy="save its text as a new document",
        )


def _body(element: Any, styles: dict[str, str]) -> Iterator[tuple[str, Hint]]:
    for child in element:
        if child.tag == f"{_W}p":
            yield _paragraph(child, styles)
        elif child.tag == f"{_W}tbl":
            yield from _table(child)
        elif child.tag in {f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}customXml"}:
            yield from _body(child, styles)


def _paragraph(element: Any, styles: dict[str, str]) -> tuple[str, Hint]:
    text = "".join(_pieces(element))
    style = element.find(f"{_W}pPr/{_W}pStyle")
    name = styles.get(style.get(f"{_W}val") or "", "") if style is not None else ""
    found = _HEADING.match(name)
    if found or name.lower() in {"title", "subtitle"}:
        level = int(found.group(1)) if found else 1 if name.lower() == "title" else 2
        return text, Hint(level=max(1, level))
    numbered = element.find(f"{_W}pPr/{_W}numPr") is not None
    return text, Hint(is_item=numbered or _LIST.search(name) is not None)


def _pieces(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _SKIPPED:
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag == f"{_W}tab":
            yield "\t"
        elif child.tag in _BREAKS:
            yield "\n"
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif isinstance(child.tag, str):
            yield from _pieces(child)


def _table(element: Any) -> Iterator[tuple[str, Hint]]:
    for row in element.iter(f"{_W}tr"):
        cells = []
        for cell in row.findall(f"{_W}tc"):
            words = (" ".join("".join(_pieces(p)).split()) for p in cell.iter(f"{_W}p"))
            cells.append(" ".join(part for part in words if part))
        if any(cells):
            yield "\t".join(cells), Hint(is_row=True)


def _footnotes(document: Any) -> Iterator[str]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")) and not relation.is_external:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            root = etree.fromstring(relation.target_part.blob, parser)
            for note in root:
                words = " ".join("".join(_pieces(note)).split())
                if words:
                    yield words


def _join(lines: list[tuple[str, Hint]]) -> tuple[str, dict[int, Hint]]:
    """Put paragraphs on lines of their own; a soft break goes on with its paragraph."""
    hints: dict[int, Hint] = {}
    parts: list[str] = []
    offset = 0
    for words, hint in lines:
        for number, piece in enumerate(normalise(words).split("\n")):
            continued = number > 0 and not hint.is_row
            hints[offset] = Hint(is_continued=True) if continued else hint
            parts.append(piece)
            offset += len(piece) + 1
    return "\n".join(parts), hints
