"""Agreement on a large study and a small one, beside krippendorff and nltk in this process.

Run alone with ``python -m benchmarks.agreement`` it also prints peak memory and all parts.
"""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable

import krippendorff
import numpy as np
import pandas as pd
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import masi_distance

import qualkit as qk
from benchmarks.timing import best
from qualkit.agreement.coefficients import COEFFICIENTS
from qualkit.agreement.units import Judgements, judge, tally

__all__ = ["measure"]

_RESAMPLES = 1000
_CODERS = ("Ana", "Ben", "Cleo")
_MOST = 4  # codes in an utterance


def _categories(numbers: np.ndarray, names: list[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(numbers, categories=names)


def study(
    utterances: int, documents: int, codes: int, seed: int = 0
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Return codings, reviewed, and one code as coders x utterances for the library.

    The third coder finished three documents in five. Columns are categorical, positions numbers.
    """
    random = np.random.default_rng(seed)
    document = np.repeat(np.arange(documents), utterances // documents)
    position = np.tile(np.arange(utterances // documents), documents)
    finished = np.ones((len(_CODERS), documents), dtype=bool)
    finished[2] = random.random(documents) < 0.6
    matrix = np.where(finished[:, document], 0.0, np.nan)
    often = np.arange(1.0, codes + 1) ** -1.35
    often /= often.sum()
    truth = random.choice(codes, (utterances, _MOST), p=often)
    many = random.choice(_MOST + 1, utterances, p=(0.2, 0.4, 0.2, 0.15, 0.05))
    units, coders, numbers = [], [], []
    for coder in range(len(_CODERS)):
        kept = random.random(truth.shape) < np.where(np.arange(_MOST) < many[:, None], 0.85, 0.0)
        kept[:, 0] |= random.random(utterances) < 0.05
        unit, place = np.nonzero(kept & finished[coder, document][:, None])
        code = truth[unit, place]
        units.append(unit)
        coders.append(np.full(len(unit), coder))
        numbers.append(code)
        matrix[coder, unit[code == 0]] = 1
    unit, coder = np.concatenate(units), np.concatenate(coders)
    codings = _frame(document[unit], position[unit], coder)
    names = [f"c{one:02d}" for one in range(codes)]
    codings["code"] = _categories(np.concatenate(numbers), names)
    coder, seen = np.nonzero(finished[:, document])
    order = random.permutation(len(codings))
    codings = codings.iloc[order].reset_index(drop=True)
    return codings, _frame(document[seen], position[seen], coder), matrix


def _frame(document: np.ndarray, position: np.ndarray, coder: np.ndarray) -> pd.DataFrame:
    """Return who and where, with categories for names."""
    names = [f"d{one:05d}" for one in range(int(document.max()) + 1)]
    return pd.DataFrame(
        {
            "document": _categories(document, names),
            "position": position,
            "coder": _categories(coder, list(_CODERS)),
        }
    )


def _nltk(codings: pd.DataFrame, reviewed: pd.DataFrame) -> float:
    """Return the seconds nltk takes for alpha of sets; it refuses more than 10,000 sets."""
    keys = ["coder", "document", "position"]
    given = codings.groupby(keys, observed=True)["code"].agg(frozenset)
    every = given.reindex(pd.MultiIndex.from_frame(reviewed[keys]))
    triples = [
        (coder, (document, position), codes if isinstance(codes, frozenset) else frozenset())
        for (coder, document, position), codes in every.items()
    ]

    def apart(a: frozenset[str], b: frozenset[str]) -> float:
        return masi_distance(a, b) if a or b else 0.0

    return best(lambda: AnnotationTask(data=triples, distance=apart).alpha(), 1)


def _library(matrix: np.ndarray) -> float:
    """Return the seconds the library takes for one alpha."""
    return best(lambda: krippendorff.alpha(matrix, level_of_measurement="nominal"), 3)


def _peak(call: Callable[[], object]) -> float:
    """Return the peak of memory in MB while calling, above what there was before."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def measure(*, told: bool = False) -> list[tuple[str, float, float]]:
    """Return (what, seconds of ours, seconds of the library).

    One alpha of the library is measured and multiplied: by the codes for the values, by codes and
    resamples for the whole job, as it has neither intervals nor weights for documents. Sets are
    compared with nltk, in the small study alone, as it refuses the large one.
    """
    lines = []
    for utterances, documents, codes in ((2_000, 20, 40), (1_000_000, 1_000, 50)):
        codings, reviewed, matrix = study(utterances, documents, codes)
        one = _library(matrix)

        def values(c: pd.DataFrame = codings, r: pd.DataFrame = reviewed) -> object:
            return qk.agreement(c, r, coefficients=["alpha"])

        bits = judge(codings, reviewed)

        def counted(judged: Judgements = bits) -> object:
            alpha = COEFFICIENTS["alpha"].compute
            return [alpha(counts.total()) for _, counts in tally(judged)]

        def whole(c: pd.DataFrame = codings, r: pd.DataFrame = reviewed) -> object:
            return qk.agreement(
                c, r, coefficients=["alpha"], interval="bootstrap", resamples=_RESAMPLES
            )

        def sets(c: pd.DataFrame = codings, r: pd.DataFrame = reviewed) -> object:
            return qk.agreement(c, r, coefficients=["masi_alpha"])

        theirs = _nltk(codings, reviewed) if utterances < 10_000 else float("nan")
        size = f"{codes} codes, {utterances:,} utterances"
        lines += [
            (f"alphas alone, from bits; {size}", best(counted, 5), one * codes),
            (f"alphas, jackknife; {size}", best(values, 5), one * codes),
            (f"and {_RESAMPLES} resamples; {size}", best(whole, 3), one * codes * (_RESAMPLES + 1)),
            (f"MASI alpha, jackknife; {size}", best(sets, 3), theirs),
        ]
        if told:
            memory = ", ".join(f"{_peak(call):.0f}" for call in (values, whole, sets))
            sys.stdout.write(
                f"{size}: peak MB above the input {memory}; {len(codings):,} codings\n"
            )
    return lines


if __name__ == "__main__":
    for what, ours, other in measure(told=True):
        sys.stdout.write(f"{what:60} {ours:8.4f} s {other:10.1f} s {other / ours:10.0f} x\n")
