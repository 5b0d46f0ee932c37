"""The change log: who did what, taking it back, and the project as it was."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from qualkit.errors import OptionError, UnknownNameError
from qualkit.store import codebooks as stored_codebooks
from qualkit.store import coders, codings, replay, rounds, undoing
from qualkit.store.database import Database
from qualkit.store.journal import writing
from qualkit.store.schema import REVISION
from qualkit.workflow import blindness
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.roles import check_taken_back

__all__ = ["as_of", "list_changes", "redo", "undo", "utterance_history"]

_EVERYBODY = "qualkit"


def list_changes(
    project: Handle, *, limit: int | None = None, viewer: str | None = None
) -> pd.DataFrame:
    """Return the change log, newest last: columns seq, at, actor, action, payload, op_id.

    While a blind round is open, lines about codings in it by others than the viewer stand there
    without what they say.
    """
    with project.database.read() as connection:
        return blindness.change_frame(connection, viewer, limit=limit)


def undo(project: Handle, coder: str | None = None) -> undoing.Undone:
    """Take back the newest change of a coder; again and again, across restarts.

    Args:
        project: an open project.
        coder: whose change; None for what no coder did: imports, speakers, the codebook.

    Returns:
        What was taken back: seq, action, at, payload.

    Raises:
        NotEnoughError: there is nothing to take back.
        RefusedError: somebody has gone on from what it did, or it is for a lead to take back.
        UnknownNameError: no such coder.
    """
    actor = _actor(project, coder)
    with writing(project.database) as journal:
        done = undoing.undo(journal, actor)
        check_taken_back(project, journal.connection, coder, done.action, done.payload)
        return done


def redo(project: Handle, coder: str | None = None) -> undoing.Undone:
    """Make again what a coder took back last; arguments, result and errors as ``undo``."""
    actor = _actor(project, coder)
    with writing(project.database) as journal:
        done = undoing.redo(journal, actor)
        check_taken_back(project, journal.connection, coder, done.action, done.payload)
        return done


def _actor(project: Handle, coder: str | None) -> str:
    if coder is None:
        return _EVERYBODY
    with project.database.read() as connection:
        names = {one.name: one.name for one in coders.all_coders(connection)}
    return known("coder", coder, names)


@contextlib.contextmanager
def as_of(project: Handle, moment: str | int) -> Iterator[Handle]:
    """Give the project as it was: a copy to look at, gone at the end of the ``with`` block.

    Args:
        project: an open project.
        moment: number of a change, or a time (ISO 8601, UTC unless it says otherwise).

    Raises:
        OptionError: the time cannot be read, or lies before the project was made.
    """
    with project.database.read() as connection:
        until = moment if isinstance(moment, int) else replay.seq_at(connection, _utc(moment))
    if until < 1:
        raise OptionError(f"there was no project yet at '{moment}'")
    with tempfile.TemporaryDirectory(prefix="qualkit-") as folder:
        path = Path(folder) / "as-of.qualkit"
        replay.write_as_of(project.database, path, until, REVISION)
        copy = type(project)(Database(path))
        try:
            yield copy if project.acting is None else copy.acting_as(project.acting)
        finally:
            copy.close()


def _utc(moment: str) -> str:
    try:
        time = datetime.fromisoformat(moment)
    except ValueError as problem:
        raise OptionError(
            f"'{moment}' is no time", remedy="write it like 2026-03-01 or 2026-03-01T14:30"
        ) from problem
    aware = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return aware.isoformat(timespec="microseconds").replace("+00:00", "Z")


def utterance_history(
    project: Handle, document: str, position: int, *, viewer: str | None = None
) -> pd.DataFrame:
    """Return who did what to one utterance, oldest first.

    What others than the viewer did in a blind round that is still open is left out.

    Columns: seq (int64), at, actor, action, what ("coded", "code removed", "looked at" ...), code,
    coder, round, memo (str).

    Raises:
        UnknownNameError: no such document or utterance.
    """
    name = project.document_name(document)
    with project.database.read() as connection:
        place = codings.spans(connection, [(name, position)]).get((name, position))
        if place is None:
            raise UnknownNameError(f"there is no utterance {position}", where=name)
        rows = replay.history(connection, place.id)
        codebook = stored_codebooks.current(connection)
        names = coders.names(connection)
        table = rounds.round_frame(connection)
        called = dict(zip(table["id"], table["round"], strict=True))
        seen = blindness.veil(connection, viewer)
    titles = {code.id: code.name for code in codebook.codes}
    columns = ["seq", "at", "actor", "action", "what", "code", "coder", "round", "memo"]
    told = [
        {
            **row,
            "code": titles.get(row["code_id"], row["code_id"]),
            "coder": names.get(row["coder_id"]),
            "round": called.get(row["round_id"]),
        }
        for row in rows
    ]
    return seen.keep(pd.DataFrame(told, columns=columns))
