"""The query language: reading a query, or saying in one sentence what is wrong with it.

Grammar::

    query  = group { "OR" group }
    group  = part { [ "AND" ] part }
    part   = "NOT" part | "(" query ")" | near | term
    near   = "near" "(" query "," query "," number ")"
    term   = field ":" value | field ("<" | "<=" | ">" | ">=" | "=") value
           | word | '"' phrase '"' | "/" regular expression "/" [ "i" ]

What each field means stands in docs/queries.md.
"""

from __future__ import annotations

import difflib

from qualkit.analysis.query_terms import (
    ALIASES,
    FIELDS,
    NUMBERS,
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
)
from qualkit.analysis.query_tokens import Token, tokens
from qualkit.analysis.text_search import fold
from qualkit.errors import OptionError

__all__ = ["LONGEST_QUERY", "parse", "parse_words"]

LONGEST_QUERY = 5000
_DEEPEST = 50  # parentheses and NOTs inside each other
_FARTHEST = 1000  # utterances that near() may reach
_JOINING = ("AND", "OR", "NOT")


def parse(text: str) -> Query:
    """Read a query.

    Args:
        text: as a person writes it, such as ``code:pay AND NOT speaker:Ann``.

    Raises:
        OptionError: it is empty, too long, nested too deeply, or wrong; the sentence says where
            and what was expected.

    Example:
        >>> parse("code:pay AND NOT wages").root
        And(parts=(Term(field='code', operator='=', value='pay', column=6),
                   Not(part=Words(value='wages', column=18))))
        >>> parse("code:pay AND")
        Traceback (most recent call last):
            ...
        qualkit.errors.OptionError: query, column 13: the query ends where a term should follow,
        in: code:pay AND<here>; write a word, "a phrase", field:value, /pattern/ or near(...).
    """
    if not text.strip():
        remedy = 'write a word, "a phrase" or a field, such as code:pay'
        raise OptionError("the query is empty", where="query", remedy=remedy)
    if len(text) > LONGEST_QUERY:
        what = f"the query has {len(text)} characters, more than {LONGEST_QUERY}"
        raise OptionError(what, where="query", remedy="ask in two queries")
    reader = _Reader(text)
    root = reader.query()
    reader.finish()
    return Query(text, root)


def parse_words(text: str) -> Words | Pattern:
    """Read a word, a phrase (no quotation marks needed) or a ``/regular expression/``.

    Raises:
        OptionError: there is no word in it, or too much.

    Example:
        >>> parse_words("minimum wage")
        Words(value='minimum wage', column=1)
    """
    if len(text) > LONGEST_QUERY:
        raise OptionError("this is too long to look for", remedy="give a word or a phrase")
    reader = _Reader(text if text.startswith("/") else "")
    if [one.kind for one in reader.tokens] == ["regex", "end"]:
        return reader.pattern(reader.token)
    return Words(reader.words(Token("quoted", text.strip().strip('"'), 1)), 1)


