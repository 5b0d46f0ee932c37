"""A study for R: csv files, and a script that loads them with the right types and factors."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.formats.atomic import write_text
from qualkit.formats.tables import write_csv, write_json

__all__ = ["RTable", "write_r"]

_GUARD = r"^'(?='*[=+\\-@\\t\\r\\n])"
_HEAD = r"""# {title}
#
# Loads the tables of this study with their types and factors. Made by qualkit.
# Run it with: source("{script}", chdir = TRUE)
#
{about}

read_table <- function(file, types, factors = list(), labels = character()) {{
  header <- sub("^\xef\xbb\xbf", "", readLines(file, 1L, warn = FALSE), useBytes = TRUE)
  stopifnot(identical(header, paste(names(types), collapse = ",")))
  table <- read.csv(file, header = FALSE, skip = 1L, col.names = names(types),
                    colClasses = "character", na.strings = "", encoding = "UTF-8")
  for (name in names(types)) {{
    # The apostrophe keeps spreadsheet programs from running a text as a formula.
    value <- sub("{guard}", "", table[[name]], perl = TRUE)
    table[[name]] <- switch(types[[name]],
      integer = as.integer(value),
      numeric = as.numeric(value),
      logical = value == "TRUE",
      time = as.POSIXct(value, format = "%Y-%m-%dT%H:%M:%OS", tz = "UTC"),
      factor = factor(value, levels = factors[[name]]),
      value)
    if (name %in% names(labels)) attr(table[[name]], "label") <- labels[[name]]
  }}
  table
}}
"""


@dataclass(frozen=True)
class RTable:
    """A table, and what R is told of it.

    Attributes:
        frame: whole numbers, numbers, yes and no, or text; any number of rows.
        levels: text column -> its levels in order: these become factors.
        times: columns of moments (UTC, ISO 8601).
        labels: column -> in words; becomes the attribute "label".
    """

    frame: pd.DataFrame
    levels: Mapping[str, list[str]] = field(default_factory=dict)
    times: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)


def write_r(
    script: str | Path, tables: Mapping[str, RTable], about: Mapping[str, Any]
) -> list[Path]:
    """Write ``study.R``, ``study_<name>.csv`` for each table, and ``study.about.json``.

    The csv files are safe to open in a spreadsheet program; the script takes off the apostrophes
    that make them so. The script comes last: it is there only when all it reads is.

    Args:
        script: the file of the script.
        tables: name, as R is to call it -> the table.
        about: what the files contain.

    Returns:
        All files written, the script first.

    Raises:
        UnwritableError: a file cannot be written.

    Example:
        >>> import tempfile
        >>> table = RTable(pd.DataFrame({"code": ["pay"], "n": [1]}), {"code": ["pay", "rota"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     made = write_r(Path(folder) / "study.R", {"codings": table}, {"project": "Small"})
        ...     [one.name for one in made]
        ['study.R', 'study_codings.csv', 'study.about.json']
    """
    target = Path(script)
    files, parts = [], []
    for name, table in tables.items():
        file = target.with_name(f"{target.stem}_{name}.csv")
        write_csv(file, _plain(table.frame))
        files.append(file)
        parts.append(_loading(name, file.name, table))
    beside = target.with_name(f"{target.stem}.about.json")
    write_json(beside, about)
    plain = {name: value for name, value in about.items() if not isinstance(value, Mapping)}
    told = "\n".join(line for name, value in plain.items() for line in _remark(name, value))
    title = _one_line(f"{about.get('project', target.stem)}: {', '.join(tables)}")
    head = _HEAD.format(title=title, script=_escaped(target.name), about=told, guard=_GUARD)
    write_text(target, "\n".join([head, *parts]))
    return [target, *files, beside]


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with yes and no in the words R has for them."""
    words = {True: "TRUE", False: "FALSE"}
    changed = {
        name: frame[name].map(words)
        for name in frame.columns
        if pd.api.types.is_bool_dtype(frame[name].dtype)
    }
    return frame.assign(**changed)


def _loading(name: str, file: str, table: RTable) -> str:
    types = {str(one): _type(table, str(one)) for one in table.frame.columns}
    levels = {one: words for one, words in table.levels.items() if one in types}
    arguments = [_text(file), f"types = c({_pairs(types)})"]
    if levels:
        inner = ", ".join(f"{_name(one)} = c({_listed(words)})" for one, words in levels.items())
        arguments.append(f"factors = list({inner})")
    if table.labels:
        arguments.append(f"labels = c({_pairs(table.labels)})")
    inside = ",\n".join(f"  {one}" for one in arguments)
    return f"{name} <- read_table(\n{inside})\n"


def _type(table: RTable, name: str) -> str:
    if name in table.levels:
        return "factor"
    if name in table.times:
        return "time"
    dtype = table.frame[name].dtype
    if pd.api.types.is_bool_dtype(dtype):
        return "logical"
    if pd.api.types.is_integer_dtype(dtype):
        return "integer"
    return "numeric" if pd.api.types.is_float_dtype(dtype) else "character"


def _pairs(words: Mapping[str, str]) -> str:
    return ", ".join(f"{_name(one)} = {_text(word)}" for one, word in words.items())


def _listed(words: list[str]) -> str:
    return ", ".join(map(_text, words))


def _name(name: str) -> str:
    return f'"{_escaped(name)}"'


def _text(text: str) -> str:
    return f'"{_escaped(text)}"'


def _escaped(text: str) -> str:
    r"""Return a text as R writes it between quotation marks; what is not ASCII as ``\u``."""
    signs = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x00": ""}
    return "".join(signs.get(one, one) if one in signs or (one.isascii() and one.isprintable())
                   else f"\\U{{{ord(one):x}}}" for one in text)  # fmt: skip


def _one_line(text: str) -> str:
    """Return a text for a remark: on one line and in ASCII, which R reads in every locale."""
    plain = unicodedata.normalize("NFKD", re.sub(r"\s+", " ", text))
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return plain.encode("ascii", "replace").decode("ascii")


def _remark(name: str, value: Any) -> list[str]:
    shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    told = _one_line(f"{name.replace('_', ' ')}: {shown}")
    return textwrap.wrap(told, 90, initial_indent="# ", subsequent_indent="#   ")
