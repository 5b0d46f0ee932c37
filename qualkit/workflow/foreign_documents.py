"""The texts of another program's project as documents here."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Any

import pandas as pd

from qualkit.errors import BadInputError
from qualkit.formats.foreign import Foreign, Source
from qualkit.formats.foreign_documents import document_of
from qualkit.model import Document, Utterance, UtteranceKind
from qualkit.store import documents as stored
from qualkit.store.journal import Journal
from qualkit.text.normalise import fingerprint, normalise
from qualkit.text.places import normalised_places, touched
from qualkit.workflow.documents import add_in
from qualkit.workflow.foreign_report import Report

__all__ = ["Texts", "with_asides"]


class Texts:
    """Brings sources in; knows afterwards which document each is, and where its offsets lie.

    Args:
        journal: of a write transaction.
        foreign: the project.
        report: what became of each is told here.
    """

    def __init__(self, journal: Journal, foreign: Foreign, report: Report) -> None:
        self._journal, self._foreign, self._report = journal, foreign, report
        self.documents: dict[str, str] = {}
        self.texts: dict[str, str] = {}
        self._places: dict[str, dict[int, int]] = {}
        self._sizes: dict[str, int] = {}

    def add_all(self) -> None:
        """Store every source that is not here yet."""
        present = {sha: name for name, sha in stored.hashes(self._journal.connection).items()}
        taken = {name.casefold() for name in present.values()}
        spans = self._spans()
        self._report.tell("documents", "in the file", len(self._foreign.sources))
        new = known = 0
        for source in self._foreign.sources:
            text = normalise(source.text)
            offsets = (one for pair in spans.get(source.key, []) for one in pair)
            self._places[source.key] = normalised_places(source.text, offsets)
            self._sizes[source.key] = len(source.text)
            here = present.get(fingerprint(text))
            if here is None:
                here = self._add(source, _free(source.name, taken), spans.get(source.key, []))
                new += here is not None
            else:
                known += 1
            if here is not None:
                self.documents[source.key], self.texts[source.key] = here, text
                present[fingerprint(text)] = here
                taken.add(here.casefold())
        self._report.tell("documents", "new", new)
        self._report.tell("documents", "there already", known)

    def _spans(self) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = {}
        for one in self._foreign.codings:
            if one.start is not None and one.end is not None:
                found.setdefault(one.source, []).append((one.start, one.end))
        for memo in self._foreign.memos:
            found.setdefault(memo.key, []).append((memo.start, memo.end))
        return found

    def _add(self, source: Source, name: str, spans: Iterable[tuple[int, int]]) -> str | None:
        try:
            document = document_of(source, name)
        except BadInputError as problem:
            self._report.tell("documents", "left out", 1, str(problem), source.name)
            return None
        if not document.text.strip():
            self._report.tell("documents", "left out", 1, "nothing stands in it", source.name)
            return None
        moved = [self.placed(source.key, *span) for span in spans]
        opened = _opened(document, moved)
        codable = [sum(one.codable for one in each.utterances) for each in (document, opened)]
        reason = "headings, notes or lines left out that somebody coded are utterances to code now"
        self._report.tell("utterances", "changed", codable[1] - codable[0], reason, name)
        return str(add_in(self._journal, opened)["document"])

    def placed(self, key: str, start: int, end: int) -> tuple[int, int]:
        """Return a span of a source as a span of its document."""
        places, size = self._places[key], self._sizes[key]
        return places[min(start, size)], places[min(end, size)]


def with_asides(connection: Any) -> pd.DataFrame:
    """Return ``store.documents.place_frame`` with the column asides, as ``touched`` needs it."""
    asides = stored.utterance_frame(connection)[["utterance_id", "asides"]]
    return stored.place_frame(connection).merge(asides, on="utterance_id")


def _free(name: str, taken: set[str]) -> str:
    stem = PurePath(name).stem if PurePath(name).suffix else name
    chosen, number = stem or "document", 1
    while chosen.casefold() in taken:
        number += 1
        chosen = f"{stem} ({number})"
    return chosen


def _opened(document: Document, spans: list[tuple[int, int]]) -> Document:
    """Return the document with all words that somebody coded in utterances open to coding.

    A line that the reader left out, such as a page header, becomes a paragraph of its own; a
    heading or note that a coding stands on alone counts as coded text.
    """
    found = _touched(document, spans)
    missing = sorted(set(range(len(spans))) - set(found["span"]))
    lines = dict.fromkeys(line for at in missing for line in _lines(document, *spans[at]))
    coded = {document.utterances[at] for at in found["utterance"]}
    opened = [
        dataclasses.replace(one, codable=True, note=None)
        if one in coded and not one.codable
        else one
        for one in document.utterances
    ]
    opened += [Utterance(0, UtteranceKind.PARAGRAPH, *line) for line in lines]
    opened.sort(key=lambda one: one.start)
    places = {one.position: at for at, one in enumerate(opened, start=1)}
    return dataclasses.replace(
        document,
        utterances=tuple(
            dataclasses.replace(one, position=at) for at, one in enumerate(opened, start=1)
        ),
        findings=tuple(
            dataclasses.replace(one, position=one.position and places[one.position])
            for one in document.findings
        ),
    )


def _touched(document: Document, spans: list[tuple[int, int]]) -> pd.DataFrame:
    rows = [(one.start, one.end, one.codable, one.asides) for one in document.utterances]
    utterances = pd.DataFrame(rows, columns=["start_of", "end_of", "codable", "asides"])
    return touched(pd.DataFrame(spans, columns=["start", "end"]), utterances, document.text)


def _lines(document: Document, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the lines that a span has words of, as far as they are free, without white space."""
    text = document.text
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", max(start, end - 1))
    at = first
    for line in text[first : last if last >= 0 else len(text)].split("\n"):
        begin, stop = at + len(line) - len(line.lstrip()), at + len(line.rstrip())
        at += len(line) + 1
        begin = max([begin, *(one.end for one in document.utterances if begin < one.end < stop)])
        stop = min([stop, *(one.start for one in document.utterances if begin < one.start < stop)])
        if text[max(begin, start) : min(stop, end)].strip():
            yield begin, stop
