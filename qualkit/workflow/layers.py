"""Which codings a finding counts: whose they are, and which utterances those people looked at."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from qualkit.errors import NotEnoughError
from qualkit.model import Codebook, CoderKind
from qualkit.store import changes, codebooks, repeats, wholes
from qualkit.store.touched import touched_since
from qualkit.workflow import blindness
from qualkit.workflow.handle import Handle, known

__all__ = [
    "ASIDE",
    "CODED",
    "Everything",
    "Layer",
    "all_utterances",
    "counted_layer",
    "everything",
    "is_counted",
    "reviewed_layer",
]


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
class Everything:
    """What was read of a project for one viewer, at one of its states; not to be changed.

    Attributes:
        revision: number of the newest change then.
        viewer: for whom; None: nobody in particular, or all while no blind round is open.
        codebook: the newest version.
        utterances: columns as ``store.wholes.every_utterance``.
        codings: columns as ``store.wholes.every_coding``.
        reviewed: columns as ``store.wholes.every_review``.
        again: names of the rounds in which a coder codes his or her own utterances again.
    """

    revision: int
    viewer: str | None
    codebook: Codebook
    utterances: pd.DataFrame
    codings: pd.DataFrame
    reviewed: pd.DataFrame
    again: list[str]


CODED = frozenset({"codings.batch", "coding.set", "codings.confirm"})
"""Actions of the log that change codings and reviews, and nothing else that findings read."""

ASIDE = frozenset({"coder.add", "memo.add", "memo.change", "memo.delete", "suggestions.show"})
"""Actions of the log that change nothing that findings read."""

_READ: WeakKeyDictionary[Handle, dict[str | None, Everything]] = WeakKeyDictionary()
"""What was read last for each open project and viewer: the next finding starts from there."""
_MOST_VIEWERS = 4
_IN_CODINGS = frozenset({"codings", "reviews"})
_SAID = frozenset({"documents", "speakers", "utterances", "stakeholder_types", "typologies"})
_NOT_READ = frozenset({"memos", "exposures", "rejections", "adjudications", "roles", "quarantine"})
_FEW = 50  # documents that are read anew by themselves


def everything(project: Handle, viewer: str | None = None) -> Everything:
    """Return utterances, codings and reviews as a viewer may see them, read once for all.

    They stay with the open project. Where codings alone have changed, those of the documents
    concerned are read anew, as the change log tells. As long as no blind round is open all see the
    same, and it is read once for all. Take copies (``copy(deep=False)``) to change anything.
    """
    with project.database.read() as connection:
        if not blindness.veil(connection, viewer).rounds:
            viewer = None
        present = _READ.get(project, {})
        read = _followed(connection, viewer, present) or _read(connection, viewer, present)
        others = [(name, one) for name, one in present.items() if name != viewer]
        _READ[project] = dict([*others[1 - _MOST_VIEWERS :], (viewer, read)])
    return read


def _followed(
    connection: Any, viewer: str | None, present: dict[str | None, Everything]
) -> Everything | None:
    """Return what was read before with what has changed; None: it is to be read anew."""
    kept = present.get(viewer)
    touched = None if kept is None else touched_since(connection, kept.revision)
    if kept is None or touched is None:
        return None
    tables = touched.tables - _NOT_READ
    if not tables:
        return dataclasses.replace(kept, revision=touched.revision) if touched.effects else kept
    rows = [row for name in _IN_CODINGS for _, row in touched.rows(name)]
    ids = {row["utterance_id"] for row in rows}
    is_here = kept.utterances["utterance_id"].isin(ids)
    names = kept.utterances.loc[is_here, "document"].unique().tolist()
    if not tables <= _IN_CODINGS | {"coders"} or len(names) > _FEW:
        return None
    places = kept.utterances
    codings = blindness.every_coding(connection, viewer, places, only=names)
    reviewed = blindness.every_review(connection, viewer, places, only=names)
    return dataclasses.replace(
        kept,
        revision=touched.revision,
        codings=_instead(kept.codings, codings, places, names),
        reviewed=_instead(kept.reviewed, reviewed, places, names),
    )


def _instead(
    frame: pd.DataFrame, new: pd.DataFrame, places: pd.DataFrame, names: list[str]
) -> pd.DataFrame:
    """Return the rows of a table, in the order of ``places``, with some documents' new ones."""
    at, place_of = frame["utterance"].to_numpy(), places["document"]
    pieces, done = [], 0
    for name in names:
        here = np.flatnonzero(place_of == name)
        first, last = np.searchsorted(at, [here[0], here[-1] + 1])
        pieces += [frame.iloc[done:first], new[new["document"] == name]]
        done = int(last)
    pieces.append(frame.iloc[done:])
    columns = {
        name: pd.api.types.union_categoricals(
            [one[name].array for one in pieces], sort_categories=True
        )
        for name in frame.columns
        if isinstance(frame[name].dtype, pd.CategoricalDtype)
    }
    plain = [name for name in frame.columns if name not in columns]
    filled = [one[plain] for one in pieces if len(one)] or [frame[plain].iloc[:0]]
    whole = pd.concat(filled, ignore_index=True).assign(**columns)[list(frame.columns)]
    whole.attrs = dict(frame.attrs)
    return whole


