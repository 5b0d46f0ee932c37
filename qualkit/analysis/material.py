"""What is counted: utterances and the codes on them, checked and put in order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

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
    "gather_rows",
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

    @cached_property
    def coded(self) -> sparse.csr_array:
        """Utterances x codes: 1 where the code is on the utterance. It is not to be changed."""
        on = self.coding_row >= 0
        shape = (len(self.utterances), len(self.codes))
        return incidence(self.coding_row[on], self.coding_code[on], shape)

    @cached_property
    def document(self) -> Ints:
        """For each utterance the number of its document, in their order."""
        return pd.factorize(self.utterances["document"])[0].astype(np.int64)

    @cached_property
    def speakers(self) -> tuple[Ints, int]:
        """For each utterance the number of who speaks, and how many there are."""
        return _speakers(self.utterances)


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


def gather_rows(
    places: pd.DataFrame,
    is_in: Bools,
    codings: tuple[Any, pd.Series],
    *,
    parents: Mapping[str, str | None],
    moderators: bool,
) -> Material:
    """Return what ``gather`` gives, of tables that are known to be sound and too long to copy.

    Args:
        places: columns document (a category), position, is_moderator (bool), and others; each
            utterance once.
        is_in: True for those to count, all of which are codable.
        codings: for each coding the row of its utterance in ``places``, and its code (a category).
        parents: as for ``gather``.
        moderators: as for ``gather``.
    """
    document, position = places["document"].cat.codes.to_numpy(), places["position"].to_numpy()
    rows = np.flatnonzero(is_in)
    rows = rows[np.lexsort((position[rows], document[rows]))]
    counts = moderators | ~places["is_moderator"].to_numpy()[rows]
    unseen = np.cumsum(~counts)[counts].astype(np.int64)
    number: Any = np.full(len(places), -1, dtype=np.int32)
    number[rows[counts]] = np.arange(int(counts.sum()), dtype=np.int32)
    at, used = codings
    code, codes = _numbered_codes(used, parents)
    row = number[at]
    about = {
        "utterances": int(counts.sum()),
        "moderators_left_out": int((~counts).sum()),
        "not_codable_left_out": 0,
        "codings_left_out": int((is_in[at] & (row < 0)).sum()),
        "codings_elsewhere": int((~is_in[at]).sum()),
    }
    spoken = places.take(rows[counts]).reset_index(drop=True)
    return Material(spoken, codes, row, code, unseen, about)


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
        number, all_labels = used.cat.codes.to_numpy(), used.cat.categories.astype(str)
        is_used = np.zeros(len(all_labels) + 1, dtype=np.bool_)  # the last is for -1
        is_used[number] = True
        is_used = is_used[:-1]
        labels = all_labels[is_used]
        number = (np.cumsum(is_used) - 1).astype(number.dtype)[number]
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
    small: Any = place.astype(np.int16 if len(codes) < _SMALL else np.int64)
    return small[number], codes


_SMALL = 2**15  # numbers that take two bytes


def _flag(frame: pd.DataFrame, column: str, default: bool) -> Bools:
    """Return a yes/no column, ``default`` where it is empty or not there."""
    if column not in frame.columns:
        return np.full(len(frame), default, dtype=np.bool_)
    values = frame[column]
    if values.dtype == np.bool_:
        return values.to_numpy()
    filled = values.astype(object).where(values.notna(), default)
    if not filled.isin([True, False]).all():
        raise OptionError(f"the column {column!r} takes True and False only", where="utterances")
    return filled.to_numpy(np.bool_)


def _speakers(utterances: pd.DataFrame) -> tuple[Ints, int]:
    """Return the number of each utterance's speaker, and how many there are.

    They are numbered in the order of ``speaker_keys``. Where the columns are categories, each of
    those is looked at once.
    """
    names = ("document", "speaker", "speaker_id")
    there = [utterances[name] for name in names if name in utterances.columns]
    if len(there) < 3 or not all(isinstance(one.dtype, pd.CategoricalDtype) for one in there):
        number, found = pd.factorize(speaker_keys(utterances), sort=True)
        return number.astype(np.int64), len(found)
    keys: list[str] = []
    number = np.full(len(utterances), -1, dtype=np.int64)
    for column, kind in zip(there, ("document ", "name ", "id "), strict=True):
        codes, labels = column.cat.codes.to_numpy(), column.cat.categories.astype(str)
        is_name = np.append([kind == "document " or bool(one.strip()) for one in labels], False)
        named = is_name[codes]
        number[named] = codes[named].astype(np.int64) + len(keys)
        keys += [kind + one for one in labels]
    present = np.flatnonzero(np.bincount(number, minlength=len(keys)))
    place = np.zeros(len(keys), dtype=np.int64)
    place[sorted(present.tolist(), key=keys.__getitem__)] = np.arange(len(present))
    return place[number], len(present)


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
