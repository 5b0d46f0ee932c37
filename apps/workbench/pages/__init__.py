"""One module per page, each with a function ``show``."""

from __future__ import annotations

import functools
from collections.abc import Callable

import streamlit as st

from qualkit.errors import QualkitError
from workbench.pages.agreement import show as show_agreement
from workbench.pages.code import show as show_code
from workbench.pages.cooccurrence import show as show_cooccurrence
from workbench.pages.documents import show as show_documents
from workbench.pages.export import show as show_export
from workbench.pages.history import show as show_history
from workbench.pages.themes import show as show_themes

__all__ = ["SCREENS"]


def _guarded(show: Callable[[], None]) -> Callable[[], None]:
    """Return the page with qualkit's errors shown as the one sentence that they are."""

    @functools.wraps(show)
    def guarded() -> None:
        try:
            show()
        except QualkitError as problem:
            st.error(str(problem))

    return guarded


SCREENS: dict[str, Callable[[], None]] = {
    name: _guarded(show)
    for name, show in {
        "code": show_code,
        "documents": show_documents,
        "themes": show_themes,
        "cooccurrence": show_cooccurrence,
        "agreement": show_agreement,
        "export": show_export,
        "history": show_history,
    }.items()
}
"""Name in the address -> function that shows the page, in the order of the menu."""
