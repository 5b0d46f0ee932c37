"""Which codings a finding counts: whose they are, and which utterances those people looked at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qualkit.analysis.material import Bools
from qualkit.errors import NotEnoughError
from qualkit.model import Codebook, CoderKind
from qualkit.workflow import blindness
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.reading import Everything, everything

__all__ = ["Chosen", "Layer", "counted_layer", "counted_rows", "is_counted", "reviewed_layer"]


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
        names: the coders that are compared or counted, where they are named.
    """

    codings: pd.DataFrame
    utterances: pd.DataFrame
    reviewed: pd.DataFrame
    codebook: Codebook
    label: str
    left_out: str | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """Which codings and reviews of what was read are counted.

    Attributes:
        read: what was read.
        codings: True for each coding that is counted.
        reviewed: True for each review that is.
        label: says in words whose they are.
        names: the coders among whom was chosen.
    """

    read: Everything
    codings: Bools
    reviewed: Bools
    label: str
    names: tuple[str, ...]

    @property
    def codebook(self) -> Codebook:
        """The codebook of today."""
        return self.read.codebook

    @property
    def left_out(self) -> str | None:
        """Says in words which blind rounds are not counted; None: none."""
        told: str | None = self.read.reviewed.attrs.get("about", {}).get("left_out")
        return told

    @property
    def seen(self) -> Bools:
        """True for each codable utterance that one of these people has looked at."""
        is_seen = np.zeros(len(self.read.places), dtype=np.bool_)
        is_seen[self.read.reviewed["utterance"].to_numpy()[self.reviewed]] = True
        is_seen &= self.read.places["codable"].to_numpy()
        return is_seen


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
    chosen = _reviewed(project, coders, kinds, round_name, viewer)
    utterances = chosen.read.utterances
    return _layer(chosen, utterances[utterances["codable"]])


def _layer(chosen: Chosen, utterances: pd.DataFrame) -> Layer:
    read = chosen.read
    return Layer(
        read.codings[chosen.codings].reset_index(drop=True),
        utterances,
        read.reviewed[chosen.reviewed].reset_index(drop=True),
        read.codebook,
        chosen.label,
        chosen.left_out,
        chosen.names,
    )


def _reviewed(
    project: Handle,
    coders: Sequence[str] | None,
    kinds: Sequence[CoderKind],
    round_name: str | None,
    viewer: str | None,
) -> Chosen:
    """Return what ``reviewed_layer`` counts."""
    if viewer is None:
        with project.database.read() as connection:
            blindness.check_not_blind(connection, round_name)
    read = everything(project, viewer)
    codings, reviewed = read.codings, read.reviewed
    if round_name is None:
        in_coding, in_review = (~_having(one["round"], read.again) for one in (codings, reviewed))
    else:
        known("round", round_name, {name: name for name in _present(reviewed["round"])})
        in_coding, in_review = (_having(one["round"], [round_name]) for one in (codings, reviewed))
    if coders:
        there = {name: name for name in _present(reviewed["coder"], in_review)}
        names = [known("coder", name, there) for name in coders]
    else:
        of_kind = _having(reviewed["coder_kind"], [str(kind) for kind in kinds])
        names = _present(reviewed["coder"], in_review & of_kind)
    is_codable = read.places["codable"].to_numpy()
    in_coding, in_review = (
        mask & _having(frame["coder"], names) & is_codable[frame["utterance"].to_numpy()]
        for frame, mask in ((codings, in_coding), (reviewed, in_review))
    )
    return Chosen(read, in_coding, in_review, ", ".join(names), tuple(names))


def _having(column: pd.Series, names: Sequence[str]) -> Bools:
    """Return which rows have one of these names."""
    column = column.astype("category")
    wanted = np.append(column.cat.categories.isin(list(names)), False)  # the last is for -1
    found: Bools = wanted[column.cat.codes.to_numpy()]
    return found


def _present(column: pd.Series, rows: Bools | None = None) -> list[str]:
    """Return the names that are there, or in some of the rows, sorted."""
    column = column.astype("category")
    codes = column.cat.codes.to_numpy()
    number = np.unique(codes if rows is None else codes[rows])
    return sorted(str(one) for one in column.cat.categories[number[number >= 0]])


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
    chosen = counted_rows(project, coders, round_name)
    return _layer(chosen, chosen.read.utterances[chosen.seen].reset_index(drop=True))


def counted_rows(project: Handle, coders: Sequence[str] | None, round_name: str | None) -> Chosen:
    """Return which rows ``counted_layer`` consists of, found once for a state of the project.

    Raises:
        NotEnoughError: nobody has coded yet.
        UnknownNameError: a coder or round that the project lacks.
    """
    with project.database.read() as connection:
        blindness.check_not_blind(connection, round_name)
    key = ("rows", None if coders is None else tuple(coders), round_name)
    return everything(project).once(key, lambda: _counted_rows(project, coders, round_name))


def _counted_rows(project: Handle, coders: Sequence[str] | None, round_name: str | None) -> Chosen:
    kinds = (CoderKind.HUMAN,) if coders else tuple(CoderKind)
    chosen = _reviewed(project, coders, kinds, round_name, None)
    if coders:
        chosen = dataclasses.replace(chosen, label=_any_of(chosen.label))
    else:
        chosen = _default(chosen)
    if not chosen.reviewed.any():
        raise NotEnoughError(
            "nobody has coded an utterance yet",
            where=project.location,
            remedy="code some, import codings, or run: qualkit autocode --markers",
        )
    return chosen


def is_counted(rows: pd.DataFrame, reviewed: pd.DataFrame) -> Bools:
    """Return which codings, or reviews, findings count when nobody in particular is asked for.

    Args:
        rows: columns utterance (number of its row) and coder_kind.
        reviewed: every review there is, with the same columns; it says where there is a consensus.

    Returns:
        bool, one for each row: of the consensus, or of a human where there is no consensus; of a
        machine only when neither a human nor the consensus has looked at anything.
    """
    kinds = set(_present(reviewed["coder_kind"]))
    if not kinds & {CoderKind.HUMAN, CoderKind.CONSENSUS}:
        return _having(rows["coder_kind"], [CoderKind.MACHINE])
    is_agreed = _having(reviewed["coder_kind"], [CoderKind.CONSENSUS])
    agreed, at = reviewed["utterance"].to_numpy()[is_agreed], rows["utterance"].to_numpy()
    settled = np.zeros(max(at.max(initial=-1), agreed.max(initial=-1)) + 1, np.bool_)
    settled[agreed] = True
    counts: Bools = _having(rows["coder_kind"], [CoderKind.HUMAN]) & ~settled[at]
    agreed_on: Bools = _having(rows["coder_kind"], [CoderKind.CONSENSUS])
    return agreed_on | counts


def _any_of(names: str) -> str:
    return f"any of {names}" if ", " in names else names


def _default(whole: Chosen) -> Chosen:
    """Return which rows count where nobody in particular is asked for."""
    codings = whole.read.codings
    reviewed = whole.read.reviewed[["utterance", "coder", "coder_kind"]]
    looked = reviewed if whole.reviewed.all() else reviewed[whole.reviewed]
    return Chosen(
        whole.read,
        whole.codings & is_counted(codings, looked),
        whole.reviewed & is_counted(reviewed, looked),
        _people(looked),
        whole.names,
    )


def _people(reviewed: pd.DataFrame) -> str:
    """Return in words whose codings are counted."""
    names = {
        kind: ", ".join(_present(reviewed["coder"], _having(reviewed["coder_kind"], [kind])))
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
