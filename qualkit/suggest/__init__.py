"""Suggesting codes: utterances and codings in, ranked codes with reasons out.

Importing this package is quick: scikit-learn and NLTK load when ``Suggester`` is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qualkit.suggest.suggester import Suggester

__all__ = ["Suggester"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(import_module("qualkit.suggest.suggester"), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
