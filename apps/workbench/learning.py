"""Suggestions learn beside the coding: an answer goes out with what was learned before."""

from __future__ import annotations

import functools
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.machinery import ModuleSpec
from types import ModuleType

import pandas as pd

from qualkit.errors import QualkitError
from qualkit.workflow.project import Project
from qualkit.workflow.suggestions import suggest
from workbench.lean import give_back
from workbench.patience import wait_for_pages
from workbench.study import read_tables
from workbench.tokens import Pass

__all__ = ["lean_stemmers", "learn", "offered"]

_TOP = 3
_REST = 4  # times as long as learning took, before the same is learned again
_UNUSED = ("scipy.stats", "sklearn")
_rests_until: dict[tuple[str, Pass, str], float] = {}
_guard = threading.Lock()


def offered(project: Project, allowed: Pass, document: str) -> pd.DataFrame:
    """Return ``Project.suggest`` for a document, and learn from the last codings afterwards."""
    lean_stemmers()
    read_tables(project, allowed.coder)  # once, for the pages that may be asked for meanwhile, too
    wait_for_pages()
    found = suggest(
        project,
        coder=allowed.coder,
        round_name=allowed.round,
        document=document,
        top=_TOP,
        behind=True,
    )
    if found.attrs["about"]["behind"]:
        learn(project, allowed, document)
    return found


def learn(project: Project, allowed: Pass, document: str) -> threading.Thread | None:
    """Let the suggester of a coder learn from the last codings, in a thread of its own.

    Returns:
        The thread; None where it is being done, or was done too short a time ago.
    """
    place = (project.location, allowed, document)
    with _guard:
        if time.monotonic() < _rests_until.get(place, 0.0):
            return None
        _rests_until[place] = float("inf")
    thread = threading.Thread(target=_learn, args=(project, place), daemon=True)
    thread.start()
    return thread


def _learn(project: Project, place: tuple[str, Pass, str]) -> None:
    _, allowed, document = place
    begun = time.monotonic()
    try:
        wait_for_pages()
        # What keeps it from learning is said to whoever asks for suggestions next.
        with suppress(QualkitError):
            suggest(project, coder=allowed.coder, round_name=allowed.round, document=document)
    finally:
        ended = time.monotonic()
        give_back()
        with _guard:
            for other in [one for one, until in _rests_until.items() if until < ended]:
                del _rests_until[other]
            _rests_until[place] = ended + _REST * (ended - begun)


@functools.cache
def lean_stemmers() -> None:
    """Load NLTK's stemmers without the libraries for learning that NLTK loads if it finds them.

    They are not used here, and they weigh as much as the rest of the program: 70 MB.
    """
    with _out_of_sight(_UNUSED):
        import nltk.stem.snowball  # noqa: F401, PLC0415
    give_back()


@contextmanager
def _out_of_sight(names: Sequence[str]) -> Iterator[None]:
    """Let this thread, and no other, find no modules of these names for a while."""
    here = threading.get_ident()

    class Blind:
        @staticmethod
        def find_spec(
            name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
        ) -> ModuleSpec | None:
            del path, target
            if name in names and threading.get_ident() == here:
                raise ModuleNotFoundError(f"{name} is not wanted here", name=name)
            return None

    finder = Blind()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
