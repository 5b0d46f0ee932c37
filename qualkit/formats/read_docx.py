"""Word documents: .docx."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.exceptions import PythonDocxError
from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import XmlchemyError
from lxml import etree

from qualkit.errors import EmptyFileError
from qualkit.formats.read_archive import BROKEN, check_archive, damaged
from qualkit.formats.read_lines import join_lines, one_line
from qualkit.text.reading import Hint, Reading

__all__ = ["read_docx"]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_KIND = "Word document"
_BROKEN: tuple[type[Exception], ...] = (*BROKEN, PythonDocxError, OpcError, XmlchemyError)
_HEADING = re.compile(r"heading\s*(\d)", re.IGNORECASE)
_LIST = re.compile(r"\blist\b", re.IGNORECASE)
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = {
    f"{_MC}Fallback",
    f"{_W}del",
    f"{_W}moveFrom",
    f"{_W}instrText",
    f"{_W}delText",
    f"{_W}pPr",
    f"{_W}rPr",
}
_WRAPPERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "customXml", "smartTag")}
_SIGNS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}


def read_docx(source: bytes, source_name: str) -> Reading:
    """Return the text of a Word document with its headings, lists, tables and footnotes.

    Inserted text of tracked changes is read, deleted text is not. Page headers and footers are
    not part of the text. Cells of a table row are parted by tabs.

    Raises:
        EmptyFileError: there are no words in it.
        UnreadableFileError: the file is damaged, locked by a password, or unsafe to open.
    """
    check_archive(source, source_name, _KIND)
    try:
        document = docx.Document(io.BytesIO(source))
        styles = {style.style_id: style.name or "" for style in document.styles}
        lines = list(_body(document.element.body, styles))
        lines += [(text, Hint(note="footnote")) for text in _footnotes(document)]
        comments = _comments(document)
        title = one_line(document.core_properties.title or "")
    except _BROKEN as error:
        raise damaged(source_name, _KIND) from error
    text, hints = join_lines(lines)
    if not text.strip():
        raise EmptyFileError("there are no words in the document", where=source_name)
    remarks = (("left out", f"{comments} comments in the margin were not read."),)
    return Reading(
        text, hints, is_flowing=True, remarks=remarks if comments else (), title=title or None
    )


def _body(element: Any, styles: dict[str, str]) -> Iterator[tuple[str, Hint]]:
    for child in element:
        if child.tag == f"{_W}p":
            yield _paragraph(child, styles)
        elif child.tag == f"{_W}tbl":
            yield from _table(child)
        elif child.tag in _WRAPPERS:
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
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == f"{_W}txbxContent":
            yield from _box(child)
        elif isinstance(child.tag, str):
            yield from _pieces(child)


def _box(element: Any) -> Iterator[str]:
    """Yield the words of a text box, each paragraph on a line of its own."""
    for paragraph in _inside(element, "p"):
        yield "\n"
        yield from _pieces(paragraph)
    for table in _inside(element, "tbl"):
        for row, _ in _table(table):
            yield f"\n{row}"
    yield "\n"


def _table(element: Any) -> Iterator[tuple[str, Hint]]:
    """Yield the rows of a table; a table in a cell stands in its cell, row after row."""
    for row in _inside(element, "tr"):
        cells = [_cell(cell) for cell in _inside(row, "tc")]
        if any(cells):
            yield "\t".join(cells), Hint(is_row=True)


def _inside(element: Any, name: str) -> Iterator[Any]:
    for child in element:
        if child.tag == f"{_W}{name}":
            yield child
        elif child.tag in _WRAPPERS:
            yield from _inside(child, name)


def _cell(element: Any) -> str:
    paragraphs = (p for p in element.iter(f"{_W}p") if not _is_boxed(p, element))
    words = (" ".join("".join(_pieces(p)).split()) for p in paragraphs)
    return " ".join(part for part in words if part)


def _is_boxed(paragraph: Any, cell: Any) -> bool:
    """Return whether a paragraph stands in a text box, which is read with the one around it."""
    for parent in paragraph.iterancestors():
        if parent is cell:
            return False
        if parent.tag == f"{_W}p":
            return True
    return False


def _footnotes(document: Any) -> Iterator[str]:
    for note in _notes(document, "/footnotes", "/endnotes"):
        words = " ".join("".join(_pieces(note)).split())
        if words:
            yield words


def _comments(document: Any) -> int:
    return sum(1 for _ in _notes(document, "/comments"))


def _notes(document: Any, *endings: str) -> Iterator[Any]:
    for relation in document.part.rels.values():
        if relation.reltype.endswith(endings) and not relation.is_external:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            yield from etree.fromstring(relation.target_part.blob, parser)
