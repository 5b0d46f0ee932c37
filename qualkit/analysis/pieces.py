"""The units that codes can share: utterance, turn, window, document, or piece of text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from qualkit.analysis.material import Floats, Ints, Material, incidence, require
from qualkit.errors import OptionError

__all__ = ["WITHIN", "Pieces", "cut", "turns"]

WITHIN = ("utterance", "span", "turn", "window:K", "document")


@dataclass(frozen=True)
class Pieces:
    """Units and the codes in them.

    Attributes:
        holds: units x codes: 1 where the code is in the unit.
        line: the same for what the unit is about: of a window its last utterance, of any other
            unit all of it. Two codes meet where both are in the unit and one is in its line.
        document: number of the document of each unit.
        owner: number of an utterance of each unit: the last one of a window, else the first.
    """

    holds: sparse.csr_array
    line: sparse.csr_array
    document: Ints
    owner: Ints


def cut(
    material: Material, codings: pd.DataFrame, within: str, group: Ints | None = None
) -> Pieces:
    """Return the units that ``within`` names.

    Args:
        material: what counts.
        codings: the rows behind ``material``; start and end are read for "span".
        within: one of :data:`WITHIN`, with a whole number from 2 for K.
        group: number of the group of each counted utterance: a turn or a document that groups
            share becomes one unit for each of them. A window belongs to whoever says its last
            utterance, and holds what others say before it.

    Raises:
        OptionError: ``within`` is none of these, or "span" finds no start and end.
    """
    document = material.document
    one = np.zeros(len(document), dtype=np.int64) if group is None else group
    if within == "utterance":
        coded = material.coded
        return Pieces(coded, coded, document, np.arange(len(document)))
    if within == "document":
        return _grouped(material, document, document, one)
    if within == "turn":
        return _grouped(material, turns(material, document), document, one)
    if within == "span":
        return _spans(material, codings, document)
    kind, _, size = within.partition(":")
    if kind == "window" and size.isdecimal() and int(size) >= 2:
        return _windows(material, document, int(size))
    raise OptionError(
        f"there is no unit {within!r}",
        where="within",
        remedy=f"one of {', '.join(WITHIN)}, with a whole number from 2 for K",
    )


def _grouped(material: Material, unit: Ints, document: Ints, group: Ints) -> Pieces:
    """Return the units that utterances with the same number and group make."""
    keys = unit * (int(group.max(initial=0)) + 1) + group
    _, first, number = np.unique(keys, return_index=True, return_inverse=True)
    on = material.coding_row >= 0
    shape = (len(first), len(material.codes))
    holds = incidence(number[material.coding_row[on]], material.coding_code[on], shape)
    return Pieces(holds, holds, document[first], first.astype(np.int64))


def turns(material: Material, document: Ints) -> Ints:
    """Return the turn of each utterance: a new one where speaker or document changes.

    What does not count but was spoken in between, such as a moderator's question, ends a turn.
    """
    speaker = material.speakers[0]
    changes = np.ones(len(document), dtype=np.bool_)
    for what in (document, speaker, material.unseen):
        changes[1:] &= what[1:] == what[:-1]
    changes[:1] = False
    return (np.cumsum(~changes) - 1).astype(np.int64)


def _windows(material: Material, document: Ints, size: int) -> Pieces:
    """Return windows of so many utterances, one ending at each; none crosses a document."""
    line = material.coded
    at = sparse.coo_array(line)
    first = at.row.astype(np.int64)
    stop = np.searchsorted(document, document[first], side="right")
    stop = np.minimum(first + size, stop).astype(np.int64)
    holds = _spread(at.col.astype(np.int64), first, stop, line.shape)
    return Pieces(holds, line, document, np.arange(len(document)))


def _spread(code: Ints, first: Ints, stop: Ints, shape: tuple[int, int]) -> sparse.csr_array:
    """Return units x codes with 1 for each code in the units first, first + 1 ... stop - 1."""
    length = stop - first
    offset = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    return incidence(np.repeat(first, length) + offset, np.repeat(code, length), shape)


def _spans(material: Material, codings: pd.DataFrame, document: Ints) -> Pieces:
    """Return the pieces that the ends of all spans cut the utterances into.

    A coding without start and end covers its whole utterance. What no span covers is one more
    piece before, between or after them when ``utterances`` has start and end; without these
    only what lies between spans is known.
    """
    require(codings, "codings", ("start", "end"))
    on = material.coding_row >= 0
    row, code = material.coding_row[on], material.coding_code[on]
    start, end = (
        codings[name].to_numpy(np.float64, na_value=np.nan)[on] for name in ("start", "end")
    )
    whole = np.isnan(start) | np.isnan(end)
    knot_row, knot_at = np.arange(len(document)), np.zeros(len(document))
    if {"start", "end"} <= set(material.utterances.columns):
        low, high = (material.utterances[name].to_numpy(np.float64) for name in ("start", "end"))
        start, end = np.maximum(start, low[row]), np.minimum(end, high[row])
        knot_row = np.concatenate([knot_row, knot_row])
        knot_at = np.concatenate([low, np.maximum(high, low + 1)])
    else:
        knot_row, knot_at = _bare(row[~whole], len(document))
    _check_spans(start[~whole], end[~whole])
    knot_row = np.concatenate([knot_row, row[~whole], row[~whole]])
    knot_at = np.concatenate([knot_at, start[~whole], end[~whole]])
    knots = _Knots.of(knot_row.astype(np.int64), knot_at)
    first, stop = knots.ends[row], knots.ends[row + 1] - 1
    first[~whole] = knots.place(row[~whole], start[~whole])
    stop[~whole] = knots.place(row[~whole], end[~whole])
    pieces = len(knots.keys) - len(document)
    owner = np.repeat(np.arange(len(document)), np.diff(knots.ends) - 1)
    holds = _spread(code, first - row, stop - row, (pieces, len(material.codes)))
    return Pieces(holds, holds, document[owner], owner)


def _bare(spanned: Ints, utterances: int) -> tuple[Ints, Floats]:
    """Return two ends for each utterance without a span, so that it is one piece."""
    free = np.setdiff1d(np.arange(utterances), spanned)
    return np.repeat(free, 2), np.tile([0.0, 1.0], len(free))


def _check_spans(start: Floats, end: Floats) -> None:
    """Raise OptionError for a span that holds no text of its utterance."""
    if empty := int((start >= end).sum()):
        raise OptionError(
            f"{empty} of {len(start)} spans hold no text of their utterance",
            where="codings",
            remedy="start is the first character of a span in the document, end the one after it",
        )


@dataclass(frozen=True)
class _Knots:
    """All places where a piece can begin or end, sorted by utterance and place.

    Attributes:
        keys: one number per knot; unique and sorted.
        ends: where the knots of each utterance begin, and one more at the end.
        low, width: how utterance and place make a key.
    """

    keys: Floats
    ends: Ints
    low: float
    width: float

    @classmethod
    def of(cls, row: Ints, at: Floats) -> _Knots:
        low = float(at.min(initial=0))
        width = float(at.max(initial=0)) - low + 1
        keys = np.unique(row * width + (at - low))
        utterances = int(row.max(initial=-1)) + 1
        ends = np.searchsorted(keys, np.arange(utterances + 1) * width).astype(np.int64)
        return cls(keys, ends, low, width)

    def place(self, row: Ints, at: Floats) -> Ints:
        """Return the number of the knot at this place of this utterance."""
        return np.searchsorted(self.keys, row * self.width + (at - self.low)).astype(np.int64)
