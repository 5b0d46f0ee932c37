"""Changing the codebook in a project: each change is a new version, with who and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, TypedDict, Unpack

from qualkit.errors import CodebookError, OptionError
from qualkit.model import Code, Codebook, Coder, slug
from qualkit.store import codebooks as stored
from qualkit.store import coders
from qualkit.store.journal import Journal, writing
from qualkit.text.markers import compile_marker
from qualkit.workflow.handle import Handle, known

__all__ = [
    "Changing",
    "CodeFields",
    "add_code",
    "changing",
    "code_in",
    "edit_code",
    "move_code",
    "new_code",
    "rename_code",
    "restore_code",
    "retire_code",
]

_EVERYBODY = "qualkit"


class CodeFields(TypedDict, total=False):
    """What can be said of a code besides its name and place; "" or None takes it away."""

    definition: str
    include: str
    exclude: str
    notes: str
    examples: Sequence[str]
    markers: Sequence[str]
    colour: str | None
    shortcut: str | None


@dataclass
class Changing:
    """A change of the codebook in the making, in one write transaction.

    Attributes:
        journal: of the transaction.
        book: the codebook as it is.
        actor: who changes it: a coder, or "qualkit" when nobody is named.
        reason: why.
    """

    journal: Journal
    book: Codebook
    actor: str
    reason: str

    def put(self, codes: Sequence[Code]) -> Codebook:
        """Store the codes as the next version, if they are sound; ``record`` is to follow.

        Raises:
            CodebookError: a name, id or shortcut twice; a field that cannot be so.
            OptionError: nothing has changed.
        """
        if _whole(codes) == _whole(self.book.codes):
            raise OptionError("nothing would change", remedy="give a value that differs")
        _check(codes)
        whole = replace(self.book, codes=tuple(codes))
        return stored.put(self.journal, whole, self.reason)

    def record(self, verb: str, made: Codebook, **said: Any) -> Codebook:
        """Write the line of the log and return the new version."""
        payload = {"number": made.version, "reason": self.reason, **said}
        self.journal.record(f"codebook.{verb}", payload, actor=self.actor)
        return made

    def replaced(self, *codes: Code) -> list[Code]:
        """Return the codes of the book with these in place of those of the same id."""
        new = {code.id: code for code in codes}
        return [new.get(code.id, code) for code in self.book.codes]


def _whole(codes: Sequence[Code]) -> list[dict[str, Any]]:
    """Return the codes with the fields too that play no part when two are compared."""
    return [asdict(code) for code in codes]


@contextmanager
def changing(project: Handle, reason: str, coder: str | None) -> Iterator[Changing]:
    """Give a change of the codebook; all of it is stored at the end of the block, or nothing.

    Raises:
        CodebookError: no reason is given.
    """
    if not reason.strip():
        raise CodebookError("a new version needs a reason", remedy="say why the codebook changes")
    with writing(project.database) as journal:
        actor = _EVERYBODY
        if coder is not None:
            present = coders.names(journal.connection).values()
            same = {one.casefold(): one for one in present}
            actor = same.get(coder.strip().casefold(), coder.strip())
            if actor not in present:
                coders.ensure(journal, Coder(actor))
        yield Changing(journal, stored.current(journal.connection), actor, reason.strip())


def code_in(book: Codebook, wanted: str) -> Code:
    """Return a code by name or id, whatever its case.

    Raises:
        UnknownNameError: there is none; the message names the nearest.
    """
    return book.find(wanted) or known("code", wanted, {code.name: code for code in book.codes})


def new_code(change: Changing, name: str, taken: Sequence[Code] = ()) -> Code:
    """Return a code of this name with an id that no code has or had; ``taken`` count too."""
    used = {*stored.guids(change.journal.connection), *(code.id for code in taken)}
    folded = {one.casefold() for one in used}
    base = slug(name)[:95]
    chosen, number = base, 1
    while chosen in folded:
        number += 1
        chosen = f"{base}_{number}"
    return Code(chosen, name.strip())


def _filled(code: Code, fields: CodeFields) -> Code:
    values: dict[str, Any] = {}
    unknown = fields.keys() - CodeFields.__annotations__.keys()
    for name in sorted(unknown):
        remedy = f"the fields are {', '.join(sorted(CodeFields.__annotations__))}"
        raise OptionError(f"a code has no field '{name}' to be set so", remedy=remedy)
    for name, value in fields.items():
        if name in {"colour", "shortcut"}:
            values[name] = value or None
        elif isinstance(value, str):
            one = value.strip()
            is_list = name in {"examples", "markers"}
            values[name] = ((one,) if one else ()) if is_list else one
        else:
            texts = (str(one).strip() for one in (value if isinstance(value, Sequence) else ()))
            values[name] = tuple(text for text in texts if text)
    return replace(code, **values)


def add_code(
    project: Handle,
    name: str,
    *,
    reason: str,
    coder: str | None = None,
    parent: str | None = None,
    **fields: Unpack[CodeFields],
) -> Codebook:
    """Add a code, as the last one below its parent, and return the new version.

    Args:
        project: an open project.
        name: of the code; no other has it.
        reason: why it is needed.
        coder: who adds it; a new name is entered as a coder.
        parent: name or id of the code above; None for a theme.
        **fields: definition, include, exclude, notes, examples, markers, colour, shortcut.

    Raises:
        UnknownNameError: no such parent.
        CodebookError: the name or shortcut is taken, or a field cannot be so.
    """
    with changing(project, reason, coder) as change:
        above = None if parent is None else code_in(change.book, parent).id
        code = replace(_filled(new_code(change, name), fields), parent=above)
        made = change.put([*change.book.codes, code])
        return change.record("add", made, code=code.id, name=code.name)


def rename_code(
    project: Handle, code: str, name: str, *, reason: str, coder: str | None = None
) -> Codebook:
    """Give a code another name; its id and its codings stay. Errors as ``add_code``."""
    with changing(project, reason, coder) as change:
        old = code_in(change.book, code)
        made = change.put(change.replaced(replace(old, name=name.strip())))
        return change.record("rename", made, code=old.id, before=old.name, after=name.strip())


def edit_code(
    project: Handle,
    code: str,
    *,
    reason: str,
    coder: str | None = None,
    **fields: Unpack[CodeFields],
) -> Codebook:
    """Change what is said of a code; arguments and errors as ``add_code``.

    After a change of definition, include or exclude, ``list_outdated`` names the codings that were
    made before it.
    """
    with changing(project, reason, coder) as change:
        old = code_in(change.book, code)
        made = change.put(change.replaced(_filled(old, fields)))
        return change.record("edit", made, code=old.id, fields=sorted(fields))


def move_code(
    project: Handle,
    code: str,
    parent: str | None,
    *,
    reason: str,
    coder: str | None = None,
    place: int | None = None,
) -> Codebook:
    """Put a code, with all below it, under another one or at another place.

    Args:
        project: an open project.
        code: name or id.
        parent: the code above it then; None makes it a theme.
        reason: why.
        coder: who does it.
        place: 1 for the first under that parent, 2 ...; None for the last.

    Raises:
        UnknownNameError: no such code.
        OptionError: a code cannot stand below itself; no such place.
    """
    with changing(project, reason, coder) as change:
        book = change.book
        old = code_in(book, code)
        above = None if parent is None else code_in(book, parent)
        if above is not None and above.id in {old.id, *(one.id for one in _below(book, old.id))}:
            raise OptionError(f"'{old.name}' cannot stand below itself", remedy="choose another")
        new_parent = None if above is None else above.id
        siblings = [one for one in book.children(new_parent) if one.id != old.id]
        at = len(siblings) + 1 if place is None else place
        if not 1 <= at <= len(siblings) + 1:
            raise OptionError(f"there is no place {at}", remedy=f"give 1 to {len(siblings) + 1}")
        siblings.insert(at - 1, replace(old, parent=new_parent))
        inside = {one.id for one in siblings}
        others = [one for one in book.codes if one.id not in inside]
        made = change.put(list(Codebook("", (*others, *siblings)).tree()))
        return change.record("move", made, code=old.id, parent=new_parent, place=at)


def retire_code(project: Handle, code: str, *, reason: str, coder: str | None = None) -> Codebook:
    """Stop offering a code and those below it; their codings stay. The shortcuts become free.

    Raises:
        UnknownNameError: no such code.
        OptionError: it is retired already.
    """
    with changing(project, reason, coder) as change:
        old = code_in(change.book, code)
        gone = [
            replace(one, retired=True, shortcut=None)
            for one in (old, *_below(change.book, old.id))
            if not one.retired
        ]
        made = change.put(change.replaced(*gone))
        return change.record("retire", made, codes=[one.id for one in gone])


def restore_code(project: Handle, code: str, *, reason: str, coder: str | None = None) -> Codebook:
    """Offer a retired code again, and those above it; errors as ``retire_code``.

    A code that was merged into another comes back without its codings: undo the merge for those.
    """
    with changing(project, reason, coder) as change:
        old = code_in(change.book, code)
        above: Code | None = old
        back: list[Code] = []
        while above is not None:
            if above.retired:
                back.append(replace(above, retired=False, merged_into=None))
            above = change.book.by_id[above.parent] if above.parent else None
        made = change.put(change.replaced(*back))
        return change.record("restore", made, codes=[one.id for one in back])


def _below(book: Codebook, code_id: str) -> Iterator[Code]:
    for child in book.children(code_id):
        yield child
        yield from _below(book, child.id)


def _check(codes: Sequence[Code]) -> None:
    """Refuse codes that a codebook file could not hold either."""
    taken: dict[tuple[str, str], Code] = {}
    for code in codes:
        where = f"code '{code.name}'"
        if not code.name or len(code.name.splitlines()) > 1:
            raise CodebookError("the name must be one line", where=where, remedy="give a name")
        for field in ("name", "id", "shortcut"):
            value = getattr(code, field) or ""
            other = taken.setdefault((field, value.casefold()), code) if value else code
            if other is not code:
                state = ", which is retired" if other.retired else ""
                what = f"the {field} '{value}' is taken by '{other.name}'{state}"
                raise CodebookError(what, where=where, remedy="choose another")
        _check_fields(code, where)


def _check_fields(code: Code, where: str) -> None:
    if code.colour is not None and not re.fullmatch(r"#[0-9A-Fa-f]{6}", code.colour):
        what = f"'{code.colour}' is not a colour"
        raise CodebookError(what, where=where, remedy="write it as #1b6ca8")
    if code.shortcut is not None and not re.fullmatch(r"\S", code.shortcut):
        what = f"'{code.shortcut}' is not one key"
        raise CodebookError(what, where=where, remedy="give one letter or digit")
    for marker in code.markers:
        try:
            compile_marker(marker)
        except OptionError as error:
            raise CodebookError(error.what, where=where, remedy=error.remedy) from error
