"""The project file of a ``.qdpx``, gone through once: everything in it, by GUID."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import Any

from qualkit.errors import UnreadableFileError
from qualkit.formats.qdc import read_codes
from qualkit.formats.qdpx_archive import Archive
from qualkit.formats.qdpx_parts import (
    Text,
    attributes_of,
    guid_of,
    note_refs,
    targets,
    text_in,
    texts_of,
)
from qualkit.model import Codebook

__all__ = ["Raw"]

_MOST_SELECTIONS = 2_000_000
_KINDS = ("machine", "consensus")  # what qualkit writes as the id of users who are no people
_SOURCES = ("TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource")


@dataclass
class Raw:
    """What stands in the project file, by GUID."""

    archive: Archive
    program: str = ""
    name: str = ""
    description: str = ""
    users: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    codebook: Codebook = field(default_factory=lambda: Codebook("", ()))
    code_ids: dict[str, str] = field(default_factory=dict)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    cases: list[tuple[str, str, list[tuple[str, str]], tuple[str, ...], tuple[str, ...]]] = field(
        default_factory=list
    )
    texts: list[Text] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    notes: dict[str, Text] = field(default_factory=dict)
    sets: list[tuple[str, str, tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    noted: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    picked: set[str] = field(default_factory=set)
    selections: int = 0
    losses: Counter[str] = field(default_factory=Counter)

    def read(self) -> None:
        """Go through the file once."""
        for place, element in self.archive.elements():
            kind = place.rpartition("/")[2]
            reader = _READERS.get(kind)
            if reader is not None:
                reader(self, element)
            elif kind in _SOURCES:
                found = texts_of(element)
                for text in found:
                    self._take(text)
                self._check_size(found)
        for entry in self.archive.strange:
            self.remarks.append(("archive", entry[:60], "lies outside the archive and is left"))

    def _take(self, text: Text) -> None:
        """Keep a text; one whose GUID another has gets one of its own."""
        if text.guid in self.taken:
            told = "its GUID is that of another source: what points at it points at that one"
            self.remarks.append(("source", text.name, told))
            text.guid = _free(text.guid, self.taken)
        self.taken.add(text.guid)
        self.texts.append(text)

    def _check_size(self, found: list[Text]) -> None:
        self.selections += sum(len(one.selections) for one in found)
        if self.selections > _MOST_SELECTIONS:
            what = f"it has more than {_MOST_SELECTIONS:,} selections"
            raise UnreadableFileError(what, where=self.archive.name, remedy="split the project")

    def _project(self, element: Any) -> None:
        self.program = element.get("origin") or "another program"
        self.name = element.get("name") or ""

    def _user(self, element: Any) -> None:
        guid = guid_of(element)
        base = (element.get("name") or element.get("id") or f"user {guid[:8]}").strip()
        name, number = base, 1
        while guid not in self.users and name in self.users.values():
            number += 1
            name = f"{base} ({number})"
        self.users.setdefault(guid, name)
        if self.program.startswith("qualkit") and element.get("id") in _KINDS:
            self.kinds[self.users[guid]] = element.get("id")

    def _codes(self, element: Any) -> None:
        codes, remarks = read_codes(element, self.archive.name)
        self.codebook = Codebook(self.name, codes)
        self.remarks += [("codes", "", remark) for remark in remarks]
        for code, found in zip(element.iter("{*}Code"), codes, strict=True):
            self.code_ids.setdefault(guid_of(code), found.id)
            for note in note_refs(code):
                self._hang(note, "code", guid_of(code))

    def _hang(self, note: str, about: str, key: str) -> None:
        self.noted.setdefault(note, []).append((about, key))

    def _variable(self, element: Any) -> None:
        self.variables[guid_of(element)] = (element.get("name") or "variable").strip()
        if text_in(element, "Description"):
            self.losses["Description of a variable"] += 1

    def _case(self, element: Any) -> None:
        name = element.get("name") or ""
        described = text_in(element, "Description")
        picked = targets(element, "SelectionRef")
        refs = targets(element, "SourceRef"), picked
        self.cases.append((name, described, attributes_of(element), *refs))
        if coded := targets(element, "CodeRef"):
            self.losses["code of a case"] += len(coded)
        if picked:
            self.losses["selections of a case"] += len(picked)
            self.picked.update(picked)

    def _note(self, element: Any) -> None:
        (note,) = texts_of(element)
        note.guid = _free(note.guid, self.notes)
        self.notes[note.guid] = note

    def _link(self, element: Any) -> None:
        self.links.append((guid_of(element, "originGUID"), guid_of(element, "targetGUID")))

    def _set(self, element: Any) -> None:
        members = targets(element, "MemberSource"), targets(element, "MemberCode")
        told = text_in(element, "Description")
        self.sets.append((element.get("name") or "", told, *members))
        if memos := targets(element, "MemberNote"):
            self.losses["memo in a set"] += len(memos)
        elif not told and not any(members):
            self.losses["Set"] += 1

    def _graph(self, element: Any) -> None:
        del element
        self.losses["Graph"] += 1

    def _description(self, element: Any) -> None:
        if not self.program.startswith("qualkit"):  # there it says what the file contains
            self.description = (element.text or "").strip()

    def _noteref(self, element: Any) -> None:
        self._hang(guid_of(element, "targetGUID"), "project", "")


def _free(guid: str, taken: Container[str]) -> str:
    found, number = guid, 1
    while found in taken:
        number += 1
        found = f"{guid} {number}"
    return found


_READERS: dict[str, Callable[[Raw, Any], None]] = {
    "Project": Raw._project,
    "User": Raw._user,
    "Codes": Raw._codes,
    "Variable": Raw._variable,
    "Case": Raw._case,
    "Note": Raw._note,
    "Link": Raw._link,
    "Set": Raw._set,
    "Graph": Raw._graph,
    "Description": Raw._description,
    "NoteRef": Raw._noteref,
}
