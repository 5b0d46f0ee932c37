"""Agreement about how much: codes that carry a weight, such as how certain the coder was.

A coder who finished an utterance without the code gave it the weight 0; one who applied the code
without a weight is missing for it. For spans or children in one unit the largest weight counts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qualkit.agreement.bits import to_bools
from qualkit.agreement.counts import Floats, Judgements, summed
from qualkit.agreement.frames import require
from qualkit.agreement.intervals import Variation
from qualkit.agreement.levels import alpha_of_values, coincidences
from qualkit.agreement.rows import Rows, few, joined
from qualkit.errors import OptionError

__all__ = ["WEIGHT_COEFFICIENTS", "Weighing", "add_weight_rows"]

WEIGHT_COEFFICIENTS = {
    "ordinal_alpha": "Alpha of weights, by their order",
    "interval_alpha": "Alpha of weights, by their difference",
    "ratio_alpha": "Alpha of weights, by their ratio",
}
"""Coefficients of weights, by name, with what they are called."""


class Weighing:
    """The weights that coders gave codes.

    Args:
        judged: who finished what.
        codings: the frame it was made from.
        weight: the column with the weights.
        counts_for: code of a coding -> codes it counts for.

    Raises:
        OptionError: the column is missing, or holds something below 0 or no number.
    """

    def __init__(
        self,
        judged: Judgements,
        codings: pd.DataFrame,
        weight: str,
        counts_for: dict[str, list[str]],
    ) -> None:
        if weight not in codings.columns:
            require(codings, "codings", (weight,))
        self.judged = judged
        self.slots = judged.shared_slots()
        self.document = judged.layout.document_of(self.slots)
        units = pd.MultiIndex.from_arrays(
            [
                np.array(judged.documents, dtype=object)[self.document],
                judged.layout.position_of(self.slots),
            ]
        )
        place = pd.MultiIndex.from_arrays(
            [codings["document"].astype(str), codings["position"].astype(np.int64)]
        )
        unit = units.get_indexer(place)
        coder = pd.Index(judged.coders).get_indexer(pd.Index(codings["coder"].astype(str)))
        kept = (unit >= 0) & (coder >= 0)
        self.given = pd.DataFrame(
            {
                "unit": unit[kept],
                "coder": coder[kept],
                "code": codings["code"]
                .astype(str)
                .map(lambda one: counts_for.get(one, [one]))[kept],
                "weight": _numbers(codings[weight][kept], weight),
            }
        ).explode("code")

    def values(self, code: int) -> tuple[Floats, Floats]:
        """Return the weight that each coder gave each unit, and the different weights.

        Returns:
            Shape (coders, units), NaN where missing; and ascending.
        """
        finished = to_bools(self.judged.finished_for(np.array([code]))[0])[:, self.slots]
        result = np.where(finished, 0.0, np.nan)
        mine = self.given[self.given["code"] == self.judged.codes[code]]
        most = mine.groupby(["coder", "unit"])["weight"].max()
        who, unit = (most.index.get_level_values(level) for level in ("coder", "unit"))
        result[who, unit] = most.to_numpy()
        return result, np.unique(result[np.isfinite(result)])

    def coincidences(self, code: int) -> tuple[Floats, Floats, Floats]:
        """Return coincidences by document, the different weights, and units by document."""
        given, weights = self.values(code)
        counts = (given[:, :, None] == weights).sum(axis=0).astype(np.float64)
        documents = len(self.judged.documents)
        met = coincidences(counts, self.document, documents)
        both = counts.sum(axis=1) >= 2
        return met, weights, summed(self.document, both * 1.0, documents)


def _numbers(cells: pd.Series, weight: str) -> Floats:
    numbers = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    wrong = (np.isnan(numbers) & cells.notna().to_numpy()) | (numbers < 0)
    if wrong.any():
        raise OptionError(
            f"the column {weight!r} holds {str(cells.to_numpy()[wrong][0])!r}, which is no weight",
            where="codings",
            remedy="weights are numbers from 0 on, or empty",
        )
    return numbers


def add_weight_rows(
    rows: Rows, names: Sequence[str], weighing: Weighing, how: Variation, coders: int
) -> None:
    """Add a row for each code and coefficient of weights that was asked for."""
    judged = weighing.judged
    for code, label in enumerate(judged.codes):
        met, weights, units = weighing.coincidences(code)
        flat = met.reshape(len(met), -1)
        shape = (-1, len(weights), len(weights))
        varied = how.sums(flat).reshape(shape)
        given, _ = weighing.values(code)
        several = np.isfinite(given).sum(axis=0) >= 2
        for name in names:
            metric = name.removesuffix("_alpha")
            value = alpha_of_values(met.sum(axis=0), weights, metric)[None]
            found = how.interval(
                value, alpha_of_values(varied, weights, metric)[:, None], units[:, None]
            )
            reason = joined(found.reason[0], few(int(found.documents[0])))
            if not np.isfinite(value[0]):
                reason = "no two weights differ, or nobody shared an utterance"
            rows.add(
                [code], code=label, coefficient=name, value=value, low=found.low, high=found.high,
                n=int(several.sum()), positives=int((given[:, several] > 0).any(axis=0).sum()),
                documents=found.documents, coders=coders, reason=reason,
            )  # fmt: skip
