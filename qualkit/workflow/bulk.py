"""Long work on very many rows, without the pauses that Python makes to look for garbage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["without_pauses"]


@contextmanager
def without_pauses() -> Iterator[None]:
    """Keep the collector of cyclic garbage off inside; afterwards it is as it was.

    While lists of a hundred thousand rows grow, it looks through all of them again and again and
    finds nothing: a third of the time that bringing in codings takes.

    Example:
        >>> with without_pauses():
        ...     gc.isenabled()
        False
        >>> gc.isenabled()
        True
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
