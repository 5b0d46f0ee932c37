"""Where the names of dots go, so that they do not lie on each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["name_places", "name_width"]

_LETTER, _LINE = 6.2, 13.0  # of a text of 11 points
_ROOM = 9.0  # from the middle of a dot


def name_width(names: Iterable[object]) -> npt.NDArray[np.float64]:
    """Return about how many pixels each name takes.

    Example:
        >>> name_width(["Pay", "Retention"]).round().tolist()
        [19.0, 56.0]
    """
    return np.array([_LETTER * len(str(name)) for name in names], dtype=np.float64)


def name_places(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    names: Sequence[str],
    unit: float,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the middle of each name in the units of x and y, and whether it has room there.

    Names take their places in the order given: above their dot, below it, beside it, wherever no
    dot and no name lies yet; one without any room goes above and is marked.

    Args:
        x: of the dots.
        y: of the dots.
        names: of the dots.
        unit: how many pixels one unit of x and y has.

    Example:
        >>> where = np.array([0.0, 0.0]), np.array([0.0, 0.1])
        >>> x, y, free = name_places(*where, ["Pay", "Rota"], 100)
        >>> (y > where[1]).tolist(), free.tolist()
        ([False, True], [True, True])
    """
    dots = np.column_stack([x, y]) * unit
    taken = [(at - 6, at + 6) for at in dots]
    places, free = [], []
    for at, name in zip(dots, names, strict=True):
        half = np.array([_LETTER * len(name) / 2, _LINE / 2])
        aside = np.array([half[0] + _ROOM, 0.0])
        tall = np.array([0.0, half[1] + _ROOM - 2])
        ways = [at + tall, at - tall, at + aside, at - aside]
        ways += [at + 2.2 * tall, at - 2.2 * tall]
        open_ways = [way for way in ways if not _overlaps(way, half, taken, at)]
        place = open_ways[0] if open_ways else ways[0]
        taken.append((place - half, place + half))
        places.append(place / unit)
        free.append(bool(open_ways))
    found = np.array(places, dtype=np.float64).reshape(-1, 2)
    return found[:, 0], found[:, 1], np.array(free, dtype=np.bool_)


def _overlaps(
    place: npt.NDArray[np.float64],
    half: npt.NDArray[np.float64],
    taken: list[tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]],
    own: npt.NDArray[np.float64],
) -> bool:
    """Return whether a name there would lie on a dot other than its own, or on another name."""
    low, high = place - half, place + half
    return any(
        bool((low < other_high).all() and (high > other_low).all())
        for other_low, other_high in taken
        if not np.allclose((other_low + other_high) / 2, own)
    )
