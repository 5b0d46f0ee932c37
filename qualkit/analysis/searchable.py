"""What a query looks into: utterances and what was coded, reviewed and noted on them."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from qualkit.analysis.material import Bools, Ints, require
from qualkit.analysis.query_terms import Term, fault
from qualkit.analysis.text_search import Texts, fold, phrase
from qualkit.errors import UnknownNameError
from qualkit.model import Codebook

__all__ = ["Searchable"]

_PLACE = ["document", "position"]
_UTTERANCES = (*_PLACE, "kind", "label", "speaker", "role", "organisation", "stakeholder_type",
               "reported", "codable", "time", "text", "is_moderator", "section")  # fmt: skip
_CODINGS = (*_PLACE, "code", "coder", "round", "origin", "certainty", "memo", "counts",
            "counts_in_round")  # fmt: skip
_WHOLE = frozenset({"code", "coder", "round", "theme"})
"""Names that are meant whole; other fields also find names that have the words in them."""
_DESCRIBED = frozenset({"label", "organisation", "role", "section"})
"""Fields that describe: whatever has the words is found, beside what is just that."""


@dataclass(frozen=True)
class Searchable:
    """Utterances, and what hangs on them, in the form that a query is answered from.

    What is worked out on the way (numbers of names, folded texts) is kept for the next query.

    Attributes:
        utterances: columns document, position, kind, label, speaker, role, organisation,
            stakeholder_type, reported, codable, time, text, is_moderator, section; index 0, 1 ...
        codings: columns document, position, code (name), coder, round, origin, certainty, memo
            (of a person; missing where a rule wrote it), counts (bool: looked at where a query
            names neither coder, origin nor round) and counts_in_round (bool: where it names a
            round).
        reviews: columns document, position, coder, round. Codings and reviews may also have a
            column utterance: the number of their row in ``utterances``.
        memos: columns document, position, coder: the memos on utterances.
        codebook: gives codes their ids and their tree.
        names: field -> every name there is, for coder and round.
        ids: field -> id -> name, for stakeholder_type.

    Raises:
        OptionError: a column is missing.
    """

    utterances: pd.DataFrame
    codings: pd.DataFrame
    reviews: pd.DataFrame
    memos: pd.DataFrame
    codebook: Codebook
    names: dict[str, Sequence[str]] = field(default_factory=dict)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check the columns."""
        require(self.utterances, "utterances", _UTTERANCES)
        require(self.codings, "codings", _CODINGS)
        require(self.reviews, "reviews", (*_PLACE, "coder", "round"))
        require(self.memos, "memos", (*_PLACE, "coder"))

    def __len__(self) -> int:
        return len(self.utterances)

    @cached_property
    def texts(self) -> Texts:
        """The words of the utterances."""
        return Texts(self.utterances["text"].tolist())

    @cached_property
    def document(self) -> Ints:
        """For each utterance the number of its document."""
        return pd.factorize(self.utterances["document"])[0].astype(np.int64)

    @cached_property
    def position(self) -> Ints:
        """For each utterance its position."""
        return self.utterances["position"].to_numpy(np.int64)

    @cached_property
    def _places(self) -> pd.MultiIndex:
        return pd.MultiIndex.from_frame(self.utterances[_PLACE])

    @cached_property
    def _rows(self) -> dict[str, Ints]:
        return {}

    def rows(self, table: str) -> Ints:
        """Return for each row of "codings", "reviews" or "memos" the number of its utterance."""
        if table not in self._rows:
            frame: pd.DataFrame = getattr(self, table)
            if "utterance" in frame.columns:
                self._rows[table] = frame["utterance"].to_numpy(np.int64)
                return self._rows[table]
            places = pd.MultiIndex.from_frame(frame[_PLACE])
            self._rows[table] = self._places.get_indexer(places).astype(np.int64)
        return self._rows[table]

    def on(self, table: str, rows: Bools) -> Bools:
        """Return which utterances have at least one of these rows of a table."""
        found = np.zeros(len(self), dtype=np.bool_)
        at = self.rows(table)[rows]
        found[at[at >= 0]] = True
        return found

    @cached_property
    def _levels(self) -> dict[tuple[str, str], tuple[Ints, pd.Index]]:
        return {}

    def numbers(self, table: str, column: str) -> Ints:
        """Return for each row the number of its name in ``found_names``, -1 for none."""
        return self._level(table, column)[0]

    def found_names(self, table: str, column: str) -> list[str]:
        """Return the different names in a column, in order of appearance."""
        return [str(name) for name in self._level(table, column)[1]]

    def _level(self, table: str, column: str) -> tuple[Ints, pd.Index]:
        key = (table, column)
        if key not in self._levels:
            numbers, names = pd.factorize(getattr(self, table)[column])
            self._levels[key] = (numbers.astype(np.int64), pd.Index(names))
        return self._levels[key]

    def having(self, table: str, column: str, wanted: Iterable[str]) -> Bools:
        """Return which rows of a table have one of these names in a column."""
        numbers, names = self._level(table, column)
        is_wanted = np.append(names.isin(list(wanted)), False)  # the last is for -1, no name
        return is_wanted[numbers]

    def meant(self, term: Term, query: str) -> list[str]:
        """Return the names that a term means, at least one.

        Raises:
            UnknownNameError: there is none; the sentence names the nearest.
        """
        if term.field in {"code", "theme"}:
            code = self.codebook.find(term.value)
            if code is not None:
                return [code.name]
        present = self._present(term.field)
        found = _matching(term, present, self.ids.get(term.field, {}))
        if not found:
            raise self._unknown(term, present, query)
        return found

    def _present(self, name: str) -> list[str]:
        if name in {"code", "theme"}:
            return [code.name for code in self.codebook.tree()]
        if name in self.names:
            return list(self.names[name])
        return self.found_names("utterances", name)

    def _unknown(self, term: Term, present: list[str], query: str) -> Exception:
        noun = term.field.replace("_", " ")
        holding = [name for name in present if phrase(term.value).search(fold(name))]
        ids = self.ids.get(term.field, {})
        if term.field in {"code", "theme"}:
            ids = {code.id: code.name for code in self.codebook.codes}
        folded = {fold(one): name for one, name in ids.items()}
        folded |= {fold(name): name for name in present}
        near = difflib.get_close_matches(fold(term.value), folded, n=3)
        nearest = list(dict.fromkeys([*holding[:3], *(folded[one] for one in near)]))[:3]
        if nearest:
            shown = " or ".join(f'{term.field}:"{name}"' for name in nearest)
            remedy = f"did you mean {shown}?"
        elif present:
            more = " ..." if len(present) > 6 else ""
            remedy = f"there is: {', '.join(sorted(present)[:6])}{more}"
        else:
            remedy = f"the project has no {noun} yet"
        what = f"there is no {noun} '{term.value}'"
        told = fault(query, term.column, what, remedy)
        return UnknownNameError(told.what, where=told.where, remedy=remedy)


def _matching(term: Term, present: list[str], ids: dict[str, str]) -> list[str]:
    """Return the names that are the value, else those that have its words in them."""
    wanted = fold(term.value).replace("_", " ")
    exact = [name for name in present if fold(name).replace("_", " ") == wanted]
    exact += [name for one, name in ids.items() if one.casefold().replace("_", " ") == wanted]
    if "*" in wanted:
        pattern = re.compile(".*".join(map(re.escape, fold(term.value).split("*"))))
        exact += [name for name in present if pattern.fullmatch(fold(name))]
    if term.field in _WHOLE or (exact and term.field not in _DESCRIBED):
        return list(dict.fromkeys(exact))
    if not wanted.replace("*", "").strip():
        return exact
    return [name for name in present if name in exact or phrase(wanted).search(fold(name))]
