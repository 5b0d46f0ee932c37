"""How far the human coders of a project agree, and whether that changed."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

import qualkit.agreement as agreement_room
from qualkit.errors import NotEnoughError, RefusedError
from qualkit.model import Codebook, CoderKind, RoundMode
from qualkit.store import codebooks, rounds
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import Layer, reviewed_layer

__all__ = ["agreement", "agreement_difference", "versions_in_use"]

_INTERVALS = {
    "jackknife": "95 %, leaving out one document at a time (jackknife, t with G-1 df)",
    "bootstrap": "95 %, drawing documents with replacement (standard error of the draws, t)",
    "independent": "95 %, treats utterances as independent, which is far too narrow as a rule",
}


@dataclass(frozen=True)
class _Compared:
    """What is compared: the frames, and the options that follow from the project."""

    codings: pd.DataFrame
    reviewed: pd.DataFrame
    utterances: pd.DataFrame
    options: dict[str, Any]
    about: dict[str, Any]


def agreement(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    project: Handle,
    *,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    level: str = "code",
    unit: str = "utterance",
    coefficients: Sequence[str] | None = None,
    moderators: bool = False,
    interval: str = "jackknife",
    resamples: int = 1000,
    seed: int = 1,
) -> pd.DataFrame:
    """Return how far coders agree, per code and overall, on the utterances they both looked at.

    A code is missing for a coder, rather than not applied, where the version of the codebook that
    he or she coded under did not have it yet, or had retired it.

    Args:
        project: an open project.
        coders: names; None takes every human coder. Consensus and machines never count.
        round_name: one round; None takes all.
        level: "code"; "rollup" (a code is there when it or anything below it was applied); or
            "theme" (the same, themes alone).
        unit: "utterance", or "span": the pieces that the ends of all spans cut utterances into.
        coefficients: which to give, see :func:`qualkit.agreement.agreement`; None takes the usual
            ones. Coefficients of weights compare the certainty that coders stated.
        moderators: count what moderators said, too.
        interval: "jackknife", "bootstrap" or "independent".
        resamples: of the bootstrap.
        seed: of the bootstrap.

    Returns:
        Columns code, coefficient (str), value, low, high (float64), n, positives, neither,
        documents, coders (int64), reason (why a value or an interval is missing).

    Raises:
        NotEnoughError: fewer than two human coders have looked at an utterance.
        UnknownNameError: a coder or round that the project lacks.
        OptionError: an option has a value it cannot take.
        RefusedError: the round is blind and still open, or a coder named is no person.
    """
    found = _compared(project, coders, round_name, moderators)
    chosen: dict[str, Any] = {} if coefficients is None else {"coefficients": tuple(coefficients)}
    table = agreement_room.agreement(
        found.codings,
        found.reviewed,
        level=level,
        unit=unit,
        utterances=found.utterances,
        interval=interval,
        resamples=resamples,
        seed=seed,
        **found.options,
        **chosen,
    )
    drawn = {"resamples": resamples, "seed": seed} if interval == "bootstrap" else {}
    about = {"unit": unit, "level": level, "interval": _INTERVALS[interval], **drawn}
    table.attrs["about"] = found.about | about
    return table


def agreement_difference(  # noqa: PLR0913 - those of agreement, and the two sides
    project: Handle,
    first: str,
    second: str,
    *,
    between: str = "round",
    coders: Sequence[str] | None = None,
    level: str = "code",
    coefficients: Sequence[str] = ("alpha",),
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how much agreement changed between two rounds, codebook versions or codes.

    Args:
        project: an open project.
        first: a round, the number of a version, or a code.
        second: another; the difference is second less first.
        between: "round", "codebook_version" or "code".
        coders: names; None takes every human coder.
        level: as for ``agreement``.
        coefficients: of one code; over all codes come micro and macro alpha.
        moderators: count what moderators said, too.

    Returns:
        Columns code, coefficient (str), first, second, difference, low, high (float64), n_first,
        n_second, documents (int64), reason.

    Raises:
        NotEnoughError: fewer than two human coders have looked at an utterance.
        UnknownNameError: there is no such round, version, code or coder.
        RefusedError: one of the rounds is blind and still open.
    """
    if between == "round":
        for one in (first, second):
            reviewed_layer(project, coders=coders, round_name=one)
    found = _compared(project, coders, None, moderators)
    table = agreement_room.agreement_difference(
        found.codings, found.reviewed, first, second, between=between, level=level,
        coefficients=tuple(coefficients), **found.options,
    )  # fmt: skip
    table.attrs["about"] = found.about | {
        "difference": f"{between.replace('_', ' ')} {second} less {first}",
        "interval": "95 %, leaving out one document at a time on both sides",
    }
    return table


