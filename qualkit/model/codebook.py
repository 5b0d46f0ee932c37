"""Codes, and the codebook that holds them in a tree."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

__all__ = ["Code", "Codebook", "slug"]


def slug(name: str) -> str:
    """Return the id that a name gets when a codebook states none.

    Example:
        >>> slug("Pay & conditions (hourly)")
        'pay_conditions_hourly'
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[\W_]+", "_", plain).strip("_") or "code"


@dataclass(frozen=True)
class Code:
    """A label with a definition, and rules for when to apply it and when not.

    Attributes:
        id: short and stable; survives a renaming.
        name: as shown; unique in its codebook.
        parent: id of the code above; None for a theme.
        definition, include, exclude: what it means, when to apply it, when not.
        examples: utterances that show it.
        markers: words, phrases, ``stem*`` or ``/regular expression/`` that hint at it.
        colour: "#rrggbb"; None takes the default palette.
        shortcut: one key, or None.
        retired: kept for its codings, no longer offered.
        notes: what belongs to it and is no rule, such as the definitions of codes merged into it.
        merged_into: id of the code that took its codings over; then it is retired.
        guid: what other programs know it by; None until a project has given one.
    """

    id: str
    name: str
    parent: str | None = None
    definition: str = ""
    include: str = ""
    exclude: str = ""
    examples: tuple[str, ...] = ()
    markers: tuple[str, ...] = ()
    colour: str | None = None
    shortcut: str | None = None
    retired: bool = False
    notes: str = ""
    merged_into: str | None = field(default=None, compare=False)
    guid: str | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Codebook:
    """An ordered tree of codes; parents stand before their children.

    Attributes:
        name: as shown.
        codes: in reading order, every parent before its children.
        description: what the codebook is for.
        version: 1, 2, 3 ...; each change in a project makes the next.
        remarks: sentences about what its file held and a codebook has no place for.
    """

    name: str
    codes: tuple[Code, ...] = field(repr=False)
    description: str = ""
    version: int = 1
    remarks: tuple[str, ...] = field(default=(), compare=False, repr=False)

    @cached_property
    def by_id(self) -> dict[str, Code]:
        """Codes by id."""
        return {code.id: code for code in self.codes}

    @cached_property
    def _by_any_name(self) -> dict[str, Code]:
        names = {code.name.casefold(): code for code in self.codes}
        return {code.id.casefold(): code for code in self.codes} | names

    def find(self, name_or_id: str) -> Code | None:
        """Return the code with this name or id, whatever its case; None when there is none."""
        return self._by_any_name.get(name_or_id.strip().casefold())

    def theme(self, code_id: str) -> Code:
        """Return the top-level code above this one, or the code itself."""
        code = self.by_id[code_id]
        while code.parent is not None:
            code = self.by_id[code.parent]
        return code

    def depth(self, code_id: str) -> int:
        """Return 0 for a theme, 1 for its children, and so on."""
        code, depth = self.by_id[code_id], 0
        while code.parent is not None:
            code, depth = self.by_id[code.parent], depth + 1
        return depth

    def children(self, code_id: str | None) -> Iterator[Code]:
        """Yield the codes directly below this one; the themes for None."""
        return (code for code in self.codes if code.parent == code_id)

    def tree(self) -> Iterator[Code]:
        """Yield every code, each parent followed by all that stands below it."""

        def below(parent: str | None) -> Iterator[Code]:
            for code in self.children(parent):
                yield code
                yield from below(code.id)

        return below(None)

    def parents(self) -> dict[str, str | None]:
        """Return name -> name of the parent, in tree order; None for a theme."""
        return {
            code.name: self.by_id[code.parent].name if code.parent else None for code in self.tree()
        }
