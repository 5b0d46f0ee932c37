"""The project that this process shows: opened once, shared by pages and routes."""

from __future__ import annotations

import os
import threading

from qualkit.errors import NotAProjectError
from qualkit.workflow.project import Project, open_project

__all__ = ["CHOOSE", "PROJECT", "close_study", "is_chosen", "may_choose", "study"]

PROJECT = "QUALKIT_PROJECT"
"""The environment variable that names the project: a file, or a database URL."""

CHOOSE = "QUALKIT_CHOOSE"
"""The environment variable that lets the page Start open other projects, when it is set."""

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


def is_chosen() -> bool:
    """Return whether a project is named."""
    return bool(os.environ.get(PROJECT))


def may_choose() -> bool:
    """Return whether the page Start may be shown: the workbench was started without a project."""
    return bool(os.environ.get(CHOOSE))


def close_study() -> None:
    """Close every project that was opened."""
    with _guard:
        for project in _open.values():
            project.close()
        _open.clear()
