"""What coders were shown, what they turned down, and which of their codings are blind.

Exposures and rejections are facts of a coder in a round. Of a blind round that is still open, each
coder is handed only their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from qualkit import __version__
from qualkit.errors import OptionError, UnknownNameError
from qualkit.model import Coder, CoderKind, Exposure, Origin, Outcome
from qualkit.store import changes, codebooks, coders, codings, rounds
from qualkit.store import exposures as stored
from qualkit.store.batches import Batch
from qualkit.store.journal import writing
from qualkit.workflow import blindness
from qualkit.workflow.codings import commit_batches
from qualkit.workflow.handle import Handle, known

__all__ = [
    "DOUBT",
    "list_decisions",
    "list_exposures",
    "list_rejections",
    "log_exposures",
    "log_missed",
    "reject_suggestion",
]

DOUBT = "doubt"
"""The basis of an exposure that calls a coding of the coder's own into question."""

_BASES = {"probably missed": "codings", "worth a second look": DOUBT}
_PLACE = ["document", "position"]
_KEY = [*_PLACE, "code", "coder", "round"]
_EXPOSURE_COLUMNS = [*_KEY, "shown_at", "probability", "rank", "basis", "model", "outcome"]
_MOST_AGO = 3600.0  # seconds; a screen hands over what it showed long before that


def log_exposures(
    project: Handle,
    shown: Sequence[Exposure],
    *,
    coder: str,
    round_name: str = "main",
    op_id: str | None = None,
) -> int:
    """Note which suggestions a coder was shown; return how many were shown for the first time.

    Args:
        project: an open project.
        shown: what was shown; documents by exact name, codes by id.
        coder: who saw it; entered if new.
        round_name: the round in which it was shown.
        op_id: made by the door that showed them, so that a repeated request is noted once.

    Raises:
        OptionError: a probability, a rank or an age that cannot be.
        UnknownNameError: an utterance, code or round that the project lacks.
        RefusedError: the round is closed, or not for this coder.
    """
    for one in shown:
        _check(one)
    with writing(project.database) as journal:
        connection = journal.connection
        if op_id is not None and changes.is_done(connection, op_id):
            return 0
        coder_id = coders.ensure(journal, Coder(coder))
        round_id = rounds.find_round(connection, round_name)
        rounds.check_coder(connection, round_id, coder_id)
        places = codings.spans(connection, ((one.document, one.position) for one in shown))
        codes = {code.id: code.id for code in codebooks.current(connection).codes}
        rows = [(_utterance(one, places), one) for one in shown if known("code", one.code, codes)]
        new = stored.add(journal, rows, coder_id, round_id)
        said = {"round": round_name, "shown": new}
        journal.record(stored.SHOW, said, actor=coder, op_id=op_id)
    return new


def log_missed(
    project: Handle, table: pd.DataFrame, *, coder: str, round_name: str = "main"
) -> int:
    """Note that a coder was shown the table of ``list_missed``; return how much of it was new.

    Errors as ``log_exposures``.
    """
    ids = {code.name: code.id for code in project.codebook().codes}
    ranks = table.groupby(_PLACE).cumcount() + 1
    model = f"{__version__}@{project.revision}"
    shown = [
        Exposure(
            str(row["document"]),
            int(row["position"]),
            ids[str(row["code"])],
            None if pd.isna(row["probability"]) else float(row["probability"]),
            int(rank),
            _BASES[str(row["what"])],
            model,
        )
        for rank, row in zip(ranks, table.to_dict("records"), strict=True)
    ]
    return log_exposures(project, shown, coder=coder, round_name=round_name) if shown else 0


def _check(one: Exposure) -> None:
    where = f"{one.document}, utterance {one.position}"
    if one.probability is not None and not 0 <= one.probability <= 1:
        raise OptionError(f"{one.probability} is no probability", where=where)
    if one.rank < 1 or not 0 <= one.ago <= _MOST_AGO:
        raise OptionError("a rank is 1 or more, an age 0 to 3600 seconds", where=where)
    if len(one.model) > 80 or len(one.basis) > 20:
        raise OptionError("the name of a model has at most 80 characters", where=where)


def _utterance(one: Exposure, places: Mapping[tuple[str, int], Any]) -> int:
    place = places.get((one.document, one.position))
    if place is None:
        raise UnknownNameError(f"there is no utterance {one.position}", where=one.document)
    return int(place.id)


def reject_suggestion(  # noqa: PLR0913 - what is rejected, by whom and where
    project: Handle,
    document: str,
    position: int,
    code: str,
    *,
    coder: str,
    round_name: str = "main",
    take_back: bool = False,
) -> bool:
    """Say that a code does not apply to an utterance; return whether that was new.

    It is not suggested to this coder on this utterance any more. One undo takes it back.

    Args:
        project: an open project.
        document: its name.
        position: the utterance.
        code: name or id.
        coder: whose judgement it is.
        round_name: the round.
        take_back: the coder thinks better of it.

    Raises:
        UnknownNameError: a document, utterance, code or round that the project lacks.
        RefusedError: the round is closed, or not for this coder, utterance or code.
    """
    codebook = project.codebook()
    names = {one.name: one for one in codebook.codes}
    chosen = codebook.find(code) or known("code", code, names)
    what = [(project.document_name(document), position, chosen.id)]
    batch = Batch(
        Coder(coder),
        round_name,
        reject=[] if take_back else what,
        unreject=what if take_back else [],
    )
    [done] = commit_batches(project, [batch])
    return done.rejected + done.unrejected == 1


