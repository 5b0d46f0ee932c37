"""What was counted of an open project, kept until something that it rests on changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from qualkit.store import changes
from qualkit.store.touched import Touched, touched_since
from qualkit.workflow.handle import Handle

__all__ = ["kept"]

_T = TypeVar("_T")
_Following = Callable[[Any, _T, Touched], _T]

_KEPT: WeakKeyDictionary[Handle, dict[str, tuple[int, Any]]] = WeakKeyDictionary()


def kept(
    project: Handle,
    tables: frozenset[str],
    read: Callable[[Any], _T],
    follow: _Following[_T] | None = None,
) -> _T:
    """Return what ``read`` makes of a connection; what it made before, while that still holds.

    The change log decides: as long as no row of these tables came, went or changed, the answer is
    that of before.

    Args:
        project: an open project.
        tables: what the answer rests on.
        read: makes the answer; the name of the function stands for it.
        follow: makes the answer of today of that of before and of what other tables have become
            since; None: nothing else matters to it.

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
            new = value if follow is None else follow(connection, value, touched)
            mine[name] = (touched.revision, new)
        return mine[name][1]  # type: ignore[no-any-return]
