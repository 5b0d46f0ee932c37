"""Adjudication: where coders disagree, what was decided and why, and the consensus that follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from qualkit.errors import NotEnoughError, OptionError, UnknownNameError
from qualkit.model import CoderKind
from qualkit.store import adjudications as stored
from qualkit.store import documents
from qualkit.store import rounds as stored_rounds
from qualkit.store.adjudications import Decision, Wanted
from qualkit.store.journal import writing
from qualkit.workflow import blindness
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.reading import everything

__all__ = ["adjudicate", "consensus_progress", "list_disagreements", "what_was_said"]

_BETWEEN = "\0"  # stands in no name
_PLACE = ["document", "position"]
_SEAT = [*_PLACE, "round"]
_POINT = [*_SEAT, "code_id"]
_COLUMNS = [
    *_PLACE,
    "speaker",
    "text",
    "code",
    "round",
    "applied_by",
    "not_applied_by",
    "memos",
    "certainty",
    "decided",
    "reason",
    "decided_by",
]


def list_disagreements(
    project: Handle, *, coders: Sequence[str] | None = None, round_name: str | None = None
) -> pd.DataFrame:
    """Return every code that some coders of a round applied to an utterance and others did not.

    Only human coders who have looked at the utterance in that round count. Rounds that are blind
    and still open are left out, which ``attrs["about"]`` says.

    Args:
        project: an open project.
        coders: compare only these; None takes every human coder.
        round_name: one round; None takes all.

    Returns:
        Columns document, position (int64), speaker, text, code, round, applied_by, not_applied_by,
        memos, certainty (str: "Ana: 2; Ben: 3"), decided ("applies", "does not apply", missing),
        reason, decided_by.

    Raises:
        RefusedError: the round is blind and still open.
        UnknownNameError: no such round or coder.
    """
    with project.database.read() as connection:
        blindness.check_not_blind(connection, round_name)
        read = everything(project)
        points, _ = _points(
            connection, read.codings, read.reviewed, coders=coders, round_name=round_name
        )
        left_out = blindness.veil(connection, None)
        decisions = stored.frame(connection)
    utterances, codebook = read.utterances, read.codebook
    apart = points[points["n"] < points["readers"]]
    told = utterances[[*_PLACE, "speaker", "text"]].assign(order=range(len(utterances)))
    table = apart.merge(told, on=_PLACE).merge(
        decisions[[*_POINT, "applies", "reason", "decided_by"]], on=_POINT, how="left"
    )
    names = {code.id: code.name for code in codebook.tree()}
    ranks = {one: rank for rank, one in enumerate(names)}
    table = table.assign(
        code=table["code_id"].map(lambda one: names.get(one, one)),
        decided=table["applies"].map({True: "applies", False: "does not apply"}),
        rank=table["code_id"].map(ranks),
    )
    table = table.sort_values(["order", "round", "rank"])[_COLUMNS].reset_index(drop=True)
    return blindness.noted(table, left_out)


def _points(
    connection: Any,
    codings: pd.DataFrame,
    reviews: pd.DataFrame,
    *,
    coders: Sequence[str] | None,
    round_name: str | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return (one row per round, utterance and code that somebody applied; the reviews compared).

    The points have ``n`` who applied it of ``readers``, applied_by, not_applied_by, memos and
    certainty, where at least two humans have looked.
    """
    if round_name is not None:
        present = stored_rounds.round_frame(connection)["round"]
        name = known("round", round_name, {one: one for one in present})
        codings, reviews = codings[codings["round"] == name], reviews[reviews["round"] == name]
    reviews = reviews[reviews["coder_kind"] == CoderKind.HUMAN]
    if coders:
        named = {one: one for one in reviews["coder"].unique()}
        reviews = reviews[reviews["coder"].isin([known("coder", one, named) for one in coders])]
    readers = reviews.groupby(_SEAT).size().to_frame("readers")
    readers = readers.assign(everybody=_joined(reviews, _SEAT, "coder", _BETWEEN))
    readers = readers[readers["readers"] > 1].reset_index()
    both = reviews.merge(readers[_SEAT], on=_SEAT)
    mine = codings.merge(both[[*_SEAT, "coder"]], on=[*_SEAT, "coder"])
    return _pointed(mine, readers), both


