"""Lets a page that somebody waits for be drawn before learning begins, which takes many seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["page_under_way", "wait_for_pages"]

_AFTERWARDS = 0.5  # seconds, in which the browser draws the page
_MOST = 2.0  # seconds; whoever waits for suggestions is served, too

_changed = threading.Condition()
_under_way = 0
_quiet_since = 0.0


@contextmanager
def page_under_way() -> Iterator[None]:
    """Note that a page is being drawn."""
    global _under_way, _quiet_since  # noqa: PLW0603 - one count for all threads of this program
    with _changed:
        _under_way += 1
    try:
        yield
    finally:
        with _changed:
            _under_way -= 1
            _quiet_since = time.monotonic()
            _changed.notify_all()


def wait_for_pages() -> None:
    """Return when no page is being drawn, nor was just now; after two seconds in any case."""
    until = time.monotonic() + _MOST
    with _changed:
        while (now := time.monotonic()) < until:
            left = until - now if _under_way else _quiet_since + _AFTERWARDS - now
            if left <= 0:
                return
            _changed.wait(min(left, until - now))
