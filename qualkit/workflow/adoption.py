"""What suggestions did in this project: taken or turned down, and what changed with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

import qualkit.agreement as agreement_room
from qualkit.errors import NotEnoughError, OptionError
from qualkit.store import rounds
from qualkit.workflow import blindness
from qualkit.workflow.exposures import DOUBT, list_decisions, list_exposures
from qualkit.workflow.handle import Handle, known

__all__ = ["QUALITIES", "suggestion_quality"]

_INTERVAL = "95 %, leaving out one document at a time (jackknife, t with G-1 df)"
_MEASURES = ["code", "coefficient"]


def suggestion_quality(
    project: Handle, what: str = "acceptance", *, round_name: str | None = None
) -> pd.DataFrame:
    """Return what suggestions did, per code, from the exposure log.

    Args:
        project: an open project.
        what: "acceptance" (how often they are accepted and rejected), "adoption" (how much more
            often a code is given where it was shown before the decision), "prevalence" (how common
            codes are on utterances with and without suggestions) or "agreement" (how far coders
            agree on each).
        round_name: one round; None takes all. Blind rounds that are still open are left out.

    Returns:
        The columns of ``qualkit.suggest.adoption.acceptance``, ``adoption`` or ``prevalence``. For
        agreement: code, coefficient (str), blind, blind_low, blind_high, assisted, assisted_low,
        assisted_high, change (float64), blind_n, assisted_n (int64: utterances that at least two
        coders have looked at), reason (str). An utterance is blind where no coder had been shown
        anything on it, else assisted.

    Raises:
        NotEnoughError: nobody was shown a suggestion yet; or, for agreement, no two human coders
            have looked at the same utterance on one of the sides.
        OptionError: no such measure.
        RefusedError: the round is blind and still open.
        UnknownNameError: no such round.
    """
    if what not in QUALITIES:
        raise OptionError(f"'{what}' is no measure", remedy=f"use {', '.join(QUALITIES)}")
    with project.database.read() as connection:
        blindness.check_not_blind(connection, round_name)
        names = rounds.round_frame(connection)["round"]
    exposures = list_exposures(project)
    if round_name is not None:
        round_name = known("round", round_name, {name: name for name in names})
        exposures = exposures[exposures["round"] == round_name]
    if exposures.empty:
        raise NotEnoughError(
            "no coder was shown a suggestion yet",
            where=project.location,
            remedy="code with suggestions: in the workbench, or with qualkit suggest --coder NAME",
        )
    table = QUALITIES[what](project, exposures, round_name)
    table.attrs["about"] = {
        "what": what,
        "round": round_name or "all",
        "interval": _INTERVAL,
        "revision": project.revision,
    }
    return table


def _acceptance(project: Handle, exposures: pd.DataFrame, round_name: str | None) -> pd.DataFrame:
    from qualkit.suggest.adoption import acceptance  # noqa: PLC0415  loads scipy

    del project, round_name
    return acceptance(exposures[exposures["basis"] != DOUBT])


def _adoption(project: Handle, exposures: pd.DataFrame, round_name: str | None) -> pd.DataFrame:
    from qualkit.suggest.adoption import adoption  # noqa: PLC0415  loads scipy

    del exposures
    return adoption(*list_decisions(project, round_name=round_name))


def _prevalence(project: Handle, exposures: pd.DataFrame, round_name: str | None) -> pd.DataFrame:
    from qualkit.suggest.adoption import prevalence  # noqa: PLC0415  loads scipy

    del exposures
    return prevalence(*list_decisions(project, round_name=round_name))


def _agreement(project: Handle, exposures: pd.DataFrame, round_name: str | None) -> pd.DataFrame:
    del exposures
    place = ["document", "position"]
    decisions, reviews = list_decisions(project, round_name=round_name)
    assisted = reviews.loc[reviews["assisted"], place].drop_duplicates()
    is_assisted = pd.MultiIndex.from_frame(reviews[place]).isin(pd.MultiIndex.from_frame(assisted))
    parents, sides = project.codebook().parents(), {}
    for name, some in (("blind", reviews[~is_assisted]), ("assisted", reviews[is_assisted])):
        if some.groupby(place)["coder"].nunique().lt(2).all():
            raise NotEnoughError(
                f"no two human coders have looked at the same utterance {name}",
                where=project.location,
                remedy="agreement with and without suggestions needs utterances of both sorts",
            )
        given = decisions[decisions["applied"]].merge(some[place].drop_duplicates(), on=place)
        found = agreement_room.agreement(given, some, parents=parents)
        sides[name] = found[[*_MEASURES, "value", "low", "high", "n", "reason"]]
    return _side_by_side(sides["blind"], sides["assisted"])


def _side_by_side(blind: pd.DataFrame, assisted: pd.DataFrame) -> pd.DataFrame:
    both = blind.merge(assisted, on=_MEASURES, how="outer", suffixes=("_b", "_a"), sort=False)
    columns: dict[str, Any] = {name: both[name] for name in _MEASURES}
    for name, side in (("blind", "_b"), ("assisted", "_a")):
        columns[name] = both[f"value{side}"]
        columns |= {f"{name}_{edge}": both[f"{edge}{side}"] for edge in ("low", "high")}
    columns["change"] = both["value_a"] - both["value_b"]
    columns |= {
        f"{name}_n": both[f"n{side}"].fillna(0).astype("int64")
        for name, side in (("blind", "_b"), ("assisted", "_a"))
    }
    columns["reason"] = both["reason_b"].fillna(both["reason_a"])
    return pd.DataFrame(columns)


QUALITIES: dict[str, Callable[[Handle, pd.DataFrame, str | None], pd.DataFrame]] = {
    "acceptance": _acceptance,
    "adoption": _adoption,
    "prevalence": _prevalence,
    "agreement": _agreement,
}
"""What ``suggestion_quality`` can be asked for."""
