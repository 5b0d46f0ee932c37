"""The projects that were opened lately on this computer, for the page Start."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import click

__all__ = ["note_recent", "recent_projects"]

_MOST = 12


def _file() -> Path:
    return Path(click.get_app_dir("qualkit")) / "recent.json"


def recent_projects() -> list[str]:
    """Return where the projects are that were opened last, newest first.

    Files that are gone are left out. Where nothing can be read there are none: it is a convenience.
    """
    try:
        kept = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(kept, list):
        return []
    return [one for one in kept if isinstance(one, str) and (_is_url(one) or Path(one).is_file())]


def note_recent(target: str) -> None:
    """Remember that a project was opened; an address with a password in it is not kept."""
    if _is_url(target) and "@" in target:
        return
    place = target if _is_url(target) else str(Path(target).resolve())
    kept = [place, *(one for one in recent_projects() if one != place)][:_MOST]
    path = _file()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")


def _is_url(target: str) -> bool:
    return "://" in target
