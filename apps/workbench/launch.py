"""Starts the workbench for one project: on this computer only, or shared on purpose."""

from __future__ import annotations

import os
import socket
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualkit.errors import OptionError
from workbench.hosts import ALLOWED
from workbench.lean import keep_small
from workbench.study import CHOOSE, PROJECT

__all__ = ["Shared", "free_port", "is_free", "serve", "settings"]

_SETTINGS = Path(__file__).parent / ".streamlit" / "config.toml"
_PORTS = range(8501, 8521)
_TURN = 0.0005  # seconds
_HERE = "127.0.0.1"


@dataclass(frozen=True)
class Shared:
    """How the workbench is shared with others; without anything it is for this computer alone.

    Attributes:
        address: where to listen.
        hosts: more names under which it answers, such as that of a reverse proxy.
        login: a file of Streamlit's secrets with whom to ask who somebody is.
    """

    address: str = _HERE
    hosts: Sequence[str] = ()
    login: Path | None = None


def serve(
    project: str | None,
    *,
    port: int | None = None,
    open_browser: bool = True,
    shared: Shared | None = None,
) -> None:
    """Show a project in the browser until the program is stopped.

    Args:
        project: path of a project file, or a database URL; None shows the page Start.
        port: where to listen; None or 0 takes the first free one from 8501.
        open_browser: open a browser window.
        shared: how others reach it; None: not at all.

    Raises:
        OptionError: another program listens there already, or it would be open to everybody.
    """
    shared = shared or Shared()
    if port and not is_free(port):
        raise OptionError(
            f"port {port} is taken by another program", remedy="give another one, or 0 for any"
        )
    _check(project, shared)
    if shared.hosts:
        os.environ[ALLOWED] = ",".join(shared.hosts)
    if project is None:
        os.environ[CHOOSE] = "yes"
    else:
        os.environ[PROJECT] = str(project)
    keep_small()
    from workbench.app import app  # noqa: PLC0415  Streamlit is slow to load

    # A coder's key must not wait while another thread learns suggestions.
    sys.setswitchinterval(_TURN)
    chosen = settings(port or free_port(), open_browser=open_browser, shared=shared)
    app.run(config=chosen)


def _check(project: str | None, shared: Shared) -> None:
    """See that the workbench does not open more than it should."""
    if shared.login is not None:
        from workbench.login import LOGIN, check_secrets  # noqa: PLC0415  Streamlit is slow to load

        check_secrets(shared.login)
        os.environ[LOGIN] = "yes"
        if project is None:
            raise OptionError("a shared workbench shows one project", remedy="name it")
    elif shared.address not in (_HERE, "localhost"):
        raise OptionError(
            f"anybody who reaches {shared.address} could use the project under any name",
            remedy="let people log in: --login FILE; see docs/teams.md",
        )


def settings(port: int, *, open_browser: bool, shared: Shared | None = None) -> dict[str, Any]:
    """Return Streamlit's settings: those of ``.streamlit/config.toml``, port, browser and sharing.

    ``App.run`` does not read that file by itself.
    """
    shared = shared or Shared()
    shipped = dict(_flat(tomllib.loads(_SETTINGS.read_text(encoding="utf-8"))))
    login = {} if shared.login is None else {"secrets.files": [str(shared.login.absolute())]}
    return (
        shipped
        | {
            "server.port": port,
            "server.headless": not open_browser,
            "browser.serverPort": port,
            "server.address": shared.address,
            "server.allowedHosts": [*shipped["server.allowedHosts"], *shared.hosts],
        }
        | login
    )


def _flat(table: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def free_port() -> int:
    """Return the first port from 8501 that nobody listens on; any free one when all are taken."""
    return next((port for port in _PORTS if is_free(port)), 0) or _any_port()


def is_free(port: int) -> bool:
    """Return whether nobody listens on a port of this computer."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
