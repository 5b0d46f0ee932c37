"""Coding by rule, by the codebook's markers or by a query: every coding names its reason."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qualkit.errors import NotEnoughError
from qualkit.model import Codebook, Coder, CoderKind, Coding, Origin
from qualkit.store import coders, documents, rounds
from qualkit.store.batches import Batch
from qualkit.text.markers import find_markers
from qualkit.workflow import blindness
from qualkit.workflow.codings import commit_batches
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.retrieval import answer

__all__ = ["autocode", "code_query"]

_PLACE = ["document", "position"]
_KEYS = [*_PLACE, "code_id"]


def autocode(
    project: Handle, coder: str = "markers", *, dry_run: bool = False, round_name: str = "main"
) -> pd.DataFrame:
    """Let a machine coder code every codable utterance by the codebook's markers.

    Doing it again brings the coder's marker codings in line with the markers of today: what they
    no longer find is removed. The marker that hit is kept as the coding's memo.

    Args:
        project: an open project.
        coder: name of the machine coder.
        dry_run: say what would be done, do nothing.
        round_name: the round to code in.

    Returns:
        One row per code with markers: code (str), found (utterances), new, gone (int64).

    Raises:
        NotEnoughError: the codebook has no markers.
        RefusedError: a human coder has this name, or the round is closed.
    """
    codebook = project.codebook()
    with project.database.read() as connection:
        utterances = _codable(connection, round_name)
        present = blindness.coding_frame(connection, coder)
    hits = _hits(codebook, utterances)
    is_mine = (present["coder"] == coder) & (present["origin"] == Origin.MARKER)
    mine = present.loc[is_mine & (present["round"] == round_name), [*_KEYS, "id"]]
    both = hits.merge(mine, on=_KEYS, how="outer", indicator="where")
    new, gone = both[both["where"] == "left_only"], both[both["where"] == "right_only"]
    if not dry_run:
        batch = Batch(
            Coder(coder, CoderKind.MACHINE),
            round_name,
            apply=_codings(new, coder, round_name),
            remove=list(gone["id"]),
            reviewed=list(utterances[["document", "position"]].itertuples(index=False, name=None)),
        )
        commit_batches(project, [batch])
    return _report(codebook, hits, new, gone)


def _codable(connection: Any, round_name: str) -> pd.DataFrame:
    """Return the codable utterances of a round."""
    table = documents.utterance_frame(connection)
    asked = rounds.utterance_ids(connection, rounds.find_round(connection, round_name))
    inside = table["codable"] if asked is None else table["utterance_id"].isin(list(asked))
    return table[inside & table["codable"]].reset_index(drop=True)


def code_query(
    project: Handle,
    query: str,
    code: str,
    *,
    coder: str,
    round_name: str = "main",
    dry_run: bool = False,
) -> pd.DataFrame:
    """Apply one code to every codable utterance that a query finds.

    One batch, with one line in the log: one undo takes it back. The query is kept as the codings'
    memo, their origin is "query". A coder of a new name is a machine. The query sees what this
    coder may see.

    Args:
        project: an open project.
        query: in the query language, such as ``"minimum wage" AND NOT code:pay``.
        code: name or id of the code to apply.
        coder: who codes.
        round_name: the round to code in.
        dry_run: say what would be done, do nothing.

    Returns:
        One row per utterance: document, position, speaker, code, new (bool: not there yet), text.
        ``attrs["about"]`` says what was searched.

    Raises:
        OptionError: the query is wrong; the sentence says where.
        UnknownNameError: no such code or round, or the query names something there is not.
        RefusedError: the round is closed or not for this coder.
    """
    codebook = project.codebook()
    names = {one.name: one for one in codebook.codes}
    chosen = codebook.find(code) or known("code", code, names)
    answered = answer(project, query, viewer=coder)
    with project.database.read() as connection:
        utterances = _codable(connection, round_name)
        present = blindness.coding_frame(connection, coder)
        people = {one.name: one for one in coders.all_coders(connection)}
    who = people.get(coder, Coder(coder, CoderKind.MACHINE))
    places = pd.MultiIndex.from_frame(answered.material.utterances.loc[answered.rows, _PLACE])
    is_found = pd.MultiIndex.from_frame(utterances[_PLACE]).isin(places)
    found = utterances.loc[is_found, [*_PLACE, "speaker", "text"]].reset_index(drop=True)
    is_mine = (present["coder"] == coder) & (present["round"] == round_name)
    mine = present[is_mine & (present["code_id"] == chosen.id) & present["start"].isna()]
    new = ~pd.MultiIndex.from_frame(found[_PLACE]).isin(pd.MultiIndex.from_frame(mine[_PLACE]))
    table = found.assign(code=chosen.name, new=new)[[*_PLACE, "speaker", "code", "new", "text"]]
    if not dry_run and new.any():
        _commit_found(project, table[new], utterances, who, (chosen.id, round_name, query))
    table.attrs["about"] = answered.about | {"found": len(table), "new": int(new.sum())}
    return table


def _commit_found(
    project: Handle,
    new: pd.DataFrame,
    utterances: pd.DataFrame,
    coder: Coder,
    how: tuple[str, str, str],
) -> None:
    """Apply the code; a machine has thereby looked at everything, a person at what was found."""
    code, round_name, query = how
    memo = f"query: {query}"
    codings = [
        Coding(document, position, code, coder.name, round_name, origin=Origin.QUERY, memo=memo)
        for document, position in new[_PLACE].itertuples(index=False, name=None)
    ]
    everything = utterances[_PLACE].itertuples(index=False, name=None)
    seen = list(everything) if coder.kind == CoderKind.MACHINE else []
    commit_batches(project, [Batch(coder, round_name, apply=codings, reviewed=seen)])


def _codings(new: pd.DataFrame, coder: str, round_name: str) -> list[Coding]:
    rows: list[tuple[str, int, str, str]] = new[[*_KEYS, "marker"]].to_records(index=False).tolist()
    return [
        Coding(
            document,
            position,
            code,
            coder,
            round_name,
            origin=Origin.MARKER,
            memo=f"marker: {marker}",
        )
        for document, position, code, marker in rows
    ]


def _hits(codebook: Codebook, utterances: pd.DataFrame) -> pd.DataFrame:
    live = [code for code in codebook.tree() if code.markers and not code.retired]
    if not live:
        raise NotEnoughError("no code of the codebook has markers", remedy="add markers to codes")
    found = find_markers(list(utterances["text"]), {code.id: code.markers for code in live})
    first = found.sort_values(["row", "start"]).drop_duplicates(["row", "code"])
    placed = first.join(utterances[["document", "position"]], on="row")
    return placed.rename(columns={"code": "code_id"})[[*_KEYS, "marker"]]


def _report(
    codebook: Codebook, hits: pd.DataFrame, new: pd.DataFrame, gone: pd.DataFrame
) -> pd.DataFrame:
    counts = {
        name: frame.groupby("code_id").size()
        for name, frame in (("found", hits), ("new", new), ("gone", gone))
    }
    codes = [code for code in codebook.tree() if code.markers or code.id in counts["gone"].index]
    table = pd.DataFrame({"code": [code.name for code in codes]})
    for name, counted in counts.items():
        table[name] = [int(counted.get(code.id, 0)) for code in codes]
    return table
