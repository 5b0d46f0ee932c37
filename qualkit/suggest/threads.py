"""One thread at a time for linear algebra, where the same bits are wanted everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["one_thread"]


@contextmanager
def one_thread() -> Iterator[None]:
    """Let matrices be multiplied by one thread: with more, sums differ in their last digits.

    Example:
        >>> import numpy as np
        >>> with one_thread():
        ...     float(np.ones((2, 2)).sum())
        4.0
    """
    from threadpoolctl import (  # type: ignore[import-untyped]  # noqa: PLC0415  with scikit-learn
        threadpool_limits,
    )

    with threadpool_limits(1):
        yield