def all_utterances(project: Handle) -> pd.DataFrame:
    """Return every utterance as ``store.wholes.every_utterance``; what was read before is kept.

    It is not to be changed.
    """
    with project.database.read() as connection:
        kept = _utterances_of(connection, _READ.get(project, {}))
    return everything(project).utterances if kept is None else kept.utterances


def _utterances_of(connection: Any, present: dict[str | None, Everything]) -> Everything | None:
    for one in list(present.values()):
        touched = touched_since(connection, one.revision)
        if touched is not None and not touched.tables & _SAID:
            return one
    return None


def _read(connection: Any, viewer: str | None, present: dict[str | None, Everything]) -> Everything:
    kept = _utterances_of(connection, present)
    utterances = wholes.every_utterance(connection) if kept is None else kept.utterances
    return Everything(
        changes.count(connection),
        viewer,
        codebooks.current(connection),
        utterances,
        blindness.every_coding(connection, viewer, utterances),
        blindness.every_review(connection, viewer, utterances),
        list(repeats.names(connection)),
    )


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
    read = everything(project, viewer)
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
    label = ", ".join(names)
    return Layer(
        _inside(codings, utterances, names),
        utterances[utterances["codable"]],
        _inside(reviewed, utterances, names),
        codebook,
        label,
        reviewed.attrs.get("about", {}).get("left_out"),
    )


def _inside(frame: pd.DataFrame, utterances: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return the rows of some coders on what is codable."""
    is_codable = utterances["codable"].to_numpy()[frame["utterance"].to_numpy()]
    kept: pd.DataFrame = frame[is_codable & frame["coder"].isin(names)]
    return kept.reset_index(drop=True)


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
    is_seen = np.zeros(len(everything(project).utterances), dtype=np.bool_)
    is_seen[layer.reviewed["utterance"]] = True
    utterances = layer.utterances[is_seen[layer.utterances.index]].reset_index(drop=True)
    return dataclasses.replace(layer, utterances=utterances, label=people)


def is_counted(rows: pd.DataFrame, reviewed: pd.DataFrame) -> pd.Series:
    """Return which codings, or reviews, findings count when nobody in particular is asked for.

    Args:
        rows: columns utterance (number of its row) and coder_kind.
        reviewed: every review there is, with the same columns; it says where there is a consensus.

    Returns:
        bool, one for each row: of the consensus, or of a human where there is no consensus; of a
        machine only when neither a human nor the consensus has looked at anything.
    """
    kinds = set(reviewed["coder_kind"].unique())
    if not kinds & {CoderKind.HUMAN, CoderKind.CONSENSUS}:
        return rows["coder_kind"] == CoderKind.MACHINE
    agreed = reviewed.loc[reviewed["coder_kind"] == CoderKind.CONSENSUS, "utterance"]
    at = rows["utterance"].to_numpy()
    settled = np.zeros(max(at.max(initial=-1), agreed.max() if len(agreed) else -1) + 1, np.bool_)
    settled[agreed] = True
    is_open = pd.Series(~settled[at], index=rows.index)
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
