"""Clusters and contrasts: what is used alike, who resembles whom, who leans to what."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qualkit import analysis
from qualkit.workflow.counting import Attributes, counted, method_note
from qualkit.workflow.handle import Handle

__all__ = ["code_tree", "combinations", "correspondence", "profiles"]


def code_tree(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    project: Handle,
    *,
    within: str = "utterance",
    of: str = "jaccard",
    linkage: str = "average",
    level: str = "code",
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how codes join into clusters, those that are used together most first.

    Args:
        project: an open project.
        within: the unit: utterance, span, turn or document.
        of: the distance: 1 less jaccard, or 1 less phi.
        linkage: the distance of two clusters: average, complete or single.
        level: code, or theme with what is below it.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.

    Returns:
        Columns step, left, right, height, size, codes; ``attrs`` holds the order of the leaves and
        the cophenetic correlation, which says how true the tree is.

    Raises:
        NotEnoughError: nobody has coded yet, or fewer than two codes were applied.
        RefusedError: the round is blind and still open.
        OptionError: an unknown option.
        UnknownNameError: a coder or round that the project lacks.
    """
    layer = counted(project, coders, round_name)
    table = analysis.code_tree(
        layer.codings,
        layer.utterances,
        within=within,
        of=of,
        linkage=linkage,
        level=level,
        parents=layer.codebook.parents(),
        moderators=moderators,
    )
    true = table.attrs["cophenetic"]
    told = "not defined" if true is None else f"{true:.2f} (1: the tree tells all distances)"
    table.attrs["about"] = method_note(
        project,
        layer,
        table,
        moderators,
        distance=f"1 less {of} within {within}",
        cophenetic=told,
        order="; ".join(table.attrs["order"]),
        never_applied="; ".join(table.attrs["left_out"]) or "none",
    )
    return table


def profiles(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    project: Handle,
    *,
    by: str = "speaker",
    of: str = "cosine",
    fewest: int = 5,
    level: str = "code",
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
    attributes: Attributes = None,
) -> pd.DataFrame:
    """Return how alike every two speakers, or groups, are in what they raise.

    Args:
        project: an open project.
        by: speaker, or what makes groups, as for ``frequency``, other than coder and round.
        of: cosine or jensen_shannon.
        fewest: who has fewer coded utterances is left out.
        level: code, or theme with what is below it.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.
        attributes: further attributes, as for ``frequency``.

    Returns:
        Columns a, b, n_a, n_b, resemblance (0 nothing in common, 1 the same), shared; the most
        alike first.

    Raises:
        NotEnoughError: nobody has coded yet, or fewer than two have said enough.
        RefusedError: the round is blind and still open.
        OptionError: an unknown option.
        UnknownNameError: a coder, round, speaker or document that the project lacks.
    """
    layer = counted(project, coders, round_name, by=by, attributes=attributes)
    table = analysis.profiles(
        layer.codings,
        layer.utterances,
        by=by,
        of=of,
        fewest=fewest,
        level=level,
        parents=layer.codebook.parents(),
        moderators=moderators,
    )
    silent = table.attrs["left_out"]
    table.attrs["about"] = method_note(
        project,
        layer,
        table,
        moderators,
        profile=f"how the codings of each {by} spread over the {level}s",
        left_out_of_it=f"{len(silent)} with fewer than {fewest} coded utterances",
    )
    return table


def correspondence(  # noqa: PLR0913 - each option is one that a researcher has to state
    project: Handle,
    *,
    by: str = "stakeholder_type",
    level: str = "theme",
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
    attributes: Attributes = None,
) -> pd.DataFrame:
    """Return where codes and groups lie on a map on which a code is near those who raise it.

    Args:
        project: an open project.
        by: what makes the groups, as for ``frequency``, other than coder and round.
        level: theme, with what is below it, or code.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.
        attributes: further attributes, as for ``frequency``.

    Returns:
        Columns kind (code, group), name, n, mass, x, y, quality, inertia, part_x, part_y;
        ``attrs["about"]`` says how much of the differences the two axes show.

    Raises:
        NotEnoughError: nobody has coded yet, or there is too little for a map.
        RefusedError: the round is blind and still open.
        OptionError: an unknown option.
        UnknownNameError: a coder, round, speaker or document that the project lacks.
    """
    layer = counted(project, coders, round_name, by=by, attributes=attributes)
    table = analysis.correspondence(
        layer.codings,
        layer.utterances,
        by=by,
        level=level,
        parents=layer.codebook.parents(),
        moderators=moderators,
    )
    shown: list[float] = [*table.attrs["shares"], 0.0]
    table.attrs["about"] = method_note(
        project,
        layer,
        table,
        moderators,
        denominator=f"utterances of each {by} with each {level}; one with several counts in each",
        axes=f"the first shows {shown[0]:.0%} of the differences, the second {shown[1]:.0%}",
        test="none: a map describes",
    )
    return table


def combinations(
    project: Handle,
    *,
    level: str = "theme",
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return which sets of codes stand together on an utterance, the most frequent first.

    Args:
        project: an open project.
        level: theme, with what is below it, or code.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.

    Returns:
        Columns codes (a tuple of names), size, n (utterances with these exactly), share.

    Raises:
        NotEnoughError: nobody has coded yet.
        RefusedError: the round is blind and still open.
        OptionError: an unknown level.
        UnknownNameError: a coder or round that the project lacks.
    """
    layer = counted(project, coders, round_name)
    table = analysis.combinations(
        layer.codings,
        layer.utterances,
        level=level,
        parents=layer.codebook.parents(),
        moderators=moderators,
    )
    table.attrs["about"] = method_note(
        project, layer, table, moderators, denominator="utterances looked at, each in one row"
    )
    return table
