"""The pages and the way between them: what Streamlit runs for every session.

It stands in a folder of its own, because Streamlit takes a folder ``pages`` beside this file for
pages of another kind.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import workbench
from workbench import labels
from workbench.pages import SCREENS

__all__ = ["main"]


def main() -> None:
    """Show the page that the address names."""
    st.set_page_config(labels.SHARED["app"], labels.SHARED["icon"], layout="wide")
    st.html(Path(workbench.__file__).with_name("page.css"))
    pages = [
        st.Page(show, title=labels.PAGES[name], url_path=name, default=name == "code")
        for name, show in SCREENS.items()
    ]
    st.navigation(pages, position="top").run()


main()
