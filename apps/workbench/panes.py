"""What the transcript pane shows: one document for one coder, and what is suggested for it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from qualkit.charts.palette import code_colours
from qualkit.errors import BadInputError, NotEnoughError
from qualkit.model import Codebook
from qualkit.workflow.explaining import explain_suggestion
from qualkit.workflow.project import Project
from qualkit.workflow.rounds import shows_others
from qualkit.workflow.screens import list_coders, transcript
from workbench import labels
from workbench.learning import lean_stemmers, offered
from workbench.tokens import Pass

__all__ = ["document_answer", "others_answer", "suggestions_answer", "why_answer"]

_REASONS = 16
_LONGEST_NUMBER = 10


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

    ``suggestions`` has position, code (id), probability (or None), rank, basis, kind and note;
    ``model`` says which suggester made them, ``behind`` how many changes of codings it has not
    learned from yet (it is about to); ``reason`` says why there is none.
    """
    try:
        offers = offered(project, allowed, document)
    except NotEnoughError as problem:
        return {"suggestions": [], "model": None, "behind": 0, "reason": str(problem)}
    about = offers.attrs["about"]
    ids = {code.name: code.id for code in project.codebook().codes}
    rows = [_offer(row, ids) for row in offers.to_dict("records")]
    said = {"model": about["model"], "behind": about["behind"], "reason": about.get("reason")}
    return {"suggestions": rows} | said


def _offer(row: dict[Any, Any], ids: dict[str, str]) -> dict[str, Any]:
    probability = float(row["probability"])
    return {
        "position": int(row["position"]),
        "code": ids.get(row["code"], row["code"]),
        "probability": None if math.isnan(probability) else round(probability, 3),
        "rank": int(row["rank"]),
        "basis": row["basis"],
        "kind": row["kind"],
        "note": row["note"] if isinstance(row["note"], str) else None,
    }


def why_answer(project: Project, allowed: Pass, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return why a code is suggested for an utterance.

    Args:
        project: the open project.
        allowed: who asks, in which round.
        asked: document, position and code (id).

    Returns:
        ``code`` (name), ``note``, ``behind`` (changes of codings that the suggester has not
        learned from yet), ``reasons`` (word, weight, basis; strongest first) and ``nearest``
        (document, position, text).

    Raises:
        BadInputError: the request names no utterance.
        RefusedError: the round shows no suggestions there.
    """
    position = asked.get("position", "")
    if not (position.isdecimal() and len(position) < _LONGEST_NUMBER):
        raise BadInputError("the request names no utterance")
    place = (asked.get("document", ""), int(position))
    lean_stemmers()
    told = explain_suggestion(
        project,
        asked.get("code", ""),
        place=place,
        coder=allowed.coder,
        round_name=allowed.round,
        behind=True,
    )
    nearest = told.nearest[["document", "position", "text"]]
    return {
        "code": told.code,
        "note": told.note,
        "behind": told.behind,
        "reasons": told.reasons.head(_REASONS).to_dict("records"),
        "nearest": nearest.to_dict("records"),
    }


def others_answer(project: Project, allowed: Pass, document: str) -> dict[str, Any]:
    """Return what other people coded in a document in this round, as far as the coder may see it.

    ``codings`` has position, code (id, or name where there is none now), coder and start;
    ``reason`` says why there is none to see.
    """
    table = project.list_codings(document, viewer=allowed.coder)
    if not shows_others(project, allowed.round):
        return {"codings": [], "reason": labels.PANE["others_blind"]}
    people = list_coders(project)
    is_other = (table["coder"] != allowed.coder) & table["coder"].isin(people)
    found = table[is_other & (table["round"] == allowed.round)]
    ids = {code.name: code.id for code in project.codebook().codes}
    columns = [found[name] for name in ("position", "code", "coder", "start")]
    codings = [
        {
            "position": int(position),
            "code": ids.get(code, code),
            "coder": coder,
            "start": None if pd.isna(start) else int(start),
        }
        for position, code, coder, start in zip(*columns, strict=True)
    ]
    return {"codings": codings, "reason": None}