def _compared(
    project: Handle, coders: Sequence[str] | None, round_name: str | None, moderators: bool
) -> _Compared:
    """Return what is compared.

    Raises:
        NotEnoughError: fewer than two human coders have looked at an utterance.
        RefusedError: a consensus or machine coder was named.
    """
    layer = reviewed_layer(project, coders=coders, round_name=round_name)
    others = layer.reviewed[layer.reviewed["coder_kind"] != CoderKind.HUMAN]
    if len(others):
        who, kind = others.iloc[0][["coder", "coder_kind"]]
        raise RefusedError(
            f"agreement is between people, and {who} is a {kind} coder",
            remedy="name human coders only",
        )
    names = sorted(layer.reviewed["coder"].unique())
    if len(names) < 2:
        who = names[0] if names else "nobody"
        raise NotEnoughError(
            f"agreement needs two human coders, and {who} is all there is",
            where=project.location,
            remedy="import the codings of a second coder",
        )
    utterances = layer.utterances
    if not moderators:
        utterances = utterances[~utterances["is_moderator"]]
    places = utterances[["document", "position"]]
    reviewed, held = versions_in_use(project, layer)
    options: dict[str, Any] = {"parents": layer.codebook.parents()}
    if held is not None:
        options["versions"] = held
    left_out = {} if layer.left_out is None else {"left_out": layer.left_out}
    about = {
        "counted": f"utterances that at least two of {', '.join(names)} have looked at",
        "moderators": "counted" if moderators else "left out",
        **left_out,
        "codebook_version": layer.codebook.version,
        "revision": project.revision,
    }
    return _Compared(
        layer.codings.merge(places), reviewed.merge(places), utterances, options, about
    )


def versions_in_use(
    project: Handle, layer: Layer
) -> tuple[pd.DataFrame, dict[int, list[str]] | None]:
    """Return the reviews with their codebook version, and the codes that each version has.

    The second is None where no code is missing from any version in use. Names are those of today.
    """
    with project.database.read() as connection:
        books = codebooks.snapshots(connection)
        made = codebooks.versions(connection).sort_values("created_at")
        plan = rounds.round_frame(connection).set_index("round")
    held = plan.loc[plan["mode"] == str(RoundMode.BLIND), "codebook_version"].dropna()
    times, numbers = made["created_at"].tolist(), made["number"].tolist()
    version = [
        int(held[name]) if name in held.index else _at(times, numbers, at)
        for name, at in zip(layer.reviewed["round"], layer.reviewed["reviewed_at"], strict=True)
    ]
    reviewed = layer.reviewed.assign(codebook_version=pd.Series(version, layer.reviewed.index))
    reviewed = reviewed.astype({"codebook_version": "int64"})
    used = {*reviewed["codebook_version"], *layer.codings["codebook_version"]}
    codes = {number: _names(books[int(number)], layer.codebook) for number in used}
    every = set(layer.codebook.parents())
    is_whole = all(set(names) == every for names in codes.values())
    return reviewed, None if is_whole else {int(number): names for number, names in codes.items()}


def _at(times: list[str], numbers: list[int], moment: str) -> int:
    """Return the version of the codebook at a moment."""
    return numbers[max(bisect.bisect_right(times, moment) - 1, 0)]


def _names(book: Codebook, today: Codebook) -> list[str]:
    """Return the codes that a version offered, by the names that they have today."""
    return [
        today.by_id[code.id].name
        for code in book.codes
        if code.id in today.by_id and not code.retired
    ]
