"""What suggestions do to coding: how often they are taken, and what changes when they are seen.

All intervals are 95 % jackknifes over whole documents (Efron & Tibshirani 1993, "An introduction to
the bootstrap", chapter 11), t with G - 1 degrees of freedom.

What is shown is not drawn by lot: the suggester shows a code where it fits. So the plain difference
between utterances where a code was shown and all others says little about what the showing did. The
comparison within the same utterances holds the utterance and the code fast, and compares coders who
were shown the code there with coders, or rounds, who decided on it blind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.suggest.measures import Estimate, Interval, jackknife, ratio

__all__ = ["ALL_CODES", "acceptance", "adoption", "prevalence"]

ALL_CODES = "all codes"
"""The row in which all codes are pooled."""

Matrix = npt.NDArray[np.float64]

_UTTERANCE = ["document", "position"]
_CELL = [*_UTTERANCE, "code"]
_SCOPES = ("all utterances", "same utterances")


def acceptance(exposures: pd.DataFrame) -> pd.DataFrame:
    """Return how often suggestions are accepted and rejected, per code.

    Args:
        exposures: one row for each suggestion that a coder was shown: columns document, code,
            outcome ("accepted", "rejected", "ignored", "open" or missing, which counts nowhere).

    Returns:
        One row for each code that was shown, most often shown first, and one for all codes: code
        (str), shown, accepted, rejected, ignored, open (int64), acceptance and rejection (float64:
        shares of the accepted, rejected and ignored ones) with acceptance_low, acceptance_high,
        rejection_low, rejection_high; documents (int64: those with one of the three), reason (str:
        why a number is missing, or why not to lean on it).

    Example:
        >>> rows = [("d", "pay", "accepted"), ("d", "pay", "rejected"), ("e", "pay", "accepted")]
        >>> shown = pd.DataFrame(rows, columns=["document", "code", "outcome"])
        >>> acceptance(shown)[["code", "shown", "accepted", "acceptance"]].round(2).values.tolist()
        [['pay', 3, 2, 0.67], ['all codes', 3, 2, 0.67]]
    """
    known = exposures[exposures["outcome"].notna()]
    codes = known["code"].value_counts().index.tolist()
    counts = {
        outcome: _counted(known[known["outcome"] == outcome], known["document"].unique(), codes)
        for outcome in ("accepted", "rejected", "ignored", "open")
    }
    decided = counts["accepted"] + counts["rejected"] + counts["ignored"]
    documents = int((decided[:, -1] > 0).sum())
    has_any = decided[:, -1] > 0
    documents = int(has_any.sum())
    table = pd.DataFrame({"code": pd.Series([*codes, ALL_CODES], dtype="str")})
    table["shown"] = (decided + counts["open"]).sum(axis=0).astype("int64")
    for outcome, one in counts.items():
        table[outcome] = one.sum(axis=0).astype("int64")
    for name, outcome in (("acceptance", "accepted"), ("rejection", "rejected")):
        found = ratio(counts[outcome][has_any], decided[has_any])
        interval = jackknife(found, documents)
        low, high = f"{name}_low", f"{name}_high"
        table = table.assign(**{name: found.value, low: interval.low, high: interval.high})
        if name == "acceptance":
            reason = _reasons(interval, {"nothing of it has been decided yet": found.value})
    return table.assign(documents=documents, reason=reason)


def adoption(
    decisions: pd.DataFrame, reviews: pd.DataFrame, codes: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return how much more often a code is given where it was shown before the decision.

    Args:
        decisions: one row for each code that a coder applied to an utterance in a round, or was
            shown there: columns document, position, code, applied, assisted (bool). A decision is
            assisted when the code had been shown before.
        reviews: one row for each utterance that a coder has looked at in a round: columns document,
            position. A code without a decision was not applied, blind.
        codes: which codes; None takes all that were ever decided on with assistance.

    Returns:
        Two rows for each code, and for all codes together, by scope: "all utterances" compares all
        assisted with all blind decisions; "same utterances" only where the same code on the same
        utterance was decided both ways, by other coders or in other rounds, each such utterance
        counting once. Columns code, scope (str), assisted, blind (int64: decisions, or such
        utterances), assisted_share, blind_share, effect (their difference), low, high (float64),
        documents (int64), reason (str).

    Example:
        >>> rows = [("d", 1, "pay", True, True), ("d", 2, "pay", True, False)]
        >>> columns = ["document", "position", "code", "applied", "assisted"]
        >>> decisions = pd.DataFrame(rows, columns=columns)
        >>> reviews = pd.DataFrame({"document": "d", "position": [1, 2, 3]})
        >>> adoption(decisions, reviews)[["code", "scope", "effect"]].values.tolist()[0]
        ['pay', 'all utterances', 0.5]
    """
    decisions = decisions.astype({"applied": bool, "assisted": bool})
    if codes is None:
        codes = sorted(decisions.loc[decisions["assisted"], "code"].unique())
    some = decisions[decisions["code"].isin(list(codes))]
    documents = reviews["document"].unique()
    everywhere = _everywhere(some, reviews, documents, list(codes))
    same = _same(some, reviews, documents, list(codes))
    tables = [
        _compared(*sides, [*codes, ALL_CODES]).assign(scope=scope)
        for sides, scope in ((everywhere, _SCOPES[0]), (same, _SCOPES[1]))
    ]
    table = pd.concat(tables).sort_index(kind="stable").reset_index(drop=True)
    names = ["assisted", "blind", "assisted_share", "blind_share", "effect", "low", "high"]
    return table[["code", "scope", *names, "documents", "reason"]]


