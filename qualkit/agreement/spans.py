"""Spans as units: the pieces that the ends of all coders' spans cut the utterances into.

Two coders who marked the first half and the whole of an utterance agree on its first half. The
pieces are the coarsest units within which nobody's coding begins or ends; what no span touches is
a piece, too, or there would be nothing that all coders left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qualkit.agreement.counts import Ints
from qualkit.agreement.frames import require
from qualkit.errors import OptionError

__all__ = ["pieces"]

_PLACE = ["document", "position"]


def pieces(
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    utterances: pd.DataFrame | None,
    coders: Sequence[str] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the frames with pieces in the place of utterances.

    Args:
        codings: columns document, position, code, coder, start and end: half-open, missing for a
            whole utterance. Spans are cut at the ends of their utterance.
        reviewed: columns document, position, coder.
        utterances: columns document, position, start, end.
        coders: whose spans cut; everybody's when None.

    Returns:
        Codings and reviewed as for :func:`qualkit.agreement.units.judge`, each row once for each
        piece, position (int64) now counting all pieces from 0 on.

    Raises:
        OptionError: a column or the utterances are missing, or codings lie on utterances that
            ``utterances`` lacks.

    Example:
        >>> place = {"document": ["d"], "position": [1]}
        >>> utterances = pd.DataFrame({**place, "start": [0], "end": [100]})
        >>> span = {**place, "code": ["x"], "coder": ["Ana"], "start": [0], "end": [40]}
        >>> seen = pd.DataFrame({**place, "coder": ["Ana"]})
        >>> [len(frame) for frame in pieces(pd.DataFrame(span), seen, utterances)]
        [1, 2]
    """
    if utterances is None:
        raise OptionError("spans need the utterances with start and end", where="utterances")
    require(codings, "codings", (*_PLACE, "code", "coder"))
    require(reviewed, "reviewed", (*_PLACE, "coder"))
    require(utterances, "utterances", (*_PLACE, "start", "end"))
    if missing := [name for name in ("start", "end") if name not in codings.columns]:
        raise OptionError(f"the column {missing[0]!r} is missing", where="codings")
    if coders is not None:
        codings = codings[codings["coder"].isin(list(coders))]
        reviewed = reviewed[reviewed["coder"].isin(list(coders))]
    utterances = utterances.drop_duplicates(_PLACE).reset_index(drop=True)
    place = pd.MultiIndex.from_frame(utterances[_PLACE])
    coded, seen = (
        _found(place, frame, name) for frame, name in ((codings, "codings"), (reviewed, "reviewed"))
    )
    low, high = (utterances[name].to_numpy(np.int64) for name in ("start", "end"))
    high = np.maximum(high, low + 1)
    start, end = _ends(codings, low[coded], high[coded])
    width = int(high.max(initial=0)) + 1
    every = np.arange(len(low))
    owner, at = np.concatenate([every, every, coded, coded]), (low, high, start, end)
    knots = np.unique(owner * width + np.concatenate(at))
    # Each utterance has one piece fewer than knots, so earlier utterances take one off each.
    first = np.searchsorted(knots, every * width + low) - every
    many = np.bincount(knots // width, minlength=len(low)) - 1
    begin, stop = (np.searchsorted(knots, coded * width + one) - coded for one in (start, end))
    return (
        _expanded(codings, begin, stop),
        _expanded(reviewed, first[seen], (first + many)[seen]),
    )


def _found(place: pd.MultiIndex, frame: pd.DataFrame, name: str) -> Ints:
    """Return the row of the utterance of each row."""
    rows = place.get_indexer(pd.MultiIndex.from_frame(frame[_PLACE]))
    if (rows < 0).any():
        lost = frame[rows < 0].iloc[0]
        raise OptionError(
            f"there is no utterance {lost['position']} in {lost['document']!r}",
            where=name,
            remedy="give all utterances that were coded",
        )
    return rows.astype(np.int64)


def _ends(codings: pd.DataFrame, low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return where each coding begins and ends, inside its utterance and one character at least."""
    start, end = (
        pd.to_numeric(codings[name]).to_numpy(np.float64, na_value=np.nan)
        for name in ("start", "end")
    )
    whole = np.isnan(start) | np.isnan(end)
    start = np.where(whole, low, start).astype(np.int64).clip(low, high - 1)
    return start, np.where(whole, high, end).astype(np.int64).clip(start + 1, high)


def _expanded(frame: pd.DataFrame, first: Ints, stop: Ints) -> pd.DataFrame:
    """Return each row once for each of its pieces, with the piece as position."""
    many = stop - first
    row = np.repeat(np.arange(len(frame)), many)
    step = np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)
    return frame.iloc[row].assign(position=first[row] + step).reset_index(drop=True)
