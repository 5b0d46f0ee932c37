"""Coding by the codebook's markers: a machine coder whose every coding names its reason."""

from __future__ import annotations

import pandas as pd

from qualkit.errors import NotEnoughError
from qualkit.model import Codebook, Coder, CoderKind, Coding, Origin
from qualkit.store import codings as stored
from qualkit.store import documents as stored_documents
from qualkit.store.batches import Batch
from qualkit.text.markers import find_markers
from qualkit.workflow.codings import commit_batches
from qualkit.workflow.handle import Handle

__all__ = ["autocode"]

_KEYS = ["document", "position", "code_id"]


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
        utterances = stored_documents.utterance_frame(connection)
        present = stored.frame(connection)
    utterances = utterances[utterances["codable"]].reset_index(drop=True)
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
