"""Suggesters kept with the open project: each is fitted once for what it learns from.

What a suggester may learn from depends on who asks (a blind round that is open) and on what is
asked about (after an own decision, not from the same document). So each is kept under the viewer
and the documents left out, and two viewers share one only where exactly the same tables were read
for both. One that was fitted before the last codings may still be asked, where the caller says so;
after any other change of the project (a round, the codebook, a document, an undo) it may not.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pandas as pd

from qualkit.model import Codebook, Origin
from qualkit.store import changes
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import reviewed_layer
from qualkit.workflow.reading import ASIDE, CODED

if TYPE_CHECKING:
    from qualkit.suggest import Suggester

__all__ = ["Kept", "fit_suggester", "kept_suggester"]

_PLACE = ["document", "position"]
_MOST_LEARNED = 50_000  # reviewed utterances behind all that is kept: about 3 kB each
_LEAST_COUNTED = 1_000  # for each that is kept, however little it learned from

Key = tuple[str | None, frozenset[str]]


@dataclass(frozen=True)
class Kept:
    """A fitted suggester.

    Attributes:
        suggester: answers for scores, offers and reasons.
        made: the state of the project that it was fitted at.
        revision: the newest state that it is known to be right for.
        behind: changes of codings since that it has not learned from.
        learned: number of reviewed utterances that it learned from.
        digest: tells what it learned from.
    """

    suggester: Suggester
    made: int
    revision: int
    behind: int
    learned: int
    digest: bytes


_KEPT: WeakKeyDictionary[Handle, OrderedDict[Key, Kept]] = WeakKeyDictionary()
_one_at_a_time = threading.Lock()
_fitting = threading.Lock()


def fit_suggester(
    project: Handle, *, viewer: str | None = None, without: Sequence[str] = ()
) -> Suggester:
    """Return a suggester fitted on what human coders decided themselves, as they stand now.

    Utterances on which a suggestion was accepted teach it nothing: it would only hear its own echo.
    Of a blind round that is still open, it learns from the viewer's own codings only.

    Args:
        project: an open project.
        viewer: exact name of the coder it is for; None: nobody in particular.
        without: documents whose codings it is not to learn from.

    Raises:
        NotEnoughError: neither codings nor a codebook to go by.
    """
    return kept_suggester(project, viewer=viewer, without=without).suggester


def kept_suggester(
    project: Handle,
    *,
    viewer: str | None = None,
    without: Sequence[str] = (),
    behind: bool = False,
) -> Kept:
    """Return the suggester as ``fit_suggester`` does, with how fresh it is.

    Args:
        project: an open project.
        viewer: exact name of the coder it is for; None: nobody in particular.
        without: documents whose codings it is not to learn from.
        behind: one will do that has not learned from the last codings, and comes at once.

    Raises:
        NotEnoughError: neither codings nor a codebook to go by.
    """
    key = (viewer, frozenset(without))
    found = _at_hand(project, key, behind=behind)
    if found is None:
        with _fitting:
            found = _at_hand(project, key, behind=behind) or _fitted(project, key)
    return found


def _at_hand(project: Handle, key: Key, *, behind: bool) -> Kept | None:
    """Return what is kept under a key, if it may still be asked."""
    with _one_at_a_time:
        found = _KEPT.get(project, OrderedDict()).get(key)
    if found is None:
        return None
    with project.database.read() as connection:
        later = changes.actions_since(connection, found.revision)
    missed = sum(action in CODED for action in later)
    if (missed and not behind) or not set(later) <= CODED | ASIDE:
        return None
    return replace(found, behind=missed)


def _fitted(project: Handle, key: Key) -> Kept:
    """Fit for a key, unless what there is to learn from has been learned under another."""
    from qualkit.suggest import Suggester  # noqa: PLC0415  slow to load

    viewer, without = key
    revision = project.revision
    layer = reviewed_layer(project, viewer=viewer)
    echo = layer.codings.loc[layer.codings["origin"] == Origin.ACCEPTED, _PLACE]
    reviewed = layer.reviewed.loc[~layer.reviewed["document"].isin(list(without)), _PLACE]
    is_echo = pd.MultiIndex.from_frame(reviewed).isin(pd.MultiIndex.from_frame(echo))
    taught = reviewed[~is_echo].drop_duplicates()
    own = layer.codings.merge(taught, on=_PLACE)
    digest = _digest((layer.utterances, own[[*_PLACE, "code"]], taught), layer.codebook)
    with _one_at_a_time:
        others = list(_KEPT.get(project, OrderedDict()).values())
    made = next((one for one in others if one.digest == digest), None)
    if made is None:
        suggester = Suggester().fit(layer.utterances, own, taught, layer.codebook)
        made = Kept(suggester, revision, revision, 0, len(taught), digest)
    return _keep(project, key, replace(made, revision=revision))


def _digest(tables: Sequence[pd.DataFrame], codebook: Codebook) -> bytes:
    """Return what tells one state of the tables to learn from, and of the codebook, from others."""
    digest = hashlib.sha256(repr(codebook).encode())
    for table in tables:
        plain = table.drop(columns="asides", errors="ignore")
        digest.update(pd.util.hash_pandas_object(plain, index=False).to_numpy().tobytes())
    return digest.digest()


def _keep(project: Handle, key: Key, made: Kept) -> Kept:
    """Keep a suggester, and let those go that nobody has needed for longest."""
    with _one_at_a_time:
        kept = _KEPT.setdefault(project, OrderedDict())
        kept[key] = made
        kept.move_to_end(key)
        while len(kept) > 1 and _weight(kept) > _MOST_LEARNED:
            kept.popitem(last=False)
    return made


def _weight(kept: OrderedDict[Key, Kept]) -> int:
    each = {one.digest: one.learned for one in kept.values()}
    return sum(_LEAST_COUNTED + learned for learned in each.values())
