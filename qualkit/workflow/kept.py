"""Long lists: which part of one is wanted; and those that stay until what they rest on changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from qualkit.errors import OptionError
from qualkit.store import changes
from qualkit.store.paging import Part
from qualkit.store.touched import touched_since
from qualkit.workflow.handle import Handle

__all__ = ["kept", "wanted_part"]

_T = TypeVar("_T")

_KEPT: WeakKeyDictionary[Handle, dict[str, tuple[int, Any]]] = WeakKeyDictionary()


def kept(project: Handle, tables: frozenset[str], read: Callable[[Any], _T]) -> _T:
    """Return what ``read`` makes of a connection; what it made before, while that still holds.

    The change log decides: as long as no row of these tables came, went or changed, the answer is
    that of before.

    Args:
        project: an open project.
        tables: what the answer rests on.
        read: makes the answer; the name of the function stands for it.

    Returns:
        The answer, which is not to be changed.
    """
    with project.database.read() as connection:
        mine = _KEPT.setdefault(project, {})
        name = f"{read.__module__}.{read.__qualname__}"
        since, value = mine.get(name, (0, None))
        touched = touched_since(connection, since) if name in mine else None
        if touched is None or touched.tables & tables:
            mine[name] = (changes.count(connection), read(connection))
        elif touched.revision > since:
            mine[name] = (touched.revision, value)
        return mine[name][1]  # type: ignore[no-any-return]


def wanted_part(find: str, limit: int | None, offset: int) -> Part:
    """Return which lines of a list are wanted.

    Raises:
        OptionError: limit or offset is no number of lines.
    """
    if (limit is not None and limit < 1) or offset < 0:
        raise OptionError(
            "a list is shown from a line on, at least one line of it",
            where="limit, offset",
            remedy="give a limit of 1 or more, and an offset of 0 or more",
        )
    return Part(find.strip(), limit, offset)
