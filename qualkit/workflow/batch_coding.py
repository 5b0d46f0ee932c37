"""Coding one partition of a batch: a pure function of its utterances, a model and rules.

Whatever runs it, one process or many machines, the same partition gives the same rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.analysis.query import parse
from qualkit.analysis.query_terms import OF_CODINGS, Node, Query, Term, parts_of, terms
from qualkit.analysis.retrieval import search
from qualkit.analysis.searchable import Searchable
from qualkit.errors import OptionError, UnknownNameError
from qualkit.model import Codebook
from qualkit.text.markers import find_markers

if TYPE_CHECKING:
    from qualkit.formats.partitions import Partition
    from qualkit.suggest import Suggester

__all__ = ["CODED", "WHO", "Rules", "check_query", "code_partition"]

CODED = ("document", "position", "code", "probability", "origin", "offered", "reason", "model")
"""The columns of what is coded, one row for each utterance, code and origin."""
WHO = ("speaker", "role", "organisation", "stakeholder_type")
"""The columns that say who speaks; kept with every utterance."""

_PLACE = ["document", "position"]
_DIGITS = 6  # of a probability: more would differ from machine to machine
_WORD = re.compile(r"\w")
_ORIGINS = ("rule", "query", "learned")
_NEEDS_PEOPLE = OF_CODINGS | {"code", "theme"}
_WORDS = ("kind", "label", "speaker", "role", "organisation", "stakeholder_type", "section")
_Counts = dict[str, dict[str, int]]
_Found = list[tuple[npt.NDArray[Any], npt.NDArray[Any], "pd.Series[Any]", str]]


@dataclass(frozen=True)
class Rules:
    """What decides which codes are offered.

    Attributes:
        model: id of the model.
        thresholds: code -> least probability at which it is offered; a code that is not there is
            never offered for what was learned.
        least: probabilities from here on are kept, offered or not.
        markers: code -> its markers.
        queries: (code, query) pairs.
    """

    model: str
    thresholds: dict[str, float]
    least: float
    markers: dict[str, tuple[str, ...]]
    queries: tuple[tuple[str, str], ...]


def check_query(query: str) -> None:
    """Check that a query can be answered where nobody has coded yet.

    Raises:
        OptionError: it is wrong, or asks for codings, reviews or memos.

    Example:
        >>> check_query("speaker:Ann AND wages")
        >>> check_query("code:pay")
        Traceback (most recent call last):
            ...
        qualkit.errors.OptionError: query code:pay: nobody has coded what is coded in a batch, so
        nothing can be asked of codings; ask for words, speakers, roles and the like.
    """
    for term in terms(parse(query).root):
        of_people = term.field in _NEEDS_PEOPLE
        of_people |= term.field == "has" and term.value.casefold() in {"code", "memo"}
        of_people |= term.field == "is" and term.value.casefold() == "reviewed"
        if of_people:
            what = "nobody has coded what is coded in a batch, so nothing can be asked of codings"
            remedy = "ask for words, speakers, roles and the like"
            raise OptionError(what, where=f"query {query}", remedy=remedy)


def code_partition(
    part: Partition, suggester: Suggester, rules: Rules
) -> tuple[pd.DataFrame, pd.DataFrame, _Counts]:
    """Return what a batch says of the utterances of one partition.

    Args:
        part: utterances, with those beside them.
        suggester: fitted.
        rules: what is offered.

    Returns:
        Two tables, and counts. What is coded: document (str), position (int64), code (str),
        probability (float64, of what was learned, rounded to six digits; missing where a code has
        not been learned from enough codings), origin ("rule": a marker of the codebook, "query",
        "learned"), offered (bool), reason (str), model (str); a learned code that is not offered is
        there from the least probability on. The utterances: document, position, the columns of
        ``WHO`` that are there, and codes (int64, how many different ones are offered). The counts:
        for each code that is offered for how many utterances, by "all" and by origin.
    """
    table, own = part.table, slice(part.first, part.last)
    codes = pd.Index([*suggester.codes_, *(one for one, _ in rules.queries)]).unique()
    texts = table["text"].iloc[own].tolist()
    scores = suggester.score(table).to_numpy()[own].round(_DIGITS)
    is_learned = (suggester.basis_ == "codings").to_numpy(bool)
    found: _Found = _by_markers(texts, rules, codes)
    found += _by_queries(table, own, rules, codes)
    found.append(_by_learning(scores, texts, suggester, rules))
    row, column = (np.concatenate([one[at] for one in found]) for at in (0, 1))
    reason = pd.concat([one[2] for one in found], ignore_index=True)
    origin = np.repeat([_ORIGINS.index(one[3]) for one in found], [len(one[0]) for one in found])
    key = (row * len(codes) + column) * len(_ORIGINS) + origin
    order = np.argsort(key, kind="stable")  # quick, since each of what was found is in order
    row, column, origin = row[order], column[order], origin[order]
    known = column < scores.shape[1]
    at = np.where(known, column, 0)
    probability = np.where(known & is_learned[at], scores[row, at], np.nan)
    least = np.array([rules.thresholds.get(code, np.inf) for code in codes], dtype=np.float64)
    offered = (origin != _ORIGINS.index("learned")) | (scores[row, at] >= least[column])
    places = table[_PLACE].iloc[own].reset_index(drop=True)
    coded = places.iloc[row].reset_index(drop=True)
    coded = coded.assign(
        code=_named_by(codes, column),
        probability=probability,
        origin=_named_by(_ORIGINS, origin),
        offered=offered,
        reason=reason.take(order).reset_index(drop=True),
        model=_named_by([rules.model], np.zeros(len(row), np.intp)),
    )
    pair = key[order][offered] // len(_ORIGINS)
    is_new = np.diff(pair, prepend=-1) != 0
    many = np.bincount(row[offered][is_new], minlength=len(places)).astype(np.int64)
    who = [one for one in WHO if one in table]
    utterances = table[[*_PLACE, *who]].iloc[own].reset_index(drop=True)
    counts = _counts(codes, column[offered], origin[offered], is_new)
    return coded[list(CODED)], utterances.assign(codes=many), counts


def _counts(
    codes: pd.Index[Any],
    column: npt.NDArray[Any],
    origin: npt.NDArray[Any],
    is_new: npt.NDArray[np.bool_],
) -> _Counts:
    """Return for each code how many utterances it is offered for, in all and by origin."""
    kinds = len(_ORIGINS)
    every = np.bincount(column[is_new], minlength=len(codes))
    by = np.bincount(column * kinds + origin, minlength=len(codes) * kinds).reshape(-1, kinds)
    found: _Counts = {}
    for name, place in sorted((str(name), place) for place, name in enumerate(codes)):
        if every[place]:
            told = {one: int(n) for one, n in sorted(zip(_ORIGINS, by[place], strict=True)) if n}
            found[name] = {"all": int(every[place]), **told}
    return found


def _by_markers(texts: Sequence[str], rules: Rules, codes: pd.Index[Any]) -> _Found:
    if not rules.markers:
        return []
    hits = find_markers(texts, rules.markers)
    first = hits.sort_values(["row", "start"], kind="stable").drop_duplicates(["row", "code"])
    reason = ("marker: " + first["marker"]).astype("str")
    column = codes.get_indexer(pd.Index(first["code"]))
    return [(first["row"].to_numpy(np.int64), column, reason, "rule")]


def _by_queries(table: pd.DataFrame, own: slice, rules: Rules, codes: pd.Index[Any]) -> _Found:
    if not rules.queries:
        return []
    material = _searchable(table)
    found: _Found = []
    for code, query in rules.queries:
        wanted = parse(query)
        rows = np.flatnonzero(search(wanted, _with_absent(material, wanted))[own])
        column = np.full(len(rows), codes.get_loc(code))
        reason = _named_by([f"query: {query}"], np.zeros(len(rows), np.intp))
        found.append((rows, column, reason, "query"))
    return found


def _by_learning(
    scores: npt.NDArray[np.float64], texts: Sequence[str], suggester: Suggester, rules: Rules
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], pd.Series[Any], str]:
    """Return what was learned: all that is offered, and all that comes near."""
    least = np.array([rules.thresholds.get(code, np.inf) for code in suggester.codes_])
    has_words = np.array([_WORD.search(text) is not None for text in texts], dtype=bool)
    is_kept = (scores >= np.minimum(least, rules.least)) & has_words[:, None]
    row, column = np.nonzero(is_kept)
    return row, column, _named_by(suggester.notes_, column), "learned"


def _named_by(
    names: Sequence[str] | pd.Index[Any] | pd.Series[Any], number: npt.NDArray[Any]
) -> pd.Series[Any]:
    """Return the name that each number stands for, as text."""
    return pd.Series(names, dtype="str").take(number).reset_index(drop=True)


def _searchable(table: pd.DataFrame) -> Searchable:
    """Return utterances in the form that queries are answered from, with nothing coded."""
    empty = {name: pd.Series(dtype="str") for name in ("document", "code", "coder", "round")}
    columns: dict[str, Any] = {name: None for name in _WORDS}
    columns |= {"reported": False, "codable": True, "time": np.nan, "is_moderator": False}
    given = {name: table[name] for name in columns if name in table}
    nothing = pd.DataFrame(empty).assign(position=pd.Series(dtype="int64"))
    flags = {name: pd.Series(dtype=bool) for name in ("counts", "counts_in_round")}
    notes = {name: pd.Series(dtype="str") for name in ("origin", "certainty", "memo")}
    return Searchable(
        table[[*_PLACE, "text"]].assign(**(columns | given)).reset_index(drop=True),
        nothing.assign(**flags, **notes),
        nothing,
        nothing,
        Codebook("batch", ()),
    )


def _with_absent(material: Searchable, query: Query) -> Searchable:
    """Return the material with names that nobody here has, so that they find nothing."""
    names: dict[str, Sequence[str]] = {}
    for term in _named(query.root):
        try:
            search(Query(query.text, term), material)
        except UnknownNameError:
            present = names.get(term.field) or material.found_names("utterances", term.field)
            names[term.field] = [*present, term.value]
    if not names:
        return material
    return Searchable(
        material.utterances,
        material.codings,
        material.reviews,
        material.memos,
        material.codebook,
        names,
    )


def _named(node: Node) -> Iterable[Term]:
    if isinstance(node, Term):
        if node.field in {*_WORDS, "document"}:
            yield node
    else:
        for part in parts_of(node):
            yield from _named(part)
