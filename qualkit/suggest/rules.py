"""How far rules are right: markers and queries, judged by what people coded."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.suggest.measures import jackknife, ratio

__all__ = ["rate_rules"]

Matrix = npt.NDArray[np.float64]

_PLACE = ["document", "position"]
_RULE = ["code", "rule"]
_MISSING = {
    "precision": "nobody has looked at what it hits",
    "recall": "nobody has applied the code",
}


def rate_rules(
    hits: pd.DataFrame,
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    unjudged: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return precision and recall of each rule on the utterances that people have looked at.

    Precision is the share of a rule's hits that people coded so; recall the share of what people
    coded so that the rule hits. Intervals are 95 % jackknifes over whole documents (Efron &
    Tibshirani 1993, "An introduction to the bootstrap", chapter 11), t with G - 1 df.

    Args:
        hits: columns code, rule, document, position: one row for each utterance a rule hits.
        codings: columns code, document, position: what people applied, by any of them.
        reviewed: columns document, position: what people have looked at.
        unjudged: columns code, document, position: what counts neither for a rule nor against it.

    Returns:
        One row for each rule, in order of first hit: code, rule (str), found (int64: its hits
        anywhere), looked_at (int64: those people have looked at), right (int64), precision,
        precision_low, precision_high, given (int64: utterances people coded so), recall,
        recall_low, recall_high (float64), documents (int64: those looked into), reason (str: why a
        number is missing, or why not to lean on it).

    Example:
        >>> at = {"document": "d", "position": [1, 2]}
        >>> hits = pd.DataFrame({"code": "pay", "rule": "markers", **at})
        >>> codings = pd.DataFrame({"code": "pay", "document": "d", "position": [1, 3]})
        >>> reviewed = pd.DataFrame({"document": "d", "position": [1, 2, 3]})
        >>> rate_rules(hits, codings, reviewed)[["rule", "precision", "recall"]].values.tolist()
        [['markers', 0.5, 0.5]]
    """
    rules = hits[_RULE].drop_duplicates().reset_index(drop=True)
    seen = reviewed[_PLACE].drop_duplicates()
    names = seen["document"].unique()
    found = hits.drop_duplicates([*_RULE, *_PLACE]).merge(seen, on=_PLACE)
    if unjudged is not None:
        cells = [pd.MultiIndex.from_frame(one[["code", *_PLACE]]) for one in (found, unjudged)]
        found = found[~cells[0].isin(cells[1])]
    truth = codings[["code", *_PLACE]].drop_duplicates().merge(seen, on=_PLACE)
    right = found.merge(truth, on=["code", *_PLACE])
    given = rules.merge(truth, on="code")
    hit, correct, true = (_counted(one, names, rules) for one in (found, right, given))
    everywhere = hits.drop_duplicates([*_RULE, *_PLACE]).groupby(_RULE, sort=False).size()
    table = rules.assign(found=everywhere.to_numpy("int64"))
    table["looked_at"] = hit.sum(axis=0).astype("int64")
    table["right"] = correct.sum(axis=0).astype("int64")
    table, unsure = _with_share(table, "precision", correct, hit)
    table["given"] = true.sum(axis=0).astype("int64")
    table, missing = _with_share(table, "recall", correct, true)
    reason = [one or other for one, other in zip(unsure, missing, strict=True)]
    return table.assign(documents=len(names), reason=pd.Series(reason, dtype="str"))


def _counted(rows: pd.DataFrame, names: npt.NDArray[Any], rules: pd.DataFrame) -> Matrix:
    """Return the number of rows: documents x rules."""
    sums = np.zeros((len(names), len(rules)))
    row = pd.Index(names).get_indexer(pd.Index(rows["document"]))
    wanted = pd.MultiIndex.from_frame(rules)
    column = wanted.get_indexer(pd.MultiIndex.from_frame(rows[_RULE]))
    np.add.at(sums, (row, column), 1.0)
    return sums


def _with_share(
    table: pd.DataFrame, name: str, top: Matrix, bottom: Matrix
) -> tuple[pd.DataFrame, list[str | None]]:
    """Return the table with a share and its interval, and what there is to say of each."""
    share = ratio(top, bottom)
    interval = jackknife(share, len(top))
    columns = {name: share.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
    told = [
        one if np.isfinite(value) else _MISSING[name]
        for one, value in zip(interval.reason, share.value, strict=True)
    ]
    return table.assign(**columns), told
