"""The rows of an agreement table, and the words that say why a number is missing or frail."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.agreement.counts import Floats

__all__ = ["ALL_CODES", "COLUMNS", "NOBODY", "Rows", "by_document", "few", "joined", "rare"]

ALL_CODES = "(all codes)"
"""What the column ``code`` says in the rows over all codes."""

COLUMNS = (
    "code", "coefficient", "value", "low", "high", "n", "positives", "neither",
    "documents", "coders", "reason",
)  # fmt: skip
"""The columns of the table, in order."""

NOBODY = "no utterance was finished by two coders"

_FEW_DOCUMENTS = 10
_FEW_POSITIVES = 10
_FEW_POSITIVE_DOCUMENTS = 5
_TYPES = {"value": np.float64, "low": np.float64, "high": np.float64, "reason": object}
_WHOLE = ("n", "positives", "neither", "documents", "coders")


class Rows:
    """Gathers rows, in columns, and makes one frame of them at the end."""

    def __init__(self) -> None:
        self._columns: dict[str, list[npt.NDArray[np.generic]]] = {name: [] for name in COLUMNS}
        self._order: list[npt.NDArray[np.generic]] = []

    def add(self, places: Sequence[int] | npt.NDArray[np.int64], **columns: object) -> None:
        """Add rows.

        Args:
            places: number of each row's code in the codebook, which the rows are sorted by.
            columns: all of :data:`COLUMNS` but ``neither``; one cell stands for all rows.
        """
        many = len(places)
        columns["neither"] = np.subtract(columns["n"], columns["positives"])  # type: ignore[call-overload]
        for name, parts in self._columns.items():
            cells = np.empty(many, dtype=_TYPES.get(name, np.int64 if name in _WHOLE else object))
            cells[:] = columns[name]
            parts.append(cells)
        self._order.append(np.asarray(places))

    def frame(self) -> pd.DataFrame:
        """Return the rows in the order of their codes, each code's in the order they came."""
        if not self._order:
            return pd.DataFrame(columns=list(COLUMNS))
        order = np.argsort(np.concatenate(self._order), kind="stable")
        columns = {name: np.concatenate(parts)[order] for name, parts in self._columns.items()}
        reason = pd.Index(columns.pop("reason"), dtype=object)
        return pd.DataFrame({**columns, "reason": reason}, copy=False)


def few(documents: int) -> str | None:
    """Return the warning for an interval that rests on few documents."""
    return (
        f"the interval rests on {documents} documents only" if documents < _FEW_DOCUMENTS else None
    )


def rare(utterances: int, documents: int) -> str | None:
    """Return the warning for a code that stands in few utterances or few documents."""
    if utterances == 0:
        return "the code was never applied"
    if utterances >= _FEW_POSITIVES and documents >= _FEW_POSITIVE_DOCUMENTS:
        return None
    return (
        f"the code stands in {utterances} utterance{'s' * (utterances != 1)} "
        f"of {documents} document{'s' * (documents != 1)} only"
    )


def joined(*parts: str | None) -> str | None:
    """Return the parts that say something, or None."""
    return "; ".join(part for part in parts if part) or None


def by_document(names: Sequence[str], values: Floats, counted: Floats) -> str | None:
    """Return the values of each document in words, to stand where there is no interval.

    Example:
        >>> by_document(["a", "b"], np.array([0.5, np.nan]), np.array([9, 4]))
        'by document: a 0.50, b undefined'
    """
    told = [
        f"{name} {value:.2f}" if np.isfinite(value) else f"{name} undefined"
        for name, value, some in zip(names, values, counted, strict=True)
        if some > 0
    ]
    return f"by document: {', '.join(told)}" if len(told) > 1 else None