def _pointed(codings: pd.DataFrame, readers: pd.DataFrame) -> pd.DataFrame:
    who = codings["coder"].astype("string") + ": "
    said = codings.assign(
        told_memo=who + codings["memo"].astype("string"),
        told_sure=who + codings["certainty"].astype("string"),
    )
    listed = {"applied_by": "coder", "memos": "told_memo", "certainty": "told_sure"}
    table = said.groupby(_POINT)["coder"].nunique().to_frame("n")
    table = table.assign(**{name: _listed(said, column) for name, column in listed.items()})
    once = codings.drop_duplicates([*_POINT, "coder"])
    table = table.assign(some=_joined(once, _POINT, "coder", _BETWEEN))
    table = table.fillna({"memos": "", "certainty": ""}).reset_index().merge(readers, on=_SEAT)
    pairs = zip(table["everybody"], table["some"], strict=True)
    rest = ["; ".join(_without(everybody, some)) for everybody, some in pairs]
    return table.assign(not_applied_by=pd.Series(rest, dtype=object, index=table.index))


def _listed(said: pd.DataFrame, column: str) -> pd.Series:
    """Return the different values of a column in one string, for each point that has any."""
    once = said.dropna(subset=[column]).drop_duplicates([*_POINT, column])
    return _joined(once, _POINT, column, "; ")


def _joined(frame: pd.DataFrame, keys: list[str], column: str, between: str) -> pd.Series:
    """Return the texts of a column in one string for each group, as ``agg(between.join)`` would.

    Most groups hold one or two rows; pandas makes a table of each, which takes fifty times as long.
    """
    texts: dict[int, str] = {}
    groups = frame.groupby(keys, sort=False).ngroup()
    for group, text in zip(groups.tolist(), frame[column].tolist(), strict=True):
        texts[group] = f"{texts[group]}{between}{text}" if group in texts else text
    index = pd.MultiIndex.from_frame(frame[keys].drop_duplicates())
    return pd.Series(list(texts.values()), index=index, dtype=object)


def _without(everybody: str, some: str) -> list[str]:
    applied = set(some.split(_BETWEEN))
    return [one for one in everybody.split(_BETWEEN) if one not in applied]


def what_was_said(
    project: Handle, document: str, position: int, code: str, round_name: str
) -> pd.DataFrame:
    """Return what each human coder who looked at an utterance in a round said of one code.

    Rounds that are blind and still open show nothing. A coder who marked several passages with the
    code has one row; its memos stand in lines of their own.

    Returns:
        Columns coder (str), applied (bool), certainty (str, "" for none), memo (str, "" for none);
        who applied the code stands first.

    Raises:
        UnknownNameError: the codebook has no such code.
    """
    read = everything(project)
    found = read.codebook.find(code) or known(
        "code", code, {one.name: one for one in read.codebook.codes}
    )
    seats, codings = (
        table[
            (table["document"] == document)
            & (table["position"] == position)
            & (table["round"] == round_name)
            & (table["coder_kind"] == CoderKind.HUMAN)
        ]
        for table in (read.reviewed, read.codings)
    )
    mine = codings[codings["code_id"] == found.id]
    rows = []
    for coder in seats["coder"].astype("str"):
        own = mine[mine["coder"] == coder]
        sure, memos = (own[one].dropna().astype("str") for one in ("certainty", "memo"))
        rows.append((coder, not own.empty, ", ".join(sure), "\n".join(memos)))
    table = pd.DataFrame(rows, columns=["coder", "applied", "certainty", "memo"])
    return table.sort_values("applied", ascending=False, kind="stable").reset_index(drop=True)


def adjudicate(  # noqa: PLR0913 - a decision: on what, which way, why, by whom
    project: Handle,
    document: str,
    position: int,
    code: str,
    applies: bool,
    *,
    reason: str,
    by: str,
    round_name: str | None = None,
) -> bool:
    """Decide a disagreement; return whether the utterance is settled by it.

    The coders' own codings stay as they are. When the last disagreement on an utterance is decided,
    the consensus holds what was decided to apply and what all coders applied anyway; findings count
    it from then on. Deciding again replaces the decision.

    Args:
        project: an open project.
        document: its name.
        position: the utterance.
        code: name or id.
        applies: whether the code is to stand.
        reason: why.
        by: who decides.
        round_name: where they disagree; None takes the newest round in which they do.

    Raises:
        NotEnoughError: fewer than two human coders have looked at the utterance there.
        OptionError: no reason, or the coders do not disagree on this code.
        RefusedError: the round is blind and still open.
        UnknownNameError: no such document, utterance, code or round.
    """
    name = project.document_name(document)
    where = f"{name}, utterance {position}"
    names = {one.name: one for one in project.codebook().codes}
    chosen = project.codebook().find(code) or known("code", code, names)
    why, who = reason.strip(), " ".join(by.split())
    if not why or not who:
        raise OptionError("a decision needs a reason and somebody who made it", where=where)
    with writing(project.database) as journal:
        connection = journal.connection
        blindness.check_not_blind(connection, round_name)
        places = documents.utterance_frame(connection, name).set_index("position")["utterance_id"]
        if position not in places.index:
            raise UnknownNameError(f"there is no utterance {position}", where=name)
        points, seen = _on_utterance(connection, name, position, round_name)
        round_, round_id = _round_of(connection, points, chosen.id, seen, where)
        place = int(places[position])
        stored.ensure_consensus(journal)
        stored.decide(journal, Decision(place, chosen.id, round_id, applies, why, who))
        here = points[points["round"] == round_]
        wanted = _consensus(connection, here, place)
        stored.settle(journal, place, round_id, wanted)
        said = {"document": name, "position": position, "code": chosen.id, "round": round_}
        said |= {"applies": applies, "reason": why, "settled": wanted is not None}
        journal.record("adjudication.decide", said, actor=who)
    return wanted is not None


