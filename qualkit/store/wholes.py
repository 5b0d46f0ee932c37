"""Every utterance, coding and review of a project as compact tables: what findings are made of.

A name that stands in very many rows is kept once, and a number in each row (a categorical); a
coding knows the row of its utterance, so nothing needs to be looked up by name again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Integer, Select, Table, case, cast, func, or_, select

from qualkit.model import Origin, UtteranceKind
from qualkit.store.documents import words_without_asides
from qualkit.store.gathering import gathered
from qualkit.store.numbers import read_numbers
from qualkit.store.schema import (
    code_rows,
    coders,
    codings,
    documents,
    reviews,
    rounds,
    speakers,
    stakeholder_types,
    texts,
    utterances,
)

__all__ = ["Spoken", "every_coding", "every_place", "every_review", "every_utterance"]

_KINDS, _ORIGINS = [str(one) for one in UtteranceKind], [str(one) for one in Origin]
_WHO = ("speaker", "role", "organisation", "stakeholder_type")
_NAMES = ("kind", "label", *_WHO)
_SELDOM = ("label", "section", "level", "note", "asides", "time")
_NONE = -1
_TEXTS_AT_ONCE = 200  # documents


@dataclass(frozen=True)
class Spoken:
    """Every utterance without its words, in order of document and position.

    Attributes:
        places: columns document, kind, label, speaker, role, organisation, stakeholder_type,
            section (categories), speaker_id (a category of numbers), position, start, end,
            utterance_id (whole numbers), reported, codable, is_moderator (bool).
        seldom: label, section, level, note, asides and time of those that have any of them; its
            index says in which rows they are.
        contents: name of each document -> hash of its text.
    """

    places: pd.DataFrame
    seldom: pd.DataFrame
    contents: Mapping[str, str]


def every_place(connection: Connection) -> Spoken:
    """Return where every utterance is and whose it is."""
    u = utterances.c
    numbers = ("id", "document_id", "position", "start", "end")
    flags = (cast(u.reported, Integer).label("reported"), cast(u.codable, Integer).label("codable"))
    kind = case({name: n for n, name in enumerate(_KINDS)}, value=u.kind).label("kind")
    who = func.coalesce(u.speaker_id, _NONE).label("speaker_id")
    query = select(*(u[name] for name in numbers), *flags, kind, who)
    told = read_numbers(connection, query, table=utterances)
    order = np.lexsort((told["position"], told["document_id"]))
    for name in list(told):  # one after another, so that there are never two of all
        told[name] = told[name].take(order)
    del order
    files = connection.execute(select(documents.c.id, documents.c.name, documents.c.sha256)).all()
    present = np.bincount(told["document_id"], minlength=1) if len(told["id"]) else np.zeros(1)
    used = {row.id: row.name for row in files if row.id < len(present) and present[row.id]}
    seldom, people = _seldom(connection, told["id"]), _people(connection)
    table = pd.DataFrame(
        {
            "document": _named(told["document_id"], used),
            "position": told["position"],
            "kind": _named(told["kind"], dict(enumerate(_KINDS))),
            "label": _spread(seldom["label"], len(told["id"])),
            **{name: _named(told["speaker_id"], people[name]) for name in _WHO},
            **{name: told[name].astype(bool) for name in ("reported", "codable")},
            "start": told["start"],
            "end": told["end"],
            "utterance_id": told["id"],
            "speaker_id": _named(told["speaker_id"], {one: one for one in people["speaker"]}),
            "section": _spread(seldom["section"], len(told["id"])),
            "is_moderator": np.isin(told["speaker_id"], list(people["moderator"])),
        }
    )
    return Spoken(table, seldom, {row.name: row.sha256 for row in files})


def every_utterance(connection: Connection, spoken: Spoken) -> pd.DataFrame:
    """Return what ``documents.utterance_frame`` gives of all documents.

    Texts are found by their hash, so the words are those of then whatever was corrected since.
    """
    places, many = spoken.places, len(spoken.places)
    seldom = {name: _filled(spoken.seldom[name], many) for name in _SELDOM}
    table = pd.DataFrame({"document": _plain(places["document"].array)})
    table["position"] = places["position"].astype("int64")
    table["kind"] = places["kind"].astype("str")
    table["label"] = seldom["label"]
    for name in _WHO:
        table[name] = _plain(places[name].array)
    for name in ("reported", "codable"):
        table[name] = places[name]
    table["start"], table["end"] = (places[name].astype("int64") for name in ("start", "end"))
    table["time"] = seldom["time"].astype("float64")
    table["text"] = _words(connection, spoken)
    table["utterance_id"] = places["utterance_id"].astype("int64")
    table["speaker_id"] = _ids(places["speaker_id"].array)
    for name in ("section", "note"):
        table[name] = seldom[name]
    table["level"] = seldom["level"].astype("Int64")
    nothing: list[Any] = []
    asides = spoken.seldom["asides"].dropna().map(json.loads).to_dict()
    table["asides"] = [asides.get(row, nothing) for row in range(many)]
    return table.assign(is_moderator=places["is_moderator"])[[*_ORDER, *_ORDER_LAST]]


_ORDER = ("document", "position", *_NAMES, "reported", "codable", "start", "end", "time", "text",
          "utterance_id", "speaker_id")  # fmt: skip
_ORDER_LAST = ("section", "level", "note", "asides", "is_moderator")


def _ids(numbers: pd.Categorical) -> Any:
    """Return the numbers that a category of them stands for; missing where there is none."""
    found = np.append(numbers.categories.to_numpy(np.int64), 0)[numbers.codes]
    return pd.arrays.IntegerArray(found, numbers.codes < 0)


def _spread(column: pd.Series[Any], many: int) -> pd.Categorical:
    """Return a column that few rows have anything in as a category over all rows."""
    filled: Any = pd.Categorical(column.dropna().astype("str"))
    codes = np.full(many, -1, dtype=filled.codes.dtype)
    codes[column.index[column.notna()]] = filled.codes
    spread: pd.Categorical = pd.Categorical.from_codes(codes, dtype=filled.dtype)
    return spread


def _filled(column: pd.Series[Any], many: int) -> pd.Series[Any]:
    """Return a column that few rows have anything in with None in all others."""
    values = np.full(many, None, dtype=object)
    values[column.index] = column.astype(object).where(column.notna(), None)
    return pd.Series(values.tolist()) if column.notna().any() else pd.Series(values, dtype=object)


def _named(numbers: Any, names: Mapping[int, Any]) -> pd.Categorical:
    """Return the names that numbers stand for; a number without a name is missing."""
    present = sorted({name for name in names.values() if name is not None})
    code = {name: n for n, name in enumerate(present)}
    place = np.full(max([0, *names]) + 2, -1, dtype=np.int32)  # the last is for -1
    for number, name in names.items():
        place[number] = -1 if name is None else code[name]
    kind = "int64" if present and isinstance(present[0], int) else "str"
    return pd.Categorical.from_codes(place[numbers], categories=pd.Index(present, dtype=kind))


def _plain(names: pd.Categorical) -> pd.Series[Any]:
    """Return names as they are where there are any, else nothing but None."""
    if len(names.categories):
        return pd.Series(names).astype("str")
    return pd.Series([None] * len(names), dtype=object)


def _people(connection: Connection) -> dict[str, dict[int, Any]]:
    query = select(
        speakers.c.id,
        speakers.c.name.label("speaker"),
        speakers.c.role,
        speakers.c.organisation,
        stakeholder_types.c.name.label("stakeholder_type"),
        (speakers.c.is_moderator | stakeholder_types.c.is_moderator).label("moderator"),
    ).join_from(speakers, stakeholder_types, isouter=True)
    found = connection.execute(query).mappings().all()
    people: dict[str, dict[int, Any]] = {
        name: {row["id"]: row[name] for row in found} for name in _WHO
    }
    return people | {"moderator": {row["id"]: True for row in found if row["moderator"]}}


def _seldom(connection: Connection, ids: Any) -> pd.DataFrame:
    """Return the columns that few utterances have anything in, of those, by their rows."""
    columns = [utterances.c[name] for name in _SELDOM]
    query = select(utterances.c.id, *columns).where(or_(*(one.is_not(None) for one in columns)))
    found = gathered(connection.execute(query))
    at = _rows_of(ids)[found["id"].to_numpy("int64")] if len(found) else np.empty(0, np.int32)
    return found.drop(columns="id").set_index(pd.Index(at))


def _rows_of(ids: Any) -> Any:
    """Return an array that gives for each id its row."""
    rows = np.full(int(ids.max(initial=0)) + 1, -1, dtype=np.int32)
    rows[ids] = np.arange(len(ids), dtype=np.int32)
    return rows


def _words(connection: Connection, spoken: Spoken) -> pd.Series[Any]:
    """Return the words of each utterance; the texts come some documents at a time."""
    places, asides = spoken.places, spoken.seldom["asides"].dropna().sort_index()
    document = places["document"].array
    starts = np.flatnonzero(np.diff(document.codes, prepend=-1))
    edges = [*starts.tolist(), len(places)]  # in an empty project the last one alone
    bounds = list(pairwise(edges))
    names = [str(one) for one in document.categories[document.codes[starts]]]
    pieces: list[pd.Series[Any]] = [pd.Series([], dtype="str")]
    for first in range(0, len(bounds), _TEXTS_AT_ONCE):
        some = slice(first, first + _TEXTS_AT_ONCE)
        hashes = {spoken.contents[name] for name in names[some]}
        query = select(texts.c.sha256, texts.c.text).where(texts.c.sha256.in_(hashes))
        written = {row.sha256: row.text for row in connection.execute(query)}
        words: list[str] = []
        for name, (one, other) in zip(names[some], bounds[some], strict=True):
            words += _cut(places.iloc[one:other], asides, written[spoken.contents[name]])
        pieces.append(pd.Series(words, dtype="str"))
    return pd.concat(pieces, ignore_index=True)


def _cut(places: pd.DataFrame, asides: pd.Series[Any], text: str) -> list[str]:
    """Return the words of the utterances of one document."""
    starts, ends = places["start"].tolist(), places["end"].tolist()
    words = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    first = int(places.index[0])
    low, high = np.searchsorted(asides.index, [first, first + len(places)])
    for row, aside in asides.iloc[low:high].items():
        at = int(str(row)) - first
        place = (str(places["kind"].iloc[at]), starts[at], ends[at])
        words[at] = words_without_asides(*place, str(aside), text)
    return words


def every_coding(
    connection: Connection, places: pd.DataFrame, *, only: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return codings in the order of ``codings.frame``.

    Args:
        connection: to the project.
        places: those of ``every_place``.
        only: names of documents; None takes all.

    Returns:
        The columns of ``codings.frame`` without id; names and created_at as categories; then
        utterance (int32): the row of ``places`` that the coding is on.
    """
    c = codings.c
    numbered = _numbered()
    origin = case({name: n for n, name in enumerate(_ORIGINS)}, value=c.origin).label("origin")
    missing = [func.coalesce(c[name], _NONE).label(name) for name in _SPAN]
    plain = (c.utterance_id, c.coder_id, c.round_id, c.codebook_version, c.created_at)
    query = select(*plain, *missing, origin, numbered.c.code)
    query = query.join_from(codings, numbered, c.code_id == numbered.c.id)
    told = _numbers(connection, query, codings, only, "created_at")
    codes = {row.code: row for row in connection.execute(select(numbered))}
    order, at = _order(told, places, told["code"])
    for name in list(told):  # one after another, so that there are never two of all
        told[name] = told[name].take(order)
    whole = [told[name].astype(np.int64) for name in _SPAN]
    start, end, certainty = (pd.arrays.IntegerArray(one, one == _NONE) for one in whole)
    own = _owned(connection, told, at, places)
    columns = {
        "document": own["document"],
        "position": own["position"],
        "code": _named(told["code"], {n: one.name for n, one in codes.items()}),
        "coder": own["coder"],
        "round": own["round"],
        "start": start,
        "end": end,
        "origin": _named(told["origin"], dict(enumerate(_ORIGINS))),
        "certainty": certainty,
        "memo": _memos(connection, told, only),
        "codebook_version": told["codebook_version"].astype(np.int64),
        "created_at": told["created_at"],
        "coder_kind": own["coder_kind"],
        "code_id": _named(told["code"], {n: one.id for n, one in codes.items()}),
        "utterance": at,
    }
    return pd.DataFrame(columns)


