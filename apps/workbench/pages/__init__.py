"""One module per page, each with a function ``show``; it loads when the page is first shown."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from workbench.beforehand import read_first
from workbench.faults import said_here
from workbench.patience import page_under_way

__all__ = ["SCREENS", "SECTIONS", "START"]

_READ_NOTHING = ("code", "start")  # these begin with less than the whole study


def _screen(name: str) -> Callable[[], None]:
    """Return the page, with qualkit's errors shown as the one sentence that they are."""

    def show() -> None:
        with said_here(), page_under_way():
            if name not in _READ_NOTHING:
                read_first()
            import_module(f"workbench.pages.{name}").show()

    show.__name__ = f"show_{name}"
    return show


SCREENS: dict[str, Callable[[], None]] = {
    name: _screen(name)
    for name in (
        "code",
        "documents",
        "codebook",
        "rounds",
        "adjudicate",
        "memos",
        "retrieve",
        "words",
        "themes",
        "cooccurrence",
        "clusters",
        "course",
        "agreement",
        "suggestions",
        "export",
        "history",
    )
}
"""Name in the address -> function that shows the page, in the order of the menu."""

SECTIONS = {
    "": ("code",),
    "material": ("documents", "codebook", "memos"),
    "search": ("retrieve", "words"),
    "findings": ("themes", "cooccurrence", "clusters", "course"),
    "team": ("rounds", "adjudicate", "agreement"),
    "project": ("suggestions", "export", "history", "start"),
}
"""Heading in the menu -> the pages under it; "": they stand in the menu by themselves."""

START = _screen("start")
"""The page that leads to a project, for a workbench that was started without one."""
