"""Puts the keyboard where the first thing is to be typed, so that nobody has to look for it."""

from __future__ import annotations

import streamlit as st

__all__ = ["focus_on"]

_SCRIPT = """
const put = new WeakMap();

export default function ({ data, parentElement }) {
  if (put.get(parentElement) === data.once) return;
  put.set(parentElement, data.once);
  const page = parentElement.ownerDocument;
  const before = page.querySelector(`input[aria-label="${CSS.escape(data.label)}"]`);
  let left = 40; // the field may be drawn a moment later, or an old one still be there
  const look = () => {
    const field = page.querySelector(`input[aria-label="${CSS.escape(data.label)}"]`);
    const at = page.activeElement;
    const isFree = !at || ["BODY", "BUTTON"].includes(at.tagName);
    if (field && isFree) field.focus({ preventScroll: true });
    left -= 1;
    if (left > 0 && (!field || (field === before && left > 20))) setTimeout(look, 50);
  };
  look();
}
"""


def focus_on(label: str, once: str = "") -> None:
    """Put the cursor into the field with this label, unless it is in another field already.

    Args:
        label: of the field.
        once: what the field is about; the cursor is put there again when that changes.
    """
    put = st.components.v2.component("qualkit_focus", js=_SCRIPT)
    put(key=f"focus_{label}", data={"label": label, "once": once or label}, height=0)
