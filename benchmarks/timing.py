"""CPU time of a call, the best of a few."""

from __future__ import annotations

import time
from collections.abc import Callable

__all__ = ["best"]


def best(call: Callable[[], object], repeats: int = 3) -> float:
    """Return the fewest CPU seconds that the call took."""
    taken = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        taken.append(time.process_time() - start)
    return min(taken)
