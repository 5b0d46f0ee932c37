"""Suggestions: what the codings so far say about the utterances still to come."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qualkit.model import Origin
from qualkit.store import documents
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import reviewed_layer

if TYPE_CHECKING:
    from qualkit.suggest import Suggester

__all__ = ["fit_suggester", "suggest"]

_PLACE = ["document", "position"]


def fit_suggester(project: Handle, *, viewer: str | None = None) -> Suggester:
    """Return a suggester fitted on what human coders decided themselves.

    Suggestions that were accepted teach it nothing: it would only hear its own echo. Of a blind
    round that is still open, it learns from the viewer's own codings only.

    Raises:
        NotEnoughError: neither codings nor a codebook to go by.
    """
    from qualkit.suggest import Suggester  # noqa: PLC0415  scikit-learn is slow to load

    layer = reviewed_layer(project, viewer=viewer)
    own = layer.codings[layer.codings["origin"] != Origin.ACCEPTED]
    reviewed = layer.reviewed[_PLACE].drop_duplicates()
    return Suggester().fit(layer.utterances, own, reviewed, layer.codebook)


def suggest(
    project: Handle, *, coder: str | None = None, document: str | None = None, top: int = 3
) -> pd.DataFrame:
    """Return the codes that utterances probably need.

    Args:
        project: an open project.
        coder: who asks: leave out what this coder has looked at, and learn from no one else's
            codings in a blind round. None leaves out what any human has looked at.
        document: only this document; None takes all.
        top: at most so many codes for an utterance.

    Returns:
        Columns document, position, speaker, code (str), probability (float64, missing where only
        the codebook speaks), rank (int64), basis ("codings" or "codebook"), note, text.

    Raises:
        NotEnoughError: neither codings nor a codebook to go by.
        UnknownNameError: no such document.
    """
    suggester = fit_suggester(project, viewer=coder)
    name = None if document is None else project.document_name(document)
    seen = reviewed_layer(project, viewer=coder).reviewed
    if coder is not None:
        seen = seen[seen["coder"].str.casefold() == coder.casefold()]
    with project.database.read() as connection:
        utterances = documents.utterance_frame(connection, name)
    waiting = utterances[utterances["codable"]].merge(
        seen[_PLACE].drop_duplicates(), on=_PLACE, how="left", indicator="where"
    )
    waiting = waiting[waiting["where"] == "left_only"]
    offers = suggester.offers(waiting[[*_PLACE, "text"]], top=top)
    return offers.merge(waiting[[*_PLACE, "speaker", "text"]], on=_PLACE, how="left")[
        [*_PLACE, "speaker", "code", "probability", "rank", "basis", "note", "text"]
    ]
