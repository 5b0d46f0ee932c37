"""Cutting a query into its words and signs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qualkit.analysis.query_terms import fault

__all__ = ["Token", "tokens"]

_SPACE = re.compile(r"\s+")
_OPERATOR = re.compile(r"!=|<=|>=|[:=<>]")
_WORD = re.compile(r"(?:[^\s(),:=<>\"“”„«»!]|!(?!=))+")
_VALUE = re.compile(r"[^\s(),=<>\"“”„«»]+")  # behind an operator: 10:30 is one value
_CLOSING = {'"': '"', "“": '”"', "„": '“”"', "«": "»", "”": '”"', "»": "«»"}
_FLAGS = re.compile(r"[A-Za-z]*")


@dataclass(frozen=True)
class Token:
    """A piece of a query.

    Attributes:
        kind: "word", "quoted", "regex", "operator", "(", ")", "," or "end".
        value: its text, without quotation marks or slashes.
        column: where it begins, from 1.
        flags: the letters behind a regular expression.
    """

    kind: str
    value: str
    column: int
    flags: str = ""


def tokens(query: str) -> list[Token]:
    r"""Return the pieces of a query, with an "end" as the last.

    Raises:
        OptionError: a quotation mark or a slash is not closed.

    Example:
        >>> [(one.kind, one.value) for one in tokens('code:pay "low wage"')][:4]
        [('word', 'code'), ('operator', ':'), ('word', 'pay'), ('quoted', 'low wage')]
    """
    found: list[Token] = []
    at = 0
    while at < len(query):
        space = _SPACE.match(query, at)
        if space:
            at = space.end()
            continue
        token, at = _next(query, at, found)
        found.append(token)
    return [*found, Token("end", "", len(query) + 1)]


def _next(query: str, at: int, before: list[Token]) -> tuple[Token, int]:
    sign = query[at]
    is_value = bool(before) and before[-1].kind == "operator"
    if sign in "(),":
        return Token(sign, sign, at + 1), at + 1
    if sign in _CLOSING:
        return _quoted(query, at)
    if sign == "/":
        return _regex(query, at)
    operator = _OPERATOR.match(query, at)
    if operator:
        return Token("operator", operator.group(), at + 1), operator.end()
    word = (_VALUE if is_value else _WORD).match(query, at)
    assert word is not None  # every other sign has been dealt with
    return Token("word", word.group(), at + 1), word.end()


def _quoted(query: str, start: int) -> tuple[Token, int]:
    closing, value, at = _CLOSING[query[start]], "", start + 1
    while at < len(query):
        sign = query[at]
        if sign == "\\" and query[at + 1 : at + 2] in {*closing, "\\", query[start]}:
            value, at = value + query[at + 1], at + 2
        elif sign in closing:
            return Token("quoted", value, start + 1), at + 1
        else:
            value, at = value + sign, at + 1
    raise fault(query, start + 1, "this quotation mark is not closed", 'add a " at the end of it')


def _regex(query: str, start: int) -> tuple[Token, int]:
    source, at = "", start + 1
    while at < len(query):
        sign = query[at]
        if sign == "/":
            flags = _FLAGS.match(query, at + 1)
            assert flags is not None  # it may be empty
            return Token("regex", source, start + 1, flags.group()), flags.end()
        if sign == "\\" and at + 1 < len(query):
            escaped = query[at + 1]
            source, at = source + ("/" if escaped == "/" else sign + escaped), at + 2
        else:
            source, at = source + sign, at + 1
    remedy = "add a / at the end of it, or put quotation marks around words that hold a /"
    raise fault(query, start + 1, "this regular expression is not closed", remedy)
