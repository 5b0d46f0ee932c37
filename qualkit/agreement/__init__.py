"""Agreement between coders: coefficients with intervals, from tidy frames.

The room has the name of its main function, and ``qualkit.agreement`` has to be both: the room to
import from and the function to call. So the module itself is callable, and calling it calls
:func:`qualkit.agreement.table.agreement`.

Example:
    >>> import pandas as pd, qualkit.agreement
    >>> codings = pd.DataFrame(columns=["document", "position", "code", "coder"])
    >>> qualkit.agreement(codings, codings[["document", "position", "coder"]])["reason"][0]
    'no utterance was finished by two coders'
"""

from __future__ import annotations

import sys
from types import ModuleType

from qualkit.agreement.coefficients import COEFFICIENTS, OVERALL, Coefficient
from qualkit.agreement.difference import BETWEEN, agreement_difference
from qualkit.agreement.distances import set_distance
from qualkit.agreement.ratings import rate
from qualkit.agreement.rows import ALL_CODES
from qualkit.agreement.sets import SET_COEFFICIENTS
from qualkit.agreement.table import DEFAULT_COEFFICIENTS, INTERVALS, UNITS, agreement
from qualkit.agreement.units import LEVELS
from qualkit.agreement.weights import WEIGHT_COEFFICIENTS

__all__ = [
    "ALL_CODES",
    "BETWEEN",
    "COEFFICIENTS",
    "DEFAULT_COEFFICIENTS",
    "INTERVALS",
    "LEVELS",
    "OVERALL",
    "SET_COEFFICIENTS",
    "UNITS",
    "WEIGHT_COEFFICIENTS",
    "Coefficient",
    "agreement",
    "agreement_difference",
    "rate",
    "set_distance",
]


class _CallableRoom(ModuleType):
    """A module that can be called; see the text at the top for the reason."""

    __call__ = staticmethod(agreement)


sys.modules[__name__].__class__ = _CallableRoom
