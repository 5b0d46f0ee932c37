"""Colours for codes, chosen so that people who see colours differently can tell them apart."""

from __future__ import annotations

from qualkit.model import Codebook

__all__ = ["PALETTE", "TEXT_COLOUR", "code_colours"]

PALETTE = (
    "#96b4ff",
    "#d2784b",
    "#00a587",
    "#f0a5c3",
    "#b49600",
    "#a569ff",
    "#96f078",
    "#ff3c78",
    "#69f0ff",
    "#f0d2b4",
    "#f04bc3",
    "#c3e100",
)
"""Twelve colours for dark text on them, and to be seen on white.

Found by a search that kept the least difference between any two as large as possible, for common
vision and for protanopia, deuteranopia and tritanopia as simulated by Machado, Oliveira & Fernandes
(2009, "A physiologically-based model for simulation of color vision deficiency"). The tests hold
what it reached.
"""

TEXT_COLOUR = "#1a1a1a"
"""The dark text that every colour of the palette bears with a contrast of 5 to 1 or more."""

_STEPS = (0.35, -0.12, 0.55, -0.2, 0.2, 0.7)  # towards white, or below 0 towards black


def code_colours(codebook: Codebook) -> dict[str, str]:
    """Return the colour of every code.

    A code's own colour stands. A theme without one takes the next of the palette, by its place
    among the themes; a code below takes a lighter or darker shade of the colour above it. With
    more than twelve themes, colours repeat.

    Returns:
        id -> "#rrggbb", in the order of the codebook's tree.

    Example:
        >>> from qualkit.model import Code
        >>> codes = (Code("pay", "Pay", colour="#FFFFFF"), Code("low", "Low", parent="pay"))
        >>> code_colours(Codebook("c", (*codes, Code("rota", "Rota"))))
        {'pay': '#ffffff', 'low': '#ffffff', 'rota': '#d2784b'}
    """
    places: dict[str | None, int] = {}
    colours: dict[str, str] = {}
    for code in codebook.tree():
        place = places.get(code.parent, 0)
        places[code.parent] = place + 1
        if code.colour:
            colours[code.id] = code.colour.lower()
        elif code.parent is None:
            colours[code.id] = PALETTE[place % len(PALETTE)]
        else:
            colours[code.id] = _shade(colours[code.parent], _STEPS[place % len(_STEPS)])
    return colours


def _shade(colour: str, step: float) -> str:
    """Return the colour moved towards white, or for a step below 0 towards black."""
    target = 255 if step > 0 else 0
    parts = (int(colour[first : first + 2], 16) for first in (1, 3, 5))
    return "#" + "".join(f"{round(part + (target - part) * abs(step)):02x}" for part in parts)
