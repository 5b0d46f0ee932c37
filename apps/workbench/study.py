"""The project that this process shows: opened once, shared by pages and routes."""

from __future__ import annotations

import os
import threading

from qualkit.errors import NotAProjectError
from qualkit.workflow.project import Project, open_project

__all__ = ["PROJECT", "close_study", "study"]

PROJECT = "QUALKIT_PROJECT"
"""The environment variable that names the project: a file, or a database URL."""

_open: dict[str, Project] = {}
_guard = threading.Lock()


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
        return _open[target]


def close_study() -> None:
    """Close every project that was opened."""
    with _guard:
        for project in _open.values():
            project.close()
        _open.clear()
