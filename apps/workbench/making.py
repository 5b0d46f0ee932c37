"""A file that takes long is made before the eyes of who waits for it; then it can be downloaded."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from qualkit.workflow.project import Project
from qualkit.workflow.reading import everything
from workbench import labels
from workbench.state import session

__all__ = ["is_large", "show_made"]

WORDS = labels.EXPORT
_LARGE = 30_000  # codings and utterances; below, the file is there before one would look at a bar

Make = Callable[[Callable[[str, float], object]], bytes]


def is_large(project: Project) -> bool:
    """Return whether the workbook of this project takes more than a few seconds."""
    read = everything(project)
    return len(read.codings) + len(read.utterances) > _LARGE


def show_made(title: str, make: Make, *, key: str, file_name: str, state: object) -> None:
    """Show a button that makes a file under a bar, and then one that downloads it.

    Args:
        title: of the file.
        make: makes it; called with what is to be told what is being done, and how much is done.
        key: of the buttons.
        file_name: under which it is downloaded.
        state: what the file depends on; with another state it is to be made anew.
    """
    mine = session()
    if mine.made is None or mine.made[0] != (key, state):
        if not st.button(WORDS["make"].format(title=title), key=f"make_{key}", width="stretch"):
            return
        bar = st.progress(0.0)
        done = make(lambda words, share: bar.progress(min(share, 1.0), text=words))
        mine.made = ((key, state), done)
        st.rerun()
    st.download_button(title, data=mine.made[1], on_click="ignore", file_name=file_name, key=key,
                       width="stretch")  # fmt: skip
