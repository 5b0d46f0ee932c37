"""What a query is made of, once it has been read: terms, and how they are joined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union

from qualkit.errors import OptionError

__all__ = [
    "ALIASES",
    "FIELDS",
    "NUMBERS",
    "OF_CODINGS",
    "And",
    "Near",
    "Node",
    "Not",
    "Or",
    "Pattern",
    "Query",
    "Term",
    "Words",
    "fault",
    "parts_of",
    "stated",
    "terms",
    "wordings",
]

FIELDS = (
    "certainty",
    "code",
    "coder",
    "document",
    "has",
    "is",
    "kind",
    "label",
    "organisation",
    "origin",
    "position",
    "role",
    "round",
    "section",
    "speaker",
    "stakeholder_type",
    "text",
    "theme",
    "time",
)
"""What may stand before a colon."""

ALIASES = {
    "organization": "organisation",
    "speaker.name": "speaker",
    "speaker.organisation": "organisation",
    "speaker.organization": "organisation",
    "speaker.role": "role",
    "speaker.stakeholder_type": "stakeholder_type",
}
"""Other ways to write some of them."""

NUMBERS = frozenset({"certainty", "position", "time"})
"""The fields that can be compared with <, <=, > and >=."""

OF_CODINGS = frozenset({"certainty", "coder", "origin", "round"})
"""The fields that say which coding is meant, beside a code."""

_AROUND = 24  # characters shown on either side of the place where a query is wrong


@dataclass(frozen=True)
class Term:
    """A field and what it is asked for: ``code:pay``, ``certainty<2``.

    Attributes:
        field: one of ``FIELDS``.
        operator: "=" (also for a colon), "<", "<=", ">" or ">=".
        value: as written, without quotation marks.
        column: where its value begins in the query, from 1.
    """

    field: str
    operator: str
    value: str
    column: int


@dataclass(frozen=True)
class Words:
    """A word or a phrase that the text must have."""

    value: str
    column: int


@dataclass(frozen=True)
class Pattern:
    """A regular expression that the text must match."""

    source: str
    ignores_case: bool
    column: int


@dataclass(frozen=True)
class Near:
    """Two conditions met at most ``distance`` utterances apart in one document."""

    first: Node
    second: Node
    distance: int


@dataclass(frozen=True)
class Not:
    """What the part does not find."""

    part: Node


@dataclass(frozen=True)
class And:
    """What every part finds; one group, for the terms about codings in it."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """What any part finds."""

    parts: tuple[Node, ...]


Node = Union[Term, Words, Pattern, Near, Not, And, Or]  # noqa: UP007 - read before all are there


@dataclass(frozen=True)
class Query:
    """A query as it was written, and what it means."""

    text: str
    root: Node


def terms(node: Node) -> Iterator[Term]:
    """Yield every field term of a query or a part of one, in order.

    Example:
        >>> [term.field for term in terms(And((Not(Term("code", "=", "a", 1)), Words("b", 9))))]
        ['code']
    """
    if isinstance(node, Term):
        yield node
    else:
        for part in parts_of(node):
            yield from terms(part)


def stated(node: Node) -> Iterator[Term]:
    """Yield every field term that does not stand under a NOT.

    Example:
        >>> [term.field for term in stated(And((Not(Term("code", "=", "a", 1)), Words("b", 9))))]
        []
    """
    if isinstance(node, Term):
        yield node
    elif not isinstance(node, Not):
        for part in parts_of(node):
            yield from stated(part)


def wordings(node: Node) -> Iterator[Words | Pattern]:
    """Yield the words and patterns that a query looks for, without those under a NOT.

    Example:
        >>> [one.value for one in wordings(And((Words("pay", 1), Not(Words("sick", 9)))))]
        ['pay']
    """
    if isinstance(node, Words | Pattern):
        yield node
    elif not isinstance(node, Not):
        for part in parts_of(node):
            yield from wordings(part)


def parts_of(node: Node) -> tuple[Node, ...]:
    """Return what a part is joined of; nothing for a term."""
    if isinstance(node, And | Or):
        return node.parts
    if isinstance(node, Near):
        return node.first, node.second
    return (node.part,) if isinstance(node, Not) else ()


def fault(
    query: str,
    column: int,
    what: str,
    remedy: str | None = None,
    kind: type[OptionError] = OptionError,
) -> OptionError:
    """Return the error that says in one sentence where a query is wrong, and what would do.

    Example:
        >>> print(fault("pay AND", 8, "something should follow AND", "add a word"))
        query, column 8: something should follow AND, in: pay AND<here>; add a word.
    """
    at = max(column - 1, 0)
    before, after = query[max(at - _AROUND, 0) : at], query[at : at + _AROUND]
    left = "..." if at > _AROUND else ""
    right = "..." if len(query) > at + _AROUND else ""
    shown = " ".join(f"{left}{before}<here>{after}{right}".split())
    place = f"{what}, in: {shown}" if query.strip() else what
    return kind(place, where=f"query, column {column}", remedy=remedy)
