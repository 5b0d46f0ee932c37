"""How a report writes numbers: shares, intervals, probabilities, counts with their nouns."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

__all__ = ["counted", "figure", "listed", "percent", "probability", "span"]


def percent(share: float | None) -> str:
    """Return a share in whole percent; what is not quite nothing, or not quite all, says so.

    Example:
        >>> percent(0.234), percent(0.002), percent(0.0), percent(0.999), percent(None)
        ('23 %', '<1 %', '0 %', '>99 %', '–')
    """
    if share is None or pd.isna(share):
        return "–"
    if 0 < share < 0.005:
        return "<1 %"
    return ">99 %" if 0.995 <= share < 1 else f"{round(100 * share)} %"


def span(low: float | None, high: float | None) -> str:
    """Return an interval of a share in whole percent.

    Example:
        >>> span(0.1196, 0.3461), span(None, None)
        ('12 to 35 %', 'no interval')
    """
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return "no interval"
    return f"{percent(low)} to {percent(high)}".replace(" % to", " to")


def probability(p: float | None) -> str:
    """Return a probability to three places.

    Example:
        >>> probability(0.049), probability(0.0004), probability(float("nan"))
        ('.049', '<.001', '–')
    """
    if p is None or pd.isna(p):
        return "–"
    return "<.001" if p < 0.001 else f"{p:.3f}".removeprefix("0")


def figure(value: float | None) -> str:
    """Return a coefficient to two places.

    Example:
        >>> figure(0.3328), figure(-0.001), figure(None)
        ('0.33', '0.00', '–')
    """
    if value is None or pd.isna(value):
        return "–"
    return f"{round(value, 2) + 0.0:.2f}"


def counted(number: int, noun: str, several: str = "") -> str:
    """Return a number with its noun.

    Example:
        >>> counted(1, "document"), counted(1200, "utterance"), counted(2, "person", "people")
        ('1 document', '1,200 utterances', '2 people')
    """
    return f"{number:,} {noun if number == 1 else several or noun + 's'}"


def listed(names: Sequence[str], most: int = 12) -> str:
    """Return names in a row, the last after "and"; what is too much is counted.

    Example:
        >>> listed(["Ana", "Ben", "Chloe"]), listed(["a", "b", "c"], most=2)
        ('Ana, Ben and Chloe', 'a, b and 1 more')
    """
    if len(names) > most:
        return f"{', '.join(names[:most])} and {len(names) - most:,} more"
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
