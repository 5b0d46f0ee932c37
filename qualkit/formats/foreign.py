"""What other programs' projects have in common: the one form in which every reader hands them over.

Offsets are Python string indices, half-open, into the text as given here; ids are the program's
own. What a reader could not take over stands in ``losses``, so that what came in and what is listed
add up to what the file holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from lxml import etree

from qualkit.errors import UnreadableFileError
from qualkit.formats.qdc import read_codes
from qualkit.model import Codebook, name_id

__all__ = [
    "UNKNOWN_CODER",
    "Case",
    "CodeRow",
    "Foreign",
    "ForeignCoding",
    "ForeignMemo",
    "Loss",
    "Source",
    "with_codes",
]

UNKNOWN_CODER = "imported"
"""Whose codings they are where the file names nobody and nobody is named for it."""

_MOST_CODES = 10_000


@dataclass(frozen=True)
class Source:
    """A text of another program's project.

    Attributes:
        key: what the codings call it.
        name: as shown there.
        text: what the offsets count in; any line ends.
        original: the file the text was taken from, if it is there.
        original_name: its name with suffix.
        attributes: (name, value) pairs.
        memo: what is noted on it.
    """

    key: str
    name: str
    text: str = field(repr=False)
    original: bytes | None = field(default=None, repr=False)
    original_name: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    memo: str = ""


class ForeignCoding(NamedTuple):
    """A code on a stretch of a source; without start and end on the whole of it."""

    source: str
    code: str
    coder: str
    start: int | None
    end: int | None
    memo: str = ""
    guid: str = ""


class ForeignMemo(NamedTuple):
    """A note: about is "project", "document", "code" or "span"; key says which one.

    guid is the note's own where the file has one.
    """

    about: str
    key: str
    text: str
    coder: str
    start: int = 0
    end: int = 0
    guid: str = ""


class Case(NamedTuple):
    """A person or thing with attributes.

    sources are the keys of those that are wholly its own, heard of those that it has a part of.
    """

    name: str
    attributes: tuple[tuple[str, str], ...]
    sources: tuple[str, ...] = ()
    memo: str = ""
    heard: tuple[str, ...] = ()


@dataclass(frozen=True)
class Loss:
    """Something that qualkit has no place for: what, how many, why."""

    what: str
    count: int
    reason: str


class CodeRow(NamedTuple):
    """A code as a program keeps it: its id there, and that of the code above."""

    key: str
    name: str
    parent: str | None = None
    description: str = ""
    colour: str | None = None
    guid: str = ""


@dataclass
class Foreign:
    """A project of another program.

    Attributes:
        program: which, with its version if the file says it.
        name: of the project.
        codebook: its codes.
        code_ids: what the codings call a code -> its id in the codebook.
        coders: names, in the file's order, of those who coded or may.
        kinds: name -> "machine" or "consensus", of the coders who are no human beings.
        sources, codings, memos, cases, losses: see there.
        remarks: (topic, item, sentence): how offsets were read, and what was changed.
    """

    program: str
    name: str
    codebook: Codebook
    code_ids: dict[str, str] = field(default_factory=dict)
    coders: list[str] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    codings: list[ForeignCoding] = field(default_factory=list)
    memos: list[ForeignMemo] = field(default_factory=list)
    cases: list[Case] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)


def with_codes(program: str, name: str, rows: Iterable[CodeRow], where: str) -> Foreign:
    """Return a project that has only its codes yet.

    Names that occur twice are told apart; a parent that is missing, or below itself, is none.

    Raises:
        UnreadableFileError: more than 10,000 codes.
        CodebookError: more than ten levels.

    Example:
        >>> found = with_codes("RQDA", "s", [CodeRow("1", "Pay"), CodeRow("2", "Low", "1")], "s")
        >>> [(code.id, code.parent) for code in found.codebook.codes], found.code_ids
        ([('pay', None), ('low', 'pay')], {'1': 'pay', '2': 'low'})
    """
    entries = list({row.key: row for row in rows}.values())
    if len(entries) > _MOST_CODES:
        what = f"it has {len(entries):,} codes; at most {_MOST_CODES:,} are read"
        raise UnreadableFileError(what, where=where, remedy="export fewer")
    root = etree.Element("Codes")
    guids = {row.key: row.guid or name_id(program, name, row.key) for row in entries}
    elements = {row.key: _element(row, guids[row.key]) for row in entries}
    above = {row.key: row.parent for row in entries}
    for row in entries:
        parent = elements.get(row.parent or "")
        is_loose = parent is None or _is_below_itself(row.key, above)
        (root if is_loose or parent is None else parent).append(elements[row.key])
    codes, remarks = read_codes(root, where)
    ids = {str(code.guid).casefold(): code.id for code in codes}
    found = Foreign(program, name, Codebook(name, codes))
    found.code_ids = {key: ids[guid.casefold()] for key, guid in guids.items()}
    found.remarks = [("codes", "", remark) for remark in remarks]
    return found


def _element(row: CodeRow, guid: str) -> etree._Element:
    element = etree.Element("Code", guid=guid, name=_clean(row.name), isCodable="true")
    if row.colour:
        element.set("color", row.colour)
    if row.description:
        etree.SubElement(element, "Description").text = _clean(row.description)
    return element


def _clean(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return "".join(one for one in text if one in "\t\n" or " " <= one < "\ud800" or one > "\udfff")


def _is_below_itself(key: str, above: dict[str, str | None]) -> bool:
    seen = {key}
    parent = above.get(key)
    while parent is not None and parent in above:
        if parent in seen:
            return True
        seen.add(parent)
        parent = above[parent]
    return False
