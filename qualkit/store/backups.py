"""Copies of a project file, made while it is in use."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from qualkit.errors import OptionError, ProjectExistsError, UnwritableError
from qualkit.store.database import Database

__all__ = ["copy_to"]


def copy_to(database: Database, target: Path) -> Path:
    """Copy a project file with SQLite's online backup and return where the copy is.

    Raises:
        OptionError: the project is on a server.
        ProjectExistsError: there is a file at the target.
        UnwritableError: the target's folder refuses.
    """
    if database.path is None:
        raise OptionError("a project on a server is backed up there", remedy="use pg_dump")
    if target.exists():
        raise ProjectExistsError("there is a file of this name already", where=str(target))
    draft = target.with_name(f".{target.name}.draft")
    try:
        with (
            closing(sqlite3.connect(database.path)) as source,
            closing(sqlite3.connect(draft)) as copy,
        ):
            source.backup(copy)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)
    except (OSError, sqlite3.Error) as problem:
        draft.unlink(missing_ok=True)
        raise UnwritableError(f"the copy cannot be made: {problem}", where=str(target)) from problem
    return target
