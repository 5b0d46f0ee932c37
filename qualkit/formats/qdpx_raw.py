"""The project file of a ``.qdpx``, gone through once: everything in it, by GUID."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
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
_SOURCES = ("TextSource", "PictureSource", "PDFSource", "AudioSource", "VideoSource")


@dataclass
class Raw:
    """What stands in the project file, by GUID."""

    archive: Archive
    program: str = ""
    name: str = ""
    description: str = ""
    users: dict[str, str] = field(default_factory=dict)
    codebook: Codebook = field(default_factory=lambda: Codebook("", ()))
    code_ids: dict[str, str] = field(default_factory=dict)
    remarks: list[tuple[str, str, str]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    cases: list[tuple[str, str, list[tuple[str, str]], tuple[str, ...], tuple[str, ...]]] = field(
        default_factory=list
    )
    texts: list[Text] = field(default_factory=list)
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
                self.texts.append(texts_of(element))
                self._check_size()
        for entry in self.archive.strange:
            self.remarks.append(("archive", entry[:60], "lies outside the archive and is left"))

    def _check_size(self) -> None:
        self.selections += len(self.texts[-1].selections)
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

    def _case(self, element: Any) -> None:
        name = element.get("name") or ""
        described = text_in(element, "Description")
        picked = targets(element, "SelectionRef")
        refs = targets(element, "SourceRef"), picked
        self.cases.append((name, described, attributes_of(element), *refs))
        if picked:
            self.losses["selections of a case"] += len(picked)
            self.picked.update(picked)

    def _note(self, element: Any) -> None:
        self.notes[guid_of(element)] = texts_of(element)

    def _link(self, element: Any) -> None:
        self.links.append((guid_of(element, "originGUID"), guid_of(element, "targetGUID")))

    def _set(self, element: Any) -> None:
        members = targets(element, "MemberSource"), targets(element, "MemberCode")
        self.sets.append((element.get("name") or "", text_in(element, "Description"), *members))

    def _graph(self, element: Any) -> None:
        del element
        self.losses["Graph"] += 1

    def _description(self, element: Any) -> None:
        self.description = (element.text or "").strip()

    def _noteref(self, element: Any) -> None:
        self._hang(guid_of(element, "targetGUID"), "project", "")


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
