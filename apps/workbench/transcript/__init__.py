"""The coding pane: a component of plain JavaScript and CSS, read from the files beside this one."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

__all__ = ["show_transcript", "source"]

_HERE = Path(__file__).parent
_PARTS = ("text", "outbox", "model", "rows", "palette", "reading", "drawing", "selection",
          "keys", "transcript")  # fmt: skip


@cache
def source() -> str:
    """Return the module: its parts, each after those that it uses."""
    return "\n".join(_read(f"{part}.js") for part in _PARTS)


def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def show_transcript(data: dict[str, Any]) -> None:
    """Show the pane.

    Args:
        data: document, scope (whose storage in the browser), token, url (of the routes), coder,
            cookie (its name), labels, and goto (None, or position and id of a jump).
    """
    pane = st.components.v2.component(
        "qualkit_transcript",
        html=_read("transcript.html"),
        css=_read("transcript.css"),
        js=source(),
    )
    pane(data=data, key="transcript")
