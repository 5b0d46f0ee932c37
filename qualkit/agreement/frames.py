"""From tidy frames to whole numbers: which document, coder, code and slot each row stands for.

Columns that are categorical already hold such numbers, and are taken as they are: that is the
quick way in for large studies. Text columns are numbered here, which takes most of the time then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import OptionError

__all__ = ["Ints", "Layout", "Numbers", "lay_out", "named", "numbered", "positions", "require"]

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.integer[Any]]

_SPARE = 16  # slots for each row; where positions lie further apart they are ranked


def require(frame: pd.DataFrame, name: str, columns: Sequence[str]) -> None:
    """See that a frame has these columns, without empty cells.

    Raises:
        OptionError: a column is missing, or a cell is empty.
    """
    there = ", ".join(map(str, frame.columns)) or "no columns"
    for column in columns:
        if column not in frame.columns:
            raise OptionError(
                f"the column {column!r} is missing", where=name, remedy=f"there is {there}"
            )
        cells = frame[column]
        if isinstance(cells.dtype, pd.CategoricalDtype):
            empty = int((cells.cat.codes.to_numpy() < 0).sum())
        else:
            empty = int(cells.isna().sum())
        if empty:
            raise OptionError(f"the column {column!r} has {empty} empty cells", where=name)


def positions(frame: pd.DataFrame, name: str) -> Ints:
    """Return the column ``position`` as whole numbers.

    Raises:
        OptionError: a cell holds something else.
    """
    cells = frame["position"]
    if cells.dtype.kind in "iu":
        return cells.to_numpy(np.int64)
    numbers = pd.to_numeric(cells, errors="coerce")
    if (numbers % 1 != 0).any():
        raise OptionError(
            "the column 'position' holds something that is no whole number", where=name
        )
    return numbers.to_numpy(np.int64)


def numbered(column: pd.Series) -> tuple[Numbers, list[Any]]:
    """Return a number for each cell, and the labels that the numbers stand for.

    Example:
        >>> numbered(pd.Series(["b", "a", "b"]))[1]
        ['b', 'a']
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.cat.codes.to_numpy(), column.cat.categories.tolist()
    numbers, labels = pd.factorize(column)
    return numbers, list(labels)


def named(
    columns: Sequence[pd.Series], order: Mapping[str, int] | None = None
) -> tuple[list[Numbers], tuple[str, ...]]:
    """Return numbers that mean the same in all the columns, and the names they stand for.

    Args:
        columns: of names, in frames of their own.
        order: name -> number, where that is given; names that it lacks get -1. Otherwise the
            names are sorted. The categories of a categorical column are names, used or not.
    """
    found = [numbered(column) for column in columns]
    if order is None:
        names = {str(label): label for _, labels in found for label in labels}
        order = {name: number for number, name in enumerate(_sorted(names))}
    result: list[Numbers] = []
    for numbers, labels in found:
        place = np.array([order.get(str(label), -1) for label in labels], dtype=np.int32)
        if not np.array_equal(place, np.arange(len(place))):
            numbers = place.take(numbers)  # noqa: PLW2901 - the same numbers, meaning the names
        result.append(numbers)
    return result, tuple(order)


def _sorted(names: dict[str, Any]) -> list[str]:
    """Return the names in the order of their labels, or of the alphabet when these do not mix."""
    try:
        return [str(label) for label in sorted(names.values())]
    except TypeError:
        return sorted(names)


@dataclass(frozen=True)
class Layout:
    """Where each utterance has its slot: documents one after the other, each on words of its own.

    Attributes:
        first_word: first word of each document, shape (documents,).
        words: how many words there are; 64 slots each.
        lowest: position of the first slot of each document.
        ranked: position at each slot, where the positions lie too far apart to be slots.
    """

    first_word: Ints
    words: int
    lowest: Ints
    ranked: Ints | None = field(default=None, repr=False)

    @property
    def slots(self) -> int:
        """How many slots there are."""
        return self.words * 64

    def document_of(self, slots: Ints) -> Ints:
        """Return the number of the document of each slot."""
        return self.word_documents()[slots // 64]

    def position_of(self, slots: Ints) -> Ints:
        """Return the position in its document of the utterance at each slot."""
        if self.ranked is not None:
            return self.ranked[slots]
        document = self.document_of(slots)
        return slots - self.first_word[document] * 64 + self.lowest[document]

    def word_documents(self) -> Ints:
        """Return the number of the document of each word."""
        many = np.diff(self.first_word, append=self.words)
        return np.repeat(np.arange(len(many), dtype=np.int64), many)


def lay_out(
    document: Sequence[Numbers], position: Sequence[Ints], documents: int
) -> tuple[Layout, list[Numbers]]:
    """Give every utterance a slot.

    Args:
        document: number of the document of each row, for each frame.
        position: its position, for each frame.
        documents: how many there are.

    Returns:
        The layout, and the slot of each row of each frame.
    """
    low, high = _reach(document, position, documents)
    rows = sum(map(len, position))
    width = high.astype(np.float64) - low + 1
    if width.sum() > _SPARE * rows + 64 * documents:
        return _lay_out_ranks(document, position, documents)
    words = (high - low + 64) // 64
    first = np.cumsum(words) - words
    shift = first * 64 - low
    if words.sum() * 64 < 2**31 and np.abs(shift).max(initial=0) < 2**31:
        shift = shift.astype(np.int32)
    slots = []
    for one, at in zip(document, position, strict=True):
        slot = shift.take(one)
        slot += at
        slots.append(slot)
    return Layout(first, int(words.sum()), low), slots


def _reach(
    document: Sequence[Numbers], position: Sequence[Ints], documents: int
) -> tuple[Ints, Ints]:
    """Return the lowest and the highest position of each document, or wider ends that serve."""
    given = [at for at in position if len(at)]
    least = min((int(at.min()) for at in given), default=0)
    most = max((int(at.max()) for at in given), default=0)
    if documents * (most - least + 64) <= sum(map(len, position)) // 4:
        return np.full(documents, least), np.full(documents, most)
    low = np.full(documents, np.iinfo(np.int64).max)
    high = np.full(documents, np.iinfo(np.int64).min)
    for one, at in zip(document, position, strict=True):
        np.minimum.at(low, one, at)
        np.maximum.at(high, one, at)
    empty = low > high
    return np.where(empty, 0, low), np.where(empty, 0, high)


def _lay_out_ranks(
    document: Sequence[Numbers], position: Sequence[Ints], documents: int
) -> tuple[Layout, list[Numbers]]:
    """Give the utterances slots by their rank in the document, when positions lie far apart."""
    values, rank = np.unique(np.concatenate(position), return_inverse=True)
    where = np.concatenate(document).astype(np.int64)
    keys, unit = np.unique(where * len(values) + rank, return_inverse=True)
    owner = keys // len(values)
    start = np.searchsorted(owner, np.arange(documents))
    stops = np.cumsum([len(at) for at in position])[:-1]
    ranks = np.split(unit - start[where], stops)
    layout, slots = lay_out(document, ranks, documents)
    ranked = np.zeros(layout.slots, dtype=np.int64)
    for one, at in zip(slots, position, strict=True):
        ranked[one] = at
    return Layout(layout.first_word, layout.words, layout.lowest, ranked), slots
