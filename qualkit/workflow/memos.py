"""Memos: analytic notes on the project, a document, a speaker, an utterance, a code or a coding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from qualkit.errors import OptionError, RefusedError, UnknownNameError
from qualkit.model import Coding, Origin
from qualkit.store import codebooks
from qualkit.store import codings as stored_codings
from qualkit.store import documents as stored_documents
from qualkit.store import memos as stored
from qualkit.store import speakers as stored_speakers
from qualkit.store.journal import Journal, Row, writing
from qualkit.workflow import blindness
from qualkit.workflow.codings import set_coding
from qualkit.workflow.handle import Handle, known

__all__ = ["ABOUT", "Target", "add_memo", "change_memo", "delete_memo", "list_memos"]

ABOUT = ("project", "document", "speaker", "utterance", "code", "coding")
_COLUMNS = [
    "about",
    "document",
    "position",
    "speaker",
    "code",
    "coder",
    "text",
    "created_at",
    "changed_at",
    "memo",
]
_SHORTEST = 4  # characters of a memo's id that may stand for it


@dataclass(frozen=True)
class Target:
    """What a memo is about: the fields that are set say it; none: the project.

    Attributes:
        document: its name; alone: the document.
        position: with a document: the utterance.
        speaker: name; with a document where it means different people.
        code: name or id; alone: the code. With document and position: the writer's own coding.
        round: of the coding.
    """

    document: str | None = None
    position: int | None = None
    speaker: str | None = None
    code: str | None = None
    round: str = "main"

    @property
    def about(self) -> str:
        """Which of ``ABOUT`` it is.

        Example:
            >>> Target(document="elm", position=3).about
            'utterance'

        Raises:
            OptionError: the fields do not go together.
        """
        given = {name for name in ("document", "position", "speaker", "code") if self._has(name)}
        kinds = {
            frozenset[str](): "project",
            frozenset({"document"}): "document",
            frozenset({"speaker"}): "speaker",
            frozenset({"document", "speaker"}): "speaker",
            frozenset({"document", "position"}): "utterance",
            frozenset({"code"}): "code",
            frozenset({"document", "position", "code"}): "coding",
        }
        found = kinds.get(frozenset(given))
        if found is None:
            raise OptionError(
                f"a memo cannot be about {' and '.join(sorted(given))} together",
                remedy="name a document, an utterance of it, a speaker, a code or a coding",
            )
        return found

    def _has(self, name: str) -> bool:
        return getattr(self, name) is not None


def add_memo(project: Handle, text: str, *, coder: str, target: Target | None = None) -> str:
    """Write a memo and return its id.

    A coding has one memo, its own: writing another one on it replaces the first.

    Args:
        project: an open project.
        text: what it says.
        coder: whose memo it is.
        target: what it is about; None: the project.

    Raises:
        OptionError: no text, no coder, or a target that says two things.
        UnknownNameError: no such document, utterance, speaker, code or coding.
        RefusedError: the coding is in a closed round.
    """
    words, who, aim = _words(text), _name(coder), target or Target()
    if aim.about == "coding":
        return set_coding(project, _coding(project, aim, who), memo=words)
    with writing(project.database) as journal:
        about, key = _key(project, journal.connection, aim)
        guid = stored.add(journal, about, key, words, who)
        journal.record("memo.add", {"memo": guid, "about": about, "target": key}, actor=who)
    return guid


def _words(text: str) -> str:
    if not text.strip():
        raise OptionError("a memo needs words", remedy="delete it to be rid of it")
    return text.strip()


def _name(coder: str) -> str:
    name = " ".join(coder.split())
    if not name:
        raise OptionError("it does not say whose memo this is", remedy="name the coder")
    return name


def _coding(project: Handle, target: Target, coder: str) -> Coding:
    return Coding(str(target.document), target.position or 0, str(target.code), coder, target.round)


def _key(project: Handle, connection: Any, target: Target) -> tuple[str, str]:
    """Return what a memo is about and the id that it is stored under."""
    about = target.about
    if about in {"document", "utterance"}:
        name = project.document_name(str(target.document))
        if about == "document":
            return about, str(stored_documents.details(connection, name)["guid"])
        place = stored_codings.spans(connection, [(name, target.position or 0)])
        if not place:
            raise UnknownNameError(f"there is no utterance {target.position}", where=name)
        return about, str(next(iter(place.values())).id)
    if about == "code":
        codebook = codebooks.current(connection)
        names = {code.name: code for code in codebook.codes}
        return about, (codebook.find(str(target.code)) or known("code", str(target.code), names)).id
    if about == "speaker":
        return about, _speaker(connection, target)
    return about, ""


def _speaker(connection: Any, target: Target) -> str:
    rows = stored_speakers.rows(connection)
    wanted = str(target.speaker).strip().casefold()
    found = [row for row in rows if row["name"].casefold() == wanted]
    if target.document is not None:
        found = [row for row in found if row["document"] in (None, target.document)]
    if not found:
        known("speaker", str(target.speaker), {row["name"]: 1 for row in rows if row not in found})
        raise UnknownNameError(f"there is no speaker '{target.speaker}'", where=target.document)
    if len(found) > 1:
        raise OptionError(
            f"speaker '{target.speaker}' means different people", remedy="name the document"
        )
    return str(found[0]["id"])


def change_memo(project: Handle, memo: str, text: str, *, coder: str) -> None:
    """Give one's own memo other words.

    Args:
        project: an open project.
        memo: its id as ``list_memos`` gives it, or the beginning of it.
        text: the new words.
        coder: whose memo it is.

    Raises:
        UnknownNameError: no such memo.
        RefusedError: it is somebody else's, or on a coding in a closed round.
        OptionError: no text.
    """
    words, who = _words(text), _name(coder)
    coding = _coding_called(project, memo, who)
    if coding is not None:
        set_coding(project, coding, memo=words)
        return
    with writing(project.database) as journal:
        row = _own(journal, memo, who)
        stored.change(journal, row, words)
        said = {"memo": row["guid"], "about": row["about"], "target": row["target"]}
        journal.record("memo.change", said, actor=who)


def delete_memo(project: Handle, memo: str, *, coder: str) -> None:
    """Delete one's own memo; arguments and errors as ``change_memo``. It can be undone."""
    who = _name(coder)
    coding = _coding_called(project, memo, who)
    if coding is not None:
        set_coding(project, coding, memo="")
        return
    with writing(project.database) as journal:
        row = _own(journal, memo, who)
        stored.delete(journal, row)
        said = {"memo": row["guid"], "about": row["about"], "target": row["target"]}
        journal.record("memo.delete", said, actor=who)