def prevalence(
    decisions: pd.DataFrame, reviews: pd.DataFrame, codes: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return how common each code is on utterances with any suggestion, and on those without.

    Args:
        decisions: columns document, position, coder, round, code, applied (bool).
        reviews: columns document, position, coder, round, assisted (bool: some code had been shown
            on the utterance before this coder was done with it).
        codes: which codes; None takes all that were applied.

    Returns:
        One row for each code, and one for all codes (codes given to an utterance, on average, of
        those there are): code (str), assisted, blind (int64: reviews), assisted_share, blind_share,
        change (their difference), low, high (float64), documents (int64), reason (str).

    Example:
        >>> who = {"document": "d", "coder": "Ana", "round": "main"}
        >>> reviews = pd.DataFrame({**who, "position": [1, 2], "assisted": [True, False]})
        >>> decisions = pd.DataFrame({**who, "position": [1], "code": "pay", "applied": True})
        >>> prevalence(decisions, reviews)[["code", "change"]].values.tolist()[0]
        ['pay', 1.0]
    """
    who = [*_UTTERANCE, "coder", "round"]
    made = decisions.loc[decisions["applied"].astype(bool), [*who, "code"]].drop_duplicates()
    reviews = reviews.astype({"assisted": bool})
    if codes is None:
        codes = sorted(made["code"].unique())
    made = made.merge(reviews[[*who, "assisted"]], on=who)
    documents = reviews["document"].unique()
    sides = []
    for is_assisted in (True, False):
        seen = reviews.loc[reviews["assisted"] == is_assisted, "document"]
        given = _counted(made[made["assisted"] == is_assisted], documents, list(codes))
        sides += [given, _for_each(_per_document(seen, documents), len(codes))]
    given, assisted, own, blind = sides
    table = _compared(given, assisted, own, blind, [*codes, ALL_CODES])
    table.loc[table.index[-1], ["assisted", "blind"]] //= max(len(codes), 1)
    return table.rename(columns={"effect": "change"})


def _for_each(counts: Matrix, codes: int) -> Matrix:
    """Return the same counts for each code, and a last column with their sum."""
    each = counts[:, None] * np.ones(codes)
    return np.column_stack([each, each.sum(axis=1)])


def _per_document(names: pd.Series[Any], documents: npt.NDArray[Any]) -> Matrix:
    counted = names.value_counts().reindex(documents).fillna(0)
    return np.asarray(counted, dtype=np.float64)


def _counted(rows: pd.DataFrame, documents: npt.NDArray[Any], codes: list[str]) -> Matrix:
    """Return the number of rows: documents x codes, and a last column for all codes."""
    return _summed(rows, np.ones(len(rows)), documents, codes)


def _summed(
    rows: pd.DataFrame, values: Matrix, documents: npt.NDArray[Any], codes: list[str]
) -> Matrix:
    sums = np.zeros((len(documents), len(codes) + 1))
    row = pd.Index(documents).get_indexer(pd.Index(rows["document"]))
    column = pd.Index(codes).get_indexer(pd.Index(rows["code"]))
    inside = (row >= 0) & (column >= 0)
    np.add.at(sums, (row[inside], column[inside]), values[inside])
    sums[:, -1] = sums[:, :-1].sum(axis=1)
    return sums


def _everywhere(
    decisions: pd.DataFrame, reviews: pd.DataFrame, documents: npt.NDArray[Any], codes: list[str]
) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Return given and decided, assisted and blind, of every utterance looked at."""
    assisted = decisions["assisted"]
    seen = _for_each(_per_document(reviews["document"], documents), len(codes))
    decided = _counted(decisions[assisted], documents, codes)
    given = _counted(decisions[assisted & decisions["applied"]], documents, codes)
    own = _counted(decisions[~assisted & decisions["applied"]], documents, codes)
    return given, decided, own, seen - decided


def _same(
    decisions: pd.DataFrame, reviews: pd.DataFrame, documents: npt.NDArray[Any], codes: list[str]
) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """Return the same of the cells that were decided both ways, each cell as one."""
    applied = decisions["applied"].astype("float64")
    parts = decisions.assign(
        n=decisions["assisted"].astype("float64"),
        given=applied * decisions["assisted"],
        own=applied * ~decisions["assisted"],
    )
    cells = parts.groupby(_CELL, as_index=False, sort=False)[["n", "given", "own"]].sum()
    seen = reviews.groupby(_UTTERANCE, sort=False).size().rename("seen").reset_index()
    cells = cells.merge(seen, on=_UTTERANCE)
    cells = cells.assign(blind=cells["seen"] - cells["n"])
    cells = cells[(cells["n"] > 0) & (cells["blind"] > 0)]
    many = _counted(cells, documents, codes)
    given = _summed(cells, (cells["given"] / cells["n"]).to_numpy(), documents, codes)
    own = _summed(cells, (cells["own"] / cells["blind"]).to_numpy(), documents, codes)
    return given, many, own, many


def _compared(
    given: Matrix, decided: Matrix, own: Matrix, blind: Matrix, codes: list[str]
) -> pd.DataFrame:
    """Return the shares of both sides, and their difference with its interval."""
    counts = (decided + blind).sum(axis=1) > 0
    documents = int(counts.sum())
    shown, alone = ratio(given[counts], decided[counts]), ratio(own[counts], blind[counts])
    gap: Estimate = shown.minus(alone)
    interval = jackknife(gap, documents, lowest=-1.0)
    why = {
        "nothing was decided with assistance": shown.value,
        "nothing was decided blind": alone.value,
    }
    return pd.DataFrame(
        {
            "code": pd.Series(codes, dtype="str"),
            "assisted": decided.sum(axis=0).astype("int64"),
            "blind": blind.sum(axis=0).astype("int64"),
            "assisted_share": shown.value,
            "blind_share": alone.value,
            "effect": gap.value,
            "low": interval.low,
            "high": interval.high,
            "documents": documents,
            "reason": _reasons(interval, why),
        }
    )


def _reasons(interval: Interval, missing: dict[str, Matrix]) -> pd.Series[Any]:
    """Return why a number is missing, else what the interval says of itself."""
    told: list[str | None] = list(interval.reason)
    for reason, values in missing.items():
        for at in np.flatnonzero(~np.isfinite(values)):
            told[at] = reason
    return pd.Series(told, dtype="str")
