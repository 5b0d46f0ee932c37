"""What the transcript pane asks over HTTP: a document, suggestions, to note, store and correct.

Every answer is JSON. Whose codings are read and written is the token's coder, never the request's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from qualkit.errors import BadInputError, QualkitError, RefusedError, UnknownNameError
from qualkit.model import Exposure
from qualkit.workflow.operations import CORRECTED
from qualkit.workflow.project import Project
from workbench.login import admits, is_on
from workbench.notes import note
from workbench.panes import document_answer, others_answer, suggestions_answer, why_answer
from workbench.readings import correct
from workbench.study import study
from workbench.tokens import HEADER, Pass, read_token

__all__ = ["ROUTES", "URL"]

URL = "/qk"
_MOST_BYTES = 256 * 1024
_MOST_OPERATIONS = 500
_TEXTS = ("op_id", "action", "document")
_NUMBERS = ("start", "end", "start_of", "end_of")
_SHOWN = ("document", "position", "code", "probability", "rank", "basis", "ago")
_ORIGINS = (None, "manual", "accepted suggestion")

Answer = dict[str, Any]
Work = Callable[[Project, Pass, Any], Answer]


async def _answered(request: Request, work: Work, given: Any) -> JSONResponse:
    """Do the work in a thread, for the token's coder; errors become one sentence in JSON."""
    try:
        body = await run_in_threadpool(_for_coder, request.headers, work, given)
    except QualkitError as problem:
        return _fault(_status(problem), str(problem))
    return JSONResponse(body, headers={"cache-control": "no-store"})


def _for_coder(headers: Mapping[str, str], work: Work, given: Any) -> Answer:
    project = study()
    allowed = read_token(project.secret, project.name, headers.get(HEADER, ""))
    if is_on() and not (allowed.login and admits(allowed.coder)):
        raise RefusedError("nobody has logged in here", remedy="reload the page and log in")
    return work(project.acting_as(allowed.coder), allowed, given)


def _status(problem: QualkitError) -> int:
    if isinstance(problem, RefusedError):
        return 403
    if CORRECTED in str(problem):
        return 409
    return 404 if isinstance(problem, UnknownNameError) else 400


def _fault(status: int, message: str) -> JSONResponse:
    return JSONResponse({"message": message}, status, headers={"cache-control": "no-store"})


async def get_document(request: Request) -> JSONResponse:
    """Answer with one document as this coder has coded it."""
    wanted = request.query_params.get("document", "")
    return await _answered(request, document_answer, wanted)


async def get_suggestions(request: Request) -> JSONResponse:
    """Answer with the suggestions for one document, as the rules of the round let them show."""
    wanted = request.query_params.get("document", "")
    return await _answered(request, suggestions_answer, wanted)


async def get_why(request: Request) -> JSONResponse:
    """Answer with what speaks for a suggestion and against it."""
    return await _answered(request, why_answer, dict(request.query_params))


async def get_others(request: Request) -> JSONResponse:
    """Answer with what others have coded in one document, as far as this coder may see it."""
    wanted = request.query_params.get("document", "")
    return await _answered(request, others_answer, wanted)


async def post_operations(request: Request) -> JSONResponse:
    """Store operations and answer to each; what is answered with ok is on disk."""
    return await _posted(request, _store)


async def post_exposures(request: Request) -> JSONResponse:
    """Note which suggestions were painted for this coder; a repeated request changes nothing."""
    return await _posted(request, _note_shown)


async def post_correction(request: Request) -> JSONResponse:
    """Correct the reading of a document, and answer with it as it is read now."""
    return await _posted(request, _correct)


async def post_note(request: Request) -> JSONResponse:
    """Keep a memo, a certainty or an in-vivo code, and answer with the document as it is now."""
    return await _posted(request, _note)


async def _posted(request: Request, work: Work) -> JSONResponse:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return _fault(413, "Too much at once: send fewer operations.")
    return await _answered(request, work, bytes(body))


