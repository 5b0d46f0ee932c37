"""What is counted: utterances and the codes on them, checked and put in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from qualkit.errors import OptionError, UnknownNameError

__all__ = [
    "Bools",
    "Floats",
    "Ints",
    "Material",
    "ancestors_of",
    "gather",
    "incidence",
    "require",
    "speaker_keys",
]

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Material:
    """The utterances that count, in reading order, and the codes on them.

    Attributes:
        utterances: those that count, sorted by document and position, index 0, 1, 2 ...
        codes: in the order of the codebook.
        coding_row: for each coding the utterance it is on, -1 where that does not count.
        coding_code: for each coding the number of its code.
        unseen: for each utterance that counts, how many codable ones before it do not.
        about: how many utterances count, and how many of what were left out.
    """

    utterances: pd.DataFrame
    codes: tuple[str, ...]
    coding_row: Ints
    coding_code: Ints
    unseen: Ints
    about: dict[str, int]

    def coded(self) -> sparse.csr_array:
        """Return utterances x codes: 1 where the code is on the utterance."""
        on = self.coding_row >= 0
        shape = (len(self.utterances), len(self.codes))
        return incidence(self.coding_row[on], self.coding_code[on], shape)


def incidence(row: Ints, column: Ints, shape: tuple[int, int]) -> sparse.csr_array:
    """Return a matrix with 1 at the places named, however often they are named."""
    found = sparse.csr_array((np.ones(len(row)), (row, column)), shape=shape)
    found.sum_duplicates()
    found.data[:] = 1.0
    return found


def require(frame: pd.DataFrame, name: str, columns: Iterable[str]) -> None:
    """Raise OptionError for a column that is missing."""
    for column in columns:
        if column not in frame.columns:
            there = ", ".join(sorted(map(str, frame.columns))) or "nothing"
            raise OptionError(f"{name} has no column {column!r}", remedy=f"it has {there}")


def ancestors_of(parents: Mapping[str, str | None]) -> dict[str, tuple[str, ...]]:
    """Return code -> the codes above it, nearest first.

    Raises:
        OptionError: a parent is not a code, or a code stands above itself.

    Example:
        >>> ancestors_of({"Pay": None, "Low pay": "Pay", "Unpaid hours": "Low pay"})["Unpaid hours"]
        ('Low pay', 'Pay')
    """
    found: dict[str, tuple[str, ...]] = {}
    for code in parents:
        line = [code]
        while (above := parents[line[-1]]) is not None:
            if above in line:
                raise OptionError(f"the code {code!r} stands above itself", where="parents")
            if above not in parents:
                raise OptionError(
                    f"{above!r}, the parent of {line[-1]!r}, is not a code", where="parents"
                )
            line.append(above)
        found[code] = tuple(line[1:])
    return found


def gather(
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    parents: Mapping[str, str | None] | None,
    moderators: bool,
) -> Material:
    """Return what counts: codable utterances, without moderators unless they are asked for.

    Raises:
        OptionError: a column is missing, a position is no whole number, an utterance stands twice.
        UnknownNameError: a coding has a code that ``parents`` does not name.
    """
    require(codings, "codings", ("document", "position", "code"))
    require(utterances, "utterances", ("document", "position"))
    document, found = pd.factorize(utterances["document"].astype(str), sort=True)
    names = pd.Index(found)
    position = _positions(utterances, "utterances")
    order = np.lexsort((position, document))
    document, position = document[order].astype(np.int64), position[order]
    low, width = (int(position.min()), int(np.ptp(position)) + 1) if len(position) else (0, 1)
    keys = document * width + (position - low)
    if (np.diff(keys) == 0).any():
        twice = int(np.flatnonzero(np.diff(keys) == 0)[0])
        raise OptionError(
            f"utterance {position[twice]} of {names[document[twice]]!r} stands there twice",
            where="utterances",
        )
    ordered = utterances.iloc[order].reset_index(drop=True)
    ordered = ordered.assign(document=names[document].to_numpy(), position=position)
    row = _rows_of(codings, names, keys, low, width)
    code, codes = _numbered_codes(codings["code"], parents)
    codable, moderator = _flag(ordered, "codable", True), _flag(ordered, "is_moderator", False)
    counts = codable & (moderators | ~moderator)
    number = np.where(counts, np.cumsum(counts) - 1, -1)
    kept = np.where(row >= 0, number[row] if len(number) else -1, -1)
    about = {
        "utterances": int(counts.sum()),
        "moderators_left_out": int((codable & moderator & ~counts).sum()),
        "not_codable_left_out": int((~codable).sum()),
        "codings_left_out": int(((row >= 0) & (kept < 0)).sum()),
        "codings_elsewhere": int((row < 0).sum()),
    }
    unseen = np.cumsum(codable & ~counts)[counts].astype(np.int64)
    return Material(ordered[counts].reset_index(drop=True), codes, kept, code, unseen, about)


def _positions(frame: pd.DataFrame, name: str) -> Ints:
    """Return the column "position" as whole numbers."""
    numbers = pd.to_numeric(frame["position"], errors="coerce").to_numpy(np.float64)
    if (numbers % 1 != 0).any():
        raise OptionError("a position is empty or no whole number", where=name)
    return numbers.astype(np.int64)


def _rows_of(codings: pd.DataFrame, names: pd.Index, keys: Ints, low: int, width: int) -> Ints:
    """Return the utterance that each coding is on, -1 where there is none in the table."""
    document = _numbers_in(codings["document"], names)
    position = _positions(codings, "codings") - low
    key = document * width + position
    found = np.searchsorted(keys, key)
    found[found == len(keys)] = 0
    there = (document >= 0) & (position >= 0) & (position < width)
    there &= keys[found] == key if len(keys) else False
    return np.where(there, found, -1).astype(np.int64)


def _numbers_in(column: pd.Series, names: pd.Index) -> Ints:
    """Return the place of each name, -1 for none; each category is looked up once."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        places = names.get_indexer(column.cat.categories.astype(str))
        return np.append(places, -1)[column.cat.codes].astype(np.int64)
    return names.get_indexer(pd.Index(column.astype(str))).astype(np.int64)


