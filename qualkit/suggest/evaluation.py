"""How good suggestions are, honestly: on whole documents that nothing was learned from."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.suggest.holdout import HeldOut, Material, Plan, Predictions, hold_out
from qualkit.suggest.measures import (
    BINS,
    Estimate,
    average_precision,
    by_document,
    calibration_error,
    jackknife,
    mean_of_codes,
    ratio,
)

__all__ = [
    "ALL_CODES",
    "MEASURES",
    "OVERALL",
    "calibration_table",
    "evaluate",
    "hold_out_all",
    "judge",
    "quality",
]

ALL_CODES = "(all codes)"
"""The code of the rows that are about all codes together."""

MEASURES = ("average_precision", "f1", "precision", "recall", "calibration_error", "brier")
"""What is measured for each code."""

OVERALL = (
    "macro_average_precision", "micro_average_precision", "macro_f1", "micro_f1",
    "macro_precision", "micro_precision", "macro_recall", "micro_recall",
    "recall_at_3", "coverage", "calibration_error", "brier",
)  # fmt: skip
"""What is measured over all codes: macro is the mean of codes, micro counts every coding."""

_COLUMNS = [
    "code", "measure", "value", "low", "high", "by_prevalence", "plain_tfidf",
    "gain", "gain_low", "gain_high",
    "n", "positives", "prevalence", "documents", "reason",
]  # fmt: skip
_FEW_POSITIVES = 5
_ERRORS = ("calibration_error", "brier")  # the less the better
_PLAIN = ("by_prevalence", "plain_tfidf")
_NO_REASON: list[str | None] = [None]


def evaluate(material: Material, plan: Plan) -> pd.DataFrame:
    """Return how good suggestions are, beside two plain ways of making them.

    Args:
        material: what counts, from :func:`qualkit.suggest.holdout.prepare`.
        plan: how to hold out.

    Returns:
        The table of :func:`quality`.
    """
    return quality(hold_out_all(material, plan))


def hold_out_all(material: Material, plan: Plan) -> HeldOut:
    """Hold documents out from the suggester and the two plain ways, in the same folds."""
    from qualkit.suggest.baselines import PlainTfidf, PrevalenceOrder  # noqa: PLC0415  slow
    from qualkit.suggest.suggester import Suggester  # noqa: PLC0415

    makers: dict[str, Any] = {
        "suggester": lambda: Suggester(random_state=plan.seed),
        "by_prevalence": PrevalenceOrder,
        "plain_tfidf": lambda: PlainTfidf(plan.seed),
    }
    return hold_out(material, plan, makers)


def quality(held: HeldOut) -> pd.DataFrame:
    """Return all measures of the first model, with those of the plain ways.

    Args:
        held: predictions of the models "suggester" (or another first one), "by_prevalence" and
            "plain_tfidf"; a plain way that is not there leaves its columns empty.

    Returns:
        First the rows of the code "(all codes)", one for each of ``OVERALL``, then one for each
        code and each of ``MEASURES``. Columns code, measure (str); value, low, high (float64, with
        the 95 % jackknife over documents); by_prevalence, plain_tfidf (float64: the plain ways
        on the same documents); gain, gain_low, gain_high (float64: how much better than
        plain_tfidf, which for calibration_error and brier is how much less); n (reviewed
        utterances), positives (those with the code; in the first rows all codings), prevalence
        (share), documents (that hold the code) and reason (why a number is missing, or not to be
        leaned on). NaN is what cannot be computed, and ``reason`` says why.

    Precision, recall and F1 are of what would be shown to a coder unasked.
    """
    found = {name: judge(held, one) for name, one in held.models.items()}
    main, *_ = found.values()
    parts = []
    for codes, measures, place in (([ALL_CODES], OVERALL, 1), (held.codes, MEASURES, 0)):
        stats = _counts(held) if place == 0 else _counts_of_all(held)
        for measure in measures:
            own = main[place][measure]
            plain = [found[n][place][measure] if n in found else None for n in _PLAIN]
            reasons = _reasons(held, measure) if place == 0 else _NO_REASON
            parts.append(_rows((codes, measure), own, plain, stats, (held, reasons)))
    table = pd.concat(parts, ignore_index=True)
    order = {code: number for number, code in enumerate([ALL_CODES, *held.codes])}
    rank = table["code"].map(order)
    return table.iloc[np.argsort(rank.to_numpy(), kind="stable")].reset_index(drop=True)


def judge(held: HeldOut, one: Predictions) -> tuple[dict[str, Estimate], dict[str, Estimate]]:
    """Return what one model is worth: each code's measures, and those over all codes."""
    document, many, labels = held.document, len(held.documents), held.labels

    def summed(values: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
        return by_document(values, document, many)

    hit, shown = summed(one.offered & (labels == 1)), summed(one.offered)
    given, count = summed(labels), summed(np.ones((len(labels), 1)))
    probability = np.where(one.is_probability, one.scores, np.nan)
    missed = summed(np.where(one.is_probability, (one.scores - labels) ** 2, 0.0))
    known = summed(one.is_probability)
    error, pooled_error = calibration_error(probability, labels, document, many)
    each = {
        "average_precision": average_precision(one.scores, labels, document, many),
        "f1": ratio(2 * hit, shown + given),
        "precision": ratio(hit, shown),
        "recall": ratio(hit, given),
        "calibration_error": error,
        "brier": ratio(missed, known),
    }
    top = np.argsort(-one.scores, axis=1, kind="stable")[:, :3]
    among = np.take_along_axis(labels, top, axis=1).sum(axis=1, keepdims=True)
    names = ("average_precision", "f1", "precision", "recall")
    whole = {f"macro_{name}": mean_of_codes(each[name]) for name in names}
    whole |= {
        "micro_average_precision": _pooled_precision(held, one),
        "micro_f1": ratio(2 * _all(hit), _all(shown + given)),
        "micro_precision": ratio(_all(hit), _all(shown)),
        "micro_recall": ratio(_all(hit), _all(given)),
        "recall_at_3": ratio(summed(among), _all(given)),
        "coverage": ratio(summed(np.atleast_2d(one.offered.any(axis=1, keepdims=True))), count),
        "calibration_error": pooled_error,
        "brier": ratio(_all(missed), _all(known)),
    }
    return each, whole


def calibration_table(held: HeldOut, model: str = "suggester") -> pd.DataFrame:
    """Return how often codes were given that had been said to be so and so likely.

    Args:
        held: predictions; only those that are probabilities count.
        model: whose.

    Returns:
        Columns model (str), from, to (the class of probability), mean_probability, share (of the
        utterance-code pairs that people gave), low, high (95 % jackknife over documents;
        float64), n (pairs), positives (int64) and reason. One row for each class with a pair.
    """
    one, many = held.models[model], len(held.documents)
    inside = np.where(one.is_probability, np.clip(one.scores * BINS, 0, BINS - 1), -1).astype(int)
    classes = [
        [
            by_document(((inside == b) * weight).sum(axis=1, keepdims=True), held.document, many)
            for weight in (1.0, held.labels, one.scores)
        ]
        for b in range(BINS)
    ]
    count, given, total = (np.hstack([row[part] for row in classes]) for part in range(3))
    used = count.sum(axis=0) > 0
    count, given, total = count[:, used], given[:, used], total[:, used]
    share = ratio(given, count)
    interval = jackknife(share, many)
    edges = np.flatnonzero(used) / BINS
    return pd.DataFrame(
        {
            "model": model,
            "from": edges,
            "to": edges + 1 / BINS,
            "mean_probability": total.sum(axis=0) / count.sum(axis=0),
            "share": share.value,
            "low": interval.low,
            "high": interval.high,
            "n": count.sum(axis=0).astype(np.int64),
            "positives": given.sum(axis=0).astype(np.int64),
            "reason": pd.Series(interval.reason, dtype=object),
        }
    )


def _all(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(sums.sum(axis=1, keepdims=True))


def _pooled_precision(held: HeldOut, one: Predictions) -> Estimate:
    """Return average precision over all utterance-code pairs as one list."""
    document = np.repeat(held.document, len(held.codes))
    scores, labels = one.scores.reshape(-1, 1), held.labels.reshape(-1, 1)
    return average_precision(scores, labels, document, len(held.documents))


def _counts(held: HeldOut) -> dict[str, Any]:
    inside = by_document(held.labels, held.document, len(held.documents)) > 0
    positives = held.labels.sum(axis=0, dtype=np.int64)
    return {
        "n": len(held.labels),
        "positives": positives,
        "prevalence": positives / len(held.labels),
        "documents": inside.sum(axis=0),
    }


def _counts_of_all(held: HeldOut) -> dict[str, Any]:
    positives = int(held.labels.sum())
    return {
        "n": len(held.labels),
        "positives": [positives],
        "prevalence": [positives / held.labels.size],
        "documents": [len(held.documents)],
    }


def _rows(
    name: tuple[list[str], str],
    own: Estimate,
    plain: list[Estimate | None],
    counts: dict[str, Any],
    why: tuple[HeldOut, list[str | None]],
) -> pd.DataFrame:
    """Return the rows of one measure."""
    held, undefined = why
    many = len(held.documents)
    interval = jackknife(own, many)
    nothing = np.full(len(name[0]), np.nan)
    prevalence, tfidf = (nothing if one is None else one.value for one in plain)
    gain = _gain(name[1], own, plain[1])
    gap = jackknife(gain, many, lowest=-1.0)
    reasons = [
        first if not np.isfinite(value) else "; ".join(filter(None, (first, second))) or None
        for value, first, second in zip(own.value, undefined, interval.reason, strict=True)
    ]
    table = pd.DataFrame(
        {
            "code": pd.Series(name[0], dtype="str"),
            "measure": pd.Series([name[1]] * len(name[0]), dtype="str"),
            "value": own.value,
            "low": interval.low,
            "high": interval.high,
            "by_prevalence": prevalence,
            "plain_tfidf": tfidf,
            "gain": gain.value,
            "gain_low": gap.low,
            "gain_high": gap.high,
            **counts,
            "reason": pd.Series(reasons, dtype=object),
        }
    )
    return table[_COLUMNS].astype({"n": "int64", "positives": "int64", "documents": "int64"})


def _gain(measure: str, own: Estimate, plain: Estimate | None) -> Estimate:
    """Return how much better than a plain way; NaN where there is none."""
    if plain is None:
        return Estimate(own.value * np.nan, own.left_out * np.nan)
    return plain.minus(own) if measure in _ERRORS else own.minus(plain)


def _reasons(held: HeldOut, measure: str) -> list[str | None]:
    """Return, for each code, why a measure is missing or what else to know of it."""
    one, *_ = held.models.values()
    given, shown = held.labels.sum(axis=0), one.offered.sum(axis=0)
    learned = np.atleast_1d(one.is_probability.any(axis=0))
    inside = by_document(held.labels, held.document, len(held.documents)) > 0
    few = inside.sum(axis=0) < min(_FEW_POSITIVES, len(inside))
    rare = [
        f"the code stands in {n} utterance{'s' * (n != 1)} of {d} document{'s' * (d != 1)} only"
        if is_few or n < _FEW_POSITIVES
        else None
        for n, d, is_few in zip(given.tolist(), inside.sum(axis=0).tolist(), few, strict=True)
    ]
    rows = zip(given, shown, learned, rare, strict=True)
    return [_reason(measure, (int(n), int(m)), bool(p), r) for n, m, p, r in rows]


def _reason(measure: str, counts: tuple[int, int], learned: bool, rare: str | None) -> str | None:
    given, shown = counts
    if measure in _ERRORS:
        return None if learned else "too few codings for a probability"
    if measure == "precision" and not shown:
        return "it was never offered"
    if given == 0:
        return "nobody gave this code"
    if rare is None and not learned:
        return "too few codings to learn from: ranked by the codebook"
    return rare
