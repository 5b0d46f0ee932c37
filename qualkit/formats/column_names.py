"""Names of columns that R, SPSS and databases accept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

__all__ = ["column_names"]

_MOST = 64  # bytes in SPSS; a letter is one byte here
_SPSS = "all and by eq ge gt le lt ne not or to with"
_R = "break else false for function if in inf na nan next null repeat true while"
_RESERVED = frozenset(f"{_SPSS} {_R}".split())
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "þ": "th"})


def column_names(wanted: Sequence[Sequence[str]], taken: Sequence[str] = ()) -> list[str]:
    """Return one name for each wanted one, in the same order.

    The rule: small letters a to z, digits and single underscores; accents are taken off, everything
    else becomes an underscore. Parts (code, coder, round) are joined by two underscores. A name
    that does not begin with a letter, or means something to R or SPSS, gets ``v_`` in front. A
    name has at most 64 characters; one that is there already gets ``_2``, ``_3`` ... at its end.

    Args:
        wanted: the parts of each name.
        taken: names that other columns have.

    Example:
        >>> column_names([("Low pay", "Ana"), ("Löhne & Co", "Ben"), ("2nd shift",), ("All",)])
        ['low_pay__ana', 'lohne_co__ben', 'v_2nd_shift', 'v_all']
        >>> column_names([("Pay!",), ("pay?",)], taken=["pay"])
        ['pay_2', 'pay_3']
    """
    used = {name.casefold() for name in taken}
    names = []
    for parts in wanted:
        whole = "__".join(_plain(part) for part in parts)
        name = _free(whole if _is_fit(whole) else f"v_{whole}", used)
        used.add(name)
        names.append(name)
    return names


def _plain(part: str) -> str:
    letters = unicodedata.normalize("NFKD", part.casefold().translate(_LETTERS))
    letters = "".join(one for one in letters if not unicodedata.combining(one))
    return re.sub("[^a-z0-9]+", "_", letters).strip("_") or "x"


def _is_fit(name: str) -> bool:
    return name[0].isalpha() and name not in _RESERVED


def _free(name: str, used: set[str]) -> str:
    found, number = name[:_MOST].rstrip("_"), 1
    while found in used:
        number += 1
        end = f"_{number}"
        found = name[: _MOST - len(end)].rstrip("_") + end
    return found
