"""Speakers: who they are, what they stand for, and which of them are the same person."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import OptionError, UnknownNameError
from qualkit.formats.people import read_people
from qualkit.model import Speaker
from qualkit.store import speakers as stored
from qualkit.store import typologies
from qualkit.store.journal import Journal, writing
from qualkit.store.paging import WHOLE
from qualkit.text.likeness import likely_same
from qualkit.text.stakeholders import assign_type
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.kept import kept, wanted_part

__all__ = ["import_people", "list_speakers", "merge_speakers", "propose_merges", "set_speaker"]

BY_HAND = "set by hand"
_LISTED_FROM = frozenset({"documents", "utterances", "speakers", "stakeholder_types"})
_SETTABLE = {"role", "organisation", "stakeholder_type", "moderator"}


def list_speakers(
    project: Handle, *, find: str = "", limit: int | None = None, offset: int = 0
) -> pd.DataFrame:
    """Return one row per speaker and document spoken in.

    Args:
        project: an open project.
        find: only those with these words in name, document, role or organisation, in any case.
        limit: so many at most; None takes all.
        offset: after so many.

    Returns:
        Columns speaker, document, role, organisation, stakeholder_type (str), moderator (bool),
        utterances (int64), type_reason (the rule that decided, or "set by hand");
        ``attrs["found"]`` is how many there are beyond the limit, too.

    Raises:
        OptionError: limit or offset is no number of lines.
    """
    part = wanted_part(find, limit, offset)
    if part != WHOLE:
        with project.database.read() as connection:
            return stored.frame(connection, part)
    return kept(project, _LISTED_FROM, stored.frame).copy(deep=False)


def set_speaker(
    project: Handle, name: str, *, document: str | None = None, **values: Any
) -> Speaker:
    """Say who a speaker is.

    Args:
        project: an open project.
        name: the speaker's name or an alias.
        document: needed only for a label that means different people in different documents.
        **values: any of role, organisation, stakeholder_type (name or id), moderator (bool).
            Without a type the rules decide anew, unless a type was set by hand before.

    Raises:
        UnknownNameError: no such speaker, document or stakeholder type.
        OptionError: the name fits several speakers, or there is nothing to set.
    """
    place = None if document is None else project.document_name(document)
    with writing(project.database) as journal:
        return _set(journal, name, place, values)


def _set(journal: Journal, name: str, document: str | None, values: dict[str, Any]) -> Speaker:
    given = {field: value for field, value in values.items() if value is not None}
    if not given or set(given) - _SETTABLE:
        raise OptionError(
            f"nothing known to set for speaker '{name}'",
            remedy=f"give any of {', '.join(sorted(_SETTABLE))}",
        )
    speaker_id, old = _find(journal.connection, name, document)
    new = dataclasses.replace(old, **_plain(given))
    typology = typologies.current(journal.connection)
    if "stakeholder_type" in given:
        names = {kind.name: kind.id for kind in typology.types}
        names |= {kind.id: kind.id for kind in typology.types}
        type_id = known("stakeholder type", given["stakeholder_type"], names)
        new = dataclasses.replace(new, stakeholder_type=type_id, type_reason=BY_HAND)
    elif old.type_reason != BY_HAND:
        untyped = dataclasses.replace(new, stakeholder_type=None, type_reason=None)
        new = assign_type(untyped, typology)
    stored.change(journal, speaker_id, _columns(new))
    journal.record("speaker.set", {"speaker": new.name, **_columns(new)})
    return new


def _plain(given: dict[str, Any]) -> dict[str, Any]:
    plain = {field: given[field] for field in ("role", "organisation") if field in given}
    return plain | ({"is_moderator": given["moderator"]} if "moderator" in given else {})


def _columns(speaker: Speaker) -> dict[str, Any]:
    return {
        "role": speaker.role,
        "organisation": speaker.organisation,
        "is_moderator": speaker.is_moderator,
        "stakeholder_type_id": speaker.stakeholder_type,
        "type_reason": speaker.type_reason,
    }


def _find(connection: Any, name: str, document: str | None) -> tuple[int, Speaker]:
    wanted = name.strip().casefold()
    rows = stored.rows(connection)
    exact = [row for row in rows if row["name"].casefold() == wanted]
    found = exact or [row for row in rows if wanted in map(str.casefold, row["aliases"])]
    if document is not None:
        found = [row for row in found if row["document"] in (None, document)]
    if not found:
        known("speaker", name, {row["name"]: row for row in rows}, where=document)
        raise UnknownNameError(f"speaker '{name}' does not speak there", where=document)
    if len(found) > 1:
        places = ", ".join(sorted(str(row["document"]) for row in found))
        raise OptionError(
            f"speaker '{name}' means different people in: {places}", remedy="name the document"
        )
    return found[0]["id"], stored.load(connection, found[0]["id"])


def propose_merges(project: Handle) -> pd.DataFrame:
    """Return speakers who may be one person: misprints, titles, initials, roles. Nothing is merged.

    Columns: speaker, other (str), document (missing: speaks in several or anywhere), score (int64,
    0 to 100), why (str); the likeliest first.
    """
    with project.database.read() as connection:
        speakers, spoken = stored.named(connection), stored.spoken_by_named(connection)
    places = spoken.groupby("speaker")["document"].agg(set)
    found = [
        {
            "speaker": pair.name,
            "other": pair.other,
            "document": _common(places.get(pair.name, set()), places.get(pair.other, set())),
            "score": pair.score,
            "why": pair.why,
        }
        for pair in likely_same(speakers)
    ]
    return pd.DataFrame(found, columns=["speaker", "other", "document", "score", "why"])


def _common(first: set[str], second: set[str]) -> str | None:
    both = first | second
    return next(iter(both)) if len(both) == 1 else None


def merge_speakers(
    project: Handle, keep: str, others: list[str], *, document: str | None = None
) -> int:
    """Make several names one speaker; return how many utterances changed hands.

    Args:
        project: an open project.
        keep: the name that stays.
        others: the names that become its aliases.
        document: needed only for labels that mean different people in different documents.

    Raises:
        UnknownNameError: no such speaker or document.
        OptionError: a speaker cannot be merged with itself.
    """
    place = None if document is None else project.document_name(document)
    with writing(project.database) as journal:
        kept, _ = _find(journal.connection, keep, place)
        gone = [_find(journal.connection, name, place)[0] for name in others]
        if kept in gone or not gone:
            raise OptionError(f"speaker '{keep}' cannot be merged with itself")
        moved = stored.merge(journal, kept, gone)
        journal.record("speaker.merge", {"keep": keep, "others": others, "moved": moved})
    return moved


def import_people(project: Handle, path: str | Path) -> int:
    """Set speakers from a table of people; return how many were set.

    The file (csv or xlsx) has a column speaker and any of document, role, organisation,
    stakeholder_type, moderator. All rows are taken, or none.

    Raises:
        CodingsFileError: a row is wrong; the message names it.
        UnknownNameError: a row names a speaker, document or type that the project lacks.
    """
    rows = read_people(path)
    places = [project.document_name(row["document"]) if row["document"] else None for row in rows]
    with writing(project.database) as journal:
        for place, row in zip(places, rows, strict=True):
            values = {field: row[field] for field in _SETTABLE}
            _set(journal, row["speaker"], place, values)
    return len(rows)
