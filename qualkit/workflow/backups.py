"""Copies of a project, on purpose and in the background, bringing one back, and repairing."""

from __future__ import annotations

import os
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import (
    CheckFailedError,
    NotAProjectError,
    OptionError,
    QualkitError,
    UnwritableError,
)
from qualkit.store import backups, changes, repairs, replay, tallies
from qualkit.store.database import Database, is_server
from qualkit.store.projects import open_database
from qualkit.workflow.checks import verify
from qualkit.workflow.handle import Handle
from qualkit.workflow.roles import check_restore

__all__ = ["backup", "doctor", "keep_snapshots", "list_snapshots", "restore", "snapshot"]

SWITCH = "QUALKIT_SNAPSHOTS"
"""An environment variable: "off" makes no snapshots; a number is the minutes between two."""

_MINUTES = 20
_FAULT = ["what", "where", "repaired"]


def backup(project: Handle, target: str | Path | None = None) -> Path:
    """Copy the project while it is in use, prove the copy, and return where it is.

    Args:
        project: an open project in a file.
        target: None takes the project's own name with the time of day added.

    Raises:
        OptionError: the project is on a server.
        ProjectExistsError: there is a file at the target.
        UnwritableError: the folder refuses, or the disk is full.
        CheckFailedError: the copy is not sound, and so the project is not; the copy stays.
    """
    own = project.database.path or Path(project.name)
    made = backups.stamp()
    chosen = own.with_name(f"{own.stem}-{made}{own.suffix}") if target is None else Path(target)
    backups.copy_to(project.database, chosen)
    _prove(chosen)
    return chosen


def _prove(path: Path) -> dict[str, int]:
    copy = Handle(open_database(path))
    try:
        wrong = repairs.damage(copy.database)
        if wrong:
            raise CheckFailedError(f"the file is damaged: {wrong[0]}", where=str(path))
        return verify(copy)
    finally:
        copy.close()
        _settle(path)


def _settle(path: Path) -> None:
    """Take away the empty write-ahead files that looking at a copy leaves."""
    for suffix in ("-wal", "-shm"):
        beside = path.with_name(f"{path.name}{suffix}")
        if suffix == "-shm" or (beside.exists() and not beside.stat().st_size):
            beside.unlink(missing_ok=True)


def snapshot(project: Handle, *, minutes: int | None = None) -> Path | None:
    """Make a snapshot of a project file if there is something new since the last one.

    Snapshots are in the folder ``study.qualkit.backups`` beside the file: the ten newest, and the
    last of each of the past thirty days. Where the folder refuses or the disk is full there is
    none, and the work goes on.

    Args:
        project: an open project.
        minutes: how old the newest one must be; None takes ``QUALKIT_SNAPSHOTS``, or 20.

    Returns:
        Where it is; None when none was needed, on a server, or where none can be made.
    """
    path, wait = project.database.path, _wait() if minutes is None else minutes
    if path is None or wait is None:
        return None
    now, newest = datetime.now(UTC), project.revision
    present = list(backups.snapshots(path))
    if present:
        _, made, seq = present[-1]
        if seq == newest or now - made < timedelta(minutes=wait):
            return None
    target = backups.folder_of(path) / f"{backups.stamp()}-{newest}.qualkit"
    try:
        target.parent.mkdir(exist_ok=True)
        if target.exists():
            return None
        backups.copy_to(project.database, target)
        backups.thin_out(path, now)
    except (OSError, UnwritableError):
        return None
    return target


class _Keeper:
    """Called before each write: makes a snapshot before the first, and when one is due."""

    def __init__(self, project: Handle) -> None:
        self.project, self.next = project, 0.0
        self.wait = _wait() or 0
        made = datetime.fromisoformat(project.created_at)
        if datetime.now(UTC) - made < timedelta(minutes=self.wait):
            self.next = time.monotonic() + 60 * self.wait  # new, with nothing to lose yet

    def __call__(self) -> None:
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + 60 * self.wait
        snapshot(self.project)


def keep_snapshots(project: Handle) -> None:
    """Let a project in a file be copied before it is changed, when a snapshot is due."""
    if project.database.path is not None and _wait() is not None:
        project.database.before_write = _Keeper(project)


def _wait() -> int | None:
    stated = os.environ.get(SWITCH, str(_MINUTES)).strip()
    if stated.casefold() in {"off", "no", "0", ""}:
        return None
    return int(stated) if stated.isdecimal() else _MINUTES


def list_snapshots(project: str | Path) -> pd.DataFrame:
    """Return the snapshots of a project file, oldest first: file, made_at (str), changes (int64).

    Example:
        >>> list_snapshots("nowhere.qualkit").empty
        True
    """
    rows = [
        {"file": str(one), "made_at": made.strftime("%Y-%m-%dT%H:%M:%SZ"), "changes": seq}
        for one, made, seq in backups.snapshots(Path(project))
    ]
    return pd.DataFrame(rows, columns=["file", "made_at", "changes"])


