"""Codings: applying, removing and listing them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from qualkit.errors import OptionError, UnknownNameError
from qualkit.model import Code, Coder, CoderKind, Coding
from qualkit.store import batches, memos, rounds
from qualkit.store import codings as stored
from qualkit.store.batches import Batch, Done
from qualkit.store.journal import writing
from qualkit.workflow import blindness
from qualkit.workflow.handle import Handle, known

__all__ = [
    "apply_codings",
    "check_spans",
    "commit_batches",
    "list_codings",
    "list_reviews",
    "set_coding",
]

CODING_COLUMNS = [
    "document",
    "position",
    "code",
    "coder",
    "round",
    "start",
    "end",
    "origin",
    "certainty",
    "memo",
    "codebook_version",
    "created_at",
]


def commit_batches(project: Handle, wanted: Sequence[Batch]) -> list[Done]:
    """Carry out batches in one transaction, all or none; return what each changed."""
    with writing(project.database) as journal:
        return [batches.commit(journal, batch) for batch in wanted]


def apply_codings(
    project: Handle,
    codings: Sequence[Coding],
    *,
    reviewed: Sequence[tuple[str, int]] = (),
    kind: CoderKind = CoderKind.HUMAN,
) -> int:
    """Apply codings, all or none; return how many were new.

    Args:
        project: an open project.
        codings: documents by exact name, codes by id; several coders and rounds may be mixed.
        reviewed: (document, position) that every one of these coders has looked at besides.
        kind: what sort of coder a new name is.

    Raises:
        UnknownNameError: a code or utterance that the project lacks.
        OptionError: a span outside its utterance.
        RefusedError: the round is closed.

    """
    _check(project, codings)
    groups: dict[tuple[str, str], list[Coding]] = {}
    for coding in codings:
        groups.setdefault((coding.coder, coding.round), []).append(coding)
    wanted = [
        Batch(Coder(coder, kind), round_name, apply=group, reviewed=reviewed)
        for (coder, round_name), group in groups.items()
    ]
    return sum(done.applied for done in commit_batches(project, wanted))


def _check(project: Handle, codings: Sequence[Coding]) -> None:
    codes = {code.id: code for code in project.codebook().codes}
    for coding in codings:
        known("code", coding.code, codes)
    with project.database.read() as connection:
        check_spans(connection, codings)


def check_spans(connection: Any, codings: Sequence[Coding]) -> None:
    """See that every coded span lies in its utterance.

    Raises:
        OptionError: one does not.
    """
    places = stored.spans(connection, ((one.document, one.position) for one in codings))
    for coding in codings:
        place = places.get((coding.document, coding.position))
        if place is None or coding.start is None or coding.end is None:
            continue
        if not place.start <= coding.start < coding.end <= place.end:
            raise OptionError(
                f"span {coding.start} to {coding.end} lies outside the utterance",
                where=f"{coding.document}, utterance {coding.position}",
                remedy=f"choose within {place.start} to {place.end}",
            )


def set_coding(
    project: Handle, coding: Coding, *, memo: str | None = None, certainty: int | None = None
) -> str:
    """Change memo or certainty of a coding that is there; return its id.

    Args:
        project: an open project.
        coding: which: document, position, code (name or id), coder, round and, where the coder
            has several spans of the code there, start and end.
        memo: the new one; "" takes it away, None leaves it.
        certainty: 1 (unsure) to 3 (sure); 0 takes it away, None leaves it.

    Raises:
        OptionError: nothing to set, a certainty that is none, or several spans it could be.
        UnknownNameError: the coder has no such coding.
        RefusedError: the round is closed.
    """
    if memo is None and certainty is None:
        raise OptionError("nothing to set", remedy="give a memo or a certainty")
    if certainty is not None and not 0 <= certainty <= 3:
        raise OptionError(
            f"{certainty} is no certainty", remedy="use 1 (unsure) to 3 (sure), 0 for none"
        )
    values: dict[str, Any] = {} if memo is None else {"memo": memo.strip() or None}
    values |= {} if certainty is None else {"certainty": certainty or None}
    name = project.document_name(coding.document)
    code = _code(project, coding.code)
    with writing(project.database) as journal:
        rounds.find_round(journal.connection, coding.round)
        table = blindness.coding_frame(journal.connection, coding.coder, document=name)
        row = _only_one(table[table["code_id"] == code.id], coding, code.name)
        memos.set_coding(journal, str(row["id"]), values)
        said = {"document": name, "position": coding.position, "code": code.id}
        said |= {"round": coding.round, "set": sorted(values)}
        journal.record("coding.set", said, actor=coding.coder)
    return str(row["id"])


def _code(project: Handle, wanted: str) -> Code:
    codebook = project.codebook()
    names = {one.name: one for one in codebook.codes}
    return codebook.find(wanted) or known("code", wanted, names)


def _only_one(table: pd.DataFrame, coding: Coding, code: str) -> pd.Series:
    is_theirs = (table["coder"] == coding.coder) & (table["round"] == coding.round)
    found = table[is_theirs & (table["position"] == coding.position)]
    if coding.start is not None:
        found = found[(found["start"] == coding.start) & (found["end"] == coding.end)]
    elif len(found) > 1:
        found = found[found["start"].isna()] if found["start"].isna().any() else found
    where = f"{coding.document}, utterance {coding.position}"
    if found.empty:
        raise UnknownNameError(f"{coding.coder} has not coded '{code}' there", where=where)
    if len(found) > 1:
        raise OptionError(
            f"{coding.coder} has coded '{code}' on {len(found)} spans there",
            where=where,
            remedy="say which, by start and end",
        )
    return found.iloc[0]


def list_codings(
    project: Handle, document: str | None = None, *, viewer: str | None = None
) -> pd.DataFrame:
    """Return codings in order of document, position and codebook.

    Args:
        project: an open project.
        document: only this one; None takes all.
        viewer: name of the coder who asks. Of a blind round that is still open, only the viewer's
            own codings are given; ``attrs["about"]`` says what was left out.

    Columns: document, position, code, coder, round, start, end (Int64, code points in the document;
    missing = the whole utterance), origin, certainty (Int64), memo, codebook_version, created_at.
    """
    name = None if document is None else project.document_name(document)
    with project.database.read() as connection:
        return blindness.coding_frame(connection, viewer, document=name)[CODING_COLUMNS]


def list_reviews(project: Handle, *, viewer: str | None = None) -> pd.DataFrame:
    """Return who has looked at what.

    Columns: document, position, coder, round, coder_kind, reviewed_at (str, UTC).

    Of a blind round that is still open, only the viewer's own reviews are given.
    """
    with project.database.read() as connection:
        return blindness.review_frame(connection, viewer)
