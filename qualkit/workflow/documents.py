"""Documents: bringing them in, listing them and their utterances."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import QualkitError
from qualkit.formats.documents import read_bytes, read_document
from qualkit.model import Document, Speaker, Typology
from qualkit.store import documents as stored
from qualkit.store import speakers as stored_speakers
from qualkit.store import typologies
from qualkit.store.journal import Journal, writing
from qualkit.store.paging import WHOLE
from qualkit.text.pseudonyms import pseudonymise
from qualkit.text.report import report
from qualkit.text.stakeholders import assign_type
from qualkit.workflow.bulk import without_pauses
from qualkit.workflow.handle import Handle
from qualkit.workflow.kept import kept, wanted_part
from qualkit.workflow.pseudonyms import load_pseudonyms

__all__ = [
    "add_document",
    "add_in",
    "import_bytes",
    "import_documents",
    "import_report",
    "list_documents",
    "list_findings",
    "list_utterances",
    "preview_documents",
]

UTTERANCE_COLUMNS = stored.UTTERANCE_COLUMNS


def import_documents(
    project: Handle,
    paths: Iterable[str | Path],
    *,
    unit: str = "auto",
    dry_run: bool = False,
    pseudonyms: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> pd.DataFrame:
    """Read files into the project, each whole or not at all.

    Args:
        project: where to.
        paths: files, or folders whose files are all tried.
        unit: what becomes an utterance: auto, turn, paragraph or sentence.
        dry_run: read and report, store nothing.
        pseudonyms: a key file; every name in it is replaced before anything is stored, in the
            stored bytes too.
        progress: called with the name of each file before it is read.

    Returns:
        One row per file: file, document, status ("imported", "read", "already there", "failed"),
        utterances, codable, speakers, words, set_aside (int64), findings, message.
    """
    key = None if pseudonyms is None else load_pseudonyms(pseudonyms)
    rows = []
    for path in _files(paths):
        if progress:
            progress(path.name)
        try:
            with without_pauses():
                read = read_document(path, unit=unit)
                document = read if key is None else pseudonymise(read, key)
                row = add_document(project, document, unit=unit, dry_run=dry_run)
        except QualkitError as problem:
            row = {"status": "failed", "message": str(problem)}
        rows.append({"file": str(path), **row})
    return _summary(rows)


def import_bytes(
    project: Handle,
    source: bytes,
    source_name: str,
    *,
    unit: str = "auto",
    pseudonyms: str | Path | None = None,
    dry_run: bool = False,
) -> tuple[dict[str, Any], pd.DataFrame]:
    """Read one uploaded file into the project.

    Returns:
        The row as in ``import_documents``, and the import report as in ``import_report``.
    """
    read = read_bytes(source, source_name, unit=unit)
    document = read if pseudonyms is None else pseudonymise(read, load_pseudonyms(pseudonyms))
    row = add_document(project, document, unit=unit, dry_run=dry_run)
    return row, _told(row["document"], report(document))


def preview_documents(
    project: Handle,
    paths: Iterable[str | Path],
    *,
    unit: str = "auto",
    pseudonyms: str | Path | None = None,
) -> pd.DataFrame:
    """Read files and return their import reports, as ``import_report``; store nothing.

    A file that cannot be read has one row with the topic "failed" and the reason as note.
    """
    del project  # nothing of it is needed to look at a file
    key = None if pseudonyms is None else load_pseudonyms(pseudonyms)
    tables = []
    for path in _files(paths):
        try:
            read = read_document(path, unit=unit)
        except QualkitError as problem:
            failed = {"topic": "failed", "item": path.name, "count": None, "note": str(problem)}
            tables.append(_told(path.stem, [failed]))
        else:
            document = read if key is None else pseudonymise(read, key)
            tables.append(_told(document.name, report(document)))
    return pd.concat(tables, ignore_index=True) if tables else _told("", [])


def import_report(project: Handle, document: str | None = None) -> pd.DataFrame:
    """Return what the reader made of one document, or of all, when they were imported.

    Columns: document, topic ("words", "kind", "speaker", "set aside", "never speaks", "finding"),
    item (str), count (Int64; for a finding the position of its utterance), note (str).

    Raises:
        UnknownNameError: no such document.
    """
    with project.database.read() as connection:
        present = list(stored.hashes(connection))
    names = present if document is None else [project.document_name(document)]
    with project.database.read() as connection:
        tables = [_told(name, stored.details(connection, name)["report"]) for name in names]
    return pd.concat(tables, ignore_index=True) if tables else _told("", [])


def _told(name: str, rows: pd.DataFrame | list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["topic", "item", "count", "note"])
    table.insert(0, "document", name)
    return table.astype({"count": "Int64", "note": "str"})


def add_document(
    project: Handle, document: Document, *, unit: str = "auto", dry_run: bool = False
) -> dict[str, Any]:
    """Store a document that has been read; the row is as in ``import_documents``.

    The same text under the same name is left as it is; another text under a name already taken is
    stored under its full file name.
    """
    with writing(project.database) as journal:
        return add_in(journal, document, unit=unit, dry_run=dry_run)


def add_in(
    journal: Journal, document: Document, *, unit: str = "auto", dry_run: bool = False
) -> dict[str, Any]:
    """Do what ``add_document`` does, in the caller's write transaction."""
    connection = journal.connection
    present = stored.hashes(connection)
    name = document.name
    if present.get(name, document.sha256) != document.sha256:
        name = _free_name(document.source_name, present)
    row = {"document": name, "status": "read" if dry_run else "imported"} | _counts(document)
    if name in present:
        return row | {"status": "already there", "message": "this text is in the project"}
    if not dry_run:
        named = dataclasses.replace(document, name=name)
        _store(journal, named, typologies.current(connection), unit)
    return row


