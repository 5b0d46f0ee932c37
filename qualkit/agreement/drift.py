"""Drift: how agreement, and what each coder gives, change in the order of coding."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse, special

from qualkit.agreement.intervals import FEWEST_DOCUMENTS, jackknife
from qualkit.agreement.reading import Floats, Ints, Readings, alpha_of, read_units
from qualkit.errors import OptionError

__all__ = ["AGAINST", "ALL_CODES", "ALPHA", "CHANGE", "DRIFT_COLUMNS", "SHARE", "drift"]

ALL_CODES = "(all codes)"
"""What the column ``code`` says in rows over all codes."""

CHANGE = "last - first"
"""What the column ``block`` says in the rows that compare the last block with the first."""

ALPHA, SHARE, AGAINST = "alpha", "share", "share against the others"
DRIFT_COLUMNS = (
    "measure", "coder", "code", "block", "value", "low", "high", "n", "documents", "reason",
)  # fmt: skip

_PLACE = ["document", "position"]


def drift(  # noqa: PLR0913 - frames, and what to take of them
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    *,
    parents: Mapping[str, str | None] | None = None,
    level: str = "code",
    coders: Sequence[str] | None = None,
    versions: Mapping[int, Collection[str]] | None = None,
    blocks: int = 2,
) -> pd.DataFrame:
    """Return agreement and shares of codes in consecutive blocks, in the order of coding.

    Between coders: documents stand in the order in which they were coded (the mean place of all
    decisions on them) and are cut into blocks of about equally many shared utterances; in each,
    alpha of each code and over all codes. Within a coder: his or her utterances in the order of
    the decisions, cut into equally many; in each, the share that got a code. Early and late
    utterances come from different documents, so a share may change because the documents do: the
    "share against the others" takes away the share that the other coders gave the code on the same
    utterances, and what is left is the coder's.

    Args:
        codings: as for :func:`~qualkit.agreement.reading.read_units`.
        reviewed: the same, with the column reviewed_at: when it was decided, as something that
            sorts. Where many were stored at one moment, they stand in the order of the rows.
        parents: as for :func:`~qualkit.agreement.reading.read_units`.
        level: as for :func:`~qualkit.agreement.reading.read_units`.
        coders: as for :func:`~qualkit.agreement.reading.read_units`.
        versions: as for :func:`~qualkit.agreement.reading.read_units`.
        blocks: how many, 2 to 20.

    Returns:
        Columns measure ("alpha", "share", "share against the others"), coder (object; missing:
        between coders), code (str; "(all codes)": over all), block ("1", "2", ..., and
        "last - first" for the difference of the two), value, low, high (float64), n (int64:
        utterances), documents (int64), reason (object: why something is missing).

        Intervals leave out one document at a time (jackknife, t with G - 1 degrees of freedom),
        none below five documents. For the difference the documents of the two blocks are two
        strata (Wolter 2007, chapter 4): se^2 is the sum over the blocks of (G - 1) / G times the
        sum of squares, with G1 + G2 - 2 degrees of freedom. An interval of the difference that
        leaves out 0 speaks for a drift; with many codes some will do so by chance.

    Raises:
        OptionError: a number of blocks that cannot be, or the times are missing.

    Example:
        >>> seen = [("d", n, coder) for n in (1, 2, 3, 4) for coder in ("Ana", "Ben")]
        >>> reviewed = pd.DataFrame(seen, columns=["document", "position", "coder"])
        >>> reviewed = reviewed.assign(reviewed_at=reviewed["position"])
        >>> codings = reviewed[reviewed["position"] > 2].assign(code="Pay")
        >>> table = drift(codings, reviewed)
        >>> table[table["coder"] == "Ana"][["measure", "block", "value"]].head(3)
          measure         block  value
        6   share             1    0.0
        7   share             2    1.0
        8   share  last - first    1.0
    """
    if not 2 <= blocks <= 20:
        raise OptionError(f"{blocks} blocks cannot be compared", remedy="take 2 to 20")
    if "reviewed_at" not in reviewed.columns:
        raise OptionError("the column 'reviewed_at' is missing", where="reviewed")
    found = read_units(
        codings, reviewed, parents=parents, level=level, coders=coders, versions=versions
    )
    times = _times(found, reviewed)
    document = pd.factorize(found.units["document"])[0].astype(np.int64)
    parts = [_between(found, times, document, blocks)]
    for number in range(len(found.coders)):
        parts += _within(found, number, times[:, number], document, blocks)
    table = pd.concat(parts, ignore_index=True)
    return table[list(DRIFT_COLUMNS)]


def _times(found: Readings, reviewed: pd.DataFrame) -> Floats:
    """Return the place of each decision in the order of all, NaN for none; (units, coders)."""
    rank = reviewed["reviewed_at"].rank(method="first").to_numpy()
    table = reviewed[[*_PLACE, "coder"]].assign(rank=rank)
    table = table[table["coder"].isin(found.coders)]
    wide = table.pivot_table(index=_PLACE, columns="coder", values="rank", aggfunc="min")
    keys = pd.MultiIndex.from_frame(found.units)
    placed = wide.reindex(index=keys, columns=list(found.coders))
    return np.where(found.finished, placed.to_numpy(dtype=np.float64), np.nan)


def _cut(order: Ints, weight: Floats, blocks: int) -> Ints:
    """Return the block of each thing: consecutive in this order, of about equal weight."""
    middle = np.cumsum(weight[order]) - weight[order] / 2
    block = np.empty(len(order), dtype=np.int64)
    block[order] = np.minimum(middle * blocks / max(weight.sum(), 1e-12), blocks - 1)
    return block


@dataclass(frozen=True)
class _Sums:
    """Sums by document and block that a measure is made of, shape (documents, blocks, ...).

    Attributes:
        parts: the arrays.
        units: utterances, shape (documents, blocks).
        measure: from the arrays, without their first axis, to one value per block and code.
        lowest: the smallest value of the measure.
    """

    parts: tuple[Floats, ...]
    units: Floats
    measure: Callable[..., Floats]
    lowest: float

    def value(self) -> Floats:
        """Return the value over all documents, shape (blocks, codes)."""
        return self.measure(*(part.sum(axis=0) for part in self.parts))

    def left_out(self) -> Floats:
        """Return the values with each document left out, shape (documents, blocks, codes)."""
        return self.measure(*(part.sum(axis=0, keepdims=True) - part for part in self.parts))


def _between(found: Readings, times: Floats, document: Ints, blocks: int) -> pd.DataFrame:
    """Return the rows of alpha in blocks of documents."""
    shared = np.flatnonzero(found.lookers >= 2)
    found, times = found.take(shared), times[shared]
    document = pd.factorize(document[shared])[0].astype(np.int64)
    documents = int(document.max(initial=-1)) + 1
    weight = np.bincount(document, minlength=documents).astype(np.float64)
    known = np.isfinite(times)
    placed = np.bincount(document, np.where(known, times, 0.0).sum(axis=1), documents)
    decided = np.bincount(document, known.sum(axis=1), documents)
    order = np.argsort(placed / np.maximum(decided, 1), kind="stable").astype(np.int64)
    block = _cut(order, weight, blocks)
    inside = np.zeros((documents, blocks, 1))
    inside[np.arange(documents), block, 0] = 1.0
    parts = tuple(inside * one[:, None, :] for one in found.sums(document, documents))
    sums = _Sums(parts, inside[..., 0] * weight[:, None], _alphas, -1.0)
    return _rows(sums, [*found.codes, ALL_CODES]).assign(measure=ALPHA, coder=None)


def _alphas(split: Floats, given: Floats, values: Floats) -> Floats:
    """Return alpha per code, and over all codes in the last place."""
    every = alpha_of(split, given, values, together=True)
    return np.concatenate([alpha_of(split, given, values), every[..., None]], axis=-1)


def _within(
    found: Readings, number: int, times: Floats, document: Ints, blocks: int
) -> list[pd.DataFrame]:
    """Return the rows of one coder: shares, and shares against those of the others."""
    parts = []
    others = found.lookers - found.finished[:, number]
    for measure, is_counted in ((SHARE, found.finished[:, number]), (AGAINST, others > 0)):
        units = np.flatnonzero(is_counted & found.finished[:, number])
        if len(units) == 0:
            continue
        given, left_out = _given(found, number, units, measure)
        order = np.lexsort((units, times[units])).astype(np.int64)
        block = _cut(order, np.ones(len(units)), blocks)
        local = pd.factorize(document[units])[0].astype(np.int64)
        cell, cells = local * blocks + block, (int(local.max()) + 1) * blocks
        place = sparse.csr_array((np.ones(len(units)), (cell, np.arange(len(units)))))
        total = np.bincount(cell, minlength=cells).astype(np.float64)
        shape = (cells // blocks, blocks, len(found.codes))
        sums = [np.asarray((place @ one).toarray()) for one in (given, left_out)]
        padded = [np.vstack([one, np.zeros((cells - len(one), shape[2]))]) for one in sums]
        counted = padded[0].reshape(shape), (total[:, None] - padded[1]).reshape(shape)
        lowest = -1.0 if measure == AGAINST else 0.0
        rows = _rows(_Sums(counted, total.reshape(shape[:2]), _ratio, lowest), list(found.codes))
        parts.append(rows.assign(measure=measure, coder=found.coders[number]))
    return parts


def _given(
    found: Readings, number: int, units: Ints, measure: str
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Return what a coder gave some units, less the share of the others, and what is missing.

    The second has ones where the coder, or all of the others, did not have the code.
    """
    some = found.take(units.astype(np.int64))
    mine, lacked = some.applied[number], some.lacking[number]
    if measure == SHARE:
        return mine, lacked
    rest = sparse.coo_array(some.givers - mine)
    row, column = (one.astype(np.int64) for one in rest.coords)
    own = some.finished[row, number] - np.asarray(lacked[row, column]).ravel() if len(row) else 0
    share = rest.data / np.maximum(some.judges(row, column) - own, 1)
    fewer = sparse.coo_array(some.lackers - lacked)
    at, code = fewer.coords
    nobody = fewer.data >= (some.lookers - 1)[at]
    size = mine.shape
    alone = sparse.csr_array((np.ones(int(nobody.sum())), (at[nobody], code[nobody])), shape=size)
    left_out = sparse.csr_array(lacked + alone - lacked * alone)
    given = mine - sparse.csr_array((share, (row, column)), shape=size)
    return sparse.csr_array(given - given * left_out), left_out


