"""Who has logged in, where the workbench asks for that (OpenID Connect, ``st.login``).

It is asked for where Streamlit's secrets have a section ``[auth]``. Which claim names the person,
and which people may come in under which coder's name, is in the section ``[qualkit]`` beside it.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import streamlit as st

from qualkit.errors import OptionError, QualkitError, RefusedError
from qualkit.workflow.project import Project
from qualkit.workflow.screens import check_coder
from workbench import labels
from workbench.returning import keep_place

__all__ = ["LOGIN", "admits", "check_secrets", "coder_of", "is_on", "who_logged_in"]

LOGIN = "QUALKIT_LOGIN"
"""The environment variable that holds to the login even where the secrets cannot be read."""

WORDS = labels.LOGIN
_CALLBACK = "/oauth2callback"
_NEEDED = ("redirect_uri", "cookie_secret")
_PROVIDER = ("client_id", "client_secret", "server_metadata_url")
_SHORTEST = 32  # characters of the cookie secret


def is_on() -> bool:
    """Return whether people must log in."""
    return bool(os.environ.get(LOGIN)) or "auth" in _secrets()


def check_secrets(path: Path) -> None:
    """See that a file of secrets is one that people can log in with.

    Raises:
        OptionError: it cannot be read, or says too little; the sentence says what is missing.
    """
    auth = _read(path).get("auth")
    if not isinstance(auth, dict):
        raise OptionError("there is no section [auth]", where=str(path), remedy="see docs/teams.md")
    needed: list[tuple[str, Any, tuple[str, ...]]] = [("auth", auth, _NEEDED)]
    needed += [(one, auth.get(one, auth), _PROVIDER) for one in _sections(auth)]
    for section, given, names in needed:
        for name in names:
            if not isinstance(given.get(name), str):
                raise OptionError(f"section [{section}] has no {name}", where=str(path))
    if not auth["redirect_uri"].endswith(_CALLBACK):
        raise OptionError(f"redirect_uri does not end with {_CALLBACK}", where=str(path))
    if len(auth["cookie_secret"]) < _SHORTEST:
        what = f"cookie_secret has fewer than {_SHORTEST} characters"
        raise OptionError(what, where=str(path), remedy="take a long random one")
    if find_spec("authlib") is None:
        raise OptionError("logging in needs Authlib", remedy="pip install 'qualkit[login]'")


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise OptionError(f"cannot be read: {problem.strerror}", where=str(path)) from problem
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise OptionError(f"this is no TOML file: {problem}", where=str(path)) from problem


def _sections(auth: Mapping[str, Any]) -> list[str]:
    """Return the names of the providers; "default": the one that stands in [auth] itself."""
    named = [name for name, value in auth.items() if isinstance(value, Mapping)]
    named = [name for name in named if name != "client_kwargs"]
    return named or ["default"]


def _secrets() -> Mapping[str, Any]:
    return st.secrets if st.secrets.load_if_toml_exists() else {}


def who_logged_in(project: Project) -> str | None:
    """Return the coder who has logged in; where nobody has, None and the page that asks for it."""
    if not st.user.is_logged_in:
        _ask()
        return None
    try:
        return check_coder(project, coder_of(st.user.to_dict(), _secrets().get("qualkit", {})))
    except QualkitError as problem:
        st.error(str(problem))
        st.button(WORDS["out"], on_click=st.logout)
        return None


def coder_of(claims: Mapping[str, Any], settings: Mapping[str, Any]) -> str:
    """Return under which name somebody codes.

    Args:
        claims: what the provider says of whoever has logged in.
        settings: claim (which one names the person; "email" by default) and people (claim ->
            coder; where it is given, nobody else comes in).

    Raises:
        RefusedError: the claim is missing or not verified, or the person is not among the people.

    Example:
        >>> coder_of({"email": "lena@example.org"}, {"people": {"Lena@example.org": "Lena"}})
        'Lena'
    """
    claim = str(settings.get("claim", "email"))
    value = claims.get(claim)
    if not isinstance(value, str) or not value.strip():
        raise RefusedError(f"the login does not tell your {claim}", remedy="log in another way")
    if claim == "email" and claims.get("email_verified") in (False, "false"):
        raise RefusedError(f"the login has not verified {value}", remedy="verify it there first")
    people = settings.get("people")
    if people is None:
        return value
    named = {str(key).casefold(): str(coder) for key, coder in people.items()}
    if value.casefold() not in named:
        what = f"{value} is not among the people of this project"
        raise RefusedError(what, remedy="ask whoever runs this server")
    return named[value.casefold()]


def admits(coder: str) -> bool:
    """Return whether a coder is still among the people who may come in."""
    people = _secrets().get("qualkit", {}).get("people")
    return people is None or coder.casefold() in {str(one).casefold() for one in people.values()}


def _ask() -> None:
    st.subheader(WORDS["title"])
    st.caption(WORDS["why"])
    keep_place()
    for provider in _sections(_secrets().get("auth", {})):
        is_default = provider == "default"
        says = WORDS["do"] if is_default else WORDS["do_with"].format(provider=provider)
        ask = st.login if is_default else partial(st.login, provider)
        st.button(says, type="primary", on_click=ask, key=f"login_{provider}")