def _own(journal: Journal, memo: str, coder: str) -> Row:
    found = stored.named(journal.connection, memo) if len(memo) >= _SHORTEST else []
    found = blindness.visible_memos(journal.connection, coder, found)
    if len(found) != 1:
        count = "no memo" if not found else f"{len(found)} memos"
        raise UnknownNameError(f"there is {count} '{memo}'", remedy="see: qualkit memo list")
    if found[0]["coder"] != coder:
        raise RefusedError(f"this memo is {found[0]['coder']}'s", remedy="write one of your own")
    return found[0]


def _coding_called(project: Handle, memo: str, coder: str) -> Coding | None:
    if len(memo) < _SHORTEST:
        return None
    with project.database.read() as connection:
        codings = blindness.coding_frame(connection, coder, noted=True)
    found = codings[codings["id"].astype("str").str.startswith(memo)]
    if len(found) != 1:
        return None
    row = found.iloc[0]
    if row["coder"] != coder:
        raise RefusedError(f"this memo is {row['coder']}'s", remedy="write one of your own")
    span = (None, None) if pd.isna(row["start"]) else (int(row["start"]), int(row["end"]))
    place = (str(row["document"]), int(row["position"]), str(row["code_id"]))
    return Coding(*place, coder, str(row["round"]), start=span[0], end=span[1])


def list_memos(
    project: Handle,
    *,
    about: str | None = None,
    search: str | None = None,
    viewer: str | None = None,
) -> pd.DataFrame:
    """Return memos, those on codings last.

    Args:
        project: an open project.
        about: only those on the "project", a "document", "speaker", "utterance", "code" or
            "coding".
        search: only those that have these words, in any case.
        viewer: who asks; while a blind round is open, what its other coders write is left out.

    Returns:
        Columns about, document, position (Int64), speaker, code, coder, text, created_at,
        changed_at (missing for a coding: the log has it), memo (its id).

    Raises:
        OptionError: memos are not about such things.
    """
    if about is not None and about not in ABOUT:
        raise OptionError(f"memos are not about '{about}'", remedy=f"use {', '.join(ABOUT)}")
    with project.database.read() as connection:
        whole = stored.rows(connection)
        rows = blindness.visible_memos(connection, viewer, whole)
        places = stored.places(connection)
        names = {code.id: code.name for code in codebooks.current(connection).codes}
        seen = blindness.veil(connection, viewer)
        codings = blindness.coding_frame(connection, viewer, noted=True)
    places["code"] = {one: (None, None, name) for one, name in names.items()}
    table = pd.DataFrame([_told(row, places) for row in rows], columns=_COLUMNS)
    on_codings = _on_codings(codings)
    table = pd.concat([table.astype(object), on_codings], ignore_index=True)
    if about is not None:
        table = table[table["about"] == about]
    if search is not None:
        found = table["text"].str.casefold().str.contains(search.casefold(), regex=False)
        table = table[found.astype(bool)]
    return blindness.noted(table.astype({"position": "Int64"}).reset_index(drop=True), seen)


def _told(row: Row, places: dict[str, dict[str, tuple[Any, ...]]]) -> Row:
    document, position, name = places[row["about"]].get(row["target"], (None, None, None))
    named = {row["about"]: name} if row["about"] in {"speaker", "code"} else {}
    whole = {"document": document, "position": position, "memo": row["guid"], **named}
    return {**{column: row.get(column) for column in _COLUMNS}, **whole}


def _on_codings(codings: pd.DataFrame) -> pd.DataFrame:
    by_hand = ~codings["origin"].isin([Origin.MARKER, Origin.QUERY])
    mine = codings[by_hand]
    told = mine.drop(columns="memo").assign(
        about="coding", speaker=None, changed_at=None, text=mine["memo"], memo=mine["id"]
    )
    return told[_COLUMNS].astype(object)
