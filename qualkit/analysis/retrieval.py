"""Answering a query: which utterances it finds, as one yes or no for each.

Terms about codings
-------------------
``coder:``, ``round:``, ``origin:`` and ``certainty`` say *which* codings are meant. All of them in
one group (terms joined by AND, or just standing side by side) must hold for one and the same
coding, and codes in that group, and in parentheses inside it, are looked for among such codings
only: ``code:pay coder:Ben`` is Ben's coding of pay. A field said again in inner parentheses holds
there instead. Where nothing in the group takes them up, they ask whether there is such a coding.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from qualkit.analysis.material import Bools, Floats
from qualkit.analysis.query_terms import (
    OF_CODINGS,
    And,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Query,
    Term,
    Words,
    fault,
    parts_of,
    stated,
    terms,
)
from qualkit.analysis.searchable import Searchable
from qualkit.analysis.text_search import fold

__all__ = ["HAS", "IS", "everywhere", "looked_at", "search"]

HAS = ("code", "label", "memo", "speaker", "stakeholder_type", "time")
"""What may follow ``has:``."""
IS = ("codable", "moderator", "reported", "reviewed")
"""What may follow ``is:``."""

_COMPARE: dict[str, Callable[[Floats, float], Bools]] = {
    "=": np.equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d+)?)")
_KNOWN = {
    "codings": OF_CODINGS,
    "reviews": frozenset({"coder", "round"}),
    "memos": frozenset({"coder"}),
}


_Scope = tuple[Node, ...]
"""What a group and those around it say about the codings that are meant."""


def search(query: Query, material: Searchable) -> Bools:
    """Return which utterances a query finds.

    Headings, notes and page furniture are left out unless the query names ``kind:`` or
    ``is:codable``.

    Args:
        query: as ``parse`` gives it.
        material: what to look into.

    Returns:
        bool, one for each row of ``material.utterances``.

    Raises:
        UnknownNameError: it names a code, coder, speaker ... that is not there.
        OptionError: it compares with something that is no number, says a thing twice, or holds a
            regular expression that is none or never ends.
    """
    found = _Answer(query, material).find(query.root, ())
    if everywhere(query):
        return found
    codable: Bools = material.utterances["codable"].to_numpy(np.bool_)
    return found & codable


def looked_at(said: Iterable[Node], material: Searchable) -> Bools:
    """Return which codings are looked at before it is decided which of them are meant.

    Those that findings count; where a coder or an origin is named, without a NOT, all there are.

    Args:
        said: what a query, or a group of one, says.
        material: what is looked into.
    """
    fields = {term.field for node in said for term in stated(node)}
    if fields & {"coder", "origin"}:
        return np.ones(len(material.codings), dtype=np.bool_)
    column = "counts_in_round" if "round" in fields else "counts"
    found: Bools = material.codings[column].to_numpy(np.bool_)
    return found


def everywhere(query: Query) -> bool:
    """Return whether a query also finds what is not codable: headings, notes, page furniture."""
    return any(
        term.field == "kind" or (term.field == "is" and term.value.casefold() == "codable")
        for term in terms(query.root)
    )


class _Answer:
    """Finds the utterances for each part of a query."""

    def __init__(self, query: Query, material: Searchable) -> None:
        self.query = query.text
        self.material = material

    def find(self, node: Node, scope: _Scope) -> Bools:
        """Return which utterances a part finds among the codings in scope."""
        found: Bools
        if isinstance(node, And):
            found = self.group(node.parts, scope)
        elif isinstance(node, Or):
            found = np.logical_or.reduce([self.find(part, scope) for part in node.parts])
        elif isinstance(node, Not):
            found = ~self.find(node.part, scope)
        elif isinstance(node, Near):
            found = self.near(node, scope)
        elif isinstance(node, Words | Pattern):
            found = self.material.texts.find(node, self.query)
        elif _is_qualifier(node):
            found = self.group((node,), scope)
        else:
            found = self.term(node, scope)
        return found

    def group(self, parts: Sequence[Node], scope: _Scope) -> Bools:
        """Return what all parts find; the terms about codings in it narrow the scope."""
        saying = tuple(part for part in parts if _is_qualifier(part))
        others = [part for part in parts if not _is_qualifier(part)]
        self.check_once(saying)
        fields = _fields(saying)
        inner = (*(node for node in scope if not _fields([node]) & fields), *saying)
        found = np.ones(len(self.material), dtype=np.bool_)
        for part in others:
            found &= self.find(part, inner)
        if saying and not any(_takes_up(part, fields) for part in others):
            found &= self.material.on("codings", self.rows("codings", inner))
        return found

    def check_once(self, saying: Sequence[Node]) -> None:
        """See that a group asks one coding for one coder, one round and one origin only."""
        said: dict[str, Term] = {}
        for term in (term for node in saying for term in _plain(node)):
            before = said.setdefault(term.field, term)
            is_other = fold(before.value) != fold(term.value)
            if is_other and term.field != "certainty":
                name = term.field
                what = f"one coding has one {name}, and {name}:{before.value} is asked for already"
                each = (f'(has:code {name}:"{one.value}")' for one in (before, term))
                remedy = f"use OR, or ask for each in parentheses: {' '.join(each)}"
                raise fault(self.query, term.column, what, remedy)
        for node in saying:
            if isinstance(node, Not) and isinstance(node.part, Term) and node.part.field in said:
                self.check_needed(said[node.part.field], node.part)

    def check_needed(self, before: Term, denied: Term) -> None:
        """See that a NOT says more than the coder, round or origin asked for says already."""
        if denied.field != "certainty":
            name, value = denied.field, denied.value
            what = (
                f"{name}:{before.value} leaves {name}:{value} out already, so this NOT does nothing"
            )
            remedy = f'if there should be no such coding, write NOT (code:... {name}:"{value}")'
            raise fault(self.query, denied.column, what, remedy)

    def rows(self, table: str, scope: _Scope) -> Bools:
        """Return which rows of "codings", "reviews" or "memos" are in scope.

        Reviews have a coder and a round, memos a coder; what else is said does not touch them.
        """
        frame = getattr(self.material, table)
        kept = np.ones(len(frame), dtype=np.bool_)
        if table == "codings":
            kept &= looked_at(scope, self.material)
        for node in scope:
            if _fields([node]) <= _KNOWN[table]:
                kept &= self.fits(node, table)
        return kept

    def fits(self, node: Node, table: str) -> Bools:
        """Return which rows of a table a description of codings fits."""
        found: Bools
        if isinstance(node, And | Or):
            join = np.logical_and if isinstance(node, And) else np.logical_or
            found = join.reduce([self.fits(part, table) for part in node.parts])
            return found
        if isinstance(node, Not):
            return ~self.fits(node.part, table)
        assert isinstance(node, Term)
        if node.field == "certainty":
            certainty = self.material.codings["certainty"]
            return self.compared(node, certainty.to_numpy(np.float64, na_value=np.nan))
        return self.material.having(table, node.field, self.material.meant(node, self.query))

    def near(self, node: Near, scope: _Scope) -> Bools:
        """Return the utterances of either kind that have one of the other kind close by."""
        first, second = self.find(node.first, scope), self.find(node.second, scope)
        reach = node.distance
        stride = int(self.material.position.max(initial=0)) + 2 * reach + 1
        key = self.material.document * stride + self.material.position
        found = np.zeros(len(key), dtype=np.bool_)
        for here, there in ((first, second), (second, first)):
            others = np.sort(key[there])
            low = np.searchsorted(others, key - reach, side="left")
            high = np.searchsorted(others, key + reach, side="right")
            found |= here & (low < high)
        return found

    def term(self, term: Term, scope: _Scope) -> Bools:
        material = self.material
        if term.field in {"code", "theme"}:
            names = material.meant(term, self.query)
            if term.field == "theme":
                names = self.below(names)
            is_such = material.having("codings", "code", names)
            return material.on("codings", is_such & self.rows("codings", scope))
        if term.field == "has":
            return self.has(term, scope)
        if term.field == "is":
            return self.is_so(term, scope)
        if term.field in {"position", "time"}:
            return self.compared(term, material.utterances[term.field].to_numpy(np.float64))
        return material.having("utterances", term.field, material.meant(term, self.query))

    def below(self, names: list[str]) -> list[str]:
        """Return these codes and every code below them."""
        kept = set(names)
        parents = self.material.codebook.parents()
        for name, parent in parents.items():  # parents come first
            if parent in kept:
                kept.add(name)
        return [name for name in parents if name in kept]

    def has(self, term: Term, scope: _Scope) -> Bools:
        wanted = self.one_of(term, HAS)
        material = self.material
        if wanted == "code":
            return material.on("codings", self.rows("codings", scope))
        if wanted == "memo":
            noted = material.codings["memo"].notna().to_numpy(np.bool_)
            on_codings = material.on("codings", noted & self.rows("codings", scope))
            return on_codings | material.on("memos", self.rows("memos", scope))
        found: Bools = material.utterances[wanted].notna().to_numpy(np.bool_)
        return found

    def is_so(self, term: Term, scope: _Scope) -> Bools:
        wanted = self.one_of(term, IS)
        if wanted == "reviewed":
            return self.material.on("reviews", self.rows("reviews", scope))
        column = "is_moderator" if wanted == "moderator" else wanted
        found: Bools = self.material.utterances[column].to_numpy(np.bool_)
        return found

    def one_of(self, term: Term, words: Sequence[str]) -> str:
        wanted = term.value.casefold().replace(" ", "_").replace("-", "_")
        if wanted in words:
            return wanted
        what = f"{term.field}:{term.value} asks for nothing there is"
        raise fault(self.query, term.column, what, f"use {term.field}: {', '.join(words)}")

    def compared(self, term: Term, values: Floats) -> Bools:
        """Return which values compare so; a missing one never does."""
        return _COMPARE[term.operator](values, self.number(term))

    def number(self, term: Term) -> float:
        clock = _CLOCK.fullmatch(term.value) if term.field == "time" else None
        if clock:
            hours, minutes, seconds = (float(part or 0) for part in clock.groups())
            return 3600 * hours + 60 * minutes + seconds
        try:
            value = float(term.value)
        except ValueError:
            value = math.nan
        if math.isfinite(value):
            return value
        remedy = "write seconds, or 1:30" if term.field == "time" else f"write {term.field}<2"
        what = f"'{term.value}' is no number to compare {term.field} with"
        raise fault(self.query, term.column, what, remedy)


def _is_qualifier(node: Node) -> bool:
    """Return whether a part does nothing but say which codings are meant."""
    if isinstance(node, Term):
        return node.field in OF_CODINGS
    if isinstance(node, And | Or):
        return all(map(_is_qualifier, node.parts))
    return isinstance(node, Not) and _is_qualifier(node.part)


def _plain(node: Node) -> list[Term]:
    """Return the terms that a description of codings states outright."""
    if isinstance(node, Term):
        return [node]
    return [term for part in node.parts for term in _plain(part)] if isinstance(node, And) else []


def _fields(nodes: Iterable[Node]) -> set[str]:
    return {term.field for node in nodes for term in terms(node)}


def _takes_up(node: Node, fields: set[str], *, is_denied: bool = False) -> bool:
    """Return whether a part asks by itself for codings, reviews or memos with these fields."""
    if isinstance(node, Term):
        return _asks_whether(node) or (node.field in {"code", "theme"} and not is_denied)
    if isinstance(node, Not):
        return _takes_up(node.part, fields, is_denied=True)
    if isinstance(node, And) and _fields(filter(_is_qualifier, node.parts)) & fields:
        return False
    return any(_takes_up(part, fields, is_denied=is_denied) for part in parts_of(node))


def _asks_whether(term: Term) -> bool:
    asked = ("has", "code"), ("has", "memo"), ("is", "reviewed")
    return (term.field, term.value.casefold()) in asked
