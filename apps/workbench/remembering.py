"""Lets a browser remember who codes in it, on whatever page that was said first."""

from __future__ import annotations

import streamlit as st

__all__ = ["remember"]

_SCRIPT = """
export default function ({ data }) {
  document.cookie = `${data.cookie}=${encodeURIComponent(data.coder)}; path=/; SameSite=Strict`;
}
"""


def remember(cookie: str, coder: str) -> None:
    """Keep who codes in a cookie: for a reload, another tab, the program started again."""
    put = st.components.v2.component("qualkit_remember", js=_SCRIPT)
    put(key="remember", data={"cookie": cookie, "coder": coder}, height=0)
