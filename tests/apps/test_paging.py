"""Long lists are shown a page at a time, and found by their words."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest


def run_list(count: int) -> None:
    import pandas as pd  # noqa: PLC0415 - Streamlit runs this body by itself
    import streamlit as st  # noqa: PLC0415

    from workbench.paging import paged  # noqa: PLC0415

    def listed(*, find: str = "", limit: int | None = None, offset: int = 0) -> pd.DataFrame:
        names = [f"T{number:04}" for number in range(count)]
        names = [one for one in names if find.lower() in one.lower()]
        stop = None if limit is None else offset + limit
        table = pd.DataFrame({"document": names[offset:stop]})
        table.attrs["found"] = len(names)
        return table

    st.dataframe(paged(listed, key="list"))


def opened(count: int) -> AppTest:
    page = AppTest.from_function(run_list, args=(count,)).run()
    assert not page.exception
    return page


def shown(page: AppTest) -> list[Any]:
    return list(page.dataframe[0].value["document"])


def test_a_short_list_is_shown_whole() -> None:
    page = opened(200)
    assert len(shown(page)) == 200
    assert not page.text_input


def test_a_long_one_is_shown_from_its_beginning() -> None:
    page = opened(20_000)
    assert shown(page) == [f"T{number:04}" for number in range(200)]
    assert page.caption[0].value == "1 to 200 of 20,000"


def test_words_find_lines_on_every_page() -> None:
    page = opened(20_000)
    page.text_input[0].set_value("t1999").run()
    assert shown(page) == ["T1999", *(f"T1999{digit}" for digit in range(10))]
    page.text_input[0].set_value("nowhere").run()
    assert shown(page) == []
    assert page.caption[0].value == "0 to 0 of 0"
