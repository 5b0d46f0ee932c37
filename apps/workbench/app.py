"""The server: Streamlit's pages and the routes of the transcript, in one process."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

_HERE = Path(__file__).resolve().parent
if str(_HERE.parent) not in sys.path:  # under `streamlit run` only this folder is on the path
    sys.path.insert(0, str(_HERE.parent))

from workbench.hosts import allowed_hosts  # noqa: E402
from workbench.routes import ROUTES  # noqa: E402
from workbench.study import close_study  # noqa: E402

__all__ = ["app"]


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[None]:
    """Close the projects at the end, so that each is one whole file that can be copied."""
    yield
    close_study()


app = st.App(
    _HERE / "entry" / "main.py",
    lifespan=_lifespan,
    routes=ROUTES,
    middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts())],
)
