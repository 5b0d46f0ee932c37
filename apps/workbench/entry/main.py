"""The pages and the way between them: what Streamlit runs for every session.

It stands in a folder of its own, because Streamlit takes a folder ``pages`` beside this file for
pages of another kind.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import workbench
from workbench import labels
from workbench.pages import SCREENS, START
from workbench.pages.start import TURNED
from workbench.study import is_chosen, may_choose

__all__ = ["main"]


def main() -> None:
    """Show the page that the address names; without a project, the way to one."""
    st.set_page_config(labels.SHARED["app"], labels.SHARED["icon"], layout="wide")
    st.html(Path(workbench.__file__).with_name("page.css"))
    pages = {
        name: st.Page(show, title=labels.PAGES[name], url_path=name, default=name == "code")
        for name, show in SCREENS.items()
        if is_chosen()
    }
    if may_choose():
        title = labels.PAGES["start"]
        pages["start"] = st.Page(START, title=title, url_path="start", default=not pages)
    page = st.navigation(list(pages.values()), position="top")
    if st.session_state.pop(TURNED, False):
        st.switch_page(pages["code"])
    page.run()


main()
