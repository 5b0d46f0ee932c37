"""One module per page, each with a function ``show``."""

from __future__ import annotations

import functools
from collections.abc import Callable

from workbench.faults import said_here
from workbench.pages.adjudicate import show as show_adjudicate
from workbench.pages.agreement import show as show_agreement
from workbench.pages.clusters import show as show_clusters
from workbench.pages.code import show as show_code
from workbench.pages.codebook import show as show_codebook
from workbench.pages.cooccurrence import show as show_cooccurrence
from workbench.pages.course import show as show_course
from workbench.pages.documents import show as show_documents
from workbench.pages.export import show as show_export
from workbench.pages.history import show as show_history
from workbench.pages.memos import show as show_memos
from workbench.pages.retrieve import show as show_retrieve
from workbench.pages.rounds import show as show_rounds
from workbench.pages.start import show as show_start
from workbench.pages.suggestions import show as show_suggestions
from workbench.pages.themes import show as show_themes
from workbench.pages.words import show as show_words

__all__ = ["SCREENS", "START"]


def _guarded(show: Callable[[], None]) -> Callable[[], None]:
    """Return the page with qualkit's errors shown as the one sentence that they are."""

    @functools.wraps(show)
    def guarded() -> None:
        with said_here():
            show()

    return guarded


SCREENS: dict[str, Callable[[], None]] = {
    name: _guarded(show)
    for name, show in {
        "code": show_code,
        "documents": show_documents,
        "codebook": show_codebook,
        "rounds": show_rounds,
        "adjudicate": show_adjudicate,
        "memos": show_memos,
        "retrieve": show_retrieve,
        "words": show_words,
        "themes": show_themes,
        "cooccurrence": show_cooccurrence,
        "clusters": show_clusters,
        "course": show_course,
        "agreement": show_agreement,
        "suggestions": show_suggestions,
        "export": show_export,
        "history": show_history,
    }.items()
}
"""Name in the address -> function that shows the page, in the order of the menu."""

START = _guarded(show_start)
"""The page that leads to a project, for a workbench that was started without one."""
