"""Codings: applying, removing and listing them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qualkit.errors import OptionError
from qualkit.model import Coder, CoderKind, Coding, Origin
from qualkit.store import batches, coders
from qualkit.store import codings as stored
from qualkit.store.batches import Batch, Done
from qualkit.store.journal import writing
from qualkit.workflow.handle import Handle, known

__all__ = [
    "apply_codings",
    "code_utterance",
    "commit_batches",
    "list_codings",
    "list_reviews",
    "list_rounds",
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
    with project.database.read() as connection:
        places = stored.spans(connection, ((one.document, one.position) for one in codings))
    for coding in codings:
        known("code", coding.code, codes)
        place = places.get((coding.document, coding.position))
        if place is None or coding.start is None or coding.end is None:
            continue
        if not place.start <= coding.start < coding.end <= place.end:
            raise OptionError(
                f"span {coding.start} to {coding.end} lies outside the utterance",
                where=f"{coding.document}, utterance {coding.position}",
                remedy=f"choose within {place.start} to {place.end}",
            )


def code_utterance(
    project: Handle,
    document: str,
    position: int,
    code: str,
    *,
    coder: str,
    round_name: str = "main",
) -> bool:
    """Apply one code to one utterance by name; return whether it was new.

    Raises:
        UnknownNameError: a document, utterance or code that the project lacks.
    """
    found = project.codebook().find(code)
    names = {one.name: one for one in project.codebook().codes}
    chosen = found or known("code", code, names)
    name = project.document_name(document)
    coding = Coding(name, position, chosen.id, coder, round_name, origin=Origin.MANUAL)
    return apply_codings(project, [coding]) == 1


def list_codings(project: Handle, document: str | None = None) -> pd.DataFrame:
    """Return codings in order of document, position and codebook.

    Columns: document, position, code, coder, round, start, end (Int64, code points in the document;
    missing = the whole utterance), origin, certainty (Int64), memo, codebook_version, created_at.
    """
    name = None if document is None else project.document_name(document)
    with project.database.read() as connection:
        return stored.frame(connection, document=name)[CODING_COLUMNS]


def list_reviews(project: Handle) -> pd.DataFrame:
    """Return who has looked at what: columns document, position, coder, round, coder_kind."""
    with project.database.read() as connection:
        return stored.review_frame(connection)


def list_rounds(project: Handle) -> pd.DataFrame:
    """Return all rounds: columns round, mode, suggestions, created_at, closed_at (str)."""
    with project.database.read() as connection:
        return coders.round_frame(connection)
