"""When suggestions may show: the one place that decides, whatever the door.

A round says when: always (on what the coder has not looked at yet in it), after own decision (on
what the coder has looked at in it), never. A closed round shows none. And because what a coder has
seen in one round cannot be unseen in another, an utterance that a coder has still to decide on
without suggestions in some open round gets none in any.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from qualkit.model import CoderKind, SuggestionRule
from qualkit.store import documents, rounds
from qualkit.workflow import blindness
from qualkit.workflow.handle import known

__all__ = ["Gate", "gate"]

_PLACE = ["document", "position"]


@dataclass(frozen=True)
class Gate:
    """What may be suggested to a coder in a round.

    Attributes:
        rule: of the round.
        round: its exact name.
        utterances: those that suggestions may show on, as ``store.documents.utterance_frame``.
        reason: why there are none, in a sentence; None where there are some.
    """

    rule: SuggestionRule
    round: str
    utterances: pd.DataFrame
    reason: str | None = None


def gate(
    connection: Any,
    *,
    coder: str | None,
    round_name: str,
    document: str | None = None,
    decided: bool = False,
    utterance: pd.DataFrame | None = None,
) -> Gate:
    """Return what may be suggested.

    Args:
        connection: for reading.
        coder: exact name of who asks; None: nobody in particular, for whom an utterance is looked
            at when any human coder has done so.
        round_name: the round that is coded in.
        document: exact name; None takes all.
        decided: what has been looked at is asked about, whatever the rule.
        utterance: only this one of the document: its row of ``store.documents.utterance_frame``.

    Raises:
        UnknownNameError: no such round.
    """
    everyone: list[Any] = list(rounds.round_frame(connection).itertuples())
    row = known("round", round_name, {one.round: one for one in everyone})
    rule, name = SuggestionRule(str(row.suggestions)), str(row.round)
    utterances = utterance
    if utterances is None:
        utterances = documents.utterance_frame(connection, document)
    utterances = utterances[utterances["codable"]]
    reason = _refusal(connection, row, rule, coder)
    if reason is not None:
        return Gate(rule, name, utterances.iloc[:0], reason)
    position = None if utterance is None else int(utterance["position"].max())
    reviews = blindness.review_frame(connection, coder, document=document, position=position)
    here = utterances[_within(connection, int(row.id), utterances)]
    is_seen = _is_seen(here, reviews, coder, None if coder is None else name)
    decided = decided or rule == SuggestionRule.AFTER
    here = here[is_seen if decided else ~is_seen]
    if here.empty:
        left = _nothing_left(rule, decided) if utterance is None else None
        return Gate(rule, name, here, left)
    for other in everyone:
        if other.id != row.id and not isinstance(other.closed_at, str):
            here = here[~_is_kept_from(connection, other, here, reviews, coder)]
    held = None if len(here) else "another open round keeps these utterances from suggestions"
    return Gate(rule, name, here, held)


def _refusal(connection: Any, row: Any, rule: SuggestionRule, coder: str | None) -> str | None:
    """Return why a round shows this coder no suggestion at all, or None."""
    if isinstance(row.closed_at, str):
        return f"round '{row.round}' is closed"
    if rule == SuggestionRule.NEVER:
        return f"round '{row.round}' shows no suggestions"
    if coder is None:
        needs = f"round '{row.round}' shows suggestions after a coder's own decision: say who asks"
        return needs if rule == SuggestionRule.AFTER else None
    asked = rounds.members(connection).get(int(row.id))
    if asked is not None and coder not in asked.values():
        return f"{coder} does not take part in round '{row.round}'"
    return None


def _nothing_left(rule: SuggestionRule, decided: bool) -> str:
    if rule == SuggestionRule.AFTER:
        return "suggestions show after the own decision, and nothing has been looked at yet"
    return "nothing has been looked at yet" if decided else "everything there has been looked at"


def _within(connection: Any, round_id: int, utterances: pd.DataFrame) -> pd.Series[bool]:
    """Return which utterances belong to a round."""
    asked = rounds.utterance_ids(connection, round_id)
    if asked is None:
        return pd.Series(True, index=utterances.index)
    return utterances["utterance_id"].isin(list(asked))


def _is_seen(
    utterances: pd.DataFrame, reviews: pd.DataFrame, coder: str | None, round_name: str | None
) -> pd.Series[bool]:
    """Return which utterances this coder, or else any human coder, has looked at."""
    seen = reviews[reviews["coder_kind"] == CoderKind.HUMAN]
    if coder is not None:
        seen = seen[seen["coder"] == coder]
    if round_name is not None:
        seen = seen[seen["round"] == round_name]
    places = pd.MultiIndex.from_frame(seen[_PLACE])
    is_seen = pd.MultiIndex.from_frame(utterances[_PLACE]).isin(places)
    return pd.Series(is_seen, index=utterances.index)


def _is_kept_from(
    connection: Any, other: Any, utterances: pd.DataFrame, reviews: pd.DataFrame, coder: str | None
) -> pd.Series[bool]:
    """Return which utterances another open round keeps from being suggested on to this coder."""
    rule = SuggestionRule(str(other.suggestions))
    asked = rounds.members(connection).get(int(other.id))
    is_asked = coder is None or asked is None or coder in asked.values()
    if rule == SuggestionRule.ALWAYS or not is_asked:
        return pd.Series(False, index=utterances.index)
    inside = _within(connection, int(other.id), utterances)
    if rule == SuggestionRule.NEVER or coder is None:
        return inside
    return inside & ~_is_seen(utterances, reviews, coder, str(other.round))
