"""Sets of utterances as bits: 64 of them in a word, each document beginning a word of its own.

Counting how often something holds in each document is then a count of bits and a sum over words,
whatever the number of utterances that carry a code.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Words", "bit_rows", "planes_of", "sums_by_document", "to_bools", "to_masks"]

Words = npt.NDArray[np.uint64]
_Ints = npt.NDArray[np.int64]
_Bools = npt.NDArray[np.bool_]
_Numbers = npt.NDArray[np.integer[Any]]

_BITS_AT_ONCE = 1_000_000
_SWAPS = (
    (7, 0x00AA00AA00AA00AA),
    (14, 0x0000CCCC0000CCCC),
    (28, 0x00000000F0F0F0F0),
)
"""Shift and mask of the three steps that turn 8 x 8 bits round."""


def bit_rows(key: _Numbers, slot: _Numbers, rows: int, slots: int) -> Words:
    """Return one row of words for each key, with a bit set at each of its slots.

    Args:
        key: row of each entry, below ``rows``; entries may repeat.
        slot: bit of each entry, below ``slots``.
        rows: how many rows.
        slots: how many bits in a row, a multiple of 64.

    Returns:
        Shape (rows, slots / 64).

    Example:
        >>> bit_rows(np.array([0, 1, 0]), np.array([0, 3, 1]), 2, 64).tolist()
        [[3], [8]]
    """
    # Keys of 16 bits are sorted by counting, which takes a third of the time.
    short: _Numbers = key.astype(np.uint16 if rows < 2**16 else np.int64)
    order = np.argsort(short, kind="stable")
    key, slot = short[order], slot[order]
    del order, short
    result = np.zeros((rows, slots // 64), dtype=np.uint64)
    step = max(1, _BITS_AT_ONCE // max(slots, 1))
    block = np.zeros((min(step, rows), slots), dtype=np.bool_)
    stops = np.searchsorted(key, np.arange(0, rows + step, step), side="left")
    for number, first in enumerate(range(0, rows, step)):
        some = slice(stops[number], stops[number + 1])
        if some.start == some.stop:
            continue
        last = min(first + step, rows)
        flat = slot[some].astype(np.intp)
        if step > 1:
            flat += (key[some].astype(np.intp) - first) * slots
        block.reshape(-1)[flat] = True
        packed = np.packbits(block[: last - first], axis=1, bitorder="little")
        result[first:last] = packed.view(np.uint64)
        block[:] = False
    return result


def to_bools(words: Words) -> _Bools:
    """Return the bits of the last axis one by one, as True and False.

    Example:
        >>> np.flatnonzero(to_bools(np.array([5], dtype=np.uint64))).tolist()
        [0, 2]
    """
    octets = np.ascontiguousarray(words).view(np.uint8)
    return np.unpackbits(octets, axis=-1, bitorder="little").view(np.bool_)


def planes_of(rows: Sequence[Words]) -> list[Words]:
    """Return the number of rows that have each bit, as binary digits, lowest digit first.

    Example:
        >>> rows = [np.array([n], dtype=np.uint64) for n in (1, 1, 3)]
        >>> [plane.tolist() for plane in planes_of(rows)]
        [[3], [1]]
    """
    planes: list[Words] = []
    for row in rows:
        carry = row
        for place, plane in enumerate(planes):
            planes[place], carry = plane ^ carry, plane & carry
        if len(rows) >> len(planes):
            planes.append(carry)
    return planes


def sums_by_document(words: Words, first_word: _Ints) -> npt.NDArray[np.float64]:
    """Return how many bits are set in each document.

    Args:
        words: shape (..., words).
        first_word: where each document begins.

    Returns:
        Shape (..., documents).
    """
    if not len(first_word):
        return np.zeros((*words.shape[:-1], 0))
    counts = np.bitwise_count(words)
    return np.add.reduceat(counts, first_word, axis=-1, dtype=np.int64).astype(np.float64)


def to_masks(rows: Words) -> Words:
    """Turn rows of bits round: for each slot the word whose bit k is the bit of row k.

    Args:
        rows: shape (rows, words), 64 rows at most.

    Returns:
        Shape (slots,).

    Example:
        >>> to_masks(np.array([[1], [3]], dtype=np.uint64))[:3].tolist()
        [3, 2, 0]
    """
    octets = np.ascontiguousarray(rows).view(np.uint8)
    result = np.zeros((octets.shape[1] * 8, 8), dtype=np.uint8)
    for first in range(0, len(octets), 8):
        eight = np.zeros((octets.shape[1], 8), dtype=np.uint8)
        eight[:, : len(octets) - first] = octets[first : first + 8].T
        word = eight.view(np.uint64).ravel()
        for shift, mask in _SWAPS:
            swap = (word ^ (word >> np.uint64(shift))) & np.uint64(mask)
            word = word ^ swap ^ (swap << np.uint64(shift))
        result[:, first // 8] = word.view(np.uint8)
    return result.view(np.uint64).ravel()
