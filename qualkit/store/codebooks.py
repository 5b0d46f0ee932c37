"""The codebook of a project: its codes as rows, and every version as a snapshot."""

from __future__ import annotations

import json
import uuid
from dataclasses import asdict

import pandas as pd
from sqlalchemy import Connection, select

from qualkit.model import Code, Codebook
from qualkit.store import changes
from qualkit.store.journal import Journal
from qualkit.store.schema import code_rows, codebook_versions

__all__ = ["current", "save", "versions"]

_TUPLES = ("examples", "markers")


def save(journal: Journal, codebook: Codebook, *, reason: str, actor: str = "qualkit") -> Codebook:
    """Store the codebook as the next version and return it with its number.

    Codes the new version lacks stay, retired: their codings keep meaning something.
    """
    newest = journal.connection.execute(
        select(codebook_versions.c.number).order_by(codebook_versions.c.number.desc()).limit(1)
    ).scalar()
    number = (newest or 0) + 1
    rows = [asdict(code) for code in codebook.tree()]
    version = {
        "number": number,
        "name": codebook.name,
        "description": codebook.description,
        "reason": reason,
        "content": json.dumps(rows, ensure_ascii=False),
        "created_at": changes.now(),
    }
    journal.insert(codebook_versions, [version])
    _save_rows(journal, list(codebook.tree()))
    journal.record("codebook.version", {"number": number, "reason": reason}, actor=actor)
    return Codebook(codebook.name, tuple(codebook.tree()), codebook.description, number)


def _save_rows(journal: Journal, codes: list[Code]) -> None:
    found = journal.connection.execute(select(code_rows)).mappings()
    present = {row["id"]: dict(row) for row in found}
    for gone in present.keys() - {code.id for code in codes}:
        journal.update(code_rows, present[gone], {"retired": True})
    for position, code in enumerate(codes, start=1):
        values = {
            "position": position,
            "parent_id": code.parent,
            "name": code.name,
            "retired": code.retired,
        }
        if code.id in present:
            journal.update(code_rows, present[code.id], values)
        else:
            journal.insert(code_rows, [{"id": code.id, "guid": str(uuid.uuid4()), **values}])


def current(connection: Connection) -> Codebook:
    """Return the newest version of the codebook."""
    query = select(codebook_versions).order_by(codebook_versions.c.number.desc()).limit(1)
    row = connection.execute(query).one()
    codes = tuple(
        Code(**{**values, **{name: tuple(values[name]) for name in _TUPLES}})
        for values in json.loads(row.content)
    )
    return Codebook(row.name, codes, row.description, row.number)


def versions(connection: Connection) -> pd.DataFrame:
    """Return all versions: columns number (int64), name, reason, created_at (str)."""
    columns = [codebook_versions.c[name] for name in ("number", "name", "reason", "created_at")]
    rows = connection.execute(select(*columns).order_by(codebook_versions.c.number)).all()
    return pd.DataFrame(rows, columns=[column.name for column in columns])
