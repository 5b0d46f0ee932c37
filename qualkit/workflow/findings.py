"""The findings: agreement between coders, theme by group, and what goes with what.

None of them looks into a blind round before it is closed: asked for one, they refuse; asked for
all rounds, they leave it out and say so in ``attrs["about"]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

import qualkit.agreement as agreement_room
from qualkit import analysis
from qualkit.errors import NotEnoughError
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import Layer, counted_layer, reviewed_layer

__all__ = ["agreement", "cooccurrence", "frequency"]


def agreement(
    project: Handle,
    *,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    level: str = "code",
    coefficients: Sequence[str] | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how far coders agree, per code and overall, on the utterances they both looked at.

    Args:
        project: an open project.
        coders: names; None takes every human coder. Consensus and machines never count.
        round_name: one round; None takes all.
        level: "code", or "theme" (a theme is there when it or anything below it was applied).
        coefficients: which to give; None takes the usual ones.
        moderators: count what moderators said, too.

    Returns:
        Columns code, coefficient (str), value, low, high (float64), n, positives, neither,
        documents, coders (int64), reason (why a value or an interval is missing).

    Raises:
        NotEnoughError: fewer than two human coders have looked at an utterance.
        UnknownNameError: a coder or round that the project lacks.
        RefusedError: the round is blind and still open.
    """
    layer = reviewed_layer(project, coders=coders, round_name=round_name)
    names = sorted(layer.reviewed["coder"].unique())
    if len(names) < 2:
        who = names[0] if names else "nobody"
        raise NotEnoughError(
            f"agreement needs two human coders, and {who} is all there is",
            where=project.location,
            remedy="import the codings of a second coder",
        )
    utterances = layer.utterances if moderators else _without_moderators(layer.utterances)
    places = utterances[["document", "position"]]
    options: dict[str, Any] = {} if coefficients is None else {"coefficients": tuple(coefficients)}
    table = agreement_room.agreement(
        layer.codings.merge(places),
        layer.reviewed.merge(places),
        parents=layer.codebook.parents(),
        level=level,
        **options,
    )
    table.attrs["about"] = {
        "counted": f"utterances that at least two of {', '.join(names)} have looked at",
        "moderators": "counted" if moderators else "left out",
        "interval": "95 %, leaving out one document at a time (jackknife, t with G-1 df)",
        **_left_out(layer),
        "codebook_version": layer.codebook.version,
        "revision": project.revision,
    }
    return table


def _left_out(layer: Layer) -> dict[str, str]:
    return {} if layer.left_out is None else {"left_out": layer.left_out}


def _without_moderators(utterances: pd.DataFrame) -> pd.DataFrame:
    return utterances[~utterances["is_moderator"]]


def frequency(
    project: Handle,
    *,
    by: str = "stakeholder_type",
    of: str = "utterances",
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how often each code and theme comes up in each group, with its denominator.

    Args:
        project: an open project.
        by: column that makes the groups: stakeholder_type, organisation, role, speaker, document...
        of: what is counted: utterances, words, speakers or documents.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.

    Returns:
        Columns code, level ("theme" rolls its codes up, "code" counts the code itself), the
        grouping column, denominator, n, total, share, low, high, residual, p, q, note.

    Raises:
        NotEnoughError: nobody has coded yet.
        RefusedError: the round is blind and still open.
        OptionError: an unknown column or denominator.
    """
    layer = counted_layer(project, coders=coders, round_name=round_name)
    table = analysis.frequency(
        layer.codings,
        layer.utterances,
        by=by,
        of=of,
        parents=layer.codebook.parents(),
        moderators=moderators,
    )
    table.attrs["about"] = _about(project, layer, table.attrs, moderators) | {
        "denominator": f"{of} of each {by}",
    }
    return table


def cooccurrence(
    project: Handle,
    *,
    within: str = "utterance",
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how often two codes share a unit, for every pair that could.

    Args:
        project: an open project.
        within: the unit: utterance, span, turn, window:K or document.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.

    Returns:
        Columns code_a, code_b, n_a, n_b, n_ab, jaccard, lift, npmi, phi, p, q.

    Raises:
        NotEnoughError: nobody has coded yet.
        RefusedError: the round is blind and still open.
        OptionError: an unknown unit.
    """
    layer = counted_layer(project, coders=coders, round_name=round_name)
    table = analysis.cooccurrence(
        layer.codings,
        layer.utterances,
        within=within,
        parents=layer.codebook.parents(),
        moderators=moderators,
    )
    table.attrs["about"] = _about(project, layer, table.attrs, moderators) | {"within": within}
    return table


def _about(
    project: Handle, layer: Layer, attributes: dict[Any, Any], moderators: bool
) -> dict[str, Any]:
    plain = {
        str(name): value
        for name, value in attributes.items()
        if isinstance(value, (str, int, float, list)) and name != "about"
    }
    return {
        "counted": f"codings of {layer.label}",
        "moderators": "counted" if moderators else "left out",
        **plain,
        **_left_out(layer),
        "codebook_version": layer.codebook.version,
        "revision": project.revision,
    }