def list_rejections(project: Handle, *, viewer: str | None = None) -> pd.DataFrame:
    """Return what coders rejected: columns document, position, code, coder, round, rejected_at.

    Of a blind round that is still open, only what the viewer rejected is given.
    """
    with project.database.read() as connection:
        return blindness.rejection_frame(connection, viewer)[[*_KEY, "rejected_at"]]


def list_exposures(project: Handle, *, viewer: str | None = None) -> pd.DataFrame:
    """Return which suggestions were shown to whom, and what became of them.

    Args:
        project: an open project.
        viewer: name of the coder who asks. Of a blind round that is still open, only what the
            viewer was shown is given; ``attrs["about"]`` says what was left out.

    Returns:
        One row for each code on an utterance that a coder was shown in a round: document, position,
        code, coder, round, shown_at (when first), probability (float64, missing where only the
        codebook spoke), rank (int64), basis ("codings", "codebook", or "doubt" where a coding of
        the coder's own was called into question), model, outcome. The outcome is "accepted" (the
        coder did as suggested since), "rejected", "ignored" (has looked at the utterance and done
        neither) or "open"; it is missing where the coding was there before it was suggested.
    """
    with project.database.read() as connection:
        return _with_outcome(blindness.exposure_frame(connection, viewer))[_EXPOSURE_COLUMNS]


def _with_outcome(table: pd.DataFrame) -> pd.DataFrame:
    is_coded, is_doubt = table["coded_at"].notna(), table["basis"] == DOUBT
    has_taken = (table["origin"] == Origin.ACCEPTED) | (table["coded_at"] >= table["shown_at"])
    conditions = [
        (is_coded & ~is_doubt & has_taken) | (is_doubt & ~is_coded),
        is_coded & ~is_doubt,
        table["rejected_at"].notna() & ~is_doubt,
        table["reviewed_at"].notna(),
    ]
    outcomes = [Outcome.ACCEPTED, "", Outcome.REJECTED, Outcome.IGNORED]
    words = np.select([one.fillna(False) for one in conditions], outcomes, Outcome.OPEN)
    outcome = pd.Series(words, index=table.index, dtype="str")
    return table.assign(outcome=outcome.mask(outcome == ""))


def list_decisions(
    project: Handle, *, round_name: str | None = None, viewer: str | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what human coders decided, each parted into blind and assisted.

    A decision on a code is assisted when the coder had been shown that code on that utterance in
    that round before, or took it as a suggestion. All other decisions are blind.

    Args:
        project: an open project.
        round_name: one round; None takes all.
        viewer: as in ``list_exposures``.

    Returns:
        Two tables. Decisions: one row for each code that a coder applied to an utterance, or was
        shown there and did not apply: document, position, code, coder, round, applied, assisted
        (bool), decided_at. Reviews: one row for each utterance that a coder has looked at in a
        round: document, position, coder, round, assisted (bool: any code was shown there before).
        Every code that stands in no decision of a review was not applied, blind.

    Raises:
        UnknownNameError: no such round.
    """
    with project.database.read() as connection:
        if round_name is not None:
            names = rounds.round_frame(connection)["round"]
            round_name = known("round", round_name, {name: name for name in names})
        tables = [
            blindness.coding_frame(connection, viewer),
            blindness.exposure_frame(connection, viewer),
            blindness.review_frame(connection, viewer),
        ]
    humans = [one[one["coder_kind"] == CoderKind.HUMAN] for one in tables]
    if round_name is not None:
        humans = [one[one["round"] == round_name] for one in humans]
    applied, shown, reviews = humans
    return _parted(applied, shown[shown["basis"] != DOUBT], reviews)


def _parted(
    applied: pd.DataFrame, shown: pd.DataFrame, reviews: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    taken = applied["origin"] == Origin.ACCEPTED
    first = applied.assign(taken=taken).sort_values("created_at", kind="stable")
    made = first.groupby(_KEY, sort=False, as_index=False).agg(
        created_at=("created_at", "first"), taken=("taken", "any")
    )
    both = made.merge(
        shown[[*_KEY, "shown_at", "reviewed_at", "rejected_at"]], on=_KEY, how="outer"
    )
    is_applied = both["created_at"].notna()
    decided_at = both["created_at"].fillna(both["rejected_at"]).fillna(both["reviewed_at"])
    assisted = (both["shown_at"] <= decided_at).fillna(False) | both["taken"].eq(True)
    decisions = both[_KEY].assign(
        applied=is_applied, assisted=assisted.astype(bool), decided_at=decided_at
    )
    decisions = decisions[decided_at.notna()].reset_index(drop=True)
    who = [*_PLACE, "coder", "round"]
    touched = decisions.loc[decisions["assisted"], who].drop_duplicates().assign(assisted=True)
    parted = reviews[who].merge(touched, on=who, how="left")
    return decisions, parted.assign(assisted=parted["assisted"].eq(True))