class _Reader:
    """Reads a query from its first token to its last."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        """Return this token and go on to the next."""
        self.at += 1
        return self.tokens[self.at - 1]

    def says(self, word: str) -> bool:
        return self.token.kind == "word" and self.token.value == word

    def wrong(self, token: Token, what: str, remedy: str | None = None) -> OptionError:
        return fault(self.text, token.column, what, remedy)

    def finish(self) -> None:
        """See that nothing is left over."""
        if self.token.kind == ")":
            remedy = "take it away, or add a ( before it"
            raise self.wrong(self.token, "this parenthesis closes nothing", remedy)
        if self.token.kind == ",":
            remedy = "put quotation marks around text with a comma"
            raise self.wrong(self.token, "a comma has its place in near(...) only", remedy)

    def query(self) -> Node:
        parts = [self.group()]
        while self.says("OR"):
            self.take()
            parts.append(self.group())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def group(self) -> Node:
        parts = [self.part()]
        while self.token.kind not in {")", ",", "end"} and not self.says("OR"):
            if self.says("AND"):
                self.take()
            parts.append(self.part())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def part(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            what = f"more than {_DEEPEST} parentheses or NOTs stand inside each other"
            raise self.wrong(self.token, what, "ask in two queries")
        try:
            return self._part()
        finally:
            self.depth -= 1

    def _part(self) -> Node:
        token = self.token
        if self.says("NOT"):
            self.take()
            return Not(self.part())
        if token.kind == "(":
            self.take()
            inner = self.query()
            self.close(token)
            return inner
        if token.kind == "word" and self.tokens[self.at + 1].kind == "operator":
            return self.term()
        if self.is_call(token):
            return self.near()
        return self.bare()

    def is_call(self, token: Token) -> bool:
        """Return whether a parenthesis follows a word without a space."""
        if token.kind != "word":
            return False
        following = self.tokens[self.at + 1]
        return following.kind == "(" and following.column == token.column + len(token.value)

    def close(self, opening: Token) -> None:
        if self.token.kind != ")":
            raise self.wrong(opening, "this parenthesis is not closed", "add a )")
        self.take()

    def bare(self) -> Node:
        """Read a word, a phrase or a regular expression."""
        token = self.token
        if token.kind == "word":
            self.check_word(token)
        elif token.kind not in {"quoted", "regex"}:
            raise self.missing(token)
        self.take()
        if token.kind == "regex":
            return self.pattern(token)
        return Words(self.words(token), token.column)

    def missing(self, token: Token) -> OptionError:
        remedy = 'write a word, "a phrase", field:value, /pattern/ or near(...)'
        if token.kind == "end":
            return self.wrong(token, "the query ends where a term should follow", remedy)
        if token.kind == "operator":
            what = f"no field stands before this '{token.value}'"
            return self.wrong(token, what, "write it as in code:pay, without a space before it")
        return self.wrong(token, f"a term should stand here, not '{token.value}'", remedy)

    def check_word(self, token: Token) -> None:
        if token.value in _JOINING:
            raise self.wrong(token, f"a term should stand here, not {token.value}", "add a term")
        if token.value.upper() in _JOINING:
            joining = token.value.upper()
            remedy = f'write {joining} to join terms, or "{token.value}" to look for the word'
            raise self.wrong(token, f"'{token.value}' can mean two things", remedy)
        if token.value.startswith("-") and token.value.strip("-"):
            remedy = f"write NOT {token.value.lstrip('-')}"
            raise self.wrong(token, "a minus sign leaves nothing out", remedy)

    def words(self, token: Token) -> str:
        words = fold(token.value).split()
        if not any(word.replace("*", "") for word in words):
            remedy = "write a word, or the beginning of one as in retain*"
            raise self.wrong(token, "there is no word to look for", remedy)
        if any(word.count("*") > 1 for word in words):
            raise self.wrong(token, "a word has more than one *", "write it as in retain*")
        return token.value

    def pattern(self, token: Token) -> Pattern:
        if token.flags not in {"", "i"}:
            what = f"'{token.flags}' may not follow a regular expression"
            raise self.wrong(token, what, "write /.../ or, for any case, /.../i")
        return Pattern(token.value, token.flags == "i", token.column)

    def near(self) -> Node:
        name, opening = self.take(), self.take()
        if name.value.casefold() != "near":
            remedy = f'put a space or AND after it, or quotation marks around "{name.value}"'
            raise self.wrong(name, f"'{name.value}(' is no function; only near( is", remedy)
        first = self.query()
        self.comma()
        second = self.query()
        self.comma()
        token = self.take()
        is_number = token.kind == "word" and token.value.isascii() and token.value.isdecimal()
        if not is_number or len(token.value) > 4 or int(token.value) > _FARTHEST:
            what = f"near(...) ends with a number of utterances from 0 to {_FARTHEST}"
            raise self.wrong(token, what, "write it as in near(code:pay, code:retention, 3)")
        self.close(opening)
        return Near(first, second, int(token.value))

    def comma(self) -> None:
        if self.token.kind != ",":
            remedy = "write it as in near(code:pay, code:retention, 3)"
            raise self.wrong(self.token, "a comma should stand here", remedy)
        self.take()

    def term(self) -> Node:
        name, operator = self.take(), self.take()
        field = self.field(name)
        sign = "=" if operator.value == ":" else operator.value
        if sign == "!=":
            remedy = f"write NOT {name.value}:..."
            raise self.wrong(operator, "there is no != in this language", remedy)
        if sign != "=" and field not in NUMBERS:
            what = f"{field} is no number to compare with {sign}"
            remedy = f"write {field}:..., or compare {', '.join(sorted(NUMBERS))}"
            raise self.wrong(operator, what, remedy)
        token = self.token
        if token.kind == "regex" and field == "text":
            self.take()
            return self.pattern(token)
        if token.kind not in {"word", "quoted"} or not token.value.strip():
            raise self.no_value(name.value, token)
        self.take()
        if field == "text":
            return Words(self.words(token), token.column)
        return Term(field, sign, token.value, token.column)

    def no_value(self, field: str, token: Token) -> OptionError:
        what, remedy = (
            f"a value should follow {field}",
            f'write {field}:name or {field}:"two words"',
        )
        if token.kind == "(":
            remedy = f"repeat the field: ({field}:one OR {field}:another)"
        elif token.kind == "regex":
            remedy = "only text takes a regular expression"
        return self.wrong(token, what, remedy)

    def field(self, token: Token) -> str:
        name = token.value.casefold().replace("-", "_")
        name = ALIASES.get(name, name)
        if name in FIELDS:
            return name
        near = difflib.get_close_matches(name, [*FIELDS, *ALIASES], n=1)
        fields = ", ".join(FIELDS)
        remedy = f"did you mean {near[0]}?" if near else f"use {fields}, or quotation marks"
        raise self.wrong(token, f"there is no field '{token.value}'", remedy)
