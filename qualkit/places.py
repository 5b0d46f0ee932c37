"""Where the folders beside the package are: in a checkout, or inside the installed wheel."""

from __future__ import annotations

from pathlib import Path

from qualkit.errors import UnreadableFileError

__all__ = ["apps", "codebooks", "sample_study"]

_PACKAGE = Path(__file__).parent


def _find(name: str) -> Path:
    installed, checkout = _PACKAGE / f"_{name}", _PACKAGE.parent / name
    for place in (installed, checkout):
        if place.is_dir():
            return place
    raise UnreadableFileError(
        f"the folder '{name}' of qualkit is missing", remedy="install qualkit again"
    )


def apps() -> Path:
    """Return the folder that holds the workbench."""
    return _find("apps")


def codebooks() -> Path:
    """Return the folder of the codebooks and typologies that qualkit ships."""
    return _find("codebooks")


def sample_study() -> Path:
    """Return the folder of the invented study that the demo shows."""
    return _find("data")
