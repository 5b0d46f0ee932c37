"""Reading agreement: who gave what, what is confused, where it sits, whether it drifts.

All of it is about human coders and the utterances that at least two of them have finished. Blind
rounds that are still open are left out, and so are rounds in which a coder codes again.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import pandas as pd

from qualkit.agreement import confusion as confusions
from qualkit.agreement import drift as drifts
from qualkit.agreement import reading, where
from qualkit.errors import NotEnoughError, OptionError
from qualkit.model import Codebook
from qualkit.workflow.agreements import versions_in_use
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.layers import Layer, reviewed_layer

__all__ = [
    "about",
    "agreement_by_utterance",
    "compared_layer",
    "confusion",
    "disagreement_by",
    "drift",
]

_PLACE = ["document", "position"]
GROUPS = ("document", "speaker", "stakeholder_type", "organisation", "role", "kind", "section")


def compared_layer(
    project: Handle,
    *,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
) -> tuple[Layer, dict[str, Any]]:
    """Return what human coders did, and the options that follow from the codebook.

    Returns:
        The codings and reviews with the version of the codebook that they were made under, and the
        utterances they may be about; ``parents`` and, where some version in use lacks a code,
        ``versions``.

    Raises:
        NotEnoughError: fewer than two human coders have looked at an utterance.
        UnknownNameError: a coder or round that the project lacks.
        RefusedError: the round is blind and still open.
    """
    layer = reviewed_layer(project, coders=coders, round_name=round_name)
    utterances = layer.utterances
    if not moderators:
        utterances = utterances[~utterances["is_moderator"]]
    codings, reviewed = (
        one.merge(utterances[_PLACE], on=_PLACE) for one in (layer.codings, layer.reviewed)
    )
    names = sorted(reviewed["coder"].unique())
    if len(names) < 2:
        who = names[0] if names else "nobody"
        raise NotEnoughError(
            f"agreement needs two human coders, and {who} is all there is",
            where=project.location,
            remedy="import the codings of a second coder",
        )
    layer = dataclasses.replace(
        layer,
        codings=codings,
        utterances=utterances,
        reviewed=reviewed,
        label=", ".join(names),
        names=tuple(names),
    )
    reviewed, versions = versions_in_use(project, layer)
    options: dict[str, Any] = {"parents": layer.codebook.parents()}
    if versions is not None:
        options["versions"] = versions
    return dataclasses.replace(layer, reviewed=reviewed), options


def about(project: Handle, layer: Layer, moderators: bool, **more: Any) -> dict[str, Any]:
    """Return what a result says of itself: what is counted, and of which state."""
    left_out = {} if layer.left_out is None else {"left_out": layer.left_out}
    return {
        "counted": f"utterances that at least two of {layer.label} have looked at",
        "moderators": "counted" if moderators else "left out",
        **more,
        **left_out,
        "codebook_version": layer.codebook.version,
        "revision": project.revision,
    }


def agreement_by_utterance(
    project: Handle,
    *,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    level: str = "code",
    only_disagreements: bool = False,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return who gave what, one row per utterance that two coders or more have looked at.

    Args:
        project: an open project.
        coders: names; None takes every human coder.
        round_name: one round; None takes all.
        level: "code", or "theme": themes, given where they or anything below them were.
        only_disagreements: leave out the utterances on which all gave the same.
        moderators: show what moderators said, too.

    Returns:
        Columns document, position (int64), speaker, text (str), agreed (bool), differs_on, one
        column per coder with the codes he or she gave ("(nothing)": looked and gave none; missing:
        not looked at), certainty, memos; in document order.

    Raises:
        NotEnoughError: fewer than two human coders have looked at an utterance.
        UnknownNameError: a coder or round that the project lacks.
        RefusedError: the round is blind and still open.
    """
    layer, options = compared_layer(
        project, coders=coders, round_name=round_name, moderators=moderators
    )
    table = reading.by_utterance(
        layer.codings,
        layer.reviewed,
        layer.utterances,
        level=level,
        only_disagreements=only_disagreements,
        **options,
    )
    table.attrs["about"] = about(project, layer, moderators)
    return table


