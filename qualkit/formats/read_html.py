"""Web pages: .html and .htm."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import Decoded, decode
from qualkit.formats.read_lines import join_lines, one_line
from qualkit.formats.read_plain import encoding_remarks
from qualkit.text.normalise import normalise
from qualkit.text.reading import Hint, Reading

__all__ = ["read_html"]

_SKIPPED = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "math",
        "object",
        "embed",
        "iframe",
        "select",
        "textarea",
        "button",
        "head",
    }
)
_FURNITURE = frozenset({"nav", "footer"})
_BLOCKS = frozenset(
    {
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "tfoot",
        "thead",
        "tr",
        "ul",
    }
)
_VOID = frozenset(
    {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    }
)
_CELLS = frozenset({"td", "th"})
_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_HEAD = 4_096
_PIECE = 65_536


def read_html(source: bytes, source_name: str) -> Reading:
    r"""Return the text of a web page with its headings, lists and tables.

    Scripts, styles and forms are not read; menus and the foot of the page are set aside.

    Raises:
        EmptyFileError: there are no words in it.
        UnreadableFileError: the bytes are no text, or the page is nested too deeply.

    Example:
        >>> page = b"<h1>Pay</h1><p><b>Ann:</b> It&rsquo;s low.<script>x()</script>"
        >>> read_html(page, "a.html").text
        'Pay\nAnn: It’s low.'
    """
    decoded = _decoded(source, source_name)
    collector = _Collector()
    target: Any = collector
    parser = etree.HTMLParser(target=target, no_network=True, huge_tree=False)
    plain = _DECLARATION.sub("", decoded.text)
    try:
        for start in range(0, len(plain), _PIECE):
            parser.feed(plain[start : start + _PIECE])
        parser.close()
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableFileError(
            "this is no web page, or it is damaged", where=source_name, remedy="save it again"
        ) from error
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise UnreadableFileError(
            "the page is nested too deeply to be read whole",
            where=source_name,
            remedy="save its text as docx",
        )
    text, hints = join_lines(collector.lines)
    if not text.strip():
        raise EmptyFileError("there are no words on the page", where=source_name)
    return Reading(
        text,
        hints,
        is_flowing=True,
        encoding=decoded.encoding,
        remarks=encoding_remarks(decoded),
        title=one_line(collector.title) or None,
    )


def _decoded(source: bytes, source_name: str) -> Decoded:
    """Decode by what the page itself says, if it does and it is so."""
    named = _CHARSET.search(source[:_HEAD])
    decoded = decode(source, source_name)
    if named is None or not decoded.is_guess:
        return decoded
    try:
        encoding = named.group(1).decode("ascii")
        encoding = "cp1252" if encoding.lower() in {"iso-8859-1", "latin1"} else encoding
        return Decoded(normalise(source.decode(encoding)), encoding.lower())
    except (LookupError, ValueError):
        return decoded


class _Collector:
    """Takes the parser's events and grows lines."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, Hint]] = []
        self.title = ""
        self._words: list[str] = []
        self._cells: list[str] | None = None
        self._hint = Hint()
        self._skipped = 0
        self._furniture = 0
        self._in_title = 0
        self._plain = 0
        self._rows = 0

    def start(self, tag: str, attrib: Mapping[str, str]) -> None:
        if self._skipped or tag in _SKIPPED:
            self._in_title += tag == "title"
            self._skipped += tag not in _VOID
        elif tag == "br":
            self._words.append("\n")
        elif tag in _CELLS and self._cells is not None:
            self._words.append(" ")
        elif tag in _BLOCKS:
            self._open_block(tag)
        elif tag == "title":
            self._in_title += 1

    def _open_block(self, tag: str) -> None:
        if self._cells is not None and tag != "tr":
            self._words.append(" ")
            return
        self._end_line()
        self._furniture += tag in _FURNITURE
        self._plain += tag == "pre"
        if tag == "tr":
            self._cells = []
        elif tag == "li":
            self._hint = Hint(is_item=True)
        elif tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self._hint = Hint(level=int(tag[1]))

    def end(self, tag: str) -> None:
        if self._in_title and tag == "title":
            self._in_title -= 1
        if self._skipped:
            self._skipped -= tag not in _VOID
        elif tag in _CELLS and self._cells is not None:
            self._cells.append(one_line("".join(self._words)))
            self._words = []
        elif tag == "tr":
            self._end_row()
        elif tag in _BLOCKS and self._cells is None:
            self._end_line()
            self._furniture -= tag in _FURNITURE and self._furniture > 0
            self._plain -= tag == "pre" and self._plain > 0

    def _end_row(self) -> None:
        cells, self._cells = self._cells or [], None
        rest = one_line("".join(self._words))
        self._words = []
        cells += [rest] if rest else []
        if any(cells):
            self.lines.append(("\t".join(cells).rstrip("\t"), Hint(is_row=True, note=self._note)))

    @property
    def _note(self) -> str | None:
        return "web-page furniture" if self._furniture else None

    def _end_line(self) -> None:
        text = "".join(self._words)
        self._words = []
        lines = [" ".join(line.split()) for line in text.split("\n")]
        words = "\n".join(line for line in lines if line)
        hint = self._hint
        self._hint = Hint()
        if words:
            self.lines.append((words, Hint(hint.level, hint.is_item, note=self._note)))

    def data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        if not self._skipped:
            self._words.append(data if self._plain else data.replace("\n", " "))

    def comment(self, data: str) -> None:
        """Comments of the page's author are no text."""

    def close(self) -> None:
        if self._cells is not None:
            self._end_row()
        self._end_line()
