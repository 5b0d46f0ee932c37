"""From which probability to offer a code, so that a wanted share of what is offered is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import NotEnoughError, OptionError

if TYPE_CHECKING:
    from qualkit.suggest.suggester import Suggester

__all__ = ["thresholds_at"]

_FEWEST_RIGHT = 5  # of what is offered, to believe a precision


def thresholds_at(suggester: Suggester, precision: float | None = None) -> pd.DataFrame:
    """Return from which probability each code is offered, and how right that was so far.

    Judged by the utterances learned from, each scored without its own document. The threshold of a
    code is the lowest from which, of the utterances at it or above, the wanted share had the code
    (half a right one and half a wrong one are added, so that few count for little).

    Args:
        suggester: fitted.
        precision: the wanted share, above 0 and below 1; None takes the suggester's own
            thresholds, which balance missed and wrong offers.

    Returns:
        One row for each code: code (str), threshold (float64, missing where the code is left
        out), precision, recall (float64, held out), offered, right, given (int64: utterances
        offered, of these right, utterances people coded so), reason (str: why it is left out).

    Raises:
        NotEnoughError: the suggester has learned nothing.
        OptionError: the precision is no share.

    Example:
        >>> from qualkit.suggest import Suggester
        >>> words = ["low pay", "pay is low", "poor pay", "nice garden", "a garden", "garden work"]
        >>> places = pd.DataFrame({"document": list("abcabc"), "position": 1, "text": words})
        >>> places["position"] = [1, 1, 1, 2, 2, 2]
        >>> codings = places[["document", "position"]].iloc[:3].assign(code="pay")
        >>> fitted = Suggester(minimum=2).fit(places, codings, places)
        >>> thresholds_at(fitted, 0.8)[["code", "reason"]].values.tolist()
        [['pay', 'only 3 codings, too few to judge by']]
    """
    if precision is not None and not 0 < precision < 1:
        what = f"precision must be above 0 and below 1, not {precision}"
        raise OptionError(what, where="precision", remedy="such as 0.8")
    if not hasattr(suggester, "thresholds_"):
        raise NotEnoughError("the suggester has learned nothing yet", remedy="call fit first")
    fitted = suggester._fitted
    labels = fitted.labels.astype(bool)
    learned = (suggester.basis_ == "codings").to_numpy(bool)
    scores = np.zeros(labels.shape)
    if len(labels):
        held_out, shares = fitted.held_out, fitted.learner.held_out_shares
        scores = fitted.calibration.probabilities(held_out, shares)
    rows = []
    for place, code in enumerate(suggester.codes_):
        column, truth = scores[:, place], labels[:, place]
        given = int(truth.sum())
        if precision is None:
            threshold, reason = float(suggester.thresholds_.iloc[place]), None
        else:
            threshold, reason = _lowest(column, truth, precision, learned=bool(learned[place]))
        rows.append(_row(code, column, truth, threshold, reason) | {"given": given})
    kinds = {"code": "str", "offered": "int64", "right": "int64", "given": "int64", "reason": "str"}
    names = ["code", "threshold", "precision", "recall", "offered", "right", "given", "reason"]
    return pd.DataFrame(rows)[names].astype(kinds)


def _lowest(
    scores: npt.NDArray[Any], truth: npt.NDArray[np.bool_], wanted: float, *, learned: bool
) -> tuple[float, str | None]:
    """Return the lowest threshold that keeps the wanted precision, or why there is none."""
    given = int(truth.sum())
    if not learned or given < _FEWEST_RIGHT:
        return np.nan, f"only {given} coding{'s' * (given != 1)}, too few to judge by"
    order = np.argsort(-scores, kind="stable")
    right = truth[order].cumsum()
    offered = np.arange(1, len(order) + 1)
    share = (right + 0.5) / (offered + 1)
    ends = np.append(np.diff(scores[order]) < 0, True)  # equal scores are offered together
    good = np.flatnonzero((share >= wanted) & ends & (right >= _FEWEST_RIGHT))
    if not len(good):
        return np.nan, f"no threshold gives a precision of {wanted:g} on held-out documents"
    return float(scores[order][good[-1]]), None


def _row(
    code: str,
    scores: npt.NDArray[Any],
    truth: npt.NDArray[np.bool_],
    threshold: float,
    reason: str | None,
) -> dict[str, Any]:
    is_offered = scores >= threshold  # nothing is, where the threshold is missing
    offered, right, given = int(is_offered.sum()), int(truth[is_offered].sum()), int(truth.sum())
    return {
        "code": code,
        "threshold": threshold,
        "precision": right / offered if offered else np.nan,
        "recall": right / given if given else np.nan,
        "offered": offered,
        "right": right,
        "reason": reason,
    }
