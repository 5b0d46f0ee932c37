"""Intra-coder agreement: a coder's own utterances again, and how far the two times agree."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

import qualkit.agreement as agreement_room
from qualkit.errors import NotEnoughError, OptionError
from qualkit.model import CoderKind, RoundMode
from qualkit.store import coders as stored_coders
from qualkit.store import documents as stored_documents
from qualkit.store import repeats, rounds
from qualkit.workflow import blindness
from qualkit.workflow.agreements import versions_in_use
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.layers import Layer
from qualkit.workflow.rounds import (
    STRATA,
    counted_in,
    draw_sample,
    open_drawn,
    rule_of,
    told_of,
)

__all__ = ["agreement_with_self", "open_repeat"]

_PLACE = ["document", "position"]


def open_repeat(  # noqa: PLR0913 - whose, of what, and how it is drawn
    project: Handle,
    name: str,
    *,
    coder: str,
    of: str = "main",
    sample: float = 0.1,
    per: str | Sequence[str] = STRATA,
    seed: int = 1,
) -> pd.DataFrame:
    """Open a blind round in which a coder codes some of his or her own utterances again.

    While it is open, how this coder coded them before is hidden from the same coder, whichever
    door is used: codings, reviews, memos, history and log. Suggestions do not show. When it is
    closed, ``agreement_with_self`` compares the two times; other findings leave the round out.

    Args:
        project: an open project.
        name: of the new round.
        coder: who codes again; a human coder.
        of: the round whose utterances are shown again.
        sample: how many: a number from 1 up, or a share below 1 of those the coder has finished.
        per: what makes the strata: "document", "stakeholder_type" or both.
        seed: of the draw.

    Returns:
        What was drawn, one row per stratum: the columns of ``per``, of, drawn (int64).

    Raises:
        NotEnoughError: the coder has finished nothing in that round.
        OptionError: a name that is taken, a sample that is too large, a stratum that is none.
        UnknownNameError: no such coder or round.
    """
    rule = rule_of(name, RoundMode.BLIND)
    strata = [per] if isinstance(per, str) else list(per)
    with project.database.read() as connection:
        people = stored_coders.all_coders(connection)
        humans = {one.name: one.name for one in people if one.kind is CoderKind.HUMAN}
        present = {one: one for one in rounds.round_frame(connection)["round"]}
        who, earlier = known("coder", coder, humans), known("round", of, present)
        utterances = stored_documents.utterance_frame(connection)
        seen = blindness.review_frame(connection, who)
    mine = seen[(seen["coder"] == who) & (seen["round"] == earlier)]
    table = utterances[utterances["codable"]].merge(mine[_PLACE], on=_PLACE)
    if table.empty:
        raise NotEnoughError(
            f"{who} has finished nothing in round '{earlier}' that could be shown again",
            where=project.location,
        )
    drawn = draw_sample(table, sample, per=strata, seed=seed)
    counted = counted_in(table, drawn, strata)
    how = told_of(sample, strata, seed, counted, repeats=earlier, coder=who)
    open_drawn(project, rule, [who], drawn, how, size=len(drawn), repeats=earlier)
    return counted


def agreement_with_self(
    project: Handle,
    round_name: str,
    *,
    level: str = "code",
    coefficients: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return how far a coder agrees with himself or herself between two rounds.

    Args:
        project: an open project.
        round_name: a round opened with ``open_repeat``, closed by now.
        level: "code" or "theme".
        coefficients: which; None takes all there are for two coders.

    Returns:
        The columns of ``agreement``; the two times stand where there are two coders elsewhere, and
        the interval leaves out one document at a time. ``attrs["about"]`` says coder, rounds, the
        median number of days between the two times, and how many utterances were drawn.

    Raises:
        NotEnoughError: nothing was coded both times.
        OptionError: the round repeats no other.
        RefusedError: it is still open.
        UnknownNameError: no such round.
    """
    with project.database.read() as connection:
        table = rounds.round_frame(connection).set_index("round", drop=False)
        name = known("round", round_name, {one: one for one in table["round"]})
        said = repeats.about(table.loc[name].to_dict())
        if said is None:
            raise OptionError(
                f"round '{name}' repeats no other", remedy="open one: qualkit reliability repeat"
            )
        blindness.check_not_blind(connection, name)
        read = (blindness.coding_frame, blindness.review_frame)
        whole = [one(connection, None) for one in read]
    times, codebook = [str(said["repeats"]), name], project.codebook()
    codings, reviewed = (
        one[(one["coder"] == said["coder"]) & one["round"].isin(times)] for one in whole
    )
    both = reviewed.pivot(index=_PLACE, columns="round", values="reviewed_at")
    both = both.reindex(columns=times).dropna().reset_index()
    if both.empty:
        raise NotEnoughError(
            f"{said['coder']} has not coded an utterance in both rounds", where=project.location
        )
    layer = Layer(codings, reviewed.head(0), reviewed, codebook, str(said["coder"]))
    found = _compared(project, layer, both[_PLACE], level, coefficients)
    found.attrs["about"] = {
        "coder": said["coder"],
        "rounds": f"{times[0]}, and again {name}",
        "days_between": _days(both, times),
        "utterances": f"{len(both)} of {sum(int(row['drawn']) for row in said['drawn'])} drawn",
        "seed": said["seed"],
        "codebook_version": codebook.version,
        "revision": project.revision,
    }
    return found


def _days(both: pd.DataFrame, times: list[str]) -> float:
    """Return the median number of whole days between the two times."""
    first, second = (pd.to_datetime(both[name]) for name in times)
    return float((second - first).dt.days.median())


def _compared(
    project: Handle,
    layer: Layer,
    places: pd.DataFrame,
    level: str,
    coefficients: Sequence[str] | None,
) -> pd.DataFrame:
    """Return the agreement of two rounds of one coder, who stands there as two."""
    reviewed, versions = versions_in_use(project, layer)
    codings, reviewed = (
        one.drop(columns="coder").merge(places, on=_PLACE).rename(columns={"round": "coder"})
        for one in (layer.codings, reviewed)
    )
    return agreement_room.agreement(
        codings,
        reviewed,
        parents=layer.codebook.parents(),
        versions=versions,
        level=level,
        coefficients=tuple(coefficients or agreement_room.COEFFICIENTS),
    )
