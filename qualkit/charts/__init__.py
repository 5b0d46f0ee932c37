"""Results in, charts out, for the workbench and the report.

Each function takes the table of one finding and returns a chart of altair, which shows by itself in
a notebook; ``picture`` makes SVG and PNG of it. Every chart has a description for those who cannot
see it. Importing this package is quick: altair loads when a chart is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from qualkit.charts.palette import PALETTE, code_colours

if TYPE_CHECKING:
    from qualkit.charts.agreement import agreement_chart
    from qualkit.charts.contrasts import code_tree_chart, correspondence_map, resemblance_heatmap
    from qualkit.charts.course import (
        length_chart,
        portrait_chart,
        progress_chart,
        saturation_chart,
    )
    from qualkit.charts.dots import difference_dots, theme_dots
    from qualkit.charts.evaluation import calibration_chart, learning_curve_chart, quality_chart
    from qualkit.charts.heatmaps import cooccurrence_heatmap, theme_heatmap
    from qualkit.charts.network import cooccurrence_network
    from qualkit.charts.pictures import picture
    from qualkit.charts.reliability import confusion_heatmap, drift_chart
    from qualkit.charts.upset import upset_chart

__all__ = [
    "PALETTE",
    "agreement_chart",
    "calibration_chart",
    "code_colours",
    "code_tree_chart",
    "confusion_heatmap",
    "cooccurrence_heatmap",
    "cooccurrence_network",
    "correspondence_map",
    "difference_dots",
    "drift_chart",
    "learning_curve_chart",
    "length_chart",
    "picture",
    "portrait_chart",
    "progress_chart",
    "quality_chart",
    "resemblance_heatmap",
    "saturation_chart",
    "theme_dots",
    "theme_heatmap",
    "upset_chart",
]

_HOMES = {
    "agreement_chart": "qualkit.charts.agreement",
    "calibration_chart": "qualkit.charts.evaluation",
    "code_tree_chart": "qualkit.charts.contrasts",
    "confusion_heatmap": "qualkit.charts.reliability",
    "cooccurrence_heatmap": "qualkit.charts.heatmaps",
    "cooccurrence_network": "qualkit.charts.network",
    "correspondence_map": "qualkit.charts.contrasts",
    "difference_dots": "qualkit.charts.dots",
    "drift_chart": "qualkit.charts.reliability",
    "learning_curve_chart": "qualkit.charts.evaluation",
    "length_chart": "qualkit.charts.course",
    "picture": "qualkit.charts.pictures",
    "portrait_chart": "qualkit.charts.course",
    "progress_chart": "qualkit.charts.course",
    "quality_chart": "qualkit.charts.evaluation",
    "resemblance_heatmap": "qualkit.charts.contrasts",
    "saturation_chart": "qualkit.charts.course",
    "theme_dots": "qualkit.charts.dots",
    "theme_heatmap": "qualkit.charts.heatmaps",
    "upset_chart": "qualkit.charts.upset",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
