"""The look of the Word documents that qualkit writes: page, letters, distances."""

from __future__ import annotations

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from qualkit.formats.docx_fields import add_field, element

__all__ = ["SOFT", "WIDTH", "set_up"]

WIDTH = 17.0
"""Of the text on a page, in centimetres."""

SOFT = RGBColor(0x50, 0x50, 0x50)
"""For what stands behind the rest."""

_INK = RGBColor(0x1A, 0x1A, 0x1A)
_FONT = "Arial"  # is there everywhere, or something just as wide
_SIZES = {"Heading 1": 16, "Heading 2": 13, "Heading 3": 11, "Title": 22, "Subtitle": 11}
_OWN = {
    "Note": 8.5,
    "Fact": 10,
    "Picture": 10.5,
    "Contents heading": 13,
    "Quoted from": 9,
    "Cell": 8,
}


def set_up(document: Any, title: str, language: str) -> None:
    """Set page, styles, language, properties and page numbers of an empty document."""
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    page.left_margin = page.right_margin = Cm((21.0 - WIDTH) / 2)
    page.top_margin = page.bottom_margin = Cm(2.2)
    document.core_properties.title = title[:255]
    document.core_properties.author = "qualkit"
    document.core_properties.comments = ""
    document.core_properties.language = language
    _styles(document.styles, language)
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    add_field(foot, "PAGE", "1")
    foot.add_run(" / ")
    add_field(foot, "NUMPAGES", "1")


def _styles(styles: Any, language: str) -> None:
    _letters(styles["Normal"], 10)
    styles["Normal"].element.get_or_add_rPr().append(element("w:lang", val=language))
    styles["Normal"].paragraph_format.space_after = Pt(6)
    for name in _OWN:
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles["Normal"]
    for name, size in {**_SIZES, **_OWN}.items():
        _letters(styles[name], size)
    for level in range(4, 7):
        _letters(styles[f"Heading {level}"], 10.5)
    styles["Heading 1"].paragraph_format.space_before = Pt(22)
    styles["Heading 2"].paragraph_format.space_before = Pt(14)
    styles["Subtitle"].font.italic = False
    styles["Contents heading"].font.bold = True
    styles["Contents heading"].paragraph_format.space_before = Pt(12)
    styles["Contents heading"].paragraph_format.keep_with_next = True
    _letters(styles["Caption"], 9.5)
    styles["Caption"].paragraph_format.space_before = Pt(8)
    for name in ("Note", "Subtitle"):
        styles[name].font.color.rgb = SOFT
    styles["Cell"].paragraph_format.space_after = Pt(1)
    for level in (1, 2):
        contents = styles.add_style(f"toc {level}", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        contents.base_style = styles["Normal"]
        contents.paragraph_format.left_indent = Cm(0.7 * (level - 1))
        contents.paragraph_format.space_after = Pt(1)
    _indents(styles)


def _indents(styles: Any) -> None:
    fact = styles["Fact"].paragraph_format
    fact.left_indent, fact.first_line_indent, fact.space_after = Cm(4.0), Cm(-4.0), Pt(3)
    fact.tab_stops.add_tab_stop(Cm(4.0))
    styles["Picture"].paragraph_format.keep_with_next = True
    styles["Quote"].font.italic = False
    _letters(styles["Quote"], 10)
    for name in ("Quote", "Quoted from"):
        styles[name].paragraph_format.left_indent = Cm(0.8)
        styles[name].paragraph_format.right_indent = Cm(0.8)
    styles["Quote"].paragraph_format.space_after = Pt(1)
    styles["Quote"].paragraph_format.keep_with_next = True
    styles["Quoted from"].paragraph_format.space_after = Pt(9)


def _letters(style: Any, size: float) -> None:
    """Set font, size and colour, also where the style names fonts for other scripts."""
    style.font.name, style.font.size, style.font.color.rgb = _FONT, Pt(size), _INK
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if "Theme" in name:
            del fonts.attrib[name]
    fonts.set(qn("w:hAnsi"), _FONT)