def _free_name(source_name: str, present: dict[str, str]) -> str:
    candidates = (source_name, *(f"{source_name} ({n})" for n in range(2, len(present) + 3)))
    return next(name for name in candidates if name not in present)


def _store(journal: Journal, document: Document, typology: Typology, unit: str) -> None:
    people = stored_speakers.everywhere(journal.connection)
    rows: list[dict[str, Any]] = json.loads(report(document).to_json(orient="records"))
    document_id = stored.add(journal, document, unit=unit, report=rows)
    ids: dict[str, int] = {}
    for speaker in document.speakers:
        known = None if speaker.is_generic else people.get(speaker.name.casefold())
        if known is None:
            typed = assign_type(speaker, typology)
            place = document_id if speaker.is_generic else None
            ids[speaker.name] = stored_speakers.add(journal, typed, document_id=place)
        else:
            ids[speaker.name] = known[0]
            _complete(journal, *known, speaker, typology)
    stored.add_utterances(journal, document_id, document, ids)
    about = {
        "document": document.name,
        "sha256": document.sha256,
        "utterances": len(document.utterances),
    }
    journal.record("document.import", about)


def _complete(
    journal: Journal, speaker_id: int, old: Speaker, new: Speaker, typology: Typology
) -> None:
    """Fill what this document says of a speaker and the earlier ones did not."""
    values = {
        field: getattr(new, field)
        for field in ("role", "organisation")
        if getattr(old, field) is None and getattr(new, field) is not None
    }
    if not values:
        return
    typed = assign_type(dataclasses.replace(old, **values), typology)
    if old.stakeholder_type is None and typed.stakeholder_type is not None:
        values |= {
            "stakeholder_type_id": typed.stakeholder_type,
            "type_reason": typed.type_reason,
        }
    stored_speakers.change(journal, speaker_id, values)


def _counts(document: Document) -> dict[str, Any]:
    codable = [one for one in document.utterances if one.codable]
    return {
        "utterances": len(document.utterances),
        "codable": len(codable),
        "speakers": len({one.speaker for one in codable if one.speaker}),
        "words": sum(len(one.text_in(document.text).split()) for one in codable),
        "set_aside": len(document.utterances) - len(codable),
        "findings": len(document.findings),
    }


def _files(paths: Iterable[str | Path]) -> Iterator[Path]:
    for given in paths:
        path = Path(given)
        if path.is_dir():
            yield from sorted(
                one for one in path.rglob("*") if one.is_file() and not one.name.startswith(".")
            )
        else:
            yield path


def _summary(rows: list[dict[str, Any]]) -> pd.DataFrame:
    numbers = ["utterances", "codable", "speakers", "words", "set_aside", "findings"]
    columns = ["file", "document", "status", *numbers, "message"]
    table = pd.DataFrame(rows, columns=columns)
    table[numbers] = table[numbers].astype("float64").fillna(0).astype("int64")
    return table


def list_documents(
    project: Handle, *, find: str = "", limit: int | None = None, offset: int = 0
) -> pd.DataFrame:
    """Return one row per document, in order of import.

    Args:
        project: an open project.
        find: only those with these words in their name, title or file name, in any case.
        limit: so many at most; None takes all.
        offset: after so many.

    Returns:
        Columns document, title, source, utterances, codable, speakers, imported_at;
        ``attrs["found"]`` is how many there are beyond the limit, too.

    Raises:
        OptionError: limit or offset is no number of lines.
    """
    part = wanted_part(find, limit, offset)
    if part != WHOLE:
        with project.database.read() as connection:
            return stored.frame(connection, part)
    listed = kept(project, frozenset({"documents", "utterances"}), stored.frame)
    return listed.copy(deep=False)


def list_utterances(project: Handle, document: str | None = None) -> pd.DataFrame:
    """Return utterances in reading order, with the columns of the command line's contract.

    Columns: document, position, kind, label, speaker, role, organisation, stakeholder_type (str),
    reported, codable (bool), start, end (int64, code points), time (float64, seconds), text.

    Raises:
        UnknownNameError: no such document.
    """
    name = None if document is None else project.document_name(document)
    with project.database.read() as connection:
        return stored.utterance_frame(connection, name)[UTTERANCE_COLUMNS]


def list_findings(project: Handle, document: str | None = None) -> pd.DataFrame:
    """Return what the readers noticed: columns document, kind, position (Int64), message.

    Raises:
        UnknownNameError: no such document.
    """
    told = import_report(project, document)
    found = told[told["topic"] == "finding"].reset_index(drop=True)
    names = {"item": "kind", "count": "position", "note": "message"}
    return found.rename(columns=names)[["document", "kind", "position", "message"]]
