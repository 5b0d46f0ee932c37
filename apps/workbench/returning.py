"""Leads back, after a login, to the page that was asked for; a provider sends all to Code."""

from __future__ import annotations

import streamlit as st

__all__ = ["keep_place", "take_up_place"]

_SCRIPT = """
const KEPT = "qualkit.wanted"; // in this tab only, and only on the way to the provider and back

export default function ({ data }) {
  const here = location.pathname + location.search;
  if (!data.is_in) return sessionStorage.setItem(KEPT, here);
  const wanted = sessionStorage.getItem(KEPT);
  sessionStorage.removeItem(KEPT);
  if (wanted !== null && wanted !== here) location.replace(location.origin + wanted);
}
"""


def keep_place() -> None:
    """Keep, in the browser, which page was asked for before anybody has logged in."""
    _say(is_in=False)


def take_up_place() -> None:
    """Go to the page that was asked for before the login, once."""
    _say(is_in=True)


def _say(*, is_in: bool) -> None:
    put = st.components.v2.component("qualkit_return", js=_SCRIPT)
    put(key=f"return_{is_in}", data={"is_in": is_in}, height=0)
