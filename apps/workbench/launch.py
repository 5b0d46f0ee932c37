"""Starts the workbench for one project, on this computer only."""

from __future__ import annotations

import os
import socket
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qualkit.errors import OptionError
from workbench.study import CHOOSE, PROJECT

__all__ = ["free_port", "is_free", "serve", "settings"]

_SETTINGS = Path(__file__).parent / ".streamlit" / "config.toml"
_PORTS = range(8501, 8521)
_TURN = 0.0005  # seconds


def serve(project: str | None, *, port: int | None = None, open_browser: bool = True) -> None:
    """Show a project in the browser until the program is stopped.

    Args:
        project: path of a project file, or a database URL; None shows the page Start.
        port: where to listen on 127.0.0.1; None or 0 takes the first free one from 8501.
        open_browser: open a browser window.

    Raises:
        OptionError: another program listens there already.
    """
    if port and not is_free(port):
        raise OptionError(
            f"port {port} is taken by another program", remedy="give another one, or 0 for any"
        )
    from workbench.app import app  # noqa: PLC0415  Streamlit is slow to load

    if project is None:
        os.environ[CHOOSE] = "yes"
    else:
        os.environ[PROJECT] = str(project)
    # A coder's key must not wait while another thread learns suggestions.
    sys.setswitchinterval(_TURN)
    app.run(config=settings(port or free_port(), open_browser=open_browser))


def settings(port: int, *, open_browser: bool) -> dict[str, Any]:
    """Return Streamlit's settings: those of ``.streamlit/config.toml``, port and browser.

    ``App.run`` does not read that file by itself.
    """
    shipped = dict(_flat(tomllib.loads(_SETTINGS.read_text(encoding="utf-8"))))
    return shipped | {
        "server.port": port,
        "server.headless": not open_browser,
        "browser.serverPort": port,
    }


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
