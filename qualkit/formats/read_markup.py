"""Plain text with marks: Markdown (.md) and reStructuredText (.rst)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from qualkit.formats.read_plain import read_plain
from qualkit.text.reading import Hint, Reading

__all__ = ["read_md", "read_rst"]

_DRAWN = re.compile(r"([!-/:-@\[-`{-~])\1{2,}")
_TABLE_LINE = re.compile(r"\|.*\|")
_RULE = re.compile(r"\|?[\s:|+=-]*[-=]{3,}[\s:|+=-]*\|?")
_DIRECTIVE = re.compile(r"\.\.(?:\s|$)")
_Lines = list[tuple[int, str]]


def read_md(source: bytes, source_name: str) -> Reading:
    r"""Return the text of a Markdown file; the lines above its first are set aside as front matter.

    The marks stay in the text, so that nothing moves; headings (# and underlined), lists and bold
    names are recognised from them later, table rows here.

    Raises:
        EmptyFileError, UnreadableFileError: as ``read_plain``.

    Example:
        >>> reading = read_md(b"---\ntitle: Pay\n---\n\n| a | b |\n", "a.md")
        >>> [hint.note or hint.is_row for hint in reading.hints.values()]
        ['front matter', 'front matter', 'front matter', True]
    """
    return _with_hints(read_plain(source, source_name), _md_hints)


def read_rst(source: bytes, source_name: str) -> Reading:
    r"""Return the text of a reStructuredText file.

    Underlined titles become headings, their level by the order in which the marks appear;
    directives and comments are set aside.

    Raises:
        EmptyFileError, UnreadableFileError: as ``read_plain``.

    Example:
        >>> reading = read_rst(b"Pay\n===\n\nLow pay\n-------\n\n.. note about it\n", "a.rst")
        >>> [hint.level for hint in reading.hints.values() if hint.level]
        [1, 2]
    """
    return _with_hints(read_plain(source, source_name), _rst_hints)


def _with_hints(reading: Reading, find: Callable[[_Lines], dict[int, Hint]]) -> Reading:
    lines: _Lines = []
    offset = 0
    for line in reading.text.split("\n"):
        lines.append((offset, line))
        offset += len(line) + 1
    return replace(reading, hints=find(lines))


def _md_hints(lines: _Lines) -> dict[int, Hint]:
    hints: dict[int, Hint] = {}
    end = next((n for n, (_, line) in enumerate(lines[1:60], 1) if line.rstrip() == "---"), 0)
    if lines[0][1].rstrip() == "---" and end:
        hints = {place: Hint(note="front matter") for place, line in lines[: end + 1] if line}
    for place, line in lines:
        if place not in hints and _RULE.fullmatch(line.strip()) and "|" in line:
            hints[place] = Hint(note="drawn line")
        elif place not in hints and _TABLE_LINE.fullmatch(line.strip()):
            hints[place] = Hint(is_row=True)
    return hints


def _rst_hints(lines: _Lines) -> dict[int, Hint]:
    hints: dict[int, Hint] = {}
    levels: dict[str, int] = {}
    in_directive = False
    for number, (place, line) in enumerate(lines):
        in_directive = bool(_DIRECTIVE.match(line)) or (
            in_directive and (not line.strip() or line[0] in " \t")
        )
        below = lines[number + 1][1] if number + 1 < len(lines) else ""
        if in_directive and line.strip():
            hints[place] = Hint(note="markup")
        elif _is_title(line, below):
            above = lines[number - 1][1].rstrip() if number else ""
            mark = below[0] * (2 if above == below.rstrip() else 1)
            hints[place] = Hint(level=levels.setdefault(mark, len(levels) + 1))
    return hints


def _is_title(line: str, below: str) -> bool:
    drawn = _DRAWN.fullmatch(below.rstrip())
    return (
        bool(line.strip())
        and drawn is not None
        and _DRAWN.fullmatch(line.strip()) is None
        and len(below.rstrip()) >= len(line.rstrip())
    )
