"""Retrieval: what a query finds, in its context, for all doors.

The language is that of ``qualkit.analysis.query``; docs/queries.md explains it to researchers. Of
blind rounds that are still open, a query never sees what others than the viewer have done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from qualkit.analysis.query import parse
from qualkit.analysis.query_terms import OF_CODINGS, Query, stated, terms, wordings
from qualkit.analysis.retrieval import everywhere, looked_at, search
from qualkit.analysis.searchable import Searchable
from qualkit.errors import OptionError
from qualkit.model import Origin
from qualkit.store import coders, rounds, typologies
from qualkit.store import memos as stored_memos
from qualkit.workflow import blindness
from qualkit.workflow.documents import UTTERANCE_COLUMNS
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import is_counted
from qualkit.workflow.reading import everything

__all__ = ["Found", "answer", "looks_for_words", "retrieve"]

_LONGEST_CONTEXT = 50
_CODING_FIELDS = OF_CODINGS | {"code", "theme"}


@dataclass(frozen=True)
class _Loaded:
    """What queries of one viewer look into, at one state of the project."""

    revision: int
    viewer: str | None
    material: Searchable
    left_out: str | None


_LOADED: WeakKeyDictionary[Handle, _Loaded] = WeakKeyDictionary()
"""What was read last for each open project: the next query starts from there."""


@dataclass(frozen=True)
class Found:
    """What a query finds.

    Attributes:
        query: as read.
        rows: numbers of the utterances in ``material.utterances``.
        material: what was searched.
        about: what was searched, in words.
    """

    query: Query
    rows: np.ndarray[Any, np.dtype[np.int64]]
    material: Searchable
    about: dict[str, Any]


def answer(project: Handle, query: str, *, viewer: str | None = None) -> Found:
    """Return what a query finds, as rows of what was searched.

    Raises:
        OptionError: the query is wrong; the sentence says where, and what was expected.
        UnknownNameError: it names a code, speaker, coder ... that the project lacks.
    """
    wanted = parse(query)
    loaded = _load(project, viewer)
    rows = np.flatnonzero(search(wanted, loaded.material)).astype(np.int64)
    return Found(wanted, rows, loaded.material, _about(wanted, loaded, len(rows)))


def looks_for_words(query: str) -> bool:
    """Return whether a query names words or a pattern to look for, as a concordance needs.

    Raises:
        OptionError: the query is wrong; it says where.
    """
    return any(True for _ in wordings(parse(query).root))


def _load(project: Handle, viewer: str | None) -> _Loaded:
    revision = project.revision
    kept = _LOADED.get(project)
    if kept is None or (kept.revision, kept.viewer) != (revision, viewer):
        kept = _read(project, viewer, revision)
        _LOADED[project] = kept
    return kept


def _read(project: Handle, viewer: str | None, revision: int) -> _Loaded:
    read = everything(project, viewer)
    codings, reviews = read.codings, read.reviewed
    with project.database.read() as connection:
        notes = blindness.visible_memos(connection, viewer, stored_memos.rows(connection))
        places = stored_memos.places(connection)["utterance"]
        types = typologies.current(connection).types
        who = [one.name for one in coders.all_coders(connection)]
        rounds_there = rounds.round_frame(connection)["round"].tolist()
    by_rule = codings["origin"].isin([Origin.MARKER, Origin.QUERY])
    counted = is_counted(codings, reviews)
    material = Searchable(
        read.utterances,
        codings.assign(
            memo=codings["memo"].where(~by_rule, None),
            counts=counted & ~codings["round"].isin(read.again),
            counts_in_round=counted,
        ),
        reviews,
        pd.DataFrame(
            [
                (*places[note["target"]][:2], note["coder"])
                for note in notes
                if note["about"] == "utterance" and note["target"] in places
            ],
            columns=["document", "position", "coder"],
        ),
        read.codebook,
        {"coder": who, "round": rounds_there, "origin": [str(one) for one in Origin]},
        {"stakeholder_type": {one.id: one.name for one in types}},
    )
    left_out = codings.attrs.get("about", {}).get("left_out")
    return _Loaded(revision, viewer, material, left_out)


def _about(query: Query, loaded: _Loaded, found: int) -> dict[str, Any]:
    material = loaded.material
    whole = everywhere(query)
    of = len(material) if whole else int(material.utterances["codable"].sum())
    about: dict[str, Any] = {
        "query": query.text,
        "found": found,
        "searched": f"{of} {'utterances' if whole else 'codable utterances'}",
    }
    if any(term.field in _CODING_FIELDS for term in terms(query.root)):
        counted = material.codings.loc[material.codings["counts"], "coder"].unique()
        names = ", ".join(sorted(counted)) or "none yet"
        about["codings"] = f"those that findings count ({names})"
        if {term.field for term in stated(query.root)} & {"coder", "origin"}:
            about["codings"] += ", or those that the query names"
    if loaded.left_out is not None:
        about["left_out"] = loaded.left_out
    return about | {"codebook_version": material.codebook.version, "revision": loaded.revision}


def retrieve(
    project: Handle, query: str, *, viewer: str | None = None, context: int = 0
) -> pd.DataFrame:
    """Return the utterances that a query finds, in reading order.

    Args:
        project: an open project.
        query: in the query language, such as ``code:pay AND NOT speaker:Ann``.
        viewer: who asks; of a blind round that is still open only their own codings are seen.
        context: how many utterances before and after to give as well.

    Returns:
        The columns of ``list_utterances``, then codes (str: names joined by "; "; those that
        findings count, or all there are where the query names a coder or an origin). With context
        also before and after (str: those utterances, a line each, with their speakers).
        ``attrs["about"]`` says what was searched.

    Raises:
        OptionError: the query is wrong, with the place; or the context is no number up to 50.
        UnknownNameError: the query names something that the project lacks.
    """
    if not 0 <= context <= _LONGEST_CONTEXT:
        what = f"{context} is no context"
        raise OptionError(what, remedy=f"use 0 to {_LONGEST_CONTEXT} utterances")
    found = answer(project, query, viewer=viewer)
    table = found.material.utterances.loc[found.rows, UTTERANCE_COLUMNS].reset_index(drop=True)
    table["codes"] = _codes_on(found)
    if context:
        before, after = _around(found, context)
        table = table.assign(before=before, after=after)
    table.attrs["about"] = found.about
    return table


def _codes_on(found: Found) -> pd.Series:
    """Return the codes of each utterance found, in the order of the codebook."""
    material = found.material
    at = material.rows("codings")
    kept = np.isin(at, found.rows) & looked_at([found.query.root], material)
    names = [code.name for code in material.codebook.tree()]
    number = pd.Index(names).get_indexer(pd.Index(material.codings["code"].array[kept]))
    pairs = np.unique(at[kept] * np.int64(len(names) + 1) + number)
    rows, codes = np.divmod(pairs, len(names) + 1)
    told = [names[one] for one in codes.tolist()]
    first = np.searchsorted(rows, found.rows, side="left").tolist()
    last = np.searchsorted(rows, found.rows, side="right").tolist()
    joined = ["; ".join(told[one:end]) for one, end in zip(first, last, strict=True)]
    return pd.Series(joined, dtype="str")


def _around(found: Found, context: int) -> tuple[list[str], list[str]]:
    """Return the utterances before and after each one found, joined to one text each."""
    material, last = found.material, len(found.material) - 1
    speakers = material.utterances["speaker"].tolist()
    texts = material.utterances["text"].tolist()

    def told(row: int, neighbours: range) -> str:
        same = material.document[row]
        rows = [n for n in neighbours if 0 <= n <= last and material.document[n] == same]
        lines = [f"{speakers[n]}: {texts[n]}" if _is_name(speakers[n]) else texts[n] for n in rows]
        return "\n".join(lines)

    rows = found.rows.tolist()
    before = [told(row, range(row - context, row)) for row in rows]
    return before, [told(row, range(row + 1, row + 1 + context)) for row in rows]


def _is_name(speaker: object) -> bool:
    return isinstance(speaker, str) and bool(speaker)
