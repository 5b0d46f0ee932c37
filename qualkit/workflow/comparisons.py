"""What one group raises and another does not, and what follows what."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qualkit import analysis
from qualkit.errors import OptionError
from qualkit.workflow.counting import (
    BY_CODING,
    INTERVALS,
    Attributes,
    code_name,
    counted,
    group_name,
    how_tested,
    method_note,
)
from qualkit.workflow.findings import UNITS
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import Layer

__all__ = ["differences", "pair_differences", "sequences"]

TURNED = "the codes of each document turned round against each other"


def differences(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    project: Handle,
    group_a: str,
    group_b: str,
    *,
    by: str = "stakeholder_type",
    of: str = "utterances",
    level: str | None = None,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
    attributes: Attributes = None,
    seed: int = 1,
    permutations: int = 999,
) -> pd.DataFrame:
    """Return what one group raises more than another, and whether chance or one person does it.

    Args:
        project: an open project.
        group_a: one group, such as a stakeholder type.
        group_b: the other.
        by: what makes the groups, as for ``frequency``, other than coder and round.
        of: what is counted: utterances, words, speakers or documents.
        level: "theme" or "code"; None gives both.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.
        attributes: further attributes, as for ``frequency``.
        seed: of the random numbers behind p.
        permutations: how many random arrangements p rests on.

    Returns:
        A row for each code, what group_a raises more first, what neither raises last: code, level,
        denominator, group_a, n_a, total_a, share_a, group_b, n_b, total_b, share_b, difference,
        low, high, least, most (when each speaker is left out), p, q, note.

    Raises:
        NotEnoughError: nobody has coded yet.
        RefusedError: the round is blind and still open.
        OptionError: an unknown column, level or denominator.
        UnknownNameError: a group, coder, round, speaker or document that the project lacks.
    """
    _check(by, level)
    layer = counted(project, coders, round_name, by=by, attributes=attributes)
    table = analysis.differences(
        layer.codings,
        layer.utterances,
        group_name(layer, by, group_a),
        group_name(layer, by, group_b),
        by=by,
        of=of,
        parents=layer.codebook.parents(),
        moderators=moderators,
        seed=seed,
        permutations=permutations,
    )
    return _told(project, layer, _ordered(table, level), moderators, (by, of))


def _ordered(table: pd.DataFrame, level: str | None) -> pd.DataFrame:
    """Return the rows of one level, the largest difference first, what nobody says last."""
    if level is not None:
        table = table[table["level"] == level]
    silent = (table["n_a"] == 0) & (table["n_b"] == 0)
    order = table.assign(silent=silent).sort_values(
        ["silent", "difference"], ascending=[True, False], kind="stable"
    )
    return table.loc[order.index].reset_index(drop=True)


def _told(
    project: Handle, layer: Layer, table: pd.DataFrame, moderators: bool, asked: tuple[str, str]
) -> pd.DataFrame:
    """Return the table of differences with its method note."""
    by, of = asked
    table.attrs["said_below"] = ["denominator", "group_a", "total_a", "group_b", "total_b"]
    interval = "95 %, leaving out one speaker at a time (jackknife, Welch's t)"
    if of not in ("utterances", "words"):
        interval = f"{INTERVALS[of]}, put together as Newcombe does"
    table.attrs["about"] = method_note(
        project,
        layer,
        table,
        moderators,
        group_a=_group(table, "a", of),
        group_b=_group(table, "b", of),
        denominator=f"{of} of each {by}",
        difference="share of the first group less share of the second",
        interval=interval,
        test=how_tested(table.attrs, "the two groups"),
        least_and_most="the difference when each speaker is left out",
    )
    return table


def _group(table: pd.DataFrame, letter: str, of: str) -> str:
    """Return a group with its denominator."""
    first = table[[f"group_{letter}", f"total_{letter}"]].drop_duplicates().to_numpy().tolist()
    return "; ".join(f"{name}, {total:,} {of}" for name, total in first) or "no codes"


def _check(by: str, level: str | None) -> None:
    if by in BY_CODING:
        raise OptionError(
            f"{by}s share their utterances, so this cannot compare them",
            where="by",
            remedy="agreement compares coders; frequency by round shows each round",
        )
    if level not in (None, "theme", "code"):
        raise OptionError(f"there is no level {level!r}", where="level", remedy="theme or code")


def pair_differences(  # noqa: PLR0913 - each option is one that a researcher has to state
    project: Handle,
    group_a: str,
    group_b: str,
    *,
    by: str = "stakeholder_type",
    within: str = "utterance",
    measure: str = "jaccard",
    code: str | None = None,
    level: str | None = None,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
    attributes: Attributes = None,
) -> pd.DataFrame:
    """Return which two things one group says together more than another.

    Args:
        project: an open project.
        group_a: one group, such as a stakeholder type.
        group_b: the other.
        by: what makes the groups, as for ``frequency``, other than coder and round.
        within: the unit: utterance, span, turn, window:K or document.
        measure: jaccard, share_a, share_b or of_units.
        code: only the pairs with this code (name or id).
        level: theme takes only pairs of themes; None all pairs.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.
        attributes: further attributes, as for ``frequency``.

    Returns:
        A row for every two codes that meet in either group, the surest difference first: code_a,
        code_b, group_a, group_b, n_ab_a, n_ab_b, value_a, value_b, difference, low, high, p, q,
        documents.

    Raises:
        NotEnoughError: nobody has coded yet.
        RefusedError: the round is blind and still open.
        OptionError: an unknown column, unit or measure.
        UnknownNameError: a group, code, coder, round, speaker or document that the project lacks.
    """
    _check(by, None)
    layer = counted(project, coders, round_name, by=by, attributes=attributes)
    table = analysis.pair_differences(
        layer.codings,
        layer.utterances,
        group_name(layer, by, group_a),
        group_name(layer, by, group_b),
        by=by,
        within=within,
        measure=measure,
        code=code_name(layer.codebook, code),
        level=level,
        parents=layer.codebook.parents(),
        moderators=moderators,
    )
    never = (table["n_ab_a"] == 0) & (table["n_ab_b"] == 0)
    table = table[~never].sort_values(
        ["p", "difference"], ascending=[True, False], kind="stable", ignore_index=True
    )
    return _told_pairs(project, layer, table, moderators, {"pairs_that_never_meet": never.sum()})


def _told_pairs(
    project: Handle,
    layer: Layer,
    table: pd.DataFrame,
    moderators: bool,
    never: dict[str, int],
) -> pd.DataFrame:
    """Return the table of pairs in two groups with its method note."""
    table.attrs["said_below"] = ["group_a", "group_b"]
    groups = {name: "; ".join(table[name].unique()) for name in ("group_a", "group_b")}
    table.attrs["about"] = method_note(
        project,
        layer,
        table,
        moderators,
        **groups,
        denominator=f"{UNITS[table.attrs['within'].partition(':')[0]]}, each once",
        interval="95 %, leaving out one document at a time (jackknife, t with G-1 df)",
        **{name: int(many) for name, many in never.items()},
    )
    return table


def sequences(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    project: Handle,
    *,
    reach: int = 1,
    step: str = "turn",
    speaker: str = "any",
    code: str | None = None,
    level: str | None = None,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
    seed: int = 1,
    permutations: int = 999,
) -> pd.DataFrame:
    """Return what follows what: one code in a turn, another in one of the next.

    Args:
        project: an open project.
        reach: within how many of the next steps the second code has to come.
        step: turn or utterance.
        speaker: who says the second code: any, an other speaker, or the same one.
        code: only what follows this code (name or id).
        level: theme takes only sequences of themes; None all.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.
        seed: of the random numbers behind p.
        permutations: how many random turnings p rests on.

    Returns:
        A row for every sequence that is there, the most frequent first: code_a, code_b, n_a, n_ab,
        share, expected, lift, p, q.

    Raises:
        NotEnoughError: nobody has coded yet.
        RefusedError: the round is blind and still open.
        OptionError: an unknown option.
        UnknownNameError: a code, coder or round that the project lacks.
    """
    layer = counted(project, coders, round_name)
    found = analysis.sequences(
        layer.codings,
        layer.utterances,
        reach=reach,
        step=step,
        speaker=speaker,
        code=code_name(layer.codebook, code),
        level=level,
        parents=layer.codebook.parents(),
        moderators=moderators,
        seed=seed,
        permutations=permutations,
    )
    table = found[found["n_ab"] > 0].sort_values(["n_ab", "lift"], ascending=False)
    table = table.reset_index(drop=True)
    table.attrs["about"] = method_note(
        project,
        layer,
        table,
        moderators,
        denominator=f"{step}s with the first code",
        test=f"{TURNED}, {permutations:,} times, seed {seed}; q after Benjamini and Hochberg",
        sequences_that_never_come=len(found) - len(table),
    )
    return table
