"""A Word document whose comments are codes: who wrote the comment coded the words it is on.

A comment is read as codes where each of its parts (by line, ";", "|" or ",") is short; any other
comment is a memo on its words, and so is a reply to a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from qualkit.errors import UnreadableFileError
from qualkit.formats.foreign import (
    UNKNOWN_CODER,
    CodeRow,
    Foreign,
    ForeignCoding,
    ForeignMemo,
    Loss,
    Source,
    with_codes,
)
from qualkit.formats.frames import file_bytes
from qualkit.formats.read_archive import check_archive, read_part
from qualkit.formats.read_docx import read_docx
from qualkit.formats.read_xml import parse_xml
from qualkit.text.quotes import Found, Quoted

__all__ = ["read_word_comments"]

_KIND = "Word document"
_LONGEST = 40  # characters of a code
_MOST_WORDS = 5
_MOST_TIMES = 1_000
_LIKE = 95  # percent that words must be like those of the comment


class _Comment(NamedTuple):
    """parent: number of the comment that this one replies to, or ""."""

    number: str
    author: str
    text: str
    parent: str = ""

    @property
    def codes(self) -> list[str]:
        """The codes it names; none where it is a note, or a reply."""
        return [] if self.parent else _codes(self.text)


def read_word_comments(path: Path) -> Foreign:
    """Return a document with its comments as a project of one document.

    Raises:
        UnreadableFileError: no comments in it, or it is damaged or hostile.
    """
    data = file_bytes(path, path.name)
    check_archive(data, path.name, _KIND)
    comments = list(_comments(data, path.name))
    body = read_part(data, "word/document.xml", path.name, _KIND)
    said, quotes = _ranges(parse_xml(body, path.name, _KIND))
    text = read_docx(data, path.name).text
    rows = [CodeRow(code.casefold(), code) for one in comments for code in one.codes]
    found = with_codes("Word comments", path.stem, rows, path.name)
    found.sources.append(Source(path.stem, path.name, text, data, path.name))
    quoted, printed = Quoted(text), Quoted(said)
    for one in comments:
        at, quote = quotes.get(one.number) or quotes.get(one.parent, (0, ""))
        place = _place(quoted, quote, printed.times_before(quote, at))
        codes = one.codes
        if place is None:
            reason = f"its words were not found: '{one.text[:_LONGEST]}'"
            what = "Coding" if codes else "comment"
            found.losses.append(Loss(what, max(1, len(codes)), reason))
            continue
        who = one.author or UNKNOWN_CODER
        span = (place.start, place.end)
        found.codings += [ForeignCoding(path.stem, code.casefold(), who, *span) for code in codes]
        if not codes and one.text:
            found.memos.append(ForeignMemo("span", path.stem, one.text, who, *span))
    found.coders = list(dict.fromkeys(one.author for one in comments if one.author))
    return found


def _comments(data: bytes, name: str) -> Iterator[_Comment]:
    try:
        part = read_part(data, "word/comments.xml", name, _KIND)
    except UnreadableFileError as error:
        what = "there are no comments in it"
        remedy = "import it as a document: qualkit import"
        raise UnreadableFileError(what, where=name, remedy=remedy) from error
    above = _replies(data, name)
    numbers: dict[str, str] = {}
    for element in parse_xml(part, name, _KIND).iter("{*}comment"):
        number, paragraphs = _attribute(element, "id"), list(element.iter("{*}p"))
        ids = [_attribute(one, "paraId") for one in paragraphs]
        numbers |= dict.fromkeys(ids, number)
        parent = next((numbers[above[one]] for one in ids if above.get(one) in numbers), "")
        lines = ["".join(one.itertext()) for one in paragraphs]
        author = _attribute(element, "author").strip()
        yield _Comment(number, author, "\n".join(lines).strip(), parent)


def _replies(data: bytes, name: str) -> dict[str, str]:
    """Return paragraph of a reply -> paragraph of the comment it replies to."""
    try:
        part = read_part(data, "word/commentsExtended.xml", name, _KIND)
    except UnreadableFileError:
        return {}
    found = parse_xml(part, name, _KIND).iter("{*}commentEx")
    pairs = ((_attribute(one, "paraId"), _attribute(one, "paraIdParent")) for one in found)
    return {reply: parent for reply, parent in pairs if parent}


def _attribute(element: Any, name: str) -> str:
    """Return an attribute of any namespace."""
    return next((v for k, v in element.attrib.items() if etree.QName(k).localname == name), "")


def _place(text: Quoted, quote: str, times: int) -> Found | None:
    """Return where a quote stands that stands so often before."""
    place, after = None, 0
    for _ in range(min(times, _MOST_TIMES) + 1):
        place = text.find(quote, after=after, threshold=_LIKE)
        after = 0 if place is None else place.start + 1
    return place


def _ranges(root: Any) -> tuple[str, dict[str, tuple[int, str]]]:
    """Return the text, and number of a comment -> where its words begin in it, and the words."""
    parts: list[str] = []
    opened: dict[str, int] = {}
    found: dict[str, tuple[int, str]] = {}
    length = 0
    for element in root.iter():
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name == "commentRangeStart":
            opened[_attribute(element, "id")] = length
        elif name == "commentRangeEnd" and (number := _attribute(element, "id")) in opened:
            start = opened.pop(number)
            found[number] = (start, "".join(parts)[start:].strip())
        words = {"t": element.text or "", "tab": "\t", "br": "\n", "p": "\n"}.get(name, "")
        parts.append(words)
        length += len(words)
    return "".join(parts), found


def _codes(comment: str) -> list[str]:
    """Return the codes that a comment names; none where it is a note.

    Example:
        >>> _codes("B-OD, N-OD"), _codes("This person seems to be tired of being asked again.")
        (['B-OD', 'N-OD'], [])
    """
    parts = [one.strip() for one in re.split(r"[\n;|,]", comment) if one.strip()]
    is_short = all(len(one) <= _LONGEST and len(one.split()) <= _MOST_WORDS for one in parts)
    return list(dict.fromkeys(parts)) if is_short else []
