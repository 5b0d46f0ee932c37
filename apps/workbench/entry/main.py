"""The pages and the way between them: what Streamlit runs for every session.

It stands in a folder of its own, because Streamlit takes a folder ``pages`` beside this file for
pages of another kind.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

import workbench
from qualkit.errors import QualkitError
from workbench import labels
from workbench.faults import said_here
from workbench.identity import cookie
from workbench.login import is_on, who_logged_in
from workbench.pages import SCREENS, SECTIONS, START
from workbench.pages.start import TURNED
from workbench.remembering import remember
from workbench.returning import take_up_place
from workbench.state import session
from workbench.study import is_chosen, may_choose, study

__all__ = ["main"]


def main() -> None:
    """Show the page that the address names; without a project, the way to one."""
    st.set_page_config(labels.SHARED["app"], labels.SHARED["icon"], layout="wide")
    st.html(Path(workbench.__file__).with_name("page.css"))
    pages = _pages()
    if is_chosen() and is_on() and not _is_logged_in():
        st.navigation(list(pages.values()), position="hidden")
        return
    page = st.navigation(_sections(pages), position="top")
    if st.session_state.pop(TURNED, False):
        st.switch_page(pages["code"])
    page.run()
    _keep_in_browser()


def _keep_in_browser() -> None:
    """Let the browser remember who codes, and lead on to where a login was asked for."""
    coder = session().coder
    if is_chosen() and coder is not None:
        with suppress(QualkitError):  # the page has said what is wrong with the project
            remember(cookie(study()), coder)
    if is_on():
        take_up_place()


def _pages() -> dict[str, StreamlitPage]:
    pages = {
        name: st.Page(show, title=labels.PAGES[name], url_path=name, default=name == "code")
        for name, show in SCREENS.items()
        if is_chosen()
    }
    if may_choose():
        title = labels.PAGES["start"]
        pages["start"] = st.Page(START, title=title, url_path="start", default=not pages)
    return pages


def _sections(pages: dict[str, StreamlitPage]) -> dict[str, list[StreamlitPage]]:
    """Return the menu: what stands in it by itself, and what is found under a heading."""
    menu = {
        labels.SECTIONS.get(section, ""): [pages[name] for name in names if name in pages]
        for section, names in SECTIONS.items()
    }
    return {heading: some for heading, some in menu.items() if some}


def _is_logged_in() -> bool:
    """Take up who has logged in; where nobody has, show what asks for it."""
    mine = session()
    mine.coder = None
    with said_here():
        mine.coder = who_logged_in(study())
    return mine.coder is not None


main()
