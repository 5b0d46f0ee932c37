"""OpenDocument texts: .odt, as LibreOffice writes them.

The parts of the archive are read with lxml: odfpy, the library for the format, has had no release
since 2020, comes without a wheel and expands entities.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qualkit.errors import EmptyFileError
from qualkit.formats.read_archive import check_archive, read_part
from qualkit.formats.read_lines import join_lines, one_line
from qualkit.formats.read_xml import parse_xml
from qualkit.text.reading import Hint, Reading

__all__ = ["read_odt"]

_KIND = "OpenDocument text"
_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT = f"{{{_SPACE}text:1.0}}"
_TABLE = f"{{{_SPACE}table:1.0}}"
_OFFICE = f"{{{_SPACE}office:1.0}}"
_DRAW = f"{{{_SPACE}drawing:1.0}}"
_STYLE = f"{{{_SPACE}style:1.0}}"
_PARAGRAPHS = {f"{_TEXT}p", f"{_TEXT}h"}
_SKIPPED = {
    f"{_TEXT}tracked-changes",
    f"{_TEXT}sequence-decls",
    f"{_TEXT}variable-decls",
    f"{_TEXT}user-field-decls",
    f"{_TEXT}note",
    f"{_OFFICE}annotation",
    f"{_OFFICE}forms",
}
_MOST_BLANKS = 200
_DEEPEST = 200


def read_odt(source: bytes, source_name: str) -> Reading:
    """Return the text of an OpenDocument text with headings, lists, tables and notes.

    Deleted text of tracked changes, comments, page headers and footers are not read. Footnotes
    and endnotes stand behind the text. Cells of a table row are parted by tabs.

    Raises:
        EmptyFileError: there are no words in it.
        UnreadableFileError: the file is damaged, locked by a password, or unsafe to open.
    """
    check_archive(source, source_name, _KIND)
    root = parse_xml(
        read_part(source, "content.xml", source_name, _KIND), source_name, f"readable {_KIND}"
    )
    body = root.find(f"{_OFFICE}body/{_OFFICE}text")
    lines = list(_lines(body, _titles(root), 0)) if body is not None else []
    lines += [(words, Hint(note="footnote")) for words in _notes(root)]
    text, hints = join_lines(lines)
    if not text.strip():
        raise EmptyFileError("there are no words in the document", where=source_name)
    comments = sum(1 for _ in root.iter(f"{_OFFICE}annotation"))
    remarks = (("left out", f"{comments} comments in the margin were not read."),)
    return Reading(text, hints, is_flowing=True, remarks=remarks if comments else ())


def _titles(root: Any) -> dict[str, int]:
    """Return the level of each paragraph style made from Title or Subtitle."""
    levels = {"Title": 1, "Subtitle": 2}
    for style in root.iter(f"{_STYLE}style"):
        parent = style.get(f"{_STYLE}parent-style-name")
        if parent in levels:
            levels[style.get(f"{_STYLE}name")] = levels[parent]
    return levels


def _lines(
    element: Any, titles: dict[str, int], depth: int, is_item: bool = False
) -> Iterator[tuple[str, Hint]]:
    if depth > _DEEPEST:
        raise EmptyFileError("the document is nested too deeply to be read")
    for child in element:
        if child.tag in _PARAGRAPHS:
            yield "".join(_pieces(child)), _hint(child, titles, is_item)
            yield from _boxes(child, titles, depth)
        elif child.tag == f"{_TABLE}table":
            yield from _table(child)
        elif child.tag == f"{_TEXT}list":
            yield from _lines(child, titles, depth + 1, is_item=True)
        elif child.tag not in _SKIPPED and isinstance(child.tag, str):
            yield from _lines(child, titles, depth + 1, is_item)


def _hint(paragraph: Any, titles: dict[str, int], is_item: bool) -> Hint:
    if paragraph.tag == f"{_TEXT}h":
        level = paragraph.get(f"{_TEXT}outline-level") or "1"
        return Hint(level=int(level) if level.isdecimal() and level != "0" else 1)
    level_of_title = titles.get(paragraph.get(f"{_TEXT}style-name"))
    return Hint(level=level_of_title) if level_of_title else Hint(is_item=is_item)


def _boxes(paragraph: Any, titles: dict[str, int], depth: int) -> Iterator[tuple[str, Hint]]:
    """Yield the paragraphs of text boxes that hang on a paragraph."""
    for box in paragraph.iter(f"{_DRAW}text-box"):
        if next(a for a in box.iterancestors() if a.tag in _PARAGRAPHS) is paragraph:
            yield from _lines(box, titles, depth + 1)


def _pieces(element: Any, depth: int = 0) -> Iterator[str]:
    if depth > _DEEPEST:
        return
    yield element.text or ""
    for child in element:
        if child.tag == f"{_TEXT}s":
            blanks = child.get(f"{_TEXT}c") or "1"
            yield " " * min(int(blanks) if blanks.isdecimal() else 1, _MOST_BLANKS)
        elif child.tag == f"{_TEXT}tab":
            yield "\t"
        elif child.tag == f"{_TEXT}line-break":
            yield "\n"
        elif isinstance(child.tag, str) and child.tag not in {*_SKIPPED, f"{_DRAW}text-box"}:
            yield from _pieces(child, depth + 1)
        yield child.tail or ""


def _table(element: Any) -> Iterator[tuple[str, Hint]]:
    """Yield the rows of a table; the words of a table in a cell stand in their cell."""
    for row in element.iter(f"{_TABLE}table-row"):
        if next(a for a in row.iterancestors() if a.tag == f"{_TABLE}table") is not element:
            continue
        cells = [
            " ".join(words for p in cell.iter(*_PARAGRAPHS) if (words := one_line(_words(p))))
            for cell in row.iterchildren(f"{_TABLE}table-cell")
        ]
        if any(cells):
            yield "\t".join(cells).rstrip("\t"), Hint(is_row=True)


def _words(paragraph: Any) -> str:
    return "".join(_pieces(paragraph))


def _notes(root: Any) -> Iterator[str]:
    for note in root.iter(f"{_TEXT}note-body"):
        words = " ".join(one_line(_words(p)) for p in note.iter(*_PARAGRAPHS))
        if words.strip():
            yield words.strip()
