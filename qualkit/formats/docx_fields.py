"""What Word works out by itself: numbers of captions and pages, and the table of contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

__all__ = ["add_contents", "add_field", "bookmark", "element"]

_DEEP = 2


def element(tag: str, **values: str) -> Any:
    """Return an element of WordprocessingML, such as ``element("w:shd", fill="F0F0F0")``.

    Example:
        >>> element("w:tab", val="left").tag.endswith("}tab")
        True
    """
    made = OxmlElement(tag)
    for key, value in values.items():
        made.set(qn(f"w:{key}"), value)
    return made


def add_field(paragraph: Any, instruction: str, shown: str) -> None:
    """Add a field to a paragraph, with what it shows until Word works it out again."""
    _begin(paragraph, instruction)
    paragraph.add_run(shown)
    _char(paragraph, "end")


def _begin(paragraph: Any, instruction: str, *, dirty: bool = False) -> None:
    _char(paragraph, "begin", **({"dirty": "true"} if dirty else {}))
    code = element("w:instrText")
    code.set(qn("xml:space"), "preserve")
    code.text = f" {instruction} "
    paragraph.add_run()._r.append(code)
    _char(paragraph, "separate")


def _char(paragraph: Any, kind: str, **values: str) -> None:
    paragraph.add_run()._r.append(element("w:fldChar", fldCharType=kind, **values))


def bookmark(paragraph: Any, number: int) -> None:
    """Name the place of a heading, for the table of contents to point at."""
    start = element("w:bookmarkStart", id=str(number), name=_name(number))
    paragraph._p.insert(1 if paragraph._p.pPr is not None else 0, start)
    paragraph._p.append(element("w:bookmarkEnd", id=str(number)))


def _name(number: int) -> str:
    return f"_Toc{number:08d}"


def add_contents(document: Any, outline: Sequence[tuple[int, str]]) -> None:
    """Add a table of contents of the headings to come, to the second level.

    It is a field: Word works it out with page numbers when it opens the document, LibreOffice when
    asked to bring it up to date. Until then each line is a title that points at its heading, as
    nobody can know the pages before.

    Args:
        document: of python-docx.
        outline: level and title of every heading to come, in order; the first is bookmark 1.
    """
    shown = [(at, *one) for at, one in enumerate(outline, start=1) if one[0] <= _DEEP]
    line = None
    for place, (number, level, title) in enumerate(shown):
        line = document.add_paragraph(style=f"toc {level}")
        if place == 0:
            _begin(line, f'TOC \\o "1-{_DEEP}" \\h \\z \\u', dirty=True)
        link = element("w:hyperlink", anchor=_name(number), history="1")
        link.append(line.add_run(title)._r)
        line._p.append(link)
    if line is not None:
        _char(line, "end")
