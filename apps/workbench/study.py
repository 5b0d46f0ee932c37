"""The project that this process shows: opened once, shared by pages and routes."""

from __future__ import annotations

import os
import threading

from qualkit.errors import NotAProjectError
from qualkit.workflow.project import Project, open_project
from qualkit.workflow.reading import everything

__all__ = [
    "CHOOSE",
    "PROJECT",
    "close_study",
    "is_chosen",
    "is_read",
    "may_choose",
    "read_tables",
    "study",
]

PROJECT = "QUALKIT_PROJECT"
"""The environment variable that names the project: a file, or a database URL."""

CHOOSE = "QUALKIT_CHOOSE"
"""The environment variable that lets the page Start open other projects, when it is set."""

_open: dict[str, Project] = {}
_read: set[Project] = set()
_guard = threading.Lock()
_reading = threading.Lock()
_WARM_UP = 5.0  # seconds after a project was opened, when its first page is on screen


def study() -> Project:
    """Return the open project.

    Raises:
        NotAProjectError: no project is named, or there is none at that place.
    """
    target = os.environ.get(PROJECT, "")
    if not target:
        raise NotAProjectError("no project is open", remedy="start with: qualkit app PROJECT")
    with _guard:
        if target not in _open:
            _open[target] = open_project(target)
            _warm_up(_open[target])
        return _open[target]


def _warm_up(project: Project) -> None:
    """Read beforehand, a little later and in a thread of its own, what most pages begin with."""
    reading = threading.Timer(_WARM_UP, read_tables, args=(project,))
    reading.daemon = True
    reading.start()


def read_tables(project: Project, viewer: str | None = None) -> None:
    """Read what most pages begin with, for one after the other; who comes later finds it read."""
    with _reading:
        if project in list(_open.values()):  # it may have been closed meanwhile
            everything(project, viewer)
            _read.add(project)


def is_read(project: Project) -> bool:
    """Return whether utterances and codings have been read since the project was opened."""
    return project in _read


def is_chosen() -> bool:
    """Return whether a project is named."""
    return bool(os.environ.get(PROJECT))


def may_choose() -> bool:
    """Return whether the page Start may be shown: the workbench was started without a project."""
    return bool(os.environ.get(CHOOSE))


def close_study() -> None:
    """Close every project that was opened."""
    with _reading, _guard:
        for project in _open.values():
            project.close()
        _open.clear()
        _read.clear()
