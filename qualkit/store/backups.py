"""Copies of a project file: made while it is in use, kept in turn, brought back."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from qualkit.errors import NotAProjectError, OptionError, ProjectExistsError, UnwritableError
from qualkit.store.database import Database

__all__ = ["copy_to", "folder_of", "newest_change", "put_back", "snapshots", "stamp", "thin_out"]

_NAMED = re.compile(r"^(\d{8}T\d{6}Z)-(\d+)\.qualkit$")
_NEWEST_KEPT = 10
_DAYS_KEPT = 30


def stamp() -> str:
    """Return the present moment as it stands in the names of copies: 20260301T143000Z."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")


def copy_to(database: Database, target: Path) -> Path:
    """Copy a project file with SQLite's online backup and return where the copy is.

    Raises:
        OptionError: the project is on a server.
        ProjectExistsError: there is a file at the target.
        UnwritableError: the target's folder refuses, or the disk is full.
    """
    if database.path is None:
        raise OptionError("a project on a server is backed up there", remedy="use pg_dump")
    if target.exists():
        raise ProjectExistsError("there is a file of this name already", where=str(target))
    draft = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}")
    try:
        with (
            closing(sqlite3.connect(database.path)) as source,
            closing(sqlite3.connect(draft)) as copy,
        ):
            source.backup(copy)
            told = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if told != "ok":
            raise UnwritableError(
                f"the copy is damaged, as the project is: {told}",
                where=str(target),
                remedy="run qualkit doctor",
            )
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)
        _sync_folder(target.parent)
    except (OSError, sqlite3.Error) as problem:
        raise UnwritableError(f"the copy cannot be made: {problem}", where=str(target)) from problem
    finally:
        for leftover in (draft, *_companions(draft)):
            with contextlib.suppress(OSError):
                leftover.unlink()
    return target


def _companions(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")


def _sync_folder(folder: Path) -> None:
    """Make sure that the name of a new file outlasts a power cut; not every system can."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def folder_of(path: Path) -> Path:
    """Return where the snapshots of a project file are kept.

    Example:
        >>> folder_of(Path("study.qualkit")).name
        'study.qualkit.backups'
    """
    return path.with_name(f"{path.name}.backups")


def snapshots(path: Path) -> Iterator[tuple[Path, datetime, int]]:
    """Yield a project file's snapshots, oldest first: where, when made (UTC), newest change."""
    folder = folder_of(path)
    if not folder.is_dir():
        return
    for one in sorted(folder.iterdir()):
        named = _NAMED.match(one.name)
        if named:
            made = datetime.strptime(named[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
            yield one, made, int(named[2])


def thin_out(path: Path, now: datetime) -> list[Path]:
    """Delete old snapshots, and return them: the ten newest stay, and the last of each day's.

    Of days more than thirty back none stays, but for the ten newest.
    """
    found = list(snapshots(path))
    kept = {one for one, _, _ in found[-_NEWEST_KEPT:]}
    last_of_day = {made.date(): one for one, made, _ in found}
    first = now - timedelta(days=_DAYS_KEPT)
    kept |= {one for day, one in last_of_day.items() if day >= first.date()}
    gone = [one for one, _, _ in found if one not in kept]
    for one in gone:
        one.unlink(missing_ok=True)
    return gone


def newest_change(path: Path) -> int:
    """Return the number of the newest change in a project file, opened without writing to it.

    Raises:
        NotAProjectError: the file is no sound database.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as raw:
            return int(raw.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])
    except sqlite3.Error as problem:
        raise NotAProjectError("the file is damaged", where=str(path)) from problem


def put_back(snapshot: Path, path: Path) -> Path | None:
    """Put a copy in the place of a project file; return where the former file is kept.

    The former file, with what its write-ahead log holds, moves aside and is never deleted.

    Raises:
        UnwritableError: the folder refuses, or the disk is full.
    """
    draft = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    aside = None
    try:
        with (
            closing(sqlite3.connect(f"{snapshot.absolute().as_uri()}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(draft)) as copy,
        ):
            source.backup(copy)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        if path.exists():
            aside = _free(path.with_name(f"{path.stem}.before-{stamp()}{path.suffix}"))
            for old, new in zip(_companions(path), _companions(aside), strict=True):
                if old.exists():
                    old.rename(new)
            path.rename(aside)
        draft.rename(path)
        _sync_folder(path.parent)
    except (OSError, sqlite3.Error) as problem:
        raise UnwritableError(
            f"the copy cannot be put back: {problem}", where=str(path)
        ) from problem
    finally:
        for leftover in (draft, *_companions(draft)):
            with contextlib.suppress(OSError):
                leftover.unlink()
    return aside


def _free(path: Path) -> Path:
    """Return this name, or one with a number, that no file has."""
    number, free = 2, path
    while free.exists():
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return free
