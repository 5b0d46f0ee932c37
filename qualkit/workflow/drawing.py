"""A finding as a chart in one call, and as a picture in a file."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qualkit import charts
from qualkit.errors import OptionError
from qualkit.formats.atomic import replacing
from qualkit.workflow import clusters, comparisons, course, findings
from qualkit.workflow.handle import Handle

__all__ = ["CHARTS", "chart", "save_chart"]


@dataclass(frozen=True)
class _Way:
    """How a chart is made: the finding it shows, and the function that draws it.

    Attributes:
        find: a function of the workflow.
        draw: name of a function of ``qualkit.charts``.
        grouped: the drawing asks which column has the groups.
        coloured: the drawing takes colours of codes by name.
    """

    find: Callable[..., Any]
    draw: str
    grouped: bool = False
    coloured: bool = False


CHARTS: Mapping[str, _Way] = {
    "themes": _Way(findings.frequency, "theme_dots", grouped=True),
    "heatmap": _Way(findings.frequency, "theme_heatmap", grouped=True),
    "differences": _Way(comparisons.differences, "difference_dots"),
    "cooccurrence": _Way(findings.cooccurrence, "cooccurrence_heatmap"),
    "network": _Way(findings.cooccurrence, "cooccurrence_network", coloured=True),
    "combinations": _Way(clusters.combinations, "upset_chart"),
    "tree": _Way(clusters.code_tree, "code_tree_chart"),
    "map": _Way(clusters.correspondence, "correspondence_map"),
    "profiles": _Way(clusters.profiles, "resemblance_heatmap"),
    "saturation": _Way(course.saturation, "saturation_chart"),
    "length": _Way(course.over_length, "length_chart"),
    "portrait": _Way(course.portrait, "portrait_chart", coloured=True),
    "progress": _Way(course.coding_progress, "progress_chart"),
}
"""The charts there are: name -> how each is made."""


def chart(project: Handle, kind: str, *what: str, title: str = "", **options: Any) -> Any:
    """Return a finding as a chart, which shows by itself in a notebook.

    Args:
        project: an open project.
        kind: themes, heatmap, differences, cooccurrence, network, combinations, tree, map,
            profiles, saturation, length, portrait or progress.
        *what: what the finding itself asks for: two groups for differences, a document for
            portrait.
        title: above the chart.
        **options: of the finding and of the drawing, such as ``by``, ``level``, ``measure``.

    Returns:
        A chart of altair, with a description for those who cannot see it. Its table is what the
        finding of that name returns.

    Raises:
        OptionError: an unknown chart or option.
        QualkitError: whatever the finding raises.
    """
    if kind not in CHARTS:
        what_there_is = f"choose one of {', '.join(CHARTS)}"
        raise OptionError(f"there is no chart {kind!r}", where="chart", remedy=what_there_is)
    way = CHARTS[kind]
    draw = getattr(charts, way.draw)
    for_drawing = set([*inspect.signature(draw).parameters][1:]) - {"by"}
    for_finding = set(inspect.signature(way.find).parameters)
    for name in options:
        if name not in for_drawing | for_finding:
            raise OptionError(
                f"the chart {kind!r} has no option {name!r}",
                remedy=f"it has {', '.join(sorted((for_drawing | for_finding) - {'project'}))}",
            )
    asked = {name: value for name, value in options.items() if name in for_finding}
    drawing = {name: value for name, value in options.items() if name in for_drawing}
    drawing = {name: value for name, value in drawing.items() if name not in asked}
    table = way.find(project, *what, **asked)
    if way.coloured and "colours" not in drawing:
        drawing["colours"] = _colours(project)
    if way.grouped:
        drawing["by"] = options.get("by", "stakeholder_type")
    return draw(table, title=title, **drawing)


def _colours(project: Handle) -> dict[str, str]:
    """Return the colour of each code, by name."""
    book = project.codebook()
    colours = charts.code_colours(book)
    return {code.name: colours[code.id] for code in book.codes}


def save_chart(
    project: Handle, path: str | Path, kind: str, *what: str, title: str = "", **options: Any
) -> Path:
    """Write a finding as a picture, .svg or .png, without a browser, and return where it is.

    Args:
        project: an open project.
        path: where to write; the suffix says the kind of file.
        kind: as for ``chart``.
        *what: as for ``chart``.
        title: above the chart.
        **options: as for ``chart``.

    Raises:
        UnknownFileKindError: another suffix.
        OptionError: an unknown chart or option.
        UnwritableError: the folder refuses.
    """
    target = Path(path)
    drawn = charts.picture(
        chart(project, kind, *what, title=title, **options), target.suffix.casefold()
    )
    with replacing(target) as draft:
        draft.write_bytes(drawn)
    return target