def restore(
    project: str | Path, copy: str | Path | None = None, *, acting: str | None = None
) -> tuple[Path, Path | None]:
    """Put a backup in the place of a project file; the present file is kept beside it.

    Args:
        project: the project file, which nobody may have open; it may be damaged or gone.
        copy: the backup; None takes the newest snapshot.
        acting: who does it; a lead, where the present file names one.

    Returns:
        The backup that was taken, and where the former file is (None when there was none).

    Raises:
        OptionError: the project is on a server, or there is no snapshot.
        NotAProjectError: the backup is no project.
        CheckFailedError: the backup is not sound; nothing was touched.
        RefusedError: the project has a lead, and who acts is none; nothing was touched.
        UnwritableError: the folder refuses, or the disk is full; nothing was touched.
    """
    if is_server(project):
        raise OptionError("a project on a server is restored there", remedy="use pg_restore")
    path = Path(project)
    check_restore(path, acting)
    if copy is None:
        found = list(backups.snapshots(path))
        if not found:
            raise OptionError(
                "there is no snapshot of this project", where=str(path), remedy="name a backup"
            )
        chosen = found[-1][0]
    else:
        chosen = Path(copy)
    if chosen.absolute() == path.absolute():
        raise OptionError("this is the project itself", where=str(path), remedy="name a backup")
    _prove(chosen)
    return chosen, backups.put_back(chosen, path)


def doctor(project: str | Path, *, repair: bool = False) -> pd.DataFrame:
    """Look for everything that may be wrong with a project, and repair what can be.

    The file itself, references between rows, the chain of the change log, the tables against the
    log, every text by its hash, the tallies that lists show, and drafts that an interrupted copy
    left. Tallies that do not hold are counted again. Tables that are not what
    an intact log says are rebuilt from it, into a new file; the old one is kept beside it. What
    can't be repaired is said, with what would do.

    Args:
        project: a project file, or a database URL, where nothing but tallies is repaired.
        repair: repair what can be; otherwise only look.

    Returns:
        One row per fault: what, where, repaired ("yes", "can be", or what would do instead).

    Raises:
        NotAProjectError: there is no project, or so damaged a file that it can't be opened.
    """
    database = open_database(project)
    try:
        faults = _examine(database)
        if repair and any(one["repaired"] == "can be" for one in faults):
            faults = _rebuilt(database, faults)
        faults += [] if faults else _miscounted(database, repair=repair)
    finally:
        database.close()
    if not is_server(project):
        faults += [_draft(one, repair=repair) for one in repairs.drafts(Path(project))]
    return pd.DataFrame(faults, columns=_FAULT)


def _examine(database: Database) -> list[dict[str, Any]]:
    backup_ = "no: bring back a backup with qualkit restore"
    wrong = repairs.damage(database)
    if wrong:
        return [{"what": one, "where": database.location, "repaired": backup_} for one in wrong]
    with database.read() as connection:
        broken = changes.broken_at(connection)
        if broken is not None:
            what = f"line {broken} of the change log does not follow from those before it"
            return [{"what": what, "where": "table changes", "repaired": backup_}]
        faults = [
            {"what": what, "where": where, "repaired": backup_}
            for where, what in repairs.contents_at_fault(connection)
        ]
        can = "can be" if not database.is_server and not faults else backup_
        faults += [
            {"what": what, "where": "references", "repaired": can}
            for what in repairs.dangling(connection)
        ]
        for table, key, what in replay.differences(connection):
            where = f"table {table}, row {', '.join(map(str, key))}"
            faults.append({"what": f"it {what}", "where": where, "repaired": can})
    return faults


def _rebuilt(database: Database, faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Build a new file from the log, prove it, and put it in the place of the old one."""
    path = database.path
    assert path is not None
    fresh = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    try:
        repairs.rebuild(database, fresh)
        database.close()
        _prove(fresh)
        aside = backups.put_back(fresh, path)
    except (CheckFailedError, NotAProjectError) as problem:
        reason = f"no: {_plain(problem)}"
        return [one | {"repaired": reason} for one in faults]
    finally:
        fresh.unlink(missing_ok=True)
        _settle(fresh)
    told = f"yes; the file as it was is {aside}"
    return [
        one | {"repaired": told if one["repaired"] == "can be" else one["repaired"]}
        for one in faults
    ]


def _miscounted(database: Database, *, repair: bool) -> list[dict[str, Any]]:
    """Return the tallies that are not what there is to count, and count those again."""
    with database.read() as connection:
        found = sorted({table for table, _ in tallies.differences(connection)})
    if found and repair:
        with database.write() as connection:
            tallies.recount(connection)
    what, done = "it is not what there is to count", "yes" if repair else "can be"
    return [{"what": what, "where": f"table {one}", "repaired": done} for one in found]


def _plain(problem: QualkitError) -> str:
    return str(problem).rstrip(".")


def _draft(path: Path, *, repair: bool) -> dict[str, Any]:
    if repair:
        path.unlink(missing_ok=True)
    what = "an interrupted copy left a draft"
    return {"what": what, "where": str(path), "repaired": "yes" if repair else "can be"}
