"""Is the project sound, and is there a copy of it?"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import CheckFailedError
from qualkit.store import changes, documents, replay
from qualkit.store import codings as stored
from qualkit.store.backups import copy_to
from qualkit.workflow.handle import Handle

__all__ = ["backup", "verify"]


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
                remedy="somebody changed the file by other means: compare with a backup",
            )
        present = documents.hashes(connection)
        for name, expected in present.items():
            text = documents.text_of(connection, name)
            if hashlib.sha256(text.encode("utf-8")).hexdigest() != expected:
                raise CheckFailedError("the text is not the one imported", where=name)
        utterances = documents.utterance_frame(connection)
        codings = stored.frame(connection)
        newest = changes.count(connection)
        _check_tables(connection)
    _check_spans(codings, utterances)
    return {"changes": newest, "documents": len(present), "codings": len(codings)}


def _check_tables(connection: Any) -> None:
    for table, key, what in replay.differences(connection):
        place = f"table {table}, row {', '.join(map(str, key))}"
        raise CheckFailedError(
            f"it {what}",
            where=place,
            remedy="somebody changed the file by other means: compare with a backup",
        )


def _check_spans(codings: pd.DataFrame, utterances: pd.DataFrame) -> None:
    spans = codings[codings["start"].notna()].merge(
        utterances[["document", "position", "start", "end"]],
        on=["document", "position"],
        suffixes=("", "_utterance"),
    )
    outside = spans[
        (spans["start"] < spans["start_utterance"]) | (spans["end"] > spans["end_utterance"])
    ]
    for row in outside.itertuples():
        raise CheckFailedError(
            f"a coding of '{row.code}' by {row.coder} lies outside its utterance",
            where=f"{row.document}, utterance {row.position}",
        )


def backup(project: Handle, target: str | Path | None = None) -> Path:
    """Copy the project while it is in use; return where the copy is.

    Args:
        project: an open project in a file.
        target: None takes the project's own name with the time of day added.

    Raises:
        OptionError: the project is on a server.
        UnwritableError: the folder refuses.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    own = project.database.path or Path(project.name)
    chosen = own.with_name(f"{own.stem}-{stamp}{own.suffix}") if target is None else Path(target)
    return copy_to(project.database, chosen)