_SPAN = ("start", "end", "certainty")


def _numbered() -> Any:
    """Return the codes with a number of their own each, in the order of the codebook."""
    order = (code_rows.c.position, code_rows.c.id)
    number = func.row_number().over(order_by=order).label("code")
    return select(code_rows.c.id, code_rows.c.name, number).subquery("numbered")


def every_review(
    connection: Connection, places: pd.DataFrame, *, only: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return reviews in the order of ``codings.review_frame``; arguments as ``every_coding``.

    Returns:
        The columns of ``codings.review_frame``, names and reviewed_at as categories; then
        utterance (int32).
    """
    query = select(*(reviews.c[name] for name in ("utterance_id", "coder_id", "round_id")),
                   reviews.c.reviewed_at)  # fmt: skip
    told = _numbers(connection, query, reviews, only, "reviewed_at")
    order, at = _order(told, places, np.zeros(1, dtype=np.int32))
    told = {name: values.take(order) for name, values in told.items()}
    own = _owned(connection, told, at, places)
    return pd.DataFrame({**own, "reviewed_at": told["reviewed_at"], "utterance": at})


def _numbers(
    connection: Connection, query: Select[Any], table: Table, only: Sequence[str] | None, at: str
) -> dict[str, Any]:
    """Return the columns of a query on codings or reviews; ``at`` is when they were made."""
    asked, whole = _inside(query, table, only), table if only is None else None
    return read_numbers(connection, asked, moments=(at,), table=whole)


def _inside(query: Select[Any], table: Any, only: Sequence[str] | None) -> Select[Any]:
    if only is None:
        return query
    here = select(documents.c.id).where(documents.c.name.in_(only))
    near = select(utterances.c.id).where(utterances.c.document_id.in_(here))
    return query.where(table.c.utterance_id.in_(near))


def _order(told: Mapping[str, Any], places: pd.DataFrame, code: Any) -> tuple[Any, Any]:
    """Return the order of document, position, code and coder, and the row of each utterance."""
    at = _rows_of(places["utterance_id"].to_numpy())[told["utterance_id"]]
    coder = told["coder_id"].astype(np.int64)
    many = (int(code.max(initial=0)) + 1) * (int(coder.max(initial=0)) + 1)
    key = at.astype(np.int64) * many
    key += code * (int(coder.max(initial=0)) + 1) + coder
    order = np.argsort(key, kind="stable")
    del key, coder
    return order, at[order]


def _owned(
    connection: Connection, told: Mapping[str, Any], at: Any, places: pd.DataFrame
) -> dict[str, Any]:
    """Return document, position, coder, round and coder_kind of codings or reviews."""
    who = {row.id: row for row in connection.execute(select(coders))}
    called = {row.id: row.name for row in connection.execute(select(rounds.c.id, rounds.c.name))}
    return {
        "document": places["document"].array.take(at),
        "position": places["position"].to_numpy()[at].astype(np.int64),
        "coder": _named(told["coder_id"], {n: one.name for n, one in who.items()}),
        "round": _named(told["round_id"], called),
        "coder_kind": _named(told["coder_id"], {n: one.kind for n, one in who.items()}),
    }


def _memos(connection: Connection, told: Mapping[str, Any], only: Sequence[str] | None) -> Any:
    """Return the memo of each coding; the few that have one are found by what they say."""
    numbered = _numbered()
    c = codings.c
    spans = [func.coalesce(c[name], _NONE).label(name) for name in ("start", "end")]
    query = select(c.utterance_id, c.coder_id, c.round_id, *spans, numbered.c.code, c.memo)
    query = query.join_from(codings, numbered, c.code_id == numbered.c.id)
    rows = connection.execute(_inside(query.where(c.memo.is_not(None)), codings, only)).all()
    memos = np.full(len(told["code"]), None, dtype=object)
    if rows:
        found = {tuple(row[:-1]): row[-1] for row in rows}
        places = np.fromiter({row[0] for row in rows}, dtype=np.int64)
        near = np.flatnonzero(np.isin(told["utterance_id"], places))
        names = ("utterance_id", "coder_id", "round_id", "start", "end", "code")
        keys = zip(*(told[name][near].tolist() for name in names), strict=True)
        memos[near] = [found.get(key) for key in keys]
    return pd.Series(memos.tolist()) if rows else pd.Series(memos, dtype=object)
