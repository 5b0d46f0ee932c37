"""Results in, charts out, for the workbench and the report.

Importing this package is quick: altair loads when a chart is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qualkit.charts.palette import PALETTE, code_colours

if TYPE_CHECKING:
    from qualkit.charts.agreement import agreement_chart
    from qualkit.charts.heatmaps import cooccurrence_heatmap, theme_heatmap

__all__ = [
    "PALETTE",
    "agreement_chart",
    "code_colours",
    "cooccurrence_heatmap",
    "theme_heatmap",
]

_HOMES = {
    "agreement_chart": "qualkit.charts.agreement",
    "cooccurrence_heatmap": "qualkit.charts.heatmaps",
    "theme_heatmap": "qualkit.charts.heatmaps",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