def _on_utterance(
    connection: Any, document: str, position: int, round_name: str | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    codings = blindness.coding_frame(connection, None, document=document)
    reviews = blindness.review_frame(connection, None, document=document)
    points, seen = _points(connection, codings, reviews, coders=None, round_name=round_name)
    is_here = (points["document"] == document) & (points["position"] == position)
    is_seen = (seen["document"] == document) & (seen["position"] == position)
    return points[is_here], seen[is_seen]


def _round_of(
    connection: Any, points: pd.DataFrame, code: str, seen: pd.DataFrame, where: str
) -> tuple[str, int]:
    if seen.empty:
        raise NotEnoughError(
            "fewer than two coders have looked at it in a round that can be seen", where=where
        )
    apart = points[(points["code_id"] == code) & (points["n"] < points["readers"])]
    if apart.empty:
        raise OptionError(
            f"the coders do not disagree on '{code}' there",
            where=where,
            remedy="see: qualkit disagreements",
        )
    ids = stored_rounds.round_frame(connection).set_index("round")["id"]
    round_id, name = max((int(ids[one]), str(one)) for one in apart["round"])
    return name, round_id


def _consensus(connection: Any, points: pd.DataFrame, place: int) -> list[Wanted] | None:
    """Return what the consensus on one utterance holds; None while something is undecided."""
    found = stored.frame(connection)
    here = found[(found["utterance_id"] == place) & found["round"].isin(points["round"])]
    decided = {
        str(code): (bool(applies), str(reason))
        for code, applies, reason in zip(
            here["code_id"], here["applies"], here["reason"], strict=True
        )
    }
    spans = _common_spans(connection, points)
    wanted = []
    is_shared = points["n"] == points["readers"]
    for code, shared in zip(points["code_id"].astype(str), is_shared, strict=True):
        start, end = spans[code]
        if shared:
            wanted.append(Wanted(code, start, end))
        elif code not in decided:
            return None
        elif decided[code][0]:
            wanted.append(Wanted(code, start, end, decided[code][1]))
    return wanted


def _common_spans(
    connection: Any, points: pd.DataFrame
) -> dict[str, tuple[int | None, int | None]]:
    """Return code -> the span that all its codings share; (None, None) where they differ."""
    codings = blindness.coding_frame(connection, None, document=str(points["document"].iloc[0]))
    mine = codings[codings["coder_kind"] == CoderKind.HUMAN].merge(points[_POINT], on=_POINT)
    spans: dict[str, tuple[int | None, int | None]] = {}
    for code, group in mine.groupby("code_id"):
        first = group.iloc[0]
        is_one = group["start"].nunique(dropna=False) == group["end"].nunique(dropna=False) == 1
        whole = not is_one or pd.isna(first["start"])
        spans[str(code)] = (None, None) if whole else (int(first["start"]), int(first["end"]))
    return spans


def consensus_progress(project: Handle) -> pd.DataFrame:
    """Return how much of the disagreement is decided.

    Columns: round, document (str), disagreements, decided, open (int64); rounds that are blind and
    still open are left out.
    """
    table = list_disagreements(project)
    counted = (
        table.assign(done=table["decided"].notna())
        .groupby(["round", "document"], sort=False)["done"]
        .agg(disagreements="size", decided="sum")
        .reset_index()
        .astype({"disagreements": "int64", "decided": "int64"})
    )
    result = counted.assign(open=counted["disagreements"] - counted["decided"])
    result.attrs.update(table.attrs)
    return result
