"""A project as a file of the REFI-QDA exchange format (``.qdpx``), valid under Project.xsd.

Format: REFI-QDA standard 1.5 (2019), namespace ``urn:QDA-XML:project:1.0``. Positions count
characters (Unicode code points) from 0, line ends are one character, the end is the one behind the
last: what the standard says and every program that was looked at does. NVivo for Windows and MAXQDA
count UTF-16 units with line ends as two, ATLAS.ti UTF-16 units with line ends as one; for them the
texts are stored and counted so.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

import numpy as np

from qualkit.errors import OptionError
from qualkit.formats.atomic import replacing
from qualkit.formats.qdc import description_of
from qualkit.model import Code, Codebook

__all__ = [
    "VARIANTS",
    "Beside",
    "OutCase",
    "OutNote",
    "OutSelection",
    "OutText",
    "Outgoing",
    "Variant",
    "variant_named",
    "write_qdpx",
]

_NAMESPACE = "urn:QDA-XML:project:1.0"
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST_NAME = 250
_QUOTES = {'"': "&quot;", "\n": " ", "\t": " ", "\r": " "}


@dataclass(frozen=True)
class Variant:
    """How a program wants its file.

    Attributes:
        is_utf16: positions count UTF-16 units.
        has_pairs: line ends are stored as two characters, and count as two.
        has_mark: texts begin with a byte-order mark, which does not count.
        has_bare: what a speaker says is marked even where it is not coded. Some programs show each
            such mark as an empty note or quotation.
    """

    is_utf16: bool = False
    has_pairs: bool = False
    has_mark: bool = False
    has_bare: bool = True


VARIANTS = {
    "standard": Variant(),
    "nvivo": Variant(is_utf16=True, has_pairs=True, has_mark=True),
    "maxqda": Variant(is_utf16=True, has_pairs=True),
    "atlas": Variant(is_utf16=True, has_bare=False),
    "qualcoder": Variant(has_bare=False),
}


def variant_named(name: str) -> Variant:
    """Return a variant by its name.

    Raises:
        OptionError: there is none of this name.
    """
    found = VARIANTS.get(name.strip().casefold())
    if found is None:
        raise OptionError(f"no file is made for '{name}'", remedy=f"use {', '.join(VARIANTS)}")
    return found


class OutSelection(NamedTuple):
    """A stretch of a text; code and coding are "" where nothing is coded on it."""

    guid: str
    start: int
    end: int
    user: str
    created_at: str
    memo: str
    code: str
    coding: str
    notes: tuple[str, ...] = ()


class OutNote(NamedTuple):
    """A memo."""

    guid: str
    name: str
    text: str
    user: str
    created_at: str


class OutCase(NamedTuple):
    """A speaker: values are (GUID of a variable, kind, value)."""

    guid: str
    name: str
    values: tuple[tuple[str, str, str], ...]
    sources: tuple[str, ...]
    selections: tuple[str, ...]


@dataclass(frozen=True)
class OutText:
    """A document with what is coded in it; whole are (code, coding, user, created_at)."""

    guid: str
    name: str
    text: str = field(repr=False)
    created_at: str
    selections: Sequence[OutSelection] = field(repr=False)
    whole: Sequence[tuple[str, str, str, str]] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Outgoing:
    """What is written; codes carry their GUIDs, memos on codes and project are GUIDs of notes.

    users are GUID -> name; kinds GUID -> "machine" or "consensus", of those who are no people;
    description says what the file contains.
    """

    name: str
    created_at: str
    origin: str
    users: Mapping[str, str]
    codebook: Codebook
    coded: frozenset[str]
    variables: Mapping[str, tuple[str, str]]
    cases: Sequence[OutCase]
    texts: Iterable[OutText]
    notes: Sequence[OutNote]
    code_notes: Mapping[str, Sequence[str]]
    project_notes: Sequence[str]
    kinds: Mapping[str, str] = field(default_factory=dict)
    description: str = ""


Beside = Callable[[str], Iterable[tuple[str, bytes]]]
"""Gives further parts of the archive, once the SHA-256 of the project file is known."""


def write_qdpx(
    path: str | Path, project: Outgoing, variant: Variant, beside: Beside | None = None
) -> None:
    """Write a ``.qdpx``, whole or not at all.

    Args:
        path: where to.
        project: its content.
        variant: for which program.
        beside: gives further parts of the archive.

    Raises:
        UnwritableError: the folder refuses.
    """
    with (
        replacing(path) as draft,
        zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
    ):
        texts = list(project.texts)
        for text in texts:
            archive.writestr(f"sources/{text.guid}.txt", _stored(text.text, variant))
        digest = hashlib.sha256()
        with archive.open("project.qde", "w", force_zip64=True) as part:
            for chunk in _chunks(project, texts, variant):
                data = chunk.encode("utf-8")
                digest.update(data)
                part.write(data)
        for name, content in beside(digest.hexdigest()) if beside else ():
            archive.writestr(name, content)


def _stored(text: str, variant: Variant) -> bytes:
    kept = text.replace("\n", "\r\n") if variant.has_pairs else text
    encoding = "utf-8-sig" if variant.has_mark else "utf-8"
    return _SURROGATE.sub("\ufffd", kept).encode(encoding)


def _text(words: str) -> str:
    return escape(_CONTROL.sub("", words))


def _quoted(words: str) -> str:
    return f'"{escape(_CONTROL.sub("", words), _QUOTES)}"'


def _chunks(project: Outgoing, texts: Sequence[OutText], variant: Variant) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield (
        f'<Project xmlns="{_NAMESPACE}" name={_quoted(project.name)}'
        f' origin={_quoted(project.origin)} creationDateTime="{project.created_at}">\n'
    )
    yield from _within("Users", _users(project))
    codes = "".join(_codes(project))
    yield from _within("CodeBook", [f"<Codes>\n{codes}</Codes>\n"] if codes else [])
    variables = [
        f'<Variable guid="{guid}" name={_quoted(name)} typeOfVariable="{kind}"/>\n'
        for guid, (name, kind) in project.variables.items()
    ]
    yield from _within("Variables", variables)
    yield from _within("Cases", map(_case, project.cases))
    yield from _within("Sources", (_source(text, variant) for text in texts))
    yield from _within("Notes", map(_note, project.notes))
    if project.description:
        yield f"<Description>{_text(project.description)}</Description>\n"
    yield _note_refs(project.project_notes)
    yield "</Project>\n"


def _users(project: Outgoing) -> Iterator[str]:
    for guid, name in project.users.items():
        kind = project.kinds.get(guid)
        told = f' id="{kind}"' if kind else ""
        yield f'<User guid="{guid}" name={_quoted(name)}{told}/>\n'


def _within(name: str, parts: Iterable[str]) -> Iterator[str]:
    """Yield the parts in an element; an empty one may not be there at all."""
    is_empty = True
    for part in parts:
        if is_empty:
            yield f"<{name}>\n"
        is_empty = False
        yield part
    if not is_empty:
        yield f"</{name}>\n"


def _note_refs(guids: Iterable[str]) -> str:
    return "".join(f'<NoteRef targetGUID="{guid}"/>' for guid in guids)


def _codes(project: Outgoing, parent: str | None = None) -> Iterator[str]:
    for code in project.codebook.children(parent):
        yield _code_start(code, project)
        yield from _codes(project, code.id)
        yield "</Code>\n"


def _code_start(code: Code, project: Outgoing) -> str:
    """Return the beginning of a code; a retired one that nothing is coded with groups others."""
    is_codable = not code.retired or code.id in project.coded
    colour = f' color="{code.colour}"' if code.colour else ""
    told = description_of(code)
    said = f"<Description>{_text(told)}</Description>" if told else ""
    start = f'<Code guid="{code.guid}" name={_quoted(code.name)}'
    flag = str(is_codable).lower()
    return (
        f'{start} isCodable="{flag}"{colour}>{said}'
        f"{_note_refs(project.code_notes.get(code.id, ()))}\n"
    )


def _case(case: OutCase) -> str:
    values = "".join(
        f'<VariableValue><VariableRef targetGUID="{guid}"/>'
        f"<{kind}Value>{_text(value)}</{kind}Value></VariableValue>"
        for guid, kind, value in case.values
    )
    sources = "".join(f'<SourceRef targetGUID="{guid}"/>' for guid in case.sources)
    selections = "".join(f'<SelectionRef targetGUID="{guid}"/>' for guid in case.selections)
    name = _quoted(case.name)
    return f'<Case guid="{case.guid}" name={name}>{values}{sources}{selections}</Case>\n'


def _source(text: OutText, variant: Variant) -> str:
    """Return a source with its selections."""
    starts, ends = _positions(text, variant)
    parts = [
        f'<TextSource guid="{text.guid}" name={_quoted(text.name)}'
        f' plainTextPath="internal://{text.guid}.txt" creationDateTime="{text.created_at}">\n'
    ]
    for one, start, end in zip(text.selections, starts, ends, strict=True):
        name = " ".join(text.text[one.start : one.end].split())[:_LONGEST_NAME]
        memo = f"<Description>{_text(one.memo)}</Description>" if one.memo else ""
        made = f' creationDateTime="{one.created_at}"' if one.created_at else ""
        by = f' creatingUser="{one.user}"{made}' if one.user else ""
        coding = (
            f'<Coding guid="{one.coding}"{by}><CodeRef targetGUID="{one.code}"/></Coding>'
            if one.coding
            else ""
        )
        parts.append(
            f'<PlainTextSelection guid="{one.guid}" name={_quoted(name)} startPosition="{start}"'
            f' endPosition="{end}"{by}>{memo}{coding}{_note_refs(one.notes)}'
            "</PlainTextSelection>\n"
        )
    parts += [
        f'<Coding guid="{coding}" creatingUser="{user}" creationDateTime="{made}">'
        f'<CodeRef targetGUID="{code}"/></Coding>\n'
        for code, coding, user, made in text.whole
    ]
    parts += [_note_refs(text.notes), "</TextSource>\n"]
    return "".join(parts)


def _positions(text: OutText, variant: Variant) -> tuple[Sequence[int], Sequence[int]]:
    starts = [one.start for one in text.selections]
    ends = [one.end for one in text.selections]
    if not variant.is_utf16 and not variant.has_pairs:
        return starts, ends
    points = np.frombuffer(text.text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    width = np.ones(len(points), dtype=np.int64)
    width += variant.is_utf16 * (points > 0xFFFF)
    width += variant.has_pairs * (points == 0x0A)
    edges = np.concatenate(([0], np.cumsum(width)))
    return edges[starts].tolist(), edges[ends].tolist()


def _note(note: OutNote) -> str:
    made = f' creationDateTime="{note.created_at}"'
    by = f' creatingUser="{note.user}"' if note.user else ""
    content = f"<PlainTextContent>{_text(note.text)}</PlainTextContent>"
    return f'<Note guid="{note.guid}" name={_quoted(note.name)}{by}{made}>{content}</Note>\n'
