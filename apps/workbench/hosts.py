"""Under which names the workbench answers."""

from __future__ import annotations

import os

__all__ = ["ALLOWED", "allowed_hosts"]

ALLOWED = "QUALKIT_ALLOWED_HOSTS"
"""The environment variable with more names than those of this computer, separated by commas."""

_OWN = ("127.0.0.1", "localhost")


def allowed_hosts() -> list[str]:
    """Return the host names that a request may ask for; others are refused.

    Example:
        >>> allowed_hosts()[:2]
        ['127.0.0.1', 'localhost']
    """
    more = (one.strip() for one in os.environ.get(ALLOWED, "").split(","))
    return [*_OWN, *(one for one in more if one)]
