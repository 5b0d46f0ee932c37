"""Which codings a finding counts: whose they are, and which utterances those people looked at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import pandas as pd

from qualkit.errors import NotEnoughError
from qualkit.model import Codebook, CoderKind
from qualkit.store import codebooks, documents, repeats
from qualkit.workflow import blindness
from qualkit.workflow.handle import Handle, known

__all__ = ["Layer", "counted_layer", "is_counted", "reviewed_layer"]

_PLACE = ["document", "position"]


@dataclass(frozen=True)
class Layer:
    """Codings to count, with the utterances they could have been on.

    Attributes:
        codings: columns document, position, code, coder and span.
        utterances: one row per codable utterance looked at.
        reviewed: columns document, position, coder.
        codebook: the codebook of today.
        label: says in words what is counted.
        left_out: says in words which blind rounds are not; None: none.
    """

    codings: pd.DataFrame
    utterances: pd.DataFrame
    reviewed: pd.DataFrame
    codebook: Codebook
    label: str
    left_out: str | None = None


@dataclass(frozen=True)
class _Read:
    """What was read of a project for one viewer, at one of its states."""

    revision: int
    viewer: str | None
    codebook: Codebook
    utterances: pd.DataFrame
    codings: pd.DataFrame
    reviewed: pd.DataFrame
    again: list[str]


_READ: WeakKeyDictionary[Handle, _Read] = WeakKeyDictionary()
"""What was read last for each open project: the next finding starts from there."""


def _read(project: Handle, viewer: str | None) -> _Read:
    revision, kept = project.revision, _READ.get(project)
    if kept is None or (kept.revision, kept.viewer) != (revision, viewer):
        with project.database.read() as connection:
            kept = _Read(
                revision,
                viewer,
                codebooks.current(connection),
                documents.utterance_frame(connection),
                blindness.coding_frame(connection, viewer),
                blindness.review_frame(connection, viewer),
                list(repeats.names(connection)),
            )
        _READ[project] = kept
    return kept


def reviewed_layer(
    project: Handle,
    *,
    coders: Sequence[str] | None = None,
    kinds: Sequence[CoderKind] = (CoderKind.HUMAN,),
    round_name: str | None = None,
    viewer: str | None = None,
) -> Layer:
    """Return the codings and reviews of some coders, or of all coders of some kinds.

    Of blind rounds that are still open, only what the viewer did. Rounds in which a coder codes
    his or her own utterances again are left out, unless one is named.

    Raises:
        UnknownNameError: a coder or round that the project lacks.
        RefusedError: without a viewer, a round that is blind and still open.
    """
    if viewer is None:
        with project.database.read() as connection:
            blindness.check_not_blind(connection, round_name)
    read = _read(project, viewer)
    utterances, codings, reviewed = (
        one.copy(deep=False) for one in (read.utterances, read.codings, read.reviewed)
    )
    codebook, again = read.codebook, read.again
    if round_name is None:
        codings = codings[~codings["round"].isin(again)]
        reviewed = reviewed[~reviewed["round"].isin(again)]
    else:
        known("round", round_name, {name: name for name in reviewed["round"].unique()})
        codings = codings[codings["round"] == round_name]
        reviewed = reviewed[reviewed["round"] == round_name]
    if coders:
        present = {name: name for name in reviewed["coder"].unique()}
        names = [known("coder", name, present) for name in coders]
    else:
        of_kind = reviewed["coder_kind"].isin([str(kind) for kind in kinds])
        names = sorted(reviewed.loc[of_kind, "coder"].unique())
    utterances = utterances[utterances["codable"]]
    label = ", ".join(names)
    return Layer(
        _inside(codings[codings["coder"].isin(names)], utterances),
        utterances,
        _inside(reviewed[reviewed["coder"].isin(names)], utterances),
        codebook,
        label,
        reviewed.attrs.get("about", {}).get("left_out"),
    )


def _inside(frame: pd.DataFrame, utterances: pd.DataFrame) -> pd.DataFrame:
    return frame.merge(utterances[_PLACE], on=_PLACE)


def counted_layer(
    project: Handle, *, coders: Sequence[str] | None = None, round_name: str | None = None
) -> Layer:
    """Return the codings that findings count: each utterance once, however many coders agree.

    Without ``coders``: what the human coders applied, any of them; where a consensus was reached,
    the consensus instead. Only when no human has coded, the machine coders. The utterances are
    those that these coders have looked at.

    Raises:
        NotEnoughError: nobody has coded yet.
        UnknownNameError: a coder or round that the project lacks.
    """
    if coders:
        layer = reviewed_layer(project, coders=coders, round_name=round_name)
        people = _any_of(layer.label)
    else:
        layer, people = _default(project, round_name)
    if layer.reviewed.empty:
        raise NotEnoughError(
            "nobody has coded an utterance yet",
            where=project.location,
            remedy="code some, import codings, or run: qualkit autocode --markers",
        )
    seen = layer.reviewed[_PLACE].drop_duplicates()
    utterances = layer.utterances.merge(seen, on=_PLACE)
    return dataclasses.replace(layer, utterances=utterances, label=people)


def is_counted(rows: pd.DataFrame, reviewed: pd.DataFrame) -> pd.Series:
    """Return which codings, or reviews, findings count when nobody in particular is asked for.

    Args:
        rows: columns document, position, coder_kind.
        reviewed: every review there is, with the same columns; it says where there is a consensus.

    Returns:
        bool, one for each row: of the consensus, or of a human where there is no consensus; of a
        machine only when neither a human nor the consensus has looked at anything.
    """
    kinds = set(reviewed["coder_kind"].unique())
    if not kinds & {CoderKind.HUMAN, CoderKind.CONSENSUS}:
        return rows["coder_kind"] == CoderKind.MACHINE
    agreed = reviewed.loc[reviewed["coder_kind"] == CoderKind.CONSENSUS, _PLACE]
    settled = pd.MultiIndex.from_frame(agreed.drop_duplicates())
    is_open = ~pd.MultiIndex.from_frame(rows[_PLACE]).isin(settled)
    is_human = rows["coder_kind"] == CoderKind.HUMAN
    return (rows["coder_kind"] == CoderKind.CONSENSUS) | (is_human & is_open)


def _any_of(names: str) -> str:
    return f"any of {names}" if ", " in names else names


def _default(project: Handle, round_name: str | None) -> tuple[Layer, str]:
    whole = reviewed_layer(project, kinds=tuple(CoderKind), round_name=round_name)
    layer = dataclasses.replace(
        whole,
        codings=whole.codings[is_counted(whole.codings, whole.reviewed)].reset_index(drop=True),
        reviewed=whole.reviewed[is_counted(whole.reviewed, whole.reviewed)].reset_index(drop=True),
    )
    return layer, _people(whole.reviewed)


def _people(reviewed: pd.DataFrame) -> str:
    """Return in words whose codings are counted."""
    coders = reviewed.drop_duplicates("coder")
    names = {
        kind: ", ".join(sorted(coders.loc[coders["coder_kind"] == kind, "coder"]))
        for kind in CoderKind
    }
    humans, agreed = names[CoderKind.HUMAN], names[CoderKind.CONSENSUS]
    if not humans and not agreed:
        return f"{_any_of(names[CoderKind.MACHINE])} (machine)"
    if not agreed:
        return _any_of(humans)
    return (
        f"the consensus where there is one, else {_any_of(humans)}" if humans else "the consensus"
    )
