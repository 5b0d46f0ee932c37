"""Tokens: what a page shows the routes to prove for which coder it was made.

Without a login it is honesty, not security: it keeps another web page from reaching in, and one
coder's screen from writing as another. With a login a token is made for who has logged in alone.
Whoever can read the project file can make one.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass

from qualkit.errors import RefusedError

__all__ = ["HEADER", "Pass", "fingerprint", "read_token", "sign_token"]

HEADER = "x-qualkit-token"


@dataclass(frozen=True)
class Pass:
    """Who may do what: one coder in one round.

    Attributes:
        coder: name.
        round: name.
        login: the name comes from a login; otherwise it was believed.
    """

    coder: str
    round: str
    login: bool = False


def sign_token(secret: str, project: str, allowed: Pass) -> str:
    """Return the token for a coder.

    Args:
        secret: the project's own.
        project: name of the project.
        allowed: what the token is for.

    Example:
        >>> token = sign_token("secret", "study", Pass("Ana", "main"))
        >>> read_token("secret", "study", token)
        Pass(coder='Ana', round='main', login=False)
    """
    told = [project, allowed.coder, allowed.round, allowed.login]
    body = base64.urlsafe_b64encode(json.dumps(told).encode())
    return f"{body.decode()}.{_mark(secret, body)}"


def read_token(secret: str, project: str, token: str) -> Pass:
    """Return what a token is for.

    Raises:
        RefusedError: it was not signed by this project.
    """
    body, _, mark = token.partition(".")
    if not hmac.compare_digest(_mark(secret, body.encode()).encode(), mark.encode()):
        raise _refusal()
    try:
        named, coder, round_name, login = json.loads(base64.urlsafe_b64decode(body))
    except (ValueError, binascii.Error) as problem:
        raise _refusal() from problem
    if named != project:
        raise _refusal()
    return Pass(str(coder), str(round_name), login is True)


def fingerprint(secret: str) -> str:
    """Return a short name for the project in the browser's storage; it tells nothing."""
    return _mark(secret, b"storage")[:12]


def _mark(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _refusal() -> RefusedError:
    return RefusedError("this page does not belong to the open project", remedy="reload the page")
