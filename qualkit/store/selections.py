"""What was selected in another program, where a coding here is only a part of it.

A selection over several utterances becomes a coding on each of them. The selection itself stays
with the document, so that it can leave again as it came.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from qualkit.store.journal import Journal, Row
from qualkit.store.schema import documents

__all__ = ["Kept", "keep", "kept", "of_coder"]

_FIELD = "selections"


class Kept(NamedTuple):
    """A selection: half-open, in code points of the document; is_whole: the document as such."""

    code_id: str
    coder: str
    round: str
    start: int
    end: int
    guid: str
    is_whole: bool


def kept(connection: Connection) -> dict[str, list[Kept]]:
    """Return name of the document -> the selections that are kept with it."""
    found = {}
    for row in connection.execute(select(documents.c.name, documents.c.about)):
        if f'"{_FIELD}"' in row.about:
            found[row.name] = [Kept(*one) for one in json.loads(row.about).get(_FIELD, [])]
    return found


def keep(journal: Journal, document: str, selections: Sequence[Kept]) -> int:
    """Keep selections with a document, those that are there already once; return how many are new.

    The caller records the line of the log.
    """
    query = select(documents).where(documents.c.name == document)
    row = dict(journal.connection.execute(query).mappings().one())
    about = json.loads(row["about"])
    before = [Kept(*one) for one in about.get(_FIELD, [])]
    present = {one[:5] for one in before}
    fresh = [one for one in dict.fromkeys(selections) if one[:5] not in present]
    if fresh:
        about[_FIELD] = [*before, *fresh]
        journal.update(documents, row, {"about": json.dumps(about, ensure_ascii=False)})
    return len(fresh)


def of_coder(document: Row, coder: str) -> Row:
    """Return the row of a document with the selections of one coder alone."""
    about = json.loads(document["about"])
    if _FIELD not in about:
        return document
    about[_FIELD] = [one for one in about[_FIELD] if Kept(*one).coder == coder]
    return {**document, "about": json.dumps(about, ensure_ascii=False)}
