"""The coding pane: a component of plain JavaScript and CSS, read from the files beside this one."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

__all__ = ["show_transcript", "source"]

_HERE = Path(__file__).parent
_PARTS = ("text", "outbox", "model", "rows", "placing", "listbox", "palette", "reading", "drawing",
          "selection", "marking", "finding", "notes", "shown", "deeds", "offers", "others", "sizes",
          "away", "keys", "transcript")  # fmt: skip


@cache
def source() -> str:
    """Return the module: its parts, each after those that it uses."""
    return "\n".join(_read(f"{part}.js") for part in _PARTS)


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def show_transcript(data: dict[str, Any], *, on_document: Callable[[str], None]) -> None:
    """Show the pane.

    Args:
        data: document, scope and person (whose storage in the browser: the coder in a round, or in
            any), token, url (of the routes), labels, documents (names of all), and goto (None, or
            position and id of a jump).
        on_document: called with the name of the document that was chosen with the keyboard.
    """
    pane = st.components.v2.component(
        "qualkit_transcript",
        html=_read("transcript.html"),
        css=_read("transcript.css"),
        js=source(),
    )

    def chosen() -> None:
        asked = st.session_state["transcript"].get("document")
        if asked in data["documents"]:
            on_document(str(asked))

    pane(data=data, key="transcript", on_document_change=chosen)
