"""qualkit's errors on screen: the one sentence that they are, where they happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from qualkit.errors import NotEnoughError, QualkitError

__all__ = ["said_here"]


@contextmanager
def said_here() -> Iterator[None]:
    """Show the sentence of an error in the block, and let the rest of the page go on.

    That there is too little yet for a question is no fault: it is said calmly, with what would do.
    """
    try:
        yield
    except NotEnoughError as problem:
        st.info(str(NotEnoughError(_begun(problem.what), remedy=problem.remedy)))
    except QualkitError as problem:
        st.error(str(problem))


def _begun(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
