"""Utterances, codings and reviews of a project, read once and followed by the change log."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from qualkit.model import Codebook
from qualkit.store import changes, codebooks, repeats, wholes
from qualkit.store.database import Database
from qualkit.store.touched import touched_since
from qualkit.store.wholes import Spoken
from qualkit.workflow import blindness
from qualkit.workflow.handle import Handle

__all__ = ["ASIDE", "CODED", "Everything", "Words", "all_utterances", "everything"]

_T = TypeVar("_T")


class Words:
    """The utterances with their words, which are read when something first asks for them."""

    def __init__(self, database: Database, spoken: Spoken) -> None:
        self.spoken = spoken
        self._database = database
        self._reading = Lock()
        self._read: pd.DataFrame | None = None

    @property
    def utterances(self) -> pd.DataFrame:
        """Columns as ``store.wholes.every_utterance``."""
        with self._reading:
            if self._read is None:
                with self._database.read() as connection:
                    self._read = wholes.every_utterance(connection, self.spoken)
            return self._read


@dataclass(frozen=True)
class Everything:
    """What was read of a project for one viewer, at one of its states; not to be changed.

    Attributes:
        revision: number of the newest change then.
        viewer: for whom; None: nobody in particular, or all while no blind round is open.
        codebook: the newest version.
        words: the utterances.
        codings: columns as ``store.wholes.every_coding``.
        reviewed: columns as ``store.wholes.every_review``.
        again: names of the rounds in which a coder codes his or her own utterances again.
        made: what was worked out of all that.
    """

    revision: int
    viewer: str | None
    codebook: Codebook
    words: Words
    codings: pd.DataFrame
    reviewed: pd.DataFrame
    again: list[str]
    made: dict[tuple[Any, ...], Any] = field(default_factory=dict, compare=False)

    @property
    def places(self) -> pd.DataFrame:
        """Where every utterance is and whose it is, as ``store.wholes.Spoken``."""
        return self.words.spoken.places

    @property
    def utterances(self) -> pd.DataFrame:
        """Every utterance with its words, as ``store.wholes.every_utterance``."""
        return self.words.utterances

    def once(self, key: tuple[Any, ...], make: Callable[[], _T]) -> _T:
        """Return what ``make`` gives, worked out once for each key.

        The last few of each kind stay; the key begins with the kind.
        """
        kept = self.made.pop(key, None)
        found: _T = make() if kept is None else kept
        alike = [one for one in list(self.made) if one[0] == key[0]]
        for oldest in alike[: max(0, len(alike) + 1 - _MOST_MADE[key[0]])]:
            self.made.pop(oldest, None)
        self.made[key] = found
        return found


CODED = frozenset({"codings.batch", "coding.set", "codings.confirm"})
"""Actions of the log that change codings and reviews, and nothing else that findings read."""

ASIDE = frozenset({"coder.add", "memo.add", "memo.change", "memo.delete", "suggestions.show"})
"""Actions of the log that change nothing that findings read."""

_READ: WeakKeyDictionary[Handle, dict[str | None, Everything]] = WeakKeyDictionary()
"""What was read last for each open project and viewer: the next finding starts from there."""
_MOST_VIEWERS = 4
_MOST_MADE = {"rows": 8, "material": 2, "met": 16}
_IN_CODINGS = frozenset({"codings", "reviews"})
_SAID = frozenset({"documents", "speakers", "utterances", "stakeholder_types", "typologies"})
_NOT_READ = frozenset({"memos", "exposures", "rejections", "adjudications", "roles", "quarantine"})
_FEW = 50  # documents that are read anew by themselves


def everything(project: Handle, viewer: str | None = None) -> Everything:
    """Return utterances, codings and reviews as a viewer may see them, read once for all.

    They stay with the open project. Where codings alone have changed, those of the documents
    concerned are read anew, as the change log tells. As long as no blind round is open all see the
    same, and it is read once for all. Take copies (``copy(deep=False)``) to change anything.
    """
    with project.database.read() as connection:
        if not blindness.veil(connection, viewer).rounds:
            viewer = None
        present = _READ.get(project, {})
        read = _followed(connection, viewer, present)
        read = read or _read(project.database, connection, viewer, present)
        others = [(name, one) for name, one in present.items() if name != viewer]
        _READ[project] = dict([*others[1 - _MOST_VIEWERS :], (viewer, read)])
    return read


def _followed(
    connection: Any, viewer: str | None, present: dict[str | None, Everything]
) -> Everything | None:
    """Return what was read before with what has changed; None: it is to be read anew."""
    kept = present.get(viewer)
    touched = None if kept is None else touched_since(connection, kept.revision)
    if kept is None or touched is None:
        return None
    tables = touched.tables - _NOT_READ
    if not tables:
        return dataclasses.replace(kept, revision=touched.revision) if touched.effects else kept
    rows = [row for name in _IN_CODINGS for _, row in touched.rows(name)]
    ids = {row["utterance_id"] for row in rows}
    is_here = np.isin(kept.places["utterance_id"].to_numpy(), list(ids))
    names = kept.places.loc[is_here, "document"].unique().tolist()
    if not tables <= _IN_CODINGS | {"coders"} or len(names) > _FEW:
        return None
    places = kept.places
    codings = blindness.every_coding(connection, viewer, places, only=names)
    reviewed = blindness.every_review(connection, viewer, places, only=names)
    return dataclasses.replace(
        kept,
        revision=touched.revision,
        codings=_instead(kept.codings, codings, places, names),
        reviewed=_instead(kept.reviewed, reviewed, places, names),
        made={},
    )


def _instead(
    frame: pd.DataFrame, new: pd.DataFrame, places: pd.DataFrame, names: list[str]
) -> pd.DataFrame:
    """Return the rows of a table, in the order of ``places``, with some documents' new ones."""
    at, place_of = frame["utterance"].to_numpy(), places["document"]
    pieces, done = [], 0
    for name in names:
        here = np.flatnonzero(place_of == name)
        first, last = np.searchsorted(at, [here[0], here[-1] + 1])
        pieces += [frame.iloc[done:first], new[new["document"] == name]]
        done = int(last)
    pieces.append(frame.iloc[done:])
    columns = {
        name: pd.api.types.union_categoricals(
            [one[name].array for one in pieces], sort_categories=True
        )
        for name in frame.columns
        if isinstance(frame[name].dtype, pd.CategoricalDtype)
    }
    plain = [name for name in frame.columns if name not in columns]
    filled = [one[plain] for one in pieces if len(one)] or [frame[plain].iloc[:0]]
    whole = pd.concat(filled, ignore_index=True).assign(**columns)[list(frame.columns)]
    whole.attrs = dict(frame.attrs)
    return whole


def all_utterances(project: Handle) -> pd.DataFrame:
    """Return every utterance as ``store.wholes.every_utterance``; what was read before is kept.

    It is not to be changed.
    """
    with project.database.read() as connection:
        kept = _utterances_of(connection, _READ.get(project, {}))
    return everything(project).utterances if kept is None else kept.utterances


def _utterances_of(connection: Any, present: dict[str | None, Everything]) -> Everything | None:
    for one in list(present.values()):
        touched = touched_since(connection, one.revision)
        if touched is not None and not touched.tables & _SAID:
            return one
    return None


def _read(
    database: Database, connection: Any, viewer: str | None, present: dict[str | None, Everything]
) -> Everything:
    kept = _utterances_of(connection, present)
    words = Words(database, wholes.every_place(connection)) if kept is None else kept.words
    return Everything(
        changes.count(connection),
        viewer,
        codebooks.current(connection),
        words,
        blindness.every_coding(connection, viewer, words.spoken.places),
        blindness.every_review(connection, viewer, words.spoken.places),
        list(repeats.names(connection)),
    )
