"""What the transcript pane asks over HTTP: a document, suggestions, to store, to correct.

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
from qualkit.workflow.operations import CORRECTED
from qualkit.workflow.project import Project
from workbench.panes import document_answer, suggestions_answer
from workbench.readings import correct
from workbench.study import study
from workbench.tokens import HEADER, Pass, read_token

__all__ = ["ROUTES", "URL"]

URL = "/qk"
_MOST_BYTES = 256 * 1024
_MOST_OPERATIONS = 500
_TEXTS = ("op_id", "action", "document")
_NUMBERS = ("start", "end", "start_of", "end_of")
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
    return work(project, allowed, given)


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
    """Answer with the suggestions for one document that this coder has not looked at yet."""
    wanted = request.query_params.get("document", "")
    return await _answered(request, suggestions_answer, wanted)


async def post_operations(request: Request) -> JSONResponse:
    """Store operations and answer to each; what is answered with ok is on disk."""
    return await _posted(request, _store)


async def post_correction(request: Request) -> JSONResponse:
    """Correct the reading of a document, and answer with it as it is read now."""
    return await _posted(request, _correct)


async def _posted(request: Request, work: Work) -> JSONResponse:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            return _fault(413, "Too much at once: send fewer operations.")
    return await _answered(request, work, bytes(body))


def _correct(project: Project, allowed: Pass, body: bytes) -> Answer:
    try:
        asked = json.loads(body)
    except ValueError as problem:
        raise BadInputError("this is no correction") from problem
    return correct(project, allowed, asked)


def _store(project: Project, allowed: Pass, body: bytes) -> Answer:
    """Store operations; an answer with ``corrected`` is to one made on an older reading."""
    operations = _operations(body)
    answers = project.apply_operations(operations, coder=allowed.coder, round_name=allowed.round)
    for answer in answers:
        if not answer["ok"] and CORRECTED in answer["message"]:
            answer["corrected"] = True
    return {"answers": answers, "revision": project.revision}


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
    Route(f"{URL}/operations", post_operations, methods=["POST"]),
    Route(f"{URL}/corrections", post_correction, methods=["POST"]),
]
