"""The elements of a REFI-QDA project as plain records, still with the file's own ids.

Names of elements count, their namespace does not: programs write several. Ids (GUIDs) are compared
without braces and in lower case.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, NamedTuple

__all__ = [
    "Coded",
    "Selection",
    "Text",
    "attributes_of",
    "child",
    "children",
    "guid_of",
    "note_refs",
    "targets",
    "text_in",
    "texts_of",
]

_TEXTS = {"Representation", "Transcript", "TextDescription"}
_VALUES = {f"{kind}Value" for kind in ("Text", "Boolean", "Integer", "Float", "Date", "DateTime")}
_MOST = 2**31 - 1


class Coded(NamedTuple):
    """A ``Coding``: which code, by which user."""

    guid: str
    code: str
    user: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Selection:
    """A stretch of a text with what hangs on it; positions as the file has them."""

    guid: str
    start: int
    end: int
    name: str
    user: str
    description: str
    codings: tuple[Coded, ...]
    notes: tuple[str, ...]


@dataclass
class Text:
    """A text with what is coded in it.

    Attributes:
        guid, name, user, description: as the file says.
        plain, rich, content: where its text is, or the text itself.
        selections: stretches of it.
        codings: on the whole of it.
        notes: GUIDs of notes on it.
        values: (GUID of a variable, value) pairs.
        lost: what of it qualkit has no place for: (element, codings in it) -> how often.
        media: path of the recording, picture or PDF that the text stands for.
        kind: element of a source that has no text at all.
    """

    guid: str
    name: str
    user: str = ""
    description: str = ""
    plain: str = ""
    rich: str = ""
    content: str | None = None
    selections: list[Selection] = field(default_factory=list)
    codings: list[Coded] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)
    lost: Counter[tuple[str, int]] = field(default_factory=Counter)
    media: str = ""
    kind: str = ""


def _tag(element: Any) -> str:
    tag = element.tag
    return _local(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=1_000)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def children(element: Any, *names: str) -> Iterator[Any]:
    """Yield the children of these names."""
    return (one for one in element if _tag(one) in names)


def child(element: Any, name: str) -> Any:
    """Return the first child of this name; None when there is none."""
    return next(children(element, name), None)


def text_in(element: Any, name: str) -> str:
    """Return the text of the first child of this name, stripped; "" when there is none."""
    found = child(element, name)
    return "" if found is None else (found.text or "").strip()


def guid_of(element: Any, name: str = "guid") -> str:
    """Return a GUID as it is compared."""
    return _same(element.get(name) or "")


@lru_cache(maxsize=5_000)  # codes and users come again and again: one text for all of them
def _same(guid: str) -> str:
    return guid.strip().removeprefix("{").removesuffix("}").casefold()


def targets(element: Any, *names: str) -> tuple[str, ...]:
    """Return the GUIDs that the children of these names point at."""
    return tuple(guid_of(one, "targetGUID") for one in children(element, *names))


def note_refs(element: Any) -> tuple[str, ...]:
    """Return the GUIDs of the notes on an element."""
    return targets(element, "NoteRef")


def attributes_of(element: Any) -> list[tuple[str, str]]:
    """Return (GUID of the variable, value) of the values that are given."""
    found = []
    for one in children(element, "VariableValue"):
        reference = child(one, "VariableRef")
        value = next((v.text for v in one if _tag(v) in _VALUES and v.text), None)
        if reference is not None and value is not None and value.strip():
            found.append((guid_of(reference, "targetGUID"), value.strip()))
    return found


def texts_of(element: Any) -> list[Text]:
    """Return the texts of a source: its own, its representation, or its transcripts."""
    kind = _tag(element)
    if kind in {"TextSource", "Note"}:
        texts = [_text(element)]
    else:
        inner = list(children(element, *_TEXTS))
        text = _text(inner[0]) if inner else Text(guid_of(element), "", kind=kind)
        _add_media(text, element)
        texts = [text, *(_further(one, text.name) for one in inner[1:])]
    coded = sum(len(text.codings) for text in texts)
    coded += sum(len(one.codings) for text in texts for one in text.selections)
    coded += sum(count * many for text in texts for (_, count), many in text.lost.items())
    missing = sum(1 for _ in element.iter("{*}Coding")) - coded
    if missing:
        texts[0].lost[("part that is not read", missing)] += 1
    return texts


def _further(element: Any, name: str) -> Text:
    """Return one more transcript of a recording, as a text of its own."""
    text = _text(element)
    text.name = f"{name}: {text.name or 'transcript'}"
    return text


def _add_media(text: Text, element: Any) -> None:
    """Add to a text what stands beside it in the picture, PDF or recording it belongs to."""
    text.guid, text.name = guid_of(element), element.get("name") or text.name
    text.media = element.get("path") or ""
    text.description = text_in(element, "Description") or text.description
    text.codings += _codings(element)
    text.notes += note_refs(element)
    text.values += attributes_of(element)
    mirrored = {one.guid for one in text.selections}
    for one in element:
        name = _tag(one)
        if name in {"PDFSelection", "PictureSelection", "AudioSelection", "VideoSelection"}:
            said = f"{name} (also in the text)" if guid_of(one) in mirrored else name
            text.lost[(said, sum(1 for _ in one.iter("{*}Coding")))] += 1


def _text(element: Any) -> Text:
    content = child(element, "PlainTextContent")
    path = element.get("plainTextPath") or ""
    text = Text(
        guid_of(element),
        element.get("name") or PurePosixPath(path).stem,
        guid_of(element, "creatingUser") or guid_of(element, "modifyingUser"),
        text_in(element, "Description"),
        path,
        element.get("richTextPath") or "",
        None if content is None else content.text or "",
        codings=_codings(element),
        notes=list(note_refs(element)),
        values=attributes_of(element),
    )
    points = {guid_of(one): one.get("position") for one in children(element, "SyncPoint")}
    if points:
        text.lost[("SyncPoint", 0)] += len(points)
    for one in element:
        name = _tag(one)
        if name == "PlainTextSelection":
            text.selections.append(
                _selection(one, one.get("startPosition"), one.get("endPosition"))
            )
        elif name == "TranscriptSelection":
            first, last = (points.get(guid_of(one, f"{side}SyncPoint")) for side in ("from", "to"))
            text.selections.append(_selection(one, first, last))
    return text


def _selection(element: Any, start: str | None, end: str | None) -> Selection:
    return Selection(
        guid_of(element),
        _number(start),
        _number(end),
        element.get("name") or "",
        guid_of(element, "creatingUser") or guid_of(element, "modifyingUser"),
        text_in(element, "Description"),
        tuple(_codings(element)),
        note_refs(element),
    )


def _number(written: str | None) -> int:
    """Return a position; -1 for what is none."""
    digits = (written or "").strip()
    if not digits.isascii() or not digits.isdecimal() or len(digits) > 10:
        return -1
    return min(int(digits), _MOST)


def _codings(element: Any) -> list[Coded]:
    return [
        Coded(
            guid_of(one),
            next(iter(targets(one, "CodeRef")), ""),
            guid_of(one, "creatingUser"),
            note_refs(one),
        )
        for one in children(element, "Coding")
    ]
