"""Opening the project that a command is about: as it is, or as it was, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

import qualkit as qk

if TYPE_CHECKING:
    from qualkit import Project

__all__ = ["acting", "reading", "working"]


def acting() -> str | None:
    """Return who gives the command: ``qualkit --as NAME``; None where nobody said."""
    name = click.get_current_context().find_root().params.get("acting")
    return str(name) if name else None


@contextmanager
def working(project: str) -> Iterator[Project]:
    """Open a project to work in it, as whoever gives the command."""
    with qk.open_project(project) as opened:
        name = acting()
        yield opened if name is None else opened.acting_as(name)


@contextmanager
def reading(project: str) -> Iterator[Project]:
    """Open a project to read from it; with ``qualkit --as-of MOMENT``, as it was then."""
    moment = click.get_current_context().find_root().params.get("as_of")
    with working(project) as opened:
        if moment is None:
            yield opened
            return
        with opened.as_of(int(moment) if moment.isdecimal() else moment) as old:
            assert isinstance(old, qk.Project)
            yield old