def confusion(
    project: Handle,
    *,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    level: str = "code",
    directed: bool = False,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return which codes are taken for each other, with their definitions side by side.

    Args:
        project: an open project.
        coders: names; None takes every human coder.
        round_name: one round; None takes all.
        level: "code", or "theme".
        directed: one row for each two coders: ``coder_a`` gave ``code_a`` where ``coder_b`` gave
            ``code_b`` instead.
        moderators: count what moderators said, too.

    Returns:
        Columns code_a, code_b (coder_a, coder_b), n (int64: how often one coder gave A and not B
        where another gave B and not A), same (int64: both gave A and neither B, or the other way
        round), share, share_of_a, share_of_b (float64), relation, definition_a, definition_b,
        include_a, include_b, exclude_a, exclude_b (str). Most often first. "(nothing)" beside a
        code: the other coder gave no code at all.

    Raises:
        NotEnoughError: fewer than two human coders have looked at an utterance.
        UnknownNameError: a coder or round that the project lacks.
        RefusedError: the round is blind and still open.
    """
    layer, options = compared_layer(
        project, coders=coders, round_name=round_name, moderators=moderators
    )
    table = confusions.confusion(
        layer.codings,
        layer.reviewed,
        level=level,
        directed=directed,
        **options,
    )
    table = _side_by_side(table, layer.codebook)
    table.attrs["about"] = about(
        project, layer, moderators, unit="pair of coders and utterance that both have finished"
    )
    return table


def _side_by_side(table: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    codes = {code.name: code for code in codebook.codes}
    columns = {}
    for field in ("definition", "include", "exclude"):
        words = {name: getattr(code, field) for name, code in codes.items()}
        for side in ("a", "b"):
            columns[f"{field}_{side}"] = table[f"code_{side}"].map(words).fillna("").astype(object)
    return table.assign(**columns)


def disagreement_by(  # noqa: PLR0913 - whose, where, and by what
    project: Handle,
    *,
    by: str = "document",
    code: str | None = None,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    level: str = "code",
    moderators: bool = False,
) -> pd.DataFrame:
    """Return where disagreement sits: how many utterances of each group the coders differ on.

    Args:
        project: an open project.
        by: document, speaker, stakeholder_type, organisation, role, kind or section.
        code: look at one code alone (name or id); None takes all together.
        coders: names; None takes every human coder.
        round_name: one round; None takes all.
        level: "code", or "theme".
        moderators: count what moderators said, too.

    Returns:
        Columns: the one named by ``by``, n, differing (int64), share, low, high (float64),
        interval (how it was made: by leaving out documents, or Wilson's, which takes utterances as
        independent), alpha (float64: of this group alone), documents (int64), note. A speaker's
        label that means different people in different documents stands with its document.

    Raises:
        NotEnoughError: fewer than two human coders have looked at an utterance.
        OptionError: utterances cannot be grouped so.
        UnknownNameError: a code, coder or round that the project lacks.
        RefusedError: the round is blind and still open.
    """
    if by not in GROUPS:
        raise OptionError(
            f"utterances cannot be grouped by '{by}'", remedy=f"use {', '.join(GROUPS)}"
        )
    layer, options = compared_layer(
        project, coders=coders, round_name=round_name, moderators=moderators
    )
    table = where.disagreement_by(
        layer.codings,
        layer.reviewed,
        _people_apart(layer.utterances),
        by=by,
        code=None if code is None else _name_of(layer.codebook, code),
        level=level,
        **options,
    )
    table.attrs["about"] = about(project, layer, moderators)
    return table


def _name_of(codebook: Codebook, wanted: str) -> str:
    names = {one.name: one for one in codebook.codes}
    return (codebook.find(wanted) or known("code", wanted, names)).name


def _people_apart(utterances: pd.DataFrame) -> pd.DataFrame:
    """Return the utterances with the document beside a speaker's name that means several."""
    people = utterances.dropna(subset="speaker_id").drop_duplicates("speaker_id")
    shared = people.loc[people["speaker"].duplicated(keep=False), "speaker"]
    told = utterances["speaker"] + " (" + utterances["document"] + ")"
    is_shared = utterances["speaker"].isin(shared)
    return utterances.assign(speaker=told.where(is_shared, utterances["speaker"]))


def drift(  # noqa: PLR0913 - whose, where, and what to show of it
    project: Handle,
    *,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    level: str = "code",
    code: str | None = None,
    blocks: int = 2,
    only_changes: bool = False,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how agreement, and what each coder gives, change in the order of coding.

    Args:
        project: an open project.
        coders: names; None takes every human coder.
        round_name: one round; None takes all.
        level: "code", or "theme".
        code: this one alone (name or id), and alpha over all codes; None takes all codes.
        blocks: into how many consecutive blocks the coding is cut, 2 to 20.
        only_changes: leave out the blocks themselves: only the last less the first.
        moderators: count what moderators said, too.

    Returns:
        Columns measure ("alpha" between coders; "share" of a coder's utterances that got the code;
        "share against the others": less the share that the others gave it on the same utterances),
        coder (missing: between coders), code, block ("1", "2", ..., "last - first"), value, low,
        high (float64), n, documents (int64), reason. ``attrs["about"]`` says what the order rests
        on: codings imported together have none but that of the documents.

    Raises:
        NotEnoughError: fewer than two human coders have looked at an utterance.
        OptionError: a number of blocks that cannot be.
        UnknownNameError: a code, coder or round that the project lacks.
        RefusedError: the round is blind and still open.
    """
    layer, options = compared_layer(
        project, coders=coders, round_name=round_name, moderators=moderators
    )
    table = drifts.drift(layer.codings, layer.reviewed, level=level, blocks=blocks, **options)
    if code is not None:
        kept = [_name_of(layer.codebook, code), drifts.ALL_CODES]
        table = table[table["code"].isin(kept)]
    if only_changes:
        table = table[table["block"] == drifts.CHANGE]
    table = table.reset_index(drop=True)
    together = layer.reviewed.duplicated(["coder", "round", "reviewed_at"], keep=False)
    order = "the time of each decision"
    if together.all():
        order = (
            "none: all decisions were stored together, so the documents stand in their own order"
        )
    elif together.any():
        order += (
            f"; {int(together.sum()):,} of {len(together):,} decisions were stored together with "
            "others and stand in the order of the documents"
        )
    table.attrs["about"] = about(project, layer, moderators, order=order)
    return table
