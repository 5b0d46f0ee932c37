"""Which codings a finding counts: whose they are, and which utterances those people looked at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from qualkit.errors import NotEnoughError
from qualkit.model import Codebook, CoderKind
from qualkit.store import codebooks, documents
from qualkit.workflow import blindness
from qualkit.workflow.handle import Handle, known

__all__ = ["Layer", "counted_layer", "reviewed_layer"]

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


def reviewed_layer(
    project: Handle,
    *,
    coders: Sequence[str] | None = None,
    kinds: Sequence[CoderKind] = (CoderKind.HUMAN,),
    round_name: str | None = None,
    viewer: str | None = None,
) -> Layer:
    """Return the codings and reviews of some coders, or of all coders of some kinds.

    Of blind rounds that are still open, only what the viewer did.

    Raises:
        UnknownNameError: a coder or round that the project lacks.
        RefusedError: without a viewer, a round that is blind and still open.
    """
    with project.database.read() as connection:
        codebook = codebooks.current(connection)
        utterances = documents.utterance_frame(connection)
        if viewer is None:
            blindness.check_not_blind(connection, round_name)
        codings = blindness.coding_frame(connection, viewer)
        reviewed = blindness.review_frame(connection, viewer)
    if round_name is not None:
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


def _any_of(names: str) -> str:
    return f"any of {names}" if ", " in names else names


def _default(project: Handle, round_name: str | None) -> tuple[Layer, str]:
    humans = reviewed_layer(project, round_name=round_name)
    agreed = reviewed_layer(project, kinds=[CoderKind.CONSENSUS], round_name=round_name)
    if humans.reviewed.empty and agreed.reviewed.empty:
        machines = reviewed_layer(project, kinds=[CoderKind.MACHINE], round_name=round_name)
        return machines, f"{_any_of(machines.label)} (machine)"
    if agreed.reviewed.empty:
        return humans, _any_of(humans.label)
    settled = agreed.reviewed[_PLACE].drop_duplicates()
    both = Layer(
        pd.concat([_outside(humans.codings, settled), agreed.codings], ignore_index=True),
        humans.utterances,
        pd.concat([_outside(humans.reviewed, settled), agreed.reviewed], ignore_index=True),
        humans.codebook,
        "",
        humans.left_out,
    )
    if humans.reviewed.empty:
        return both, "the consensus"
    return both, f"the consensus where there is one, else {_any_of(humans.label)}"


def _outside(frame: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    marked = frame.merge(places, on=_PLACE, how="left", indicator="where")
    return marked[marked["where"] == "left_only"].drop(columns="where")