def _correct(project: Project, allowed: Pass, body: bytes) -> Answer:
    return correct(project, allowed, _asked(body))


def _note(project: Project, allowed: Pass, body: bytes) -> Answer:
    return note(project, allowed, _asked(body))


def _asked(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError as problem:
        raise BadInputError("this request cannot be read") from problem


def _store(project: Project, allowed: Pass, body: bytes) -> Answer:
    """Store operations; an answer with ``corrected`` is to one made on an older reading."""
    operations = _operations(body)
    answers = project.apply_operations(operations, coder=allowed.coder, round_name=allowed.round)
    for answer in answers:
        if not answer["ok"] and CORRECTED in answer["message"]:
            answer["corrected"] = True
    return {"answers": answers, "revision": project.revision}


def _note_shown(project: Project, allowed: Pass, body: bytes) -> Answer:
    try:
        asked = json.loads(body)
        shown, op_id, model = asked["shown"], asked["op_id"], asked["model"]
    except (ValueError, KeyError, TypeError) as problem:
        raise BadInputError("this is no list of what was shown") from problem
    is_list = isinstance(shown, list) and len(shown) <= _MOST_OPERATIONS
    is_named = all(isinstance(one, str) and 0 < len(one) <= 80 for one in (op_id, model))
    if not is_list or not is_named or not all(map(_is_shown, shown)):
        raise BadInputError(f"this is no list of at most {_MOST_OPERATIONS} suggestions shown")
    exposures = [Exposure(**{name: one[name] for name in _SHOWN}, model=model) for one in shown]
    new = project.log_exposures(
        exposures, coder=allowed.coder, round_name=allowed.round, op_id=op_id
    )
    return {"new": new}


def _is_shown(one: Any) -> bool:
    if not isinstance(one, dict) or not set(_SHOWN) <= one.keys():
        return False
    is_text = all(isinstance(one[name], str) for name in ("document", "code", "basis"))
    is_number = all(_is_number(one[name]) for name in ("position", "rank"))
    sure, ago = one["probability"], one["ago"]
    is_real = isinstance(ago, (int, float)) and isinstance(sure, (int, float, type(None)))
    return is_text and is_number and is_real and not isinstance(sure, bool)


def _operations(body: bytes) -> list[dict[str, Any]]:
    try:
        operations = json.loads(body)["operations"]
    except (ValueError, KeyError, TypeError) as problem:
        raise BadInputError("this is no list of operations") from problem
    if not isinstance(operations, list) or len(operations) > _MOST_OPERATIONS:
        raise BadInputError(f"this is no list of at most {_MOST_OPERATIONS} operations")
    for number, one in enumerate(operations, start=1):
        if not _is_well_formed(one):
            raise BadInputError(f"operation {number} is not well formed")
    return operations


def _is_well_formed(one: Any) -> bool:
    if not isinstance(one, dict) or one.get("origin") not in _ORIGINS:
        return False
    is_text = all(isinstance(one.get(name), str) and len(one[name]) <= 500 for name in _TEXTS)
    is_number = all(_is_number(one.get(name)) for name in _NUMBERS if one.get(name) is not None)
    is_code = one.get("code") is None or isinstance(one["code"], str)
    return is_text and is_number and is_code and _is_number(one.get("position"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


ROUTES = [
    Route(f"{URL}/document", get_document, methods=["GET"]),
    Route(f"{URL}/suggestions", get_suggestions, methods=["GET"]),
    Route(f"{URL}/why", get_why, methods=["GET"]),
    Route(f"{URL}/others", get_others, methods=["GET"]),
    Route(f"{URL}/exposures", post_exposures, methods=["POST"]),
    Route(f"{URL}/operations", post_operations, methods=["POST"]),
    Route(f"{URL}/corrections", post_correction, methods=["POST"]),
    Route(f"{URL}/notes", post_note, methods=["POST"]),
]
