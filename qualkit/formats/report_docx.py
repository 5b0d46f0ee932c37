"""A report as a Word document: real headings, captions, repeated table heads, page numbers."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm
from docx.text.paragraph import Paragraph as Text

from qualkit.formats.atomic import replacing
from qualkit.formats.docx_fields import add_contents, add_field, bookmark, element
from qualkit.formats.docx_styles import SOFT, WIDTH, set_up
from qualkit.formats.report_parts import (
    Block,
    Facts,
    Figure,
    Paragraph,
    Points,
    Quotes,
    Report,
    Section,
    Table,
    is_right_to_left,
    plain,
)

__all__ = ["write_report_docx"]

_TALLEST = 21.0  # of a picture, in centimetres: its caption stands on the same page
_PIXELS = 2 * 96 / 2.54  # of a picture, in a centimetre


def write_report_docx(path: str | Path, report: Report) -> Path:
    """Write a report as a Word document, whole or not at all, and return where it is.

    It has a table of contents and numbered captions as fields, headings that Word's navigation
    knows, tables whose heads are repeated on every page, pictures with a description, and page
    numbers.

    Raises:
        UnwritableError: the folder refuses.
    """
    document = _Writer(report).document
    with replacing(path) as draft:
        document.save(str(draft))
    return Path(path)


class _Writer:
    """The document while it grows."""

    def __init__(self, report: Report) -> None:
        self.document = Document()
        self._counts = {"Table": 0, "Figure": 0}
        self._headings = 0
        set_up(self.document, plain(report.title), report.language)
        self._end = self.document.element.body.sectPr
        self._styles = {one.name: one.style_id for one in self.document.styles}
        self._text("Title", report.title)
        self._text("Subtitle", report.subtitle)
        if report.contains.pairs:
            self._text("Contents heading", f"What this {report.kind} contains")
            self._facts(report.contains)
        numbered = [_numbered(one, f"{at}") for at, one in enumerate(report.sections, start=1)]
        self._text("Contents heading", "Contents")
        outline = [line for one in numbered for line in one.outline()]
        outline = [(level, plain(title)) for level, title in outline]
        add_contents(self.document, outline)
        for section in numbered:
            self._section(section, 1)

    def _section(self, section: Section, level: int) -> None:
        heading = self._text(f"Heading {min(level, 6)}", section.title)
        self._headings += 1
        bookmark(heading, self._headings)
        for block, following in zip_longest(section.blocks, section.blocks[1:]):
            self._block(block)
            if isinstance(following, Quotes):  # what is said of quotations stays with the first
                self._last.paragraph_format.keep_with_next = True
        for within in section.sections:
            self._section(within, level + 1)

    def _block(self, block: Block) -> None:
        ways: dict[type, Callable[[Any], None]] = {
            Paragraph: self._paragraph,
            Points: self._points,
            Facts: self._facts,
            Table: self._table,
            Figure: self._figure,
            Quotes: self._quotes,
        }
        ways[type(block)](block)

    def _text(self, style: str, text: str) -> Any:
        made = self._last = self._new(style)
        made.add_run(plain(text))
        if is_right_to_left(text):
            made._p.get_or_add_pPr().append(element("w:bidi"))
        return made

    def _new(self, style: str) -> Any:
        """Return a new paragraph at the end; python-docx would go through all to find it."""
        made = Text(element("w:p"), self.document._body)
        self._end.addprevious(made._p)
        return self._styled(made, style)

    def _styled(self, paragraph: Any, style: str) -> Any:
        """Return the paragraph in a style; by its id, as python-docx is slow to look names up."""
        paragraph._p.style = self._styles[style]
        return paragraph

    def _paragraph(self, block: Paragraph) -> None:
        self._text("Note" if block.is_note else "Normal", block.text)

    def _points(self, block: Points) -> None:
        for item in block.items:
            self._text("List Bullet", item)

    def _facts(self, block: Facts) -> None:
        for name, value in block.pairs:
            made = self._new("Fact")
            made.add_run(plain(name)).bold = True
            made.add_run(f"\t{plain(value)}")

    def _caption(self, noun: str, title: str, *, above: bool) -> None:
        self._counts[noun] += 1
        made = self._new("Caption")
        made.paragraph_format.keep_with_next = above
        made.add_run(f"{noun} ")
        add_field(made, f"SEQ {noun} \\* ARABIC", str(self._counts[noun]))
        made.add_run(". ")
        made.add_run(plain(title)).bold = False

    def _figure(self, block: Figure) -> None:
        drawn = block.draw(".png")
        wide, high = (one / _PIXELS for one in struct.unpack(">II", drawn[16:24]))
        shrunk = min(1.0, WIDTH / wide, _TALLEST / high)
        place = self._new("Picture")
        picture = place.add_run().add_picture(io.BytesIO(drawn), Cm(wide * shrunk))
        picture._inline.docPr.set("descr", plain(block.text))
        self._caption("Figure", block.title, above=False)

    def _table(self, block: Table) -> None:
        self._caption("Table", block.title, above=True)
        table = self.document.add_table(rows=0, cols=len(block.columns), style="Normal Table")
        table.autofit = False
        table._tbl.tblPr.append(_borders())
        widths = [Cm(WIDTH * share) for share in block.shares()]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
        for row, is_head in ((block.columns, True), *((row, False) for row in block.rows)):
            cells = _add_row(table, is_head=is_head)
            for place, (cell, text) in enumerate(zip(cells, row, strict=True)):
                cell.width = widths[place]
                self._styled(cell.paragraphs[0], "Cell")
                _fill(cell, text, bold=is_head or place == 0, right=place in block.numbers)
        self._text("Note", block.note)

    def _quotes(self, block: Quotes) -> None:
        for quote in block.quotes:
            self._text("Quote", quote.text)
            made = self._new("Quoted from")
            made.add_run(plain(quote.who))
            made.add_run(f" ({plain(quote.where)})").font.color.rgb = SOFT


def _numbered(section: Section, number: str) -> Section:
    """Return a section with its number in its title, and those within it likewise."""
    within = (_numbered(one, f"{number}.{at}") for at, one in enumerate(section.sections, start=1))
    return Section(f"{number} {section.title}", section.blocks, tuple(within))


def _add_row(table: Any, *, is_head: bool) -> Sequence[Any]:
    """Add a row that no page parts; a head is repeated on every page. Return its cells."""
    row = table.add_row()
    about = row._tr.get_or_add_trPr()
    about.append(element("w:cantSplit"))
    if is_head:
        about.append(element("w:tblHeader"))
    cells: Sequence[Any] = row.cells
    for cell in cells if is_head else ():
        cell._tc.get_or_add_tcPr().append(element("w:shd", val="clear", fill="EFEFEF"))
    return cells


def _fill(cell: Any, text: str, *, bold: bool, right: bool) -> None:
    made = cell.paragraphs[0]
    made.add_run(plain(text)).bold = bold
    if is_right_to_left(text):
        made._p.get_or_add_pPr().append(element("w:bidi"))
    elif right:
        made.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _borders() -> Any:
    """Return lines above, below and between the rows."""
    lines = element("w:tblBorders")
    for side, colour in (("top", "404040"), ("bottom", "404040"), ("insideH", "C0C0C0")):
        lines.append(element(f"w:{side}", val="single", sz="4", space="0", color=colour))
    return lines
