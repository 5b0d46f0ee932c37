"""What the transcript pane shows: one document for one coder, and what is suggested for it."""

from __future__ import annotations

import math
import threading
from typing import Any

import pandas as pd

from qualkit.charts.palette import code_colours
from qualkit.errors import NotEnoughError
from qualkit.model import Codebook, SuggestionRule
from qualkit.workflow.project import Project
from qualkit.workflow.screens import transcript
from qualkit.workflow.suggestions import fit_suggester
from workbench.tokens import Pass

__all__ = ["document_answer", "suggestions_answer"]

_TOP = 3
_one_fit_at_a_time = threading.Lock()


def document_answer(project: Project, allowed: Pass, document: str) -> dict[str, Any]:
    """Return a transcript with the codebook and the colours to show it in."""
    shown = transcript(project, document, coder=allowed.coder, round_name=allowed.round)
    types = {kind.name: kind.colour for kind in project.typology().types}
    return shown | {"codes": _codes(project.codebook()), "types": types}


def _codes(codebook: Codebook) -> list[dict[str, Any]]:
    colours = code_colours(codebook)
    return [
        {
            "id": code.id,
            "name": code.name,
            "theme": codebook.theme(code.id).name,
            "depth": codebook.depth(code.id),
            "colour": colours[code.id],
            "shortcut": code.shortcut,
            "definition": code.definition,
            "include": code.include,
            "exclude": code.exclude,
            "retired": code.retired,
        }
        for code in codebook.tree()
    ]


def suggestions_answer(project: Project, allowed: Pass, document: str) -> dict[str, Any]:
    """Return what is suggested for a document, where the round lets suggestions show.

    ``suggestions`` has position, code (id), probability (or None) and note; ``reason`` says why
    there is none.
    """
    rounds = project.list_rounds().set_index("round")["suggestions"]
    if rounds.get(allowed.round) != SuggestionRule.ALWAYS:
        return {"suggestions": [], "reason": "This round shows no suggestions."}
    try:
        with _one_fit_at_a_time:
            offers = _offers(project, allowed, project.document_name(document))
    except NotEnoughError as problem:
        return {"suggestions": [], "reason": str(problem)}
    ids = {code.name: code.id for code in project.codebook().codes}
    rows = offers.sort_values(["position", "rank"]).to_dict("records")
    return {"suggestions": [_offer(row, ids) for row in rows], "reason": None}


def _offers(project: Project, allowed: Pass, document: str) -> pd.DataFrame:
    """Return the offers for what this coder has still to look at in a document."""
    utterances = project.list_utterances(document)
    reviews = project.list_reviews(viewer=allowed.coder)
    is_mine = (reviews["coder"] == allowed.coder) & (reviews["round"] == allowed.round)
    seen = reviews.loc[is_mine & (reviews["document"] == document), "position"]
    waiting = utterances[utterances["codable"] & ~utterances["position"].isin(seen)]
    if waiting.empty:
        raise NotEnoughError("everything in this document has been looked at")
    suggester = fit_suggester(project, viewer=allowed.coder)
    return suggester.offers(waiting[["document", "position", "text"]], top=_TOP)


def _offer(row: dict[Any, Any], ids: dict[str, str]) -> dict[str, Any]:
    probability = float(row["probability"])
    return {
        "position": int(row["position"]),
        "code": ids.get(row["code"], row["code"]),
        "probability": None if math.isnan(probability) else round(probability, 3),
        "note": row["note"] if isinstance(row["note"], str) else None,
    }
