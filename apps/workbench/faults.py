"""qualkit's errors on screen: the one sentence that they are, where they happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from qualkit.errors import QualkitError

__all__ = ["said_here"]


@contextmanager
def said_here() -> Iterator[None]:
    """Show the sentence of an error in the block, and let the rest of the page go on."""
    try:
        yield
    except QualkitError as problem:
        st.error(str(problem))
