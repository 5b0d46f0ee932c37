"""Why a code is suggested for an utterance: what speaks for it and against, and what is like it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd

from qualkit.errors import RefusedError, UnknownNameError
from qualkit.model import SuggestionRule
from qualkit.store.exposures import was_shown
from qualkit.workflow.fitting import kept_suggester
from qualkit.workflow.gating import Gate, gate
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.reading import all_utterances

__all__ = ["Explanation", "explain_suggestion"]


@dataclass(frozen=True)
class Explanation:
    """What stands behind a code that is suggested for an utterance.

    Attributes:
        code: its name.
        note: one phrase on what the suggestion rests on.
        reasons: columns word (str; a remark in brackets for what is no word), weight (float64,
            log-odds: above 0 speaks for the code, below against it) and basis; strongest first.
        nearest: columns document, position, text, likeness (float64, 0 to 1): the utterances
            coded with it that are most like this one.
        behind: changes of codings since the suggester that tells it was fitted.
    """

    code: str
    note: str
    reasons: pd.DataFrame
    nearest: pd.DataFrame
    behind: int = 0


def explain_suggestion(  # noqa: PLR0913 - what is asked about, by whom and how
    project: Handle,
    code: str,
    *,
    place: tuple[str, int],
    coder: str,
    round_name: str = "main",
    top: int = 3,
    behind: bool = False,
) -> Explanation:
    """Return why a code is suggested to a coder, where the round lets suggestions show.

    It is told from what the suggestion itself was learned from: of a blind round that is open the
    coder's own codings alone, and after an own decision the codings of other documents alone. What
    was shown before that decision can be asked about afterwards, too.

    Args:
        project: an open project.
        code: name or id.
        place: document and position of the utterance.
        coder: who asks.
        round_name: the round that is coded in.
        top: at most so many utterances that are like it.
        behind: a suggester will do that has not learned from the last codings: the one that made
            the suggestions the coder sees.

    Raises:
        NotEnoughError: neither codings nor a codebook to go by.
        RefusedError: the round shows this coder no suggestions there.
        UnknownNameError: no such code, document, utterance or round.
    """
    name, position = project.document_name(place[0]), place[1]
    codebook = project.codebook()
    codes = {one.name: one for one in codebook.codes}
    asked = codebook.find(code) or known("code", code, codes)
    utterances = all_utterances(project)
    row = utterances[(utterances["document"] == name) & (utterances["position"] == position)]
    if row.empty:
        raise UnknownNameError(f"there is no utterance {position}", where=name)
    with project.database.read() as connection:
        allowed, is_past = _asked(connection, row, asked.id, coder, round_name)
    here = allowed.utterances
    if here.empty:
        what = allowed.reason or "no suggestions show on this utterance now"
        raise RefusedError(what, where=f"{name}, utterance {position}")
    without = [name] if is_past or allowed.rule == SuggestionRule.AFTER else []
    kept = kept_suggester(project, viewer=coder, without=without, behind=behind)
    suggester = kept.suggester
    return Explanation(
        asked.name,
        str(suggester.notes_[asked.name]),
        suggester.explain((name, position), asked.name),
        suggester.nearest(str(here["text"].iloc[0]), asked.name, top),
        kept.behind,
    )


def _asked(
    connection: Any, row: pd.DataFrame, code_id: str, coder: str, round_name: str
) -> tuple[Gate, bool]:
    """Return what the round allows, and whether the utterance is decided on, but this was shown."""
    document, number = str(row["document"].iloc[0]), int(row["utterance_id"].iloc[0])
    ask = partial(
        gate, connection, coder=coder, round_name=round_name, document=document, utterance=row
    )
    allowed = ask()
    if len(allowed.utterances) or allowed.reason is not None:
        return allowed, False
    if not was_shown(connection, number, code_id, coder=coder, round_name=allowed.round):
        return allowed, False
    return ask(decided=True), True