def _ratio(above: Floats, below: Floats) -> Floats:
    result: Floats = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    np.divide(above, below, out=result, where=below > 0)
    return result


def _rows(sums: _Sums, codes: list[str]) -> pd.DataFrame:
    """Return the rows of one measure: each code in each block, and the difference."""
    value, left_out = sums.value(), sums.left_out()
    blocks, names = value.shape[0], np.asarray(codes, dtype=object)
    tables = []
    for block in range(blocks):
        units = np.repeat(sums.units[:, [block]], len(codes), axis=1)
        found = jackknife(value[block], left_out[:, block], units, sums.lowest)
        low, high = found.low, found.high
        tables.append(
            (str(block + 1), value[block], low, high, sums.units[:, [block]], found.reason)
        )
    tables.append(_change(value, left_out, sums.units))
    rows = [
        pd.DataFrame({"code": names, "block": block, "value": values, "low": low, "high": high})
        .assign(n=int(units.sum()), documents=int((units.sum(axis=1) > 0).sum()))
        .assign(reason=pd.Series(reason, dtype=object), code_number=range(len(codes)))
        for block, values, low, high, units, reason in tables
    ]
    table = pd.concat(rows, ignore_index=True)
    undefined = table["value"].isna()
    table.loc[undefined, "reason"] = "it does not vary there"
    return table.sort_values("code_number", kind="stable").drop(columns="code_number")


