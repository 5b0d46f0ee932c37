"""A codebook as sections to read: definitions, rules and examples, theme by theme."""

from __future__ import annotations

from qualkit.formats.report_parts import Block, Facts, Paragraph, Section
from qualkit.model import Code, Codebook

__all__ = ["codebook_sections"]

_RULES = (
    ("Definition", "definition"),
    ("Apply when", "include"),
    ("Not when", "exclude"),
    ("Notes", "notes"),
)


def codebook_sections(codebook: Codebook, *, with_markers: bool = True) -> tuple[Section, ...]:
    """Return a section for each theme, and in it one for each code below.

    Codes on deeper levels follow the one above them, which they name.

    Example:
        >>> book = Codebook("c", (Code("pay", "Pay"), Code("low", "Low pay", "pay")))
        >>> [list(one.outline()) for one in codebook_sections(book)]
        [[(1, 'Pay'), (2, 'Low pay')]]
    """
    themes: dict[str, list[Code]] = {}
    for code in codebook.tree():
        themes.setdefault(codebook.theme(code.id).id, []).append(code)
    return tuple(
        Section(
            _title(codes[0]),
            _blocks(codebook, codes[0], with_markers=with_markers),
            tuple(
                Section(_title(code), _blocks(codebook, code, with_markers=with_markers))
                for code in codes[1:]
            ),
        )
        for codes in themes.values()
    )


def _title(code: Code) -> str:
    return f"{code.name} (retired)" if code.retired else code.name


def _blocks(codebook: Codebook, code: Code, *, with_markers: bool) -> tuple[Block, ...]:
    pairs = [(name, getattr(code, field)) for name, field in _RULES if getattr(code, field)]
    if code.parent is not None and codebook.depth(code.id) > 1:
        pairs.insert(0, ("Below", codebook.by_id[code.parent].name))
    if code.examples:
        pairs.append(("Examples", "\n".join(f"“{example}”" for example in code.examples)))
    if code.markers and with_markers:
        pairs.append(("Marker words", ", ".join(code.markers)))
    if not pairs:
        return (Paragraph("Not defined yet.", is_note=True),)
    return (Facts(tuple(pairs)),)
