"""An open project as the workflow functions see it, and how they look names up."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

from qualkit.errors import UnknownNameError
from qualkit.model import Codebook, Typology
from qualkit.store import changes, codebooks, documents, projects, typologies
from qualkit.store.database import Database

__all__ = ["Handle", "known"]

_T = TypeVar("_T")


class Handle:
    """An open project: its database, closed at the end of a ``with`` block.

    Attributes:
        database: the connection.
        name: name of the project.
        acting: who uses it; None: nobody in particular.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.acting: str | None = None
        self._others: dict[str, Self] = {}
        with database.read() as connection:
            self._about = projects.about(connection)
        self.name = str(self._about["name"])

    def acting_as(self, coder: str) -> Self:
        """Return the same open project as used by one person; what it changes names that person.

        In a project that has a lead, only a lead may do everything; see ``workflow/roles.py``.

        Args:
            coder: who acts; a name that is not a coder yet is that of a coder.
        """
        name = " ".join(coder.split())
        if name not in self._others:
            other = copy.copy(self)
            other.acting, other.database = name, self.database.used_by(name)
            self._others[name] = other
        return self._others[name]

    def __eq__(self, other: object) -> bool:
        """Return whether both are the same open project, whoever acts."""
        return isinstance(other, Handle) and self.database.engine is other.database.engine

    def __hash__(self) -> int:
        """Return the same number for the same open project, whoever acts."""
        return id(self.database.engine)

    @property
    def location(self) -> str:
        """Where the project is: path or URL, without password."""
        return self.database.location

    @property
    def secret(self) -> str:
        """What the workbench signs its tokens with; never leaves the project."""
        return str(self._about["secret"])

    @property
    def created_at(self) -> str:
        """When the project was made: UTC, ISO 8601."""
        return str(self._about["created_at"])

    @property
    def revision(self) -> int:
        """Number of the newest change: equal revisions mean equal content."""
        with self.database.read() as connection:
            return changes.count(connection)

    def codebook(self) -> Codebook:
        """Return the newest version of the codebook."""
        with self.database.read() as connection:
            return codebooks.current(connection)

    def typology(self) -> Typology:
        """Return the stakeholder types and their rules."""
        with self.database.read() as connection:
            return typologies.current(connection)

    def document_name(self, wanted: str) -> str:
        """Return the exact name of a document, given in any case and with or without suffix.

        Raises:
            UnknownNameError: no such document.
        """
        with self.database.read() as connection:
            found = documents.find(connection, wanted)
            present = [] if found else list(documents.hashes(connection))
        return found or known("document", wanted, {name: name for name in present})

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<qualkit project '{self.name}' at {self.location}>"


def known(noun: str, wanted: str, present: Mapping[str, _T], *, where: str | None = None) -> _T:
    """Return what stands under a name, whatever its case.

    Raises:
        UnknownNameError: nothing does; the message names the nearest, or all there are.

    Example:
        >>> known("coder", "AMIRA", {"Amira": 1})
        1
    """
    folded = {name.casefold(): name for name in present}
    key = folded.get(wanted.strip().casefold())
    if key is not None:
        return present[key]
    raise UnknownNameError(
        f"there is no {noun} '{wanted}'", where=where, remedy=_advice(noun, wanted, folded.values())
    )


def _advice(noun: str, wanted: str, names: Iterable[Any]) -> str:
    names = list(names)
    near = difflib.get_close_matches(wanted, names, n=3)
    if near:
        return f"did you mean {' or '.join(repr(name) for name in near)}?"
    if not names:
        return f"the project has no {noun} yet"
    shown = ", ".join(sorted(names)[:8])
    return f"there is: {shown}{' ...' if len(names) > 8 else ''}"
