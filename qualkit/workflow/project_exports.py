"""A project as REFI-QDA (``.qdpx``) for other programs, and as JSON with all that it has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

import qualkit
from qualkit.errors import RefusedError
from qualkit.formats.project_json import write_project_json
from qualkit.formats.qdpx_sidecar import sidecar_parts
from qualkit.formats.qdpx_write import (
    OutCase,
    Outgoing,
    OutNote,
    OutSelection,
    OutText,
    Variant,
    variant_named,
    write_qdpx,
)
from qualkit.model import Codebook, CoderKind, name_id
from qualkit.store import codebooks, coders, documents, memos, selections, speakers, whole
from qualkit.store.journal import Row
from qualkit.store.projects import about
from qualkit.store.schema import REVISION
from qualkit.text.pseudonyms import Key
from qualkit.workflow.blindness import change_frame, coding_frame, veil, visible_memos
from qualkit.workflow.bulk import without_pauses
from qualkit.workflow.contents import NAMES, PSEUDONYMS_IN_ALL, contained
from qualkit.workflow.foreign_documents import with_asides
from qualkit.workflow.foreign_selections import joined
from qualkit.workflow.handle import Handle
from qualkit.workflow.masking import masked
from qualkit.workflow.report_numbers import counted

__all__ = ["export_project", "export_whole"]

_VARIABLES = {
    "stakeholder_type": ("Stakeholder type", "Text"),
    "role": ("Role", "Text"),
    "organisation": ("Organisation", "Text"),
    "moderator": ("Moderator", "Boolean"),
}


def export_project(
    project: Handle, path: str | Path, *, variant: str = "standard", key: Key | None = None
) -> Path:
    """Write the project as REFI-QDA (``.qdpx``), which other programs for coding open.

    It has the coders as users, the codebook, the documents as plain text, every coding with its
    words, the speakers as cases with stakeholder type, role and organisation, and the memos as
    notes. What the standard has no place for (utterances, rounds, reviews, versions, certainty, the
    files the documents came from, a summary of the log) stands in a part of its own, from which
    qualkit makes the same project again. While a blind round is open, its codings and that part are
    left out.

    Args:
        project: an open project.
        path: where to.
        variant: "standard", "nvivo", "maxqda", "atlas" or "qualcoder": how positions are counted,
            and whether what speakers say is marked where nothing is coded.
        key: labels that replace names in all that is written; then the part of its own is left out.

    Raises:
        OptionError: another variant.
        RefusedError: the project has no codes and no documents.
        UnwritableError: the folder refuses.
    """
    wanted = variant_named(variant)
    with without_pauses(), project.database.read() as connection:
        outgoing = _Outgoing(connection, project.name, project.created_at, wanted)
        content = replace(outgoing.project(), description=outgoing.told(key))
        if key is None:
            write_qdpx(path, content, wanted, outgoing.beside)
        else:
            write_qdpx(path, masked(content, key), wanted)
    return Path(path)


def export_whole(project: Handle, path: str | Path, *, key: Key | None = None) -> Path:
    """Write all that the project has as one JSON file, its change log included.

    ``qualkit import-project --new`` makes the same project of it again: the same rows, the same log
    with the same hashes. docs/project-json.md describes it field by field.

    Args:
        project: an open project.
        path: where to.
        key: pseudonyms; a project with its log and its files has the names in all of them.

    Raises:
        RefusedError: under pseudonyms; while a blind round is open, whose codings it would tell.
        UnwritableError: the folder refuses.
    """
    if key is not None:
        what = "the whole project has the real names, in its log and in the files it came from"
        remedy = "export .xlsx, .csv, .parquet, .sav or .qdpx under pseudonyms"
        raise RefusedError(what, where=str(path), remedy=remedy)
    with without_pauses(), project.database.read() as connection:
        hidden = veil(connection, None).names
        if hidden:
            what = f"the whole project would tell what the blind round '{hidden[0]}' hides"
            remedy = "close the round, or keep a copy with: qualkit backup"
            raise RefusedError(what, where=str(path), remedy=remedy)
        own = about(connection)
        head = {
            "qualkit": qualkit.__version__,
            "schema": REVISION,
            "about": contained(project, None),
            "project": {name: own[name] for name in ("name", "guid", "created_at")},
        }
        write_project_json(path, head, whole.table_rows(connection, log=True))
    return Path(path)


class _Outgoing:
    """Gathers what leaves.

    Args:
        connection: of the project.
        name: its name.
        created_at: when it was made.
        variant: for which program.
    """

    def __init__(self, connection: Any, name: str, created_at: str, variant: Variant) -> None:
        self._connection, self._name, self._created_at = connection, name, created_at
        self._variant = variant
        self._guids = codebooks.guids(connection)
        self._users = coders.guids(connection)
        self._codings = coding_frame(connection, None)
        self._utterances = documents.utterance_frame(connection)
        self._frame = documents.frame(connection)
        self._places = with_asides(connection)
        self._source_guids = {row["name"]: row["guid"] for row in documents.rows(connection)}
        rows = visible_memos(connection, None, memos.rows(connection))
        self._memos = [row for row in rows if row["text"].strip()]
        if self._frame.empty and not self._guids:
            raise RefusedError("the project has neither codes nor documents", where=name)

    def project(self) -> Outgoing:
        """Return all that the standard has a place for."""
        book = codebooks.current(self._connection)
        codes = tuple(replace(one, guid=self._guids[one.id]) for one in book.codes)
        return Outgoing(
            name=self._name,
            created_at=self._created_at,
            origin=f"qualkit {qualkit.__version__}",
            users={guid: name for name, guid in self._users.items()},
            kinds={
                self._users[one.name]: str(one.kind)
                for one in coders.all_coders(self._connection)
                if one.kind is not CoderKind.HUMAN
            },
            codebook=Codebook(book.name, codes),
            coded=frozenset(self._codings["code_id"].unique()),
            variables={_variable(key): told for key, told in _VARIABLES.items()},
            cases=list(self._cases()),
            texts=self._texts(),
            notes=[self._note(row) for row in self._memos],
            code_notes=self._noted("code"),
            project_notes=self._noted("project").get("", []),
        )

    def told(self, key: Key | None) -> str:
        """Return what the file contains, in words for the people who open it elsewhere."""
        names = {name: sorted(self._codings[name].unique().tolist()) for name in ("coder", "round")}
        if key is not None:
            names["coder"] = [key.replace(one) for one in names["coder"]]
        left_out = self._codings.attrs.get("about", {}).get("left_out")
        lines = [
            f"Written by qualkit {qualkit.__version__}: {counted(len(self._codings), 'coding')} in "
            f"{counted(len(self._frame), 'document')}.",
            f"Names: {NAMES if key is None else PSEUDONYMS_IN_ALL}.",
            f"Coders: {', '.join(names['coder']) or 'none'}.",
            f"Rounds: {', '.join(names['round']) or 'none'}.",
            *([f"Left out: {left_out}."] if left_out else []),
        ]
        return "\n".join(lines)

    def _noted(self, about: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in self._memos:
            if row["about"] == about:
                found.setdefault(row["target"], []).append(row["guid"])
        return found

    def _note(self, row: Row) -> OutNote:
        user = self._users.get(row["coder"], "")
        words = " ".join(row["text"].split())
        if row["about"] == "speaker":
            names = {str(one["id"]): one["name"] for one in speakers.rows(self._connection)}
            words = f"{names.get(row['target'], '')}: {words}"
        return OutNote(row["guid"], words[:60], row["text"], user, row["created_at"])

    def _cases(self) -> Iterator[OutCase]:
        """Yield the speakers, each with what he or she says."""
        spoken = self._utterances[self._utterances["speaker_id"].notna()]
        everybody = self._utterances["speaker_id"].fillna(-1)
        voices = everybody.groupby(self._utterances["document"]).nunique().to_dict()
        for speaker_id, rows in spoken.groupby("speaker_id", sort=False):
            first = rows.iloc[0]
            told = {
                "stakeholder_type": first["stakeholder_type"],
                "role": first["role"],
                "organisation": first["organisation"],
                "moderator": "true" if rows["is_moderator"].any() else "false",
            }
            values = tuple(
                (_variable(key), _VARIABLES[key][1], str(value))
                for key, value in told.items()
                if isinstance(value, str) and value
            )
            named = list(dict.fromkeys(rows["document"].tolist()))
            alone = [name for name in named if voices[name] == 1]
            picked = (
                tuple(self._bare(row) for row in _spans(rows)) if self._variant.has_bare else ()
            )
            guid = name_id("speaker", self._source_guids[named[0]], speaker_id)
            sources = tuple(self._source_guids[one] for one in alone)
            yield OutCase(guid, str(first["speaker"]), values, sources, picked)

    def _bare(self, row: tuple[str, int, int]) -> str:
        return name_id("utterance", self._source_guids[row[0]], row[1], row[2])

    def _texts(self) -> Iterator[OutText]:
        kept = selections.kept(self._connection)
        notes = self._noted("document")
        by_document = dict(list(self._codings.groupby("document", sort=False)))
        spoken = dict(list(self._utterances.groupby("document", sort=False)))
        places = dict(list(self._places.groupby("document", sort=False)))
        for row in self._frame.itertuples(index=False):
            name = str(row.document)
            guid = self._source_guids[name]
            text = documents.text_of(self._connection, name)
            codings = by_document.get(name, self._codings.iloc[:0])
            here = places.get(name, self._places.iloc[:0]).reset_index(drop=True)
            units, whole_ones = joined(codings, here, kept.get(name, []), text)
            found = list(self._selections(units))
            found += self._marked(spoken.get(name, self._utterances.iloc[:0]))
            yield OutText(
                guid,
                name,
                text,
                str(row.imported_at),
                sorted(found, key=lambda one: (one.start, one.end)),
                [
                    (self._guids[code], identity, self._users[coder], made)
                    for code, identity, coder, made in whole_ones
                ],
                notes.get(guid, ()),
            )

    def _selections(self, units: pd.DataFrame) -> Iterator[OutSelection]:
        """Yield one selection for each coding: what most programs write, and all of them read."""
        names = ["id", "from", "to", "coder", "created_at", "memo", "code_id"]
        for identity, start, end, coder, made, memo, code in zip(
            *(units[name].tolist() for name in names), strict=True
        ):
            yield OutSelection(
                name_id("selection", identity),
                int(start),
                int(end),
                self._users[coder],
                made,
                memo if isinstance(memo, str) else "",
                self._guids[code],
                identity,
            )

    def _marked(self, utterances: pd.DataFrame) -> Iterator[OutSelection]:
        """Yield the utterances that have a speaker to be marked for, or a memo."""
        notes = self._noted("utterance")
        is_noted = utterances["utterance_id"].astype(str).isin(notes.keys())
        is_spoken = utterances["speaker_id"].notna() & self._variant.has_bare
        wanted = utterances[is_noted | is_spoken]
        for row, unit in zip(_spans(wanted), wanted["utterance_id"].tolist(), strict=True):
            found = tuple(notes.get(str(unit), ()))
            yield OutSelection(self._bare(row), *row[1:], "", "", "", "", "", found)

    def beside(self, digest: str) -> Iterator[tuple[str, bytes]]:
        """Yield the sidecar; nothing while a blind round is open, whose codings it would tell."""
        if veil(self._connection, None).rounds:
            return
        connection = self._connection
        log = change_frame(connection, None).groupby(["actor", "action"], sort=False)["at"]
        told = log.agg(["count", "min", "max"]).reset_index()
        texts = {row["sha256"]: row["guid"] for row in documents.rows(connection)}
        content = {
            "qualkit": qualkit.__version__,
            "name": self._name,
            "texts": texts,
            "log": [
                dict(zip(("actor", "action", "count", "first", "last"), line, strict=True))
                for line in told.astype(object).itertuples(index=False, name=None)
            ],
        }
        tables, files = whole.table_rows(connection), whole.source_files(connection)
        yield from sidecar_parts(content, tables, files, digest)


def _variable(key: str) -> str:
    return name_id("variable", key)


def _spans(rows: pd.DataFrame) -> Iterator[tuple[str, int, int]]:
    """Yield document, start and end of each utterance."""
    return zip(rows["document"], rows["start"].tolist(), rows["end"].tolist(), strict=True)