_Row = tuple[str, Floats, Floats, Floats, Floats, list[str | None]]


def _change(value: Floats, left_out: Floats, units: Floats) -> _Row:
    """Return the difference of the last block and the first, with its jackknife interval."""
    ends = units[:, [0, -1]]
    change = value[-1] - value[0]
    without = left_out[:, -1] - left_out[:, 0]
    stratum = (ends[:, 1] > ends[:, 0]).astype(np.int64)
    present = ends.sum(axis=1) > 0
    square = np.zeros(len(change))
    many = [int((present & (stratum == one)).sum()) for one in (0, 1)]
    for one in (0, 1):
        some = without[present & (stratum == one)]
        if len(some):
            spread = some - some.mean(axis=0)
            square += (len(some) - 1) / len(some) * (spread**2).sum(axis=0)
    freedom = sum(many) - 2
    is_enough = min(many) >= 2 and sum(many) >= FEWEST_DOCUMENTS
    good = is_enough & np.isfinite(square) & np.isfinite(change) & (square > 1e-24)
    half = special.stdtrit(max(freedom, 1), 0.975) * np.sqrt(square)
    low, high = (np.where(good, change + sign * half, np.nan) for sign in (-1, 1))
    too_few = f"no interval from {many[0]} and {many[1]} documents"
    flat = "no interval, as it is the same whichever document is left out, or not defined then"
    reason = [None if fine else flat if is_enough else too_few for fine in good]
    return CHANGE, change, low, high, ends, reason
