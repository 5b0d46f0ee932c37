"""What the transcript pane notes one by one: memos, certainty, and codes of somebody's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qualkit.errors import BadInputError, OptionError
from qualkit.model import Coding
from qualkit.workflow.memos import Target
from qualkit.workflow.project import Project
from workbench.panes import document_answer
from workbench.readings import asked_place, check_place
from workbench.tokens import Pass

__all__ = ["note"]

_LONGEST = 20_000

Asked = Mapping[str, Any]
Place = tuple[str, int]


def note(project: Project, allowed: Pass, asked: Asked) -> dict[str, Any]:
    """Keep one note and return the document as it is now.

    Args:
        project: the open project.
        allowed: who notes, in which round.
        asked: action, document, position, start_of and end_of as for ``correct``. Action "note"
            has memo (text; empty takes it away) and, on a coding, code (id), start, end (or None)
            and certainty (0 for none to 3). Action "in-vivo" has start and end of the words that
            become a code.

    Raises:
        BadInputError: the request is not well formed.
        OptionError: the document was corrected meanwhile, or the memo is too long.
        RefusedError: the workflow forbids it.
        UnknownNameError: no such document, utterance or coding.
    """
    place, edges = asked_place(asked)
    check_place(project, place, edges)
    match asked.get("action"):
        case "note" if asked.get("code") is None:
            _on_utterance(project, allowed, place, _text(asked))
        case "note":
            _on_coding(project, allowed, place, asked)
        case "in-vivo":
            span = _span(asked)
            if span is None:
                raise BadInputError("the request does not say which words")
            project.code_in_vivo(*place, span, coder=allowed.coder, round_name=allowed.round)
        case _:
            raise BadInputError("this is no note")
    return document_answer(project, allowed, place[0])


def _text(asked: Asked) -> str:
    text = asked.get("memo")
    if not isinstance(text, str):
        raise BadInputError("the note has no words")
    if len(text) > _LONGEST:
        raise OptionError(f"a memo has at most {_LONGEST:,} characters")
    return text.strip()


def _span(asked: Asked) -> tuple[int, int] | None:
    start, end = asked.get("start"), asked.get("end")
    if start is None and end is None:
        return None
    if not (isinstance(start, int) and isinstance(end, int)):
        raise BadInputError("the words are not well marked")
    return start, end


def _on_utterance(project: Project, allowed: Pass, place: Place, text: str) -> None:
    """Write, change or delete this coder's memo on an utterance."""
    memos = project.list_memos(about="utterance", viewer=allowed.coder)
    is_here = (memos["document"] == place[0]) & (memos["position"] == place[1])
    mine = memos[is_here & (memos["coder"] == allowed.coder)]
    if mine.empty:
        if text:
            project.add_memo(text, coder=allowed.coder, target=Target(*place))
        return
    memo = str(mine["memo"].iloc[-1])
    if not text:
        project.delete_memo(memo, coder=allowed.coder)
    elif text != mine["text"].iloc[-1]:
        project.change_memo(memo, text, coder=allowed.coder)


def _on_coding(project: Project, allowed: Pass, place: Place, asked: Asked) -> None:
    code, certainty = asked.get("code"), asked.get("certainty")
    if not isinstance(code, str) or not isinstance(certainty, int):
        raise BadInputError("the note names no coding")
    start, end = _span(asked) or (None, None)
    coding = Coding(*place, code, allowed.coder, allowed.round, start=start, end=end)
    project.set_coding(coding, memo=_text(asked), certainty=certainty)
