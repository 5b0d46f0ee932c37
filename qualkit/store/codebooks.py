"""The codebook of a project: its codes as rows, and every version as a snapshot."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from qualkit.model import Code, Codebook
from qualkit.store import changes
from qualkit.store.journal import Journal
from qualkit.store.schema import code_rows, codebook_versions

__all__ = ["current", "guids", "put", "save", "snapshots", "versions"]

_TUPLES = ("examples", "markers")


def save(journal: Journal, codebook: Codebook, *, reason: str, actor: str = "qualkit") -> Codebook:
    """Store the codebook as the next version, with its line in the log, and return it.

    Codes the new version lacks stay, retired: their codings keep meaning something.
    """
    stored = put(journal, codebook, reason)
    said = {"number": stored.version, "reason": reason}
    journal.record("codebook.version", said, actor=actor)
    return stored


def put(journal: Journal, codebook: Codebook, reason: str) -> Codebook:
    """Store the codebook as the next version and return it; the caller records the line.

    A code that is new takes the guid it states, unless another one has it. The version before is
    noted as what this one stands on, so that nobody can take that one back alone.
    """
    query = select(codebook_versions).order_by(codebook_versions.c.number.desc()).limit(1)
    newest = journal.connection.execute(query).mappings().first()
    number = 1 if newest is None else newest["number"] + 1
    if newest is not None:
        same = [dict(newest)]
        journal.effects.append({"table": "codebook_versions", "before": same, "after": same})
    codes = list(codebook.tree())
    rows = [{name: value for name, value in asdict(c).items() if name != "guid"} for c in codes]
    version = {
        "number": number,
        "name": codebook.name,
        "description": codebook.description,
        "reason": reason,
        "content": json.dumps(rows, ensure_ascii=False),
        "created_at": changes.now(),
    }
    journal.insert(codebook_versions, [version])
    _save_rows(journal, codes)
    return Codebook(codebook.name, tuple(codes), codebook.description, number)


def _save_rows(journal: Journal, codes: list[Code]) -> None:
    found = journal.connection.execute(select(code_rows)).mappings()
    present = {row["id"]: dict(row) for row in found}
    taken = {row["guid"].casefold() for row in present.values()}
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
            continue
        is_free = code.guid is not None and code.guid.casefold() not in taken
        guid = code.guid if is_free and code.guid else str(uuid.uuid4())
        taken.add(guid.casefold())
        journal.insert(code_rows, [{"id": code.id, "guid": guid, **values}])


def current(connection: Connection) -> Codebook:
    """Return the newest version of the codebook."""
    query = select(codebook_versions).order_by(codebook_versions.c.number.desc()).limit(1)
    return _codebook(dict(connection.execute(query).mappings().one()))


def snapshots(connection: Connection) -> dict[int, Codebook]:
    """Return number -> codebook of every version, oldest first."""
    query = select(codebook_versions).order_by(codebook_versions.c.number)
    return {row.number: _codebook(dict(row._mapping)) for row in connection.execute(query)}


def _codebook(row: Mapping[str, Any]) -> Codebook:
    codes = tuple(
        Code(**{**values, **{name: tuple(values[name]) for name in _TUPLES}})
        for values in json.loads(row["content"])
    )
    return Codebook(row["name"], codes, row["description"], row["number"])


def guids(connection: Connection) -> dict[str, str]:
    """Return id -> guid of every code there is or was."""
    return {row.id: row.guid for row in connection.execute(select(code_rows))}


def versions(connection: Connection) -> pd.DataFrame:
    """Return all versions: columns number (int64), name, reason, created_at (str)."""
    columns = [codebook_versions.c[name] for name in ("number", "name", "reason", "created_at")]
    rows = connection.execute(select(*columns).order_by(codebook_versions.c.number)).all()
    return pd.DataFrame(rows, columns=[column.name for column in columns])
