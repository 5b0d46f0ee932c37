"""How suggestions get better with every document coded, and how many more it would take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from qualkit.errors import OptionError
from qualkit.suggest.evaluation import judge
from qualkit.suggest.holdout import HeldOut, Material, Model, Predictions, predict
from qualkit.suggest.measures import FEWEST_DOCUMENTS, Estimate, jackknife

__all__ = ["CURVES", "FARTHEST", "Curve", "learning_curve"]

CURVES = ("macro_average_precision", "micro_f1")
"""What is followed over training sizes."""

FARTHEST = 4
"""A curve is not carried on beyond so many times what has been coded."""

_HALVINGS = 5
_FEWEST_SIZES = 4
_BENDS = np.linspace(0.05, 2.0, 79)  # exponents that a curve may have

Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """Quality at growing training sizes, judged on the same utterances each time.

    Attributes:
        utterances: coded utterances learned from at each size, mean over the parts held out.
        documents: documents learned from at each size, the same mean.
        estimates: measure -> one column for each size.
        coded: all coded utterances there are now.
        judged: documents judged.
    """

    utterances: Matrix
    documents: Matrix
    estimates: dict[str, Estimate]
    coded: int
    judged: int

    def table(self) -> pd.DataFrame:
        """Return one row for each measure and size.

        Columns measure (str), utterances, documents (learned from; mean over parts), value, low,
        high (float64; 95 % jackknife over the documents judged), n (int64: utterances judged) and
        reason (why there is no interval, or why not to lean on it).
        """
        parts = []
        for measure, found in self.estimates.items():
            interval = jackknife(found, self.judged)
            part = {
                "measure": measure,
                "utterances": self.utterances,
                "documents": self.documents,
                "value": found.value,
                "low": interval.low,
                "high": interval.high,
                "n": self.coded,
                "reason": pd.Series(interval.reason, dtype=object),
            }
            parts.append(pd.DataFrame(part))
        return pd.concat(parts, ignore_index=True)

    def until(self, target: float | None = None) -> pd.DataFrame:
        """Return about how many more coded utterances a measure takes to reach a target.

        A power law, value = a - b n^(-c) with a at most 1, is laid through the sizes by least
        squares and carried on (Cortes et al. 1994, "Learning curves: asymptotic values and rate
        of convergence"). The interval is a jackknife over the documents judged, on the logarithm
        of n. No number is given where the sizes are few, where the law laid through the smaller
        sizes misses the largest, where it levels off below the target (with all documents or
        without any one of them), or where number or interval lie beyond ``FARTHEST`` times what
        is coded.

        Args:
            target: a value from 0 to 1; None takes the next tenth above what is reached.

        Returns:
            One row for each measure: measure, reached, target (float64), more, low, high (float64,
            utterances, in two figures; NaN where it cannot be said) and reason.

        Raises:
            OptionError: the target is not between 0 and 1.
        """
        if target is not None and not 0 < target <= 1:
            raise OptionError(f"the target must be above 0 and at most 1, not {target}")
        rows = []
        for measure, found in self.estimates.items():
            reached = float(found.value[-1])
            wanted = _next_tenth(reached) if target is None else target
            answer = self._more(found, wanted)
            rows.append((measure, reached, wanted, *answer))
        columns = ["measure", "reached", "target", "more", "low", "high", "reason"]
        return pd.DataFrame(rows, columns=columns).astype({"measure": "str", "reason": object})

    def _more(self, found: Estimate, target: float) -> tuple[float, float, float, str | None]:
        if found.value[-1] >= target:
            return 0.0, np.nan, np.nan, "it is reached"
        why = self._why_not(found, target)
        if why is not None:
            return np.nan, np.nan, np.nan, f"cannot be said from these: {why}"
        many = len(found.left_out)
        wanted = np.log(_reach(self.utterances, found.value[None], target)[0])
        left_out = np.log(_reach(self.utterances, found.left_out, target))
        error = np.sqrt((many - 1) / many * ((left_out - left_out.mean()) ** 2).sum())
        half = stats.t.ppf(0.975, many - 1) * error
        if not wanted + half <= np.log(self.coded * FARTHEST):
            why = f"the interval reaches beyond {FARTHEST} times what is coded"
            return np.nan, np.nan, np.nan, f"cannot be said from these: {why}"
        ends = np.exp([wanted, wanted - half, wanted + half]) - self.coded
        more, low, high = (_rounded(max(end, 0.0)) for end in ends)
        return more, low, high, None

    def _why_not(self, found: Estimate, target: float) -> str | None:
        """Return why the curve cannot be carried on to the target, or None."""
        for what, least, there in (
            ("a curve takes {} sizes", _FEWEST_SIZES, len(self.utterances)),
            ("an interval takes {} documents", FEWEST_DOCUMENTS, self.judged),
        ):
            if there < least:
                return f"{what.format(least)}, and there are {there}"
        interval = jackknife(found, self.judged)
        low, high = interval.low[-1], interval.high[-1]
        guess = _carried_on(self.utterances[:-1], found.value[:-1], self.utterances[-1])
        if not low <= guess <= high:
            return "a curve through the smaller sizes misses the largest"
        wanted = _reach(self.utterances, found.value[None], target)[0]
        if not np.isfinite(wanted):
            return "the curve levels off below it"
        if wanted > FARTHEST * self.coded:
            return f"it would take more than {FARTHEST} times what is coded"
        if not np.isfinite(_reach(self.utterances, found.left_out, target)).all():
            return "without one of the documents the curve levels off below it"
        return None


def learning_curve(
    material: Material, held: HeldOut, make: Callable[[], Model], name: str = "suggester"
) -> Curve:
    """Return quality at nested training sizes: whole documents, each size about half the next.

    Args:
        material: what counts.
        held: how documents were held out, and what the model said having learned from all others:
            the largest size. The same utterances are judged at every size.
        make: makes a fresh model.
        name: of the model in ``held``.

    Returns:
        The curve. The order in which documents are added is one draw by the plan's seed, another
        for each part held out.
    """
    parts = range(int(held.fold.max()) + 1)
    sizes = _sizes(min(int((held.fold != part).sum()) for part in parts))
    counts = np.bincount(held.document)
    shape = (*held.labels.shape, len(sizes) - 1)
    scores, offered = np.zeros(shape), np.zeros(shape, dtype=bool)
    learned = np.zeros((len(parts), len(sizes), 2))
    names = np.array(held.documents, dtype=object)
    for part in parts:
        rng = np.random.default_rng([held.plan.seed, part])
        order = rng.permutation(np.flatnonzero(held.fold != part))
        rows = np.flatnonzero(held.fold[held.document] == part)
        unseen = material.of(list(names[held.fold == part]))
        for place, size in enumerate([*sizes[:-1], len(order)]):
            learned[part, place] = size, counts[order[:size]].sum()
            if place < len(sizes) - 1:
                known = material.of(list(names[order[:size]]))
                _, found = predict(make(), known, unseen, held.plan.top)
                scores[rows, :, place], offered[rows, :, place] = found.scores, found.offered
        held.plan.tell(f"learning curve: {part + 1} of {len(parts)} parts of the documents")
    smaller = [
        Predictions(scores[..., one], offered[..., one], np.zeros(shape[:2], dtype=bool))
        for one in range(len(sizes) - 1)
    ]
    mean = learned.mean(axis=0)
    return Curve(
        mean[:, 1], mean[:, 0], _estimates(held, [*smaller, held.models[name]]),
        len(held.labels), len(held.documents),
    )  # fmt: skip


def _estimates(held: HeldOut, models: list[Predictions]) -> dict[str, Estimate]:
    whole = [judge(held, one)[1] for one in models]
    return {
        measure: Estimate(
            np.concatenate([one[measure].value for one in whole]),
            np.hstack([one[measure].left_out for one in whole]),
        )
        for measure in CURVES
    }


def _sizes(documents: int) -> list[int]:
    """Return numbers of documents: the whole, its half, the half of that ...

    Example:
        >>> _sizes(13), _sizes(1)
        ([1, 2, 3, 6, 13], [1])
    """
    return sorted({max(round(documents / 2**n), 1) for n in range(_HALVINGS + 1)})


def _fit(sizes: Matrix, values: Matrix) -> tuple[Matrix, Matrix, Matrix]:
    """Return a, b, c of value = a - b n^(-c), by least squares; one of each for each row.

    For each exponent a and b are a straight line through n^(-c); the exponent that comes nearest
    is taken. b is 0 where the values do not rise.
    """
    x = sizes[None, :] ** -_BENDS[:, None]
    apart = x - x.mean(axis=1, keepdims=True)
    level = values.mean(axis=1)
    b = -(values - level[:, None]) @ apart.T / (apart**2).sum(axis=1)
    a = level[:, None] + b * x.mean(axis=1)
    ceiling = ((1 - values) @ x.T) / (x**2).sum(axis=1)
    is_over = a > 1
    a, b = np.where(is_over, 1.0, a), np.where(is_over, ceiling, b)
    is_falling = b <= 0
    a, b = np.where(is_falling, level[:, None], a), np.where(is_falling, 0.0, b)
    miss = ((values[:, None, :] - a[..., None] + b[..., None] * x) ** 2).sum(axis=2)
    best = miss.argmin(axis=1)
    rows = np.arange(len(values))
    return a[rows, best], b[rows, best], np.asarray(_BENDS[best])


def _reach(sizes: Matrix, values: Matrix, target: float) -> Matrix:
    """Return the size at which each row reaches the target; infinite where it never does."""
    a, b, c = _fit(sizes, values)
    room = np.maximum(a - target, 0.0)
    able = (room > 1e-9) & (b > 0)
    share = np.where(able, room / np.where(able, b, 1.0), 1.0)
    power = np.clip(-np.log(share) / c, -50, 50)
    return np.asarray(np.where(able, np.exp(power), np.inf), dtype=np.float64)


def _carried_on(sizes: Matrix, values: Matrix, size: Any) -> float:
    a, b, c = _fit(sizes, values[None])
    value: Matrix = a - b * np.float64(size) ** -c
    return float(value.item())


def _next_tenth(value: float) -> float:
    return min((int(value * 10 + 1e-9) + 1) / 10, 1.0)


def _rounded(number: float) -> float:
    return float(f"{number:.2g}")
