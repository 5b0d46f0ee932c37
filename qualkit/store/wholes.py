"""Every utterance, coding and review of a project as compact tables: what findings are made of.

A name that stands in very many rows is kept once, and a number in each row (a categorical); a
coding knows the row of its utterance, so nothing needs to be looked up by name again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, Integer, Select, case, cast, func, or_, select

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

__all__ = ["every_coding", "every_review", "every_utterance"]

_KINDS, _ORIGINS = [str(one) for one in UtteranceKind], [str(one) for one in Origin]
_WHO = ("speaker", "role", "organisation", "stakeholder_type")
_NAMES = ("kind", "label", *_WHO)
_SELDOM = ("label", "section", "level", "note", "asides", "time")
_NONE = -1
_AT_ONCE = 100_000  # utterances


def every_utterance(connection: Connection) -> pd.DataFrame:
    """Return what ``documents.utterance_frame`` gives of all documents."""
    u = utterances.c
    numbers = ("id", "document_id", "position", "start", "end")
    flags = (cast(u.reported, Integer).label("reported"), cast(u.codable, Integer).label("codable"))
    kind = case({name: n for n, name in enumerate(_KINDS)}, value=u.kind).label("kind")
    who = func.coalesce(u.speaker_id, _NONE).label("speaker_id")
    told = read_numbers(connection, select(*(u[name] for name in numbers), *flags, kind, who))
    order = np.lexsort((told["position"], told["document_id"]))
    told = {name: values[order] for name, values in told.items()}
    files = connection.execute(select(documents.c.id, documents.c.name)).all()
    table = pd.DataFrame(
        {
            "document": _plain(_named(told["document_id"], {row.id: row.name for row in files})),
            "position": told["position"].astype(np.int64),
            "kind": _named(told["kind"], dict(enumerate(_KINDS))).astype("str"),
        }
    )
    seldom = _seldom(connection, told["id"])
    table["label"] = seldom["label"]
    people = _people(connection)
    for name in _WHO:
        table[name] = _plain(_named(told["speaker_id"], people[name]))
    for name in ("reported", "codable"):
        table[name] = told[name].astype(bool)
    table["start"], table["end"] = (told[name].astype(np.int64) for name in ("start", "end"))
    table["time"] = seldom["time"].astype("float64")
    table["text"] = _words(connection, told, seldom["asides"])
    table["utterance_id"] = told["id"].astype(np.int64)
    table["speaker_id"] = pd.array(told["speaker_id"], dtype="Int64")
    table.loc[told["speaker_id"] == _NONE, "speaker_id"] = pd.NA
    for name in ("section", "note"):
        table[name] = seldom[name]
    table["level"] = seldom["level"].astype("Int64")
    nothing: list[Any] = []
    asides = seldom["asides"].astype(object).where(seldom["asides"].notna(), None)
    table["asides"] = [json.loads(one) if one else nothing for one in asides]
    is_moderator = np.isin(told["speaker_id"], list(people["moderator"]))
    return table.assign(is_moderator=is_moderator)[[*_ORDER, *_ORDER_LAST]]


_ORDER = ("document", "position", *_NAMES, "reported", "codable", "start", "end", "time", "text",
          "utterance_id", "speaker_id")  # fmt: skip
_ORDER_LAST = ("section", "level", "note", "asides", "is_moderator")


def _named(numbers: Any, names: Mapping[int, str | None]) -> pd.Categorical:
    """Return the names that numbers stand for; a number without a name is missing."""
    present = sorted({name for name in names.values() if name is not None})
    code = {name: n for n, name in enumerate(present)}
    place = np.full(max([0, *names]) + 2, -1, dtype=np.int32)  # the last is for -1
    for number, name in names.items():
        place[number] = -1 if name is None else code[name]
    return pd.Categorical.from_codes(place[numbers], categories=pd.Index(present, dtype="str"))


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


def _seldom(connection: Connection, ids: Any) -> dict[str, pd.Series[Any]]:
    """Return the columns that few utterances have anything in."""
    columns = [utterances.c[name] for name in _SELDOM]
    query = select(utterances.c.id, *columns).where(or_(*(one.is_not(None) for one in columns)))
    found = gathered(connection.execute(query))
    rows = _rows_of(ids)[found["id"].to_numpy("int64")] if len(found) else np.empty(0, np.int32)
    filled = {}
    for name in _SELDOM:
        column = np.full(len(ids), None, dtype=object)
        column[rows] = found[name].astype(object).where(found[name].notna(), None)
        has_any = len(found) > 0 and found[name].notna().any()
        filled[name] = pd.Series(column.tolist()) if has_any else pd.Series(column, dtype=object)
    return filled


def _rows_of(ids: Any) -> Any:
    """Return an array that gives for each id its row."""
    rows = np.full(int(ids.max(initial=0)) + 1, -1, dtype=np.int32)
    rows[ids] = np.arange(len(ids), dtype=np.int32)
    return rows


def _words(
    connection: Connection, told: Mapping[str, Any], asides: pd.Series[Any]
) -> pd.Series[Any]:
    """Return the words of each utterance; the texts come document by document."""
    query = select(documents.c.id, texts.c.text).join_from(documents, texts)
    written = connection.execute(query.order_by(documents.c.id).execution_options(yield_per=200))
    is_cut = asides.notna().to_numpy()
    ends = dict(zip(np.flatnonzero(is_cut).tolist(), asides[is_cut].tolist(), strict=True))
    starts = np.flatnonzero(np.diff(told["document_id"], prepend=-1))
    bounds = {
        int(told["document_id"][first]): (int(first), int(last))
        for first, last in zip(starts, np.append(starts, len(told["id"]))[1:], strict=True)
    }
    pieces: list[pd.Series[Any]] = []
    words: list[str] = []
    for number, text in written:
        first, last = bounds.get(number, (0, 0))
        spans = zip(
            told["start"][first:last].tolist(), told["end"][first:last].tolist(), strict=True
        )
        here = [text[start:end] for start, end in spans]
        for row in [one for one in ends if first <= one < last] if ends else []:
            place = (_KINDS[told["kind"][row]], int(told["start"][row]), int(told["end"][row]))
            here[row - first] = words_without_asides(*place, str(ends[row]), text)
        words += here
        if len(words) >= _AT_ONCE:
            pieces.append(pd.Series(words, dtype="str"))
            words = []
    pieces.append(pd.Series(words, dtype="str"))
    return pd.concat(pieces, ignore_index=True)


def every_coding(
    connection: Connection, places: pd.DataFrame, *, only: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return codings in the order of ``codings.frame``.

    Args:
        connection: to the project.
        places: what ``every_utterance`` gives.
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
    told = read_numbers(connection, _inside(query, codings, only), moments=("created_at",))
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
    told = read_numbers(connection, _inside(query, reviews, only), moments=("reviewed_at",))
    order, at = _order(told, places, np.zeros(1, dtype=np.int32))
    told = {name: values.take(order) for name, values in told.items()}
    own = _owned(connection, told, at, places)
    return pd.DataFrame({**own, "reviewed_at": told["reviewed_at"], "utterance": at})


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
        "document": _documents(places["document"], at),
        "position": places["position"].to_numpy()[at],
        "coder": _named(told["coder_id"], {n: one.name for n, one in who.items()}),
        "round": _named(told["round_id"], called),
        "coder_kind": _named(told["coder_id"], {n: one.kind for n, one in who.items()}),
    }


def _documents(names: pd.Series[Any], at: Any) -> pd.Categorical:
    """Return the document of each row; of few rows, without a look at all names."""
    if len(at) < len(names):
        return pd.Categorical(names.take(at))
    return pd.Categorical(names).take(at)


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
