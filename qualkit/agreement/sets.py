"""Agreement about whole sets of codes: one judgement is all that a coder gave an utterance.

The empty set is a judgement, too. Sources: Krippendorff's alpha with the distances of
:mod:`qualkit.agreement.distances`; Krippendorff & Craggs (2016) for the multi-valued alpha, whose
expected disagreement is worked out in :mod:`qualkit.agreement.multivalued`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from qualkit.agreement.bits import Words, to_bools, to_masks
from qualkit.agreement.coefficients import ratio
from qualkit.agreement.counts import Floats, Ints, Judgements, Seen, summed
from qualkit.agreement.distances import DISTANCES, Distance, SetTable, forms
from qualkit.agreement.intervals import Bootstrap, Variation
from qualkit.agreement.multivalued import expected_disagreement
from qualkit.agreement.rows import ALL_CODES, NOBODY, Rows, few, joined
from qualkit.agreement.units import paths_of

__all__ = ["SET_COEFFICIENTS", "add_set_rows", "set_alpha"]

SET_COEFFICIENTS = {
    "jaccard_alpha": "Alpha of the sets (Jaccard)",
    "masi_alpha": "Alpha of the sets (MASI)",
    "dice_alpha": "Alpha of the sets (Dice)",
    "multivalued_alpha": "Multi-valued alpha",
    "tree_alpha": "Alpha of the sets, codes near in the tree nearer",
}
"""Coefficients of sets, by name, with what they are called."""

_DISTANCE_OF = {"multivalued": "dice", "tree": "jaccard"}


@dataclass(frozen=True)
class _Sets:
    """What each coder gave each unit.

    Attributes:
        number: number of the set, -1 where the coder did not finish; shape (coders, units).
        document: document of each unit.
        table: the sets.
        finished: how many coders finished, for each unit.
    """

    number: Ints
    document: Ints
    table: SetTable
    finished: Floats


@dataclass(frozen=True)
class _Sums:
    """What alpha is made of: judgements, and observed disagreement times them, by document."""

    judgements: Floats
    observed: Floats


def add_set_rows(
    rows: Rows,
    names: Sequence[str],
    judged: Judgements,
    seen: Seen,
    how: tuple[Variation, Mapping[str, str | None] | None],
) -> None:
    """Add a row for each coefficient of sets that was asked for.

    Codes that somebody lacked somewhere are left out, as a set without them means something else.
    """
    variation, parents = how
    asked = [name for name in SET_COEFFICIENTS if name in names]
    if not asked:
        return
    kept = _always_there(judged)
    for name in asked:
        applied = judged.applied[kept]
        if name == "tree_alpha":
            applied = _rolled_up(judged, kept, parents)
        value, varied = _values(_sets(judged, applied), name.removesuffix("_alpha"), variation)
        found = variation.interval(value, varied, seen.by_document[:, None])
        reason = found.reason[0] or few(int(found.documents[0]))
        if not np.isfinite(value[0]):
            reason = NOBODY if seen.coders.sum() < 2 else "every judgement is the same set of codes"
        lost = len(judged.codes) - len(kept)
        note = f"{lost} codes that not everybody had are left out" if lost else None
        rows.add(
            [len(judged.codes)], code=ALL_CODES, coefficient=name, value=value, low=found.low,
            high=found.high, n=seen.units, positives=seen.touched, documents=found.documents,
            coders=int(seen.coders.sum()), reason=joined(note, reason),
        )  # fmt: skip


def set_alpha(judged: Judgements, name: str) -> float:
    """Return alpha of sets, NaN where it is not defined.

    Args:
        judged: from :func:`qualkit.agreement.units.judge`, with all codes at hand for everybody.
        name: one of :data:`~qualkit.agreement.distances.DISTANCES`, or "multivalued".
    """
    return float(_values(_sets(judged, judged.applied), name, None)[0][0])


def _always_there(judged: Judgements) -> Ints:
    """Return the codes that everybody had at hand in all they finished."""
    every = np.ones(len(judged.codes), dtype=np.bool_)
    if judged.is_restricted:
        for code in range(len(judged.codes)):
            finished = judged.finished_for(np.array([code]))[0]
            every[code] = bool((finished == judged.finished_by).all())
    return np.flatnonzero(every)


def _rolled_up(judged: Judgements, kept: Ints, parents: Mapping[str, str | None] | None) -> Words:
    """Return who applied each code or anything below it, where that is not so already."""
    applied = judged.applied[kept].copy()
    if parents is None:
        return applied
    place = {judged.codes[code]: at for at, code in enumerate(kept.tolist())}
    for code, path in paths_of(parents).items():
        for above in path[1:]:
            if code in place and above in place:
                applied[place[above]] |= judged.applied[kept[place[code]]]
    return applied


def _sets(judged: Judgements, applied: Words) -> _Sets:
    """Return the sets, from who applied what; shape (codes, coders, words)."""
    finished = to_bools(judged.finished_by) if judged.coders else np.zeros((0, 0), np.bool_)
    slots = np.flatnonzero(finished.sum(axis=0) >= 2)
    finished = finished[:, slots]
    parts = [applied[at : at + 64] for at in range(0, max(len(applied), 1), 64)]
    number = np.full(finished.shape, -1, dtype=np.int64)
    masks = np.stack(
        [
            np.concatenate(
                [to_masks(part[:, coder])[slots[own]] for coder, own in enumerate(finished)]
                or [np.zeros(0, dtype=np.uint64)]
            )
            for part in parts
        ]
    )
    given, distinct = _distinct(masks)
    number[finished] = given
    document = judged.layout.document_of(slots)
    owner = np.broadcast_to(document, finished.shape)[finished]
    many = max(len(distinct), 1)
    small = len(judged.documents) * many < 2**31  # then sorting takes a third of the time
    key = (owner * many + given).astype(np.int32 if small else np.int64)
    keys, times = np.unique(key, return_counts=True)
    where, which = np.divmod(keys.astype(np.int64), many)
    table = SetTable(distinct, where, which, times.astype(np.float64), len(judged.documents))
    return _Sets(number, document, table, finished.sum(axis=0).astype(np.float64))


def _distinct(masks: Words) -> tuple[Ints, Words]:
    """Return the number of each set, and the sets; ``masks`` has the shape (words, sets)."""
    number, words = pd.factorize(masks[0])
    if len(masks) == 1:
        return number.astype(np.int64), words[:, None]
    for word in masks[1:]:
        part, _ = pd.factorize(word)
        number = pd.factorize(number * (int(part.max(initial=0)) + 1) + part)[0].astype(np.int64)
    first = np.zeros(int(number.max(initial=-1)) + 1, dtype=np.int64)
    first[number[::-1]] = np.arange(len(number))[::-1]
    return number, np.ascontiguousarray(masks[:, first].T)


def _observed(sets: _Sets, distance: Distance) -> _Sums:
    """Return the observed disagreement, comparing two coders at a time."""
    documents = sets.table.documents
    sizes, masks = sets.table.sizes.astype(np.float64), sets.table.masks
    total = np.zeros(documents)
    for one in range(len(sets.number)):
        for other in range(one):
            a, b = sets.number[one], sets.number[other]
            unit = np.flatnonzero((a >= 0) & (b >= 0) & (a != b))
            a, b = a[unit], b[unit]
            both = np.bitwise_count(masks[a] & masks[b]).sum(axis=1, dtype=np.float64)
            apart = 2 * distance(sizes[a], sizes[b], both) / (sets.finished[unit] - 1)
            total += summed(sets.document[unit], apart, documents)
    many = summed(sets.document, sets.finished, documents)
    return _Sums(many, total)


def _values(sets: _Sets, name: str, how: Variation | None) -> tuple[Floats, Floats]:
    """Return the value, shape (1,), and its variants, shape (variants, 1)."""
    distance = DISTANCES[_DISTANCE_OF.get(name, name)]
    observed = _observed(sets, distance)
    if name == "multivalued":
        total, varied = _multivalued(sets, how)
    else:
        total, varied = _expected(sets, observed.judgements, distance, how)
    value = 1 - ratio(observed.observed.sum() / max(observed.judgements.sum(), 1), total)
    if how is None:
        return value, value[:0, None]
    many = how.sums(observed.judgements[:, None])[:, 0]
    apart = how.sums(observed.observed[:, None])[:, 0]
    return value, (1 - ratio(ratio(apart, many), varied))[:, None]


def _expected(
    sets: _Sets, judgements: Floats, distance: Distance, how: Variation | None
) -> tuple[Floats, Floats]:
    """Return the mean distance of any two judgements, over all documents and for each variant."""
    drawn = isinstance(how, Bootstrap)
    pairs = forms(sets.table, distance, between=drawn, own=how is not None)
    total = np.array([pairs.whole.sum()])
    if isinstance(how, Bootstrap) and pairs.between is not None:
        sums = np.einsum("bg,bg->b", how.weights @ pairs.between, how.weights)
    else:
        sums = total - 2 * pairs.whole + pairs.own
    many = judgements.sum(keepdims=True)
    left = many - judgements if how is None else how.sums(judgements[:, None])[:, 0]
    return ratio(total, many * (many - 1)), ratio(sums, left * (left - 1))


def _multivalued(sets: _Sets, how: Variation | None) -> tuple[Floats, Floats]:
    """Return the expected disagreement of Krippendorff & Craggs, like :func:`_expected`."""
    table, sizes = sets.table, sets.table.sizes
    octets = np.ascontiguousarray(table.masks).view(np.uint8)
    holds = np.unpackbits(octets, axis=1, bitorder="little").astype(np.float64)
    shape = (table.documents, len(sizes))
    given: Any = sparse.csr_array((table.times, (table.document, table.number)), shape=shape)
    labels = given @ holds[:, holds.any(axis=0)]
    by_size = given @ np.eye(int(sizes.max(initial=0)) + 1)[sizes]
    total = expected_disagreement(by_size.sum(axis=0)[None], labels.sum(axis=0)[None])
    if how is None:
        return total, total
    return total, expected_disagreement(how.sums(by_size), how.sums(labels))
