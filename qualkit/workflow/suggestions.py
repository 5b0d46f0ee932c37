"""Suggestions: what the codings so far say about the utterances still to come, or just decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qualkit import __version__
from qualkit.model import Codebook, Exposure, SuggestionRule
from qualkit.store import changes, coders
from qualkit.workflow import blindness
from qualkit.workflow.exposures import DOUBT, log_exposures
from qualkit.workflow.fitting import Kept, kept_suggester
from qualkit.workflow.gating import Gate, gate
from qualkit.workflow.handle import Handle

if TYPE_CHECKING:
    from qualkit.suggest import Suggester

__all__ = ["suggest"]

_PLACE = ["document", "position"]
_COLUMNS = [*_PLACE, "speaker", "code", "probability", "rank", "basis", "kind", "note", "text"]
_PARTS = 5
_DOUBTFUL = 0.05  # a coding is called into question when it would be right less often than that
_KINDS = {
    SuggestionRule.ALWAYS: "to code",
    SuggestionRule.AFTER: "probably missed",
    SuggestionRule.NEVER: "",
}


def suggest(  # noqa: PLR0913 - who asks, about what, and how the answer is to come
    project: Handle,
    *,
    coder: str | None = None,
    round_name: str = "main",
    document: str | None = None,
    top: int = 3,
    shown: bool = False,
    behind: bool = False,
) -> pd.DataFrame:
    """Return the codes that utterances probably need, where the rules of the round let them show.

    Args:
        project: an open project.
        coder: who asks: leave out what this coder has looked at in the round, coded or rejected,
            and learn from no one else's codings in a blind round. None leaves out what any human
            has looked at.
        round_name: the round that is coded in; it says when suggestions show.
        document: only this document; None takes all.
        top: at most so many codes for an utterance.
        shown: the coder sees all of this: note it in the exposure log.
        behind: suggestions will do that have not learned from the last codings; they come at once.

    Returns:
        In a round whose suggestions show after the own decision, an utterance is judged by what was
        coded in other documents.

        Columns document, position, speaker, code (str), probability (float64, missing where only
        the codebook speaks), rank (int64), basis ("codings" or "codebook"), kind, note, text. The
        kind is "to code"; in a round whose suggestions show after the own decision, "probably
        missed", or "doubtful" for a code that the coder applied (basis "doubt"). Where none may
        show the table is empty. ``attrs["about"]`` has round, rule, model, behind (changes of
        codings since the model was fitted) and, where the table is empty for it, reason.

    Raises:
        NotEnoughError: neither codings nor a codebook to go by.
        UnknownNameError: no such document or round.
    """
    name = None if document is None else project.document_name(document)
    with project.database.read() as connection:
        coder = _exact(connection, coder)
        allowed = gate(connection, coder=coder, round_name=round_name, document=name)
        done = _done(connection, coder, allowed.round, name)
        model = f"{__version__}@{changes.count(connection)}"
    about = {"round": allowed.round, "rule": str(allowed.rule), "model": model, "behind": 0}
    if allowed.reason is not None:
        table = pd.DataFrame(columns=_COLUMNS)
        table.attrs["about"] = about | {"reason": allowed.reason}
        return table
    asked: list[Kept] = []

    def ask(without: list[str]) -> Suggester:
        asked.append(kept_suggester(project, viewer=coder, without=without, behind=behind))
        return asked[-1].suggester

    table = _offered(ask, allowed, done, top)
    model = f"{__version__}@{max(one.made for one in asked)}"
    about |= {"model": model, "behind": max(one.behind for one in asked)}
    if shown and coder is not None:
        exposures = _exposures(table, project.codebook(), model)
        log_exposures(project, exposures, coder=coder, round_name=allowed.round)
    table.attrs["about"] = about
    return table


def _exact(connection: Any, coder: str | None) -> str | None:
    """Return the coder's name as it is written in the project; a new name stays as it is."""
    if coder is None:
        return None
    names = {one.casefold(): one for one in coders.names(connection).values()}
    return names.get(coder.strip().casefold(), coder.strip())


