"""Corrections of a reading that the transcript pane asks for: one at a time, on the right place."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from qualkit.errors import BadInputError, OptionError, UnknownNameError
from qualkit.workflow.operations import CORRECTED
from qualkit.workflow.project import Project
from workbench.panes import document_answer
from workbench.tokens import Pass

__all__ = ["asked_place", "check_place", "correct"]

_one_at_a_time = threading.Lock()
_LONGEST_NAME = 200

Asked = Mapping[str, Any]


def correct(project: Project, allowed: Pass, asked: Asked) -> dict[str, Any]:
    """Carry out one correction and return the document as it is read now.

    Args:
        project: the open project.
        allowed: whose view is returned.
        asked: action (split, join, speaker, codable or reported), document, position, start_of
            and end_of (where the utterance stands, so that an older reading is noticed), and at
            (split: code points into its words), speaker (a name) or value (codable, reported).

    Raises:
        BadInputError: the request is not well formed.
        OptionError: the document was corrected meanwhile, or the correction makes no sense.
        RefusedError: the workflow forbids it.
        UnknownNameError: no such document or utterance.
    """
    if not isinstance(asked, Mapping) or asked.get("action") not in _ACTIONS:
        raise BadInputError("this is no correction")
    place, edges = asked_place(asked)
    with _one_at_a_time:
        check_place(project, place, edges)
        _ACTIONS[str(asked["action"])](project, place, asked)
    return document_answer(project, allowed, place[0])


def asked_place(asked: Any) -> tuple[tuple[str, int], tuple[int, int]]:
    """Return the utterance that a request names, and where it stood when the request was made.

    Raises:
        BadInputError: it names none.
    """
    given = asked if isinstance(asked, Mapping) else {}
    numbers = [given.get(name) for name in ("position", "start_of", "end_of")]
    if not all(_is_number(one) for one in numbers) or not isinstance(given.get("document"), str):
        raise BadInputError("the request names no utterance")
    position, start, end = (int(one) for one in numbers if one is not None)
    return (str(given["document"]), position), (start, end)


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def check_place(project: Project, place: tuple[str, int], edges: tuple[int, int]) -> None:
    """Refuse what was asked on another reading of the document than the present one.

    Raises:
        OptionError: the utterance stands elsewhere now.
        UnknownNameError: there is no such utterance any more.
    """
    document, position = place
    table = project.list_utterances(document)
    row = table[table["position"] == position]
    if row.empty:
        raise UnknownNameError(CORRECTED, where=document)
    if (int(row["start"].iloc[0]), int(row["end"].iloc[0])) != edges:
        raise OptionError(CORRECTED, where=f"{document}, utterance {position}")


def _split(project: Project, place: tuple[str, int], asked: Asked) -> None:
    at = asked.get("at")
    if not isinstance(at, int) or not _is_number(at):
        raise BadInputError("the correction does not say where to split")
    project.split_utterance(*place, at)


def _join(project: Project, place: tuple[str, int], asked: Asked) -> None:
    del asked
    project.join_utterances(*place)


def _give(project: Project, place: tuple[str, int], asked: Asked) -> None:
    name = " ".join(str(asked.get("speaker") or "").split())
    if not 1 <= len(name) <= _LONGEST_NAME:
        raise OptionError(f"a speaker's name has 1 to {_LONGEST_NAME} characters")
    project.set_utterance(*place, speaker=name)


def _set_aside(project: Project, place: tuple[str, int], asked: Asked) -> None:
    project.set_utterance(*place, codable=_truth(asked))


def _report(project: Project, place: tuple[str, int], asked: Asked) -> None:
    project.set_utterance(*place, reported=_truth(asked))


def _truth(asked: Asked) -> bool:
    value = asked.get("value")
    if not isinstance(value, bool):
        raise BadInputError("the correction says neither yes nor no")
    return value


_ACTIONS: dict[str, Callable[[Project, tuple[str, int], Asked], None]] = {
    "split": _split,
    "join": _join,
    "speaker": _give,
    "codable": _set_aside,
    "reported": _report,
}
