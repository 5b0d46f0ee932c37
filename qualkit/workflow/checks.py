"""Is the project sound?"""

from __future__ import annotations

from typing import Any

import pandas as pd

from qualkit.errors import CheckFailedError
from qualkit.store import changes, documents, repairs, replay, tallies
from qualkit.store import codings as stored
from qualkit.workflow.handle import Handle

__all__ = ["verify"]

_REMEDY = "somebody changed the file by other means: run qualkit doctor, or compare with a backup"
_RECOUNT = "run qualkit doctor with --repair: it counts again"


def verify(project: Handle) -> dict[str, int]:
    """Prove the change log's chain, that the tables are what it says, every text and every span.

    Returns:
        How many changes, documents and codings were checked.

    Raises:
        CheckFailedError: the first fault found, with its place.
    """
    with project.database.read() as connection:
        broken = changes.broken_at(connection)
        if broken is not None:
            raise CheckFailedError(
                f"line {broken} of the change log does not follow from those before it",
                where=project.location,
                remedy=_REMEDY,
            )
        for where, what in repairs.contents_at_fault(connection):
            raise CheckFailedError(what, where=where)
        for table, key, what in replay.differences(connection):
            place = f"table {table}, row {', '.join(map(str, key))}"
            raise CheckFailedError(f"it {what}", where=place, remedy=_REMEDY)
        for table, row in tallies.differences(connection):
            place = f"table {table}, row {', '.join(map(str, row))}"
            raise CheckFailedError("it is not what there is to count", where=place, remedy=_RECOUNT)
        newest, present = changes.count(connection), documents.hashes(connection)
        counted = _check_spans(connection)
    return {"changes": newest, "documents": len(present), "codings": counted}


def _check_spans(connection: Any) -> int:
    """See that every span lies in its utterance, and return the number of codings."""
    codings = stored.frame(connection)
    utterances = documents.utterance_frame(connection)
    spans = codings[codings["start"].notna()].merge(
        utterances[["document", "position", "start", "end"]],
        on=["document", "position"],
        suffixes=("", "_utterance"),
    )
    outside: pd.DataFrame = spans[
        (spans["start"] < spans["start_utterance"]) | (spans["end"] > spans["end_utterance"])
    ]
    for row in outside.itertuples():
        raise CheckFailedError(
            f"a coding of '{row.code}' by {row.coder} lies outside its utterance",
            where=f"{row.document}, utterance {row.position}",
        )
    return len(codings)
