"""Where disagreement sits: in which documents, with which speakers, types and kinds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import sparse, special

from qualkit.agreement.intervals import jackknife
from qualkit.agreement.reading import Bools, Ints, Readings, alpha_of, read_units
from qualkit.errors import OptionError, UnknownNameError

__all__ = ["BY_DOCUMENTS", "NOT_SET", "WILSON", "disagreement_by"]

NOT_SET = "(not set)"
"""The group of the utterances for which nothing is stated."""

BY_DOCUMENTS = "jackknife over documents"
WILSON = "Wilson, utterances taken as independent"

_PLACE = ["document", "position"]
_COLUMNS = ["n", "differing", "share", "low", "high", "interval", "alpha", "documents", "note"]
_FEW = 10


def disagreement_by(  # noqa: PLR0913 - frames and what to take of them
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    by: str = "document",
    code: str | None = None,
    parents: Mapping[str, str | None] | None = None,
    level: str = "code",
    coders: Sequence[str] | None = None,
    versions: Mapping[int, Collection[str]] | None = None,
) -> pd.DataFrame:
    """Return how many utterances of each group the coders disagree on.

    Coders disagree on an utterance when some of those who finished it gave it a code and others
    did not.

    Args:
        codings: as for :func:`~qualkit.agreement.reading.read_units`.
        reviewed: as for :func:`~qualkit.agreement.reading.read_units`.
        utterances: columns document, position and the one named by ``by``, in reading order.
        by: the column that makes the groups.
        code: look at this code alone; None takes all of them together.
        parents: as for :func:`~qualkit.agreement.reading.read_units`.
        level: as for :func:`~qualkit.agreement.reading.read_units`.
        coders: as for :func:`~qualkit.agreement.reading.read_units`.
        versions: as for :func:`~qualkit.agreement.reading.read_units`.

    Returns:
        One row per group: documents in their order, other groups with the largest share first.
        Columns: the one named by ``by``, n (int64: utterances that two coders or more finished),
        differing (int64: those on which they disagree), share (float64), low, high (float64: its
        95 % interval), interval (str: how it was made), alpha (float64: of this group alone, over
        all codes, or of the one code; NaN where nothing varies), documents (int64), note (object).

        Where a group lies in five documents or more, the interval leaves out one document at a
        time (jackknife, t). Elsewhere it is Wilson's (1927) and takes the utterances as
        independent draws, which they hardly are: then it says how far the share could be luck in
        an otherwise equal group, and is rather too narrow.

    Raises:
        OptionError: no such column.
        UnknownNameError: no such code.

    Example:
        >>> rows = [("d", 1, "Pay", "Ana"), ("d", 1, "Pay", "Ben"), ("d", 2, "Pay", "Ana")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code", "coder"])
        >>> seen = [("d", n, coder) for n in (1, 2) for coder in ("Ana", "Ben")]
        >>> reviewed = pd.DataFrame(seen, columns=["document", "position", "coder"])
        >>> spoken = reviewed[["document", "position"]].drop_duplicates()
        >>> table = disagreement_by(codings, reviewed, spoken)
        >>> table[["document", "n", "differing", "share", "alpha"]]
          document  n  differing  share  alpha
        0        d  2          1    0.5    0.0
    """
    if by not in utterances.columns:
        there = ", ".join(map(str, utterances.columns))
        raise OptionError(f"utterances cannot be grouped by '{by}'", remedy=f"there is {there}")
    found = read_units(
        codings, reviewed, parents=parents, level=level, coders=coders, versions=versions
    ).shared()
    chosen = slice(None) if code is None else _place_of(code, found.codes)
    labels = found.units.merge(utterances.drop_duplicates(_PLACE), on=_PLACE, how="left")[by]
    labels = labels.astype(object).where(labels.notna(), NOT_SET)
    order = dict.fromkeys([*utterances[by].dropna(), NOT_SET])
    group, names = pd.factorize(pd.Categorical(labels, categories=list(order)), sort=True)
    group = group.astype(np.int64)
    apart = sparse.csr_array(found.differing()[:, chosen])
    differs = np.asarray(apart.sum(axis=1)).ravel() > 0
    sums = found.sums(group, len(names))
    alpha = alpha_of(*(one[:, chosen] for one in sums), together=True)
    table = _shares(found, differs, group, len(names))
    table = pd.DataFrame({by: np.asarray(names, dtype=object)}).join(table.assign(alpha=alpha))
    table = table[[by, *_COLUMNS]]
    if by == "document":
        return table
    return table.sort_values(["share", "n"], ascending=False, kind="stable", ignore_index=True)


def _place_of(code: str, codes: Sequence[str]) -> slice:
    if code not in codes:
        raise UnknownNameError(f"there is no code '{code}'", remedy=f"there is {', '.join(codes)}")
    return slice(codes.index(code), codes.index(code) + 1)


def _shares(found: Readings, differs: Bools, group: Ints, groups: int) -> pd.DataFrame:
    """Return n, differing, share, its interval, how that was made, documents and note."""
    document, documents = pd.factorize(found.units["document"])
    cell = document.astype(np.int64) * groups + group
    size = len(documents) * groups
    shape = (len(documents), groups)
    total = np.bincount(cell, minlength=size).reshape(shape).astype(np.float64)
    count = np.bincount(cell, differs, minlength=size).reshape(shape).astype(np.float64)
    n, differing = total.sum(axis=0), count.sum(axis=0)
    share = differing / n
    with np.errstate(invalid="ignore"):
        left_out = (differing - count) / (n - total)
    spread = jackknife(share, left_out, total, 0.0)
    clustered = np.isfinite(spread.low)
    plain = np.array([_wilson(int(k), int(m)) for k, m in zip(differing, n, strict=True)])
    plain = plain.reshape(-1, 2)
    columns: dict[str, object] = {
        "n": n.astype(np.int64),
        "differing": differing.astype(np.int64),
        "share": share,
        "low": np.where(clustered, spread.low, plain[:, 0]),
        "high": np.where(clustered, spread.high, plain[:, 1]),
        "interval": np.where(clustered, BY_DOCUMENTS, WILSON).astype(object),
        "documents": (total > 0).sum(axis=0).astype(np.int64),
        "note": [f"{int(m)} utterances only" if m < _FEW else None for m in n],
    }
    return pd.DataFrame(columns)


def _wilson(count: int, total: int) -> tuple[float, float]:
    """Return the ends of Wilson's 95 % interval of a share (Wilson 1927), uncorrected."""
    square = float(special.ndtri(0.975)) ** 2
    middle = (count + square / 2) / (total + square)
    half = np.sqrt(square * (count * (total - count) / total + square / 4)) / (total + square)
    return (middle - half if count else 0.0), (middle + half if count < total else 1.0)