def _numbered_codes(
    used: pd.Series, parents: Mapping[str, str | None] | None
) -> tuple[Ints, tuple[str, ...]]:
    """Return the number of each coding's code, and the codes in order."""
    if parents is not None and isinstance(used.dtype, pd.CategoricalDtype):
        used = used.cat.remove_unused_categories()
        number, labels = used.cat.codes.to_numpy(), used.cat.categories.astype(str)
    else:
        number, labels = pd.factorize(used.astype(str), sort=True)
    if parents is None:
        return number.astype(np.int64), tuple(map(str, labels))
    codes = tuple(parents)
    place = pd.Index(codes, dtype=object).get_indexer(pd.Index(labels, dtype=object))
    if (place < 0).any():
        raise UnknownNameError(
            f"the code {labels[int(place.argmin())]!r} is not in the codebook",
            where="codings",
            remedy="add it to parents, or leave its codings out",
        )
    return place.astype(np.int64)[number], codes


def _flag(frame: pd.DataFrame, column: str, default: bool) -> Bools:
    """Return a yes/no column, ``default`` where it is empty or not there."""
    if column not in frame.columns:
        return np.full(len(frame), default, dtype=np.bool_)
    values = frame[column]
    filled = values.astype(object).where(values.notna(), default)
    if not filled.isin([True, False]).all():
        raise OptionError(f"the column {column!r} takes True and False only", where="utterances")
    return filled.to_numpy(np.bool_)


def speaker_keys(utterances: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return who speaks each utterance: the id, else the name, else one voice per document.

    Raises:
        OptionError: there is neither a column speaker nor a column speaker_id.
    """
    if "speaker_id" not in utterances.columns:
        require(utterances, "utterances", ("speaker",))
    keys = "document " + utterances["document"].astype(str)
    for column, kind in (("speaker", "name "), ("speaker_id", "id ")):
        if column in utterances.columns:
            values = utterances[column]
            named = values.notna() & (values.astype(str).str.strip() != "")
            keys = keys.where(~named, kind + values.astype(str))
    return keys.to_numpy(object)
