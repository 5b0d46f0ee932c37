"""Parts of words (two to four letters), sorted into a fixed number of buckets.

Likeness of words that share no stem. The buckets (Weinberger et al. 2009, "Feature hashing for
large scale multitask learning") keep their number from growing with the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

__all__ = ["PARTS", "bucketed", "unit_rows"]

Ints = npt.NDArray[np.int64]

PARTS = 512
"""Buckets that parts of words are sorted into."""

_SIZES = (2, 3, 4)
_LONGEST = 60  # letters of a word that are looked at


def bucketed(words: Sequence[str]) -> sparse.csr_matrix:
    """Return words x buckets; each word has length 1, and parts count for or against.

    Example:
        >>> found = bucketed(["carer", "caring", "home"])
        >>> alike = (found @ found.T).toarray()
        >>> bool(alike[0, 1] > alike[0, 2])
        True
    """
    cut = [f"<{word[:_LONGEST]}>" for word in words]
    content = np.frombuffer("".join(cut).encode("utf-8", "surrogatepass"), dtype=np.uint8)
    starts = np.append(np.flatnonzero((content & 0xC0) != 0x80), len(content))
    sizes = np.array([len(one) for one in cut], dtype=np.int64)
    word = np.repeat(np.arange(len(cut)), sizes)
    last = np.repeat(np.cumsum(sizes), sizes)
    rows, numbers = [], []
    for size in _SIZES:
        first = np.flatnonzero(np.arange(len(word)) + size <= last)
        rows.append(word[first])
        numbers.append(_crc32(content, starts[first], starts[first + size]))
    number = np.concatenate(numbers)
    sign = np.where(number >> 31, 1, -1).astype(np.float32)
    where = (np.concatenate(rows), (number % PARTS).astype(np.int64))
    return unit_rows(sparse.csr_matrix((sign, where), shape=(len(words), PARTS)))


def unit_rows(rows: Any) -> sparse.csr_matrix:
    """Return rows of length 1, those of nought left as they are."""
    matrix = sparse.csr_matrix(rows)
    norm = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data = matrix.data / np.repeat(np.where(norm > 0, norm, 1), np.diff(matrix.indptr))
    return matrix


def _crc32(content: npt.NDArray[np.uint8], first: Ints, end: Ints) -> npt.NDArray[np.uint32]:
    """Return the CRC-32 of many pieces of some bytes, as ``zlib.crc32`` has it."""
    found = np.full(len(first), 0xFFFFFFFF, dtype=np.uint32)
    for step in range(int((end - first).max(initial=0))):
        place = np.minimum(first + step, len(content) - 1)
        after = _CRC[(found ^ content[place]) & 0xFF] ^ (found >> 8)
        found = np.where(first + step < end, after, found)
    return found ^ np.uint32(0xFFFFFFFF)


def _crc_table() -> npt.NDArray[np.uint32]:
    found = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        found = np.where(found & 1, (found >> 1) ^ np.uint32(0xEDB88320), found >> 1)
    return found


_CRC = _crc_table()
