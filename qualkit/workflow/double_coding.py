"""Planning: how much to code twice for an interval of a wanted width, and drawing it as a round."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from qualkit.agreement import planning
from qualkit.agreement.planning import Material, Spread
from qualkit.errors import NotEnoughError, OptionError
from qualkit.model import Codebook, RoundMode
from qualkit.store import codebooks
from qualkit.store import documents as stored_documents
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.layers import counted_layer
from qualkit.workflow.reliability import compared_layer
from qualkit.workflow.rounds import (
    STRATA,
    counted_in,
    draw_sample,
    open_drawn,
    rule_of,
    told_of,
)

__all__ = ["open_double_coding", "plan_double_coding"]

DESIGNS = ("utterances", "documents")


def plan_double_coding(  # noqa: PLR0913 - what is wanted, and what is assumed
    project: Handle,
    width: float,
    *,
    code: str | None = None,
    prevalence: float | None = None,
    alpha: float = 0.8,
    correlation: float = 0.1,
    round_name: str | None = None,
) -> pd.DataFrame:
    """Return how many documents or utterances to code twice for an interval of alpha so wide.

    For a code that two coders have coded in five documents or more, that is the pilot: its alpha,
    its prevalence, and how much both differ from document to document. Otherwise alpha and
    correlation are assumed, and the prevalence is the one stated, or the share of the utterances
    coded so far that have the code.

    Args:
        project: an open project.
        width: of the 95 % interval, from end to end; .2 is alpha plus and minus .1.
        code: name or id; None plans for any code of the prevalence stated.
        prevalence: share of utterances with the code; stating it sets the pilot aside.
        alpha: that is expected, without a pilot.
        correlation: of utterances in one document, without a pilot; .1 is on the safe side.
        round_name: the pilot; None takes all rounds.

    Returns:
        Two rows, design "whole documents" and "some utterances of every document"; columns design,
        code, width, documents, utterances (Int64), per_document, positives, design_effect, alpha,
        prevalence, correlation (float64), basis (pilot, or assumed), reason. What moderators said
        is not counted.

    Raises:
        NotEnoughError: no utterance to code, or nothing to take a prevalence from.
        OptionError: neither a code nor a prevalence, or a number that cannot be.
        UnknownNameError: no such code or round.
    """
    if code is None and prevalence is None:
        raise OptionError("there is nothing to plan for", remedy="name a code, or a prevalence")
    with project.database.read() as connection:
        codebook = codebooks.current(connection)
        utterances = _codable(stored_documents.utterance_frame(connection))
    material = Material(int(utterances["document"].nunique()), len(utterances))
    name = "" if code is None else _name_of(codebook, code)
    if prevalence is not None:
        spread = planning.assumed_spread(alpha, prevalence, correlation)
    else:
        spread = _spread(project, codebook, name, round_name, (alpha, correlation))
    table = planning.plan(width, spread, material, code=name)
    table.attrs["about"] = {
        "material": f"{len(utterances):,} codable utterances in {material.documents:,} documents",
        "interval": "95 %, leaving out one document at a time (jackknife, t with G-1 df)",
        "revision": project.revision,
    }
    return table


def _codable(utterances: pd.DataFrame) -> pd.DataFrame:
    return utterances[utterances["codable"] & ~utterances["is_moderator"]]


def _name_of(codebook: Codebook, wanted: str) -> str:
    names = {one.name: one for one in codebook.codes}
    return (codebook.find(wanted) or known("code", wanted, names)).name


def _spread(
    project: Handle,
    codebook: Codebook,
    name: str,
    round_name: str | None,
    assumed: tuple[float, float],
) -> Spread:
    """Return the spread of a code from its pilot, or from its prevalence and assumptions."""
    try:
        layer, options = compared_layer(project, round_name=round_name)
        return planning.pilot_spread(layer.codings, layer.reviewed, name, **options)
    except NotEnoughError as short:
        counted = counted_layer(project, round_name=round_name)
        seen = _codable(counted.utterances)
        coded = counted.codings.merge(seen[["document", "position"]])
        some = coded.loc[coded["code"] == name, ["document", "position"]].drop_duplicates()
        if some.empty or len(some) == len(seen):
            raise NotEnoughError(
                f"'{name}' has no prevalence to plan with yet", remedy="state one: --prevalence"
            ) from short
    spread = planning.assumed_spread(assumed[0], len(some) / len(seen), assumed[1])
    basis = f"{spread.basis}; prevalence from {len(seen):,} utterances coded so far"
    return Spread(spread.alpha, spread.prevalence, spread.variance, spread.correlation, basis)


def open_double_coding(  # noqa: PLR0913 - the plan, and the rules of the round
    project: Handle,
    name: str,
    width: float,
    *,
    coders: Sequence[str],
    design: str = "utterances",
    code: str | None = None,
    prevalence: float | None = None,
    alpha: float = 0.8,
    correlation: float = 0.1,
    seed: int = 1,
) -> pd.DataFrame:
    """Open a blind round on as much as the plan asks for, drawn at random.

    With the design "utterances" it is a sample of every document, in proportion to documents and
    stakeholder types; with "documents" whole documents, each as likely as any other. Where
    moderators' utterances may be drawn too, so many more are drawn that enough others are.

    Args:
        project: an open project.
        name: of the round, not used before.
        width: as for ``plan_double_coding``.
        coders: who takes part, two or more.
        design: "utterances" or "documents".
        code: as for ``plan_double_coding``.
        prevalence: as for ``plan_double_coding``.
        alpha: as for ``plan_double_coding``.
        correlation: as for ``plan_double_coding``.
        seed: of the draw; the same seed draws the same.

    Returns:
        What was drawn, as from ``open_round``.

    Raises:
        NotEnoughError: the project does not hold as much as it takes.
        OptionError: fewer than two coders, no such design, or a rule that cannot be.
        UnknownNameError: no such code.
    """
    if design not in DESIGNS:
        raise OptionError(f"'{design}' is no design", remedy=f"use {' or '.join(DESIGNS)}")
    if len(set(coders)) < 2:
        raise OptionError("to code twice takes two coders", remedy="name them")
    plan = plan_double_coding(
        project, width, code=code, prevalence=prevalence, alpha=alpha, correlation=correlation
    )
    row = plan.iloc[1 - DESIGNS.index(design)]
    with project.database.read() as connection:
        utterances = stored_documents.utterance_frame(connection)
    utterances = utterances[utterances["codable"]]
    drawn, wanted, strata = _drawn(utterances, row, design, seed)
    counted = counted_in(utterances, drawn, strata)
    how = told_of(wanted, strata, seed, counted, design=design)
    rule = rule_of(name, RoundMode.BLIND)
    open_drawn(project, rule, coders, drawn, how, size=len(drawn))
    return counted


def _drawn(
    utterances: pd.DataFrame, row: pd.Series, design: str, seed: int
) -> tuple[pd.DataFrame, float, list[str]]:
    """Return what is drawn for one row of a plan, how much was wanted, and the strata."""
    others = _codable(utterances)
    names = list(dict.fromkeys(others["document"]))
    is_enough = pd.notna(row["utterances"]) and (
        row["utterances"] <= len(others) and row["documents"] <= len(names)
    )
    if not is_enough:
        raise NotEnoughError(
            f"an interval {row['width']:g} wide takes more than there is: {row['reason']}",
            remedy="take a wider one, or import more documents",
        )
    if design == "documents":
        places = np.random.default_rng(seed).permutation(len(names))[: int(row["documents"])]
        drawn = utterances[utterances["document"].isin([names[one] for one in places])]
        return drawn, float(row["documents"]), ["document"]
    size = min(math.ceil(row["utterances"] * len(utterances) / len(others)), len(utterances))
    return draw_sample(utterances, size, per=STRATA, seed=seed), float(size), list(STRATA)