def _done(
    connection: Any, coder: str | None, round_name: str, document: str | None
) -> pd.DataFrame:
    """Return what a coder applied in a round, or rejected in any, with ``applied`` (bool)."""
    columns = [*_PLACE, "code"]
    codings = blindness.coding_frame(connection, coder, document=document)
    mine = codings[(codings["coder"] == coder) & (codings["round"] == round_name)]
    rejected = blindness.rejection_frame(connection, coder)
    tables = [
        mine[columns].assign(applied=True),
        rejected.loc[rejected["coder"] == coder, columns].assign(applied=False),
    ]
    return pd.concat(tables, ignore_index=True).drop_duplicates(columns)


def _offered(
    ask: Callable[[list[str]], Suggester], allowed: Gate, done: pd.DataFrame, top: int
) -> pd.DataFrame:
    """Return the offers for the utterances of a gate, and what is doubted of decided ones."""
    places = allowed.utterances[[*_PLACE, "text"]].reset_index(drop=True)
    tables = []
    for some in _held_out(allowed):
        here = places[places["document"].isin(some)] if some else places
        suggester = ask(some)
        offers = suggester.offers(here, top=top, exclude=done[[*_PLACE, "code"]])
        tables.append(offers.assign(kind=_KINDS[allowed.rule]))
        if some:
            tables.append(_doubts(suggester, here, done[done["applied"]]))
    offers = pd.concat([one for one in tables if len(one)] or tables[:1], ignore_index=True)
    order = places[_PLACE].assign(order=range(len(places)))
    words = allowed.utterances[[*_PLACE, "speaker", "text"]].merge(order, on=_PLACE)
    table = offers.merge(words, on=_PLACE, how="left").assign(own=offers["basis"] == DOUBT)
    table = table.sort_values(["order", "own", "rank"]).reset_index(drop=True)
    return table.assign(rank=table.groupby("order").cumcount() + 1)[_COLUMNS]


def _held_out(allowed: Gate) -> list[list[str]]:
    """Return the documents in parts, each to be judged by what was learned without it.

    Where suggestions show before the own decision, nothing is left out.
    """
    if allowed.rule != SuggestionRule.AFTER:
        return [[]]
    names = allowed.utterances["document"].unique().tolist()
    return [names[first::_PARTS] for first in range(min(_PARTS, len(names)))]


def _doubts(suggester: Suggester, places: pd.DataFrame, applied: pd.DataFrame) -> pd.DataFrame:
    """Return the codings of the coder's own that the learned codes hardly expect."""
    is_learned = suggester.basis_ == "codings"
    learned = applied[applied["code"].isin(is_learned.index[is_learned])]
    here = places.merge(learned[_PLACE].drop_duplicates(), on=_PLACE)
    if here.empty:
        return learned[:0]
    scores = suggester.score(here)
    rows = scores.index.get_indexer(pd.MultiIndex.from_frame(learned[_PLACE]))
    columns = scores.columns.get_indexer(pd.Index(learned["code"]))
    values = scores.to_numpy()[np.maximum(rows, 0), columns]
    is_doubtful = (rows >= 0) & (values < _DOUBTFUL)
    doubted = learned.loc[is_doubtful, [*_PLACE, "code"]].assign(probability=values[is_doubtful])
    rank = doubted.groupby(_PLACE)["probability"].rank(method="first").astype("int64")
    note = "the codings so far hardly expect this code here"
    return doubted.assign(rank=rank, basis=DOUBT, kind="doubtful", note=note)


def _exposures(table: pd.DataFrame, codebook: Codebook, model: str) -> list[Exposure]:
    ids = {code.name: code.id for code in codebook.codes}
    columns = [table[name].tolist() for name in (*_PLACE, "code", "probability", "rank", "basis")]
    return [
        Exposure(document, at, ids[code], None if np.isnan(p) else float(p), rank, basis, model)
        for document, at, code, p, rank, basis in zip(*columns, strict=True)
        if code in ids
    ]
