"""Charts as SVG and PNG, without a browser and without the internet."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from qualkit.errors import UnknownFileKindError, UnwritableError

__all__ = ["KINDS", "picture"]

KINDS = (".svg", ".png")


def picture(chart: Any, kind: str, *, scale: float = 2.0) -> bytes:
    """Return a chart as a picture.

    Args:
        chart: what one of the functions of ``qualkit.charts`` returns, or any chart of altair.
        kind: ".svg", which stays sharp at any size, or ".png".
        scale: of a PNG: 1 is as on the screen, 2 twice as fine, for print.

    Returns:
        The bytes of the file. The chart's description, for those who cannot see it, is in the SVG.

    Raises:
        UnknownFileKindError: another kind.
        UnwritableError: the package that draws is not there, as on a rare kind of machine.
    """
    if kind not in KINDS:
        raise UnknownFileKindError(
            f"a chart cannot be written as '{kind}'", remedy=f"use {' or '.join(KINDS)}"
        )
    vl_convert = _converter()
    from altair import SCHEMA_VERSION  # noqa: PLC0415

    version = "_".join(SCHEMA_VERSION.split(".")[:2])
    drawn = chart.to_dict()
    if kind == ".svg":
        svg: str = vl_convert.vegalite_to_svg(drawn, vl_version=version)
        return _titled(svg, str(drawn.get("description", ""))).encode("utf-8")
    png: bytes = vl_convert.vegalite_to_png(drawn, vl_version=version, scale=scale)
    return png


def _converter() -> Any:
    """Return the package that draws: it is large, and only pictures need it."""
    try:
        return import_module("vl_convert")
    except ImportError as error:
        raise UnwritableError(
            "pictures of charts need the package vl-convert-python, which is not installed",
            remedy="pip install vl-convert-python",
        ) from error


def _titled(svg: str, text: str) -> str:
    """Return the SVG with the text as its description, where screen readers look for it.

    Example:
        >>> _titled('<svg width="9"><g/></svg>', "1 < 2")
        '<svg width="9" role="img"><desc>1 &lt; 2</desc><g/></svg>'
    """
    if not text:
        return svg
    end = svg.index(">", svg.index("<svg"))
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'{svg[:end]} role="img"><desc>{plain}</desc>{svg[end + 1 :]}'
