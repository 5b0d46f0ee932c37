"""History: the change log, newest first."""

from __future__ import annotations

import json
from typing import Any

import streamlit as st

from workbench import labels
from workbench.study import study
from workbench.tables import show_csv, show_table

__all__ = ["show"]

WORDS = labels.HISTORY
_SHOWN = 500


def show() -> None:
    """Show the newest changes of the project."""
    project = study()
    st.subheader(WORDS["title"])
    table = project.list_changes(limit=_SHOWN)[::-1]
    st.caption(WORDS["about"].format(count=len(table), all=project.revision))
    details = [_summary(json.loads(payload)) for payload in table["payload"]]
    shown = table[["seq", "at", "actor", "action"]].assign(details=details)
    shown["at"] = shown["at"].str.slice(0, 19).str.replace("T", " ")
    show_table(shown)
    show_csv(shown, "changes")


def _summary(payload: dict[str, Any]) -> str:
    """Return what a change says of itself: names as they are, lists by their length."""
    parts = [
        f"{name}: {len(value)}" if isinstance(value, list) else f"{name}: {value}"
        for name, value in payload.items()
        if value not in (None, [], "") and name != "sha256"
    ]
    return ", ".join(parts)[:300]
