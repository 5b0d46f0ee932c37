"""The forms of the page Codebook: define a code, merge, split, retire; each asks for a reason."""

from __future__ import annotations

import inspect
from typing import Any, cast

import streamlit as st

from qualkit.model import Code, Codebook
from qualkit.workflow.codebook_changes import CodeFields
from qualkit.workflow.project import Project
from workbench import labels
from workbench.duties import show_barred
from workbench.faults import said_here

__all__ = ["show_forms"]

WORDS = labels.CODEBOOK
_TEXTS = ("definition", "include", "exclude")
_LISTS = ("examples", "markers")


def show_forms(project: Project, coder: str) -> None:
    """Let a coder choose a code, or a new one, and change it."""
    book = project.codebook()
    codes = {code.id: code for code in book.tree()}
    chosen = st.selectbox(
        WORDS["code"],
        ["", *codes],
        format_func=lambda one: _title(book, codes[one]) if one else WORDS["new"],
        key="codebook_code",
        width=460,
    )
    code = codes.get(str(chosen))
    with st.expander(WORDS["edit"], expanded=True):
        _define(project, coder, book, code)
    if code is None:
        return
    if not code.retired:
        with st.expander(WORDS["merge"]):
            _merge(project, coder, book, code)
        with st.expander(WORDS["split"]):
            _split(project, coder, code)
    with st.expander(WORDS["restore" if code.retired else "retire"]):
        _retire(project, coder, code)


def _title(book: Codebook, code: Code) -> str:
    above = "\u2003" * book.depth(code.id)
    return f"{above}{code.name}" + (f" ({WORDS['retired']})" if code.retired else "")


def _reason(of: str) -> str:
    return str(st.text_input(WORDS["reason"], help=WORDS["reason_about"], key=f"why_{of}"))


def _lines(field: str, given: tuple[str, ...]) -> list[str]:
    return str(st.text_area(WORDS[field], "\n".join(given), height=80)).splitlines()


def _done(made: Codebook) -> None:
    st.toast(WORDS["saved"].format(version=made.version))
    st.rerun()


def _define(project: Project, coder: str, book: Codebook, code: Code | None) -> None:
    old = code or Code("", "")
    with st.form(f"define_{old.id}_{book.version}"):
        name, parent, fields = _fields(book, old)
        reason = _reason(f"define_{old.id}_{book.version}")
        barred = show_barred(project, "edit_code")
        if not st.form_submit_button(WORDS["save"], type="primary", disabled=barred):
            return
    with said_here():
        if code is None:
            told = cast("CodeFields", {field: value for field, value in fields.items() if value})
            _done(project.add_code(name, reason=reason, coder=coder, parent=parent, **told))
        else:
            _change(project, code, name, parent, fields, reason=reason, coder=coder)


def _fields(book: Codebook, old: Code) -> tuple[str, str | None, dict[str, Any]]:
    """Draw the boxes of a code; return its name, the code above it and what is said of it."""
    above = ["", *(one.id for one in book.tree() if one.id != old.id and not one.retired)]
    name = str(st.text_input(WORDS["name"], old.name))
    with st.container(horizontal=True):
        parent = st.selectbox(
            WORDS["parent"],
            above,
            index=above.index(old.parent) if old.parent in above else 0,
            format_func=lambda one: _title(book, book.by_id[one]) if one else WORDS["themes"],
            width=320,
        )
        shortcut = st.text_input(WORDS["shortcut"], old.shortcut or "", max_chars=1, width=90)
        colour = st.text_input(WORDS["colour"], old.colour or "", max_chars=7, width=420)
    left, right = st.columns(2)
    with left:
        texts = {one: st.text_area(WORDS[one], getattr(old, one), height=80) for one in _TEXTS}
    with right:
        lists = {one: _lines(one, getattr(old, one)) for one in _LISTS}
        notes = st.text_area(WORDS["notes"], old.notes, height=80)
    fields = {**texts, **lists, "notes": notes}
    fields |= {"shortcut": shortcut.strip(), "colour": colour.strip()}
    return name, parent or None, fields


def _change(  # noqa: PLR0913 - a code as it is to be, why, and by whom
    project: Project,
    code: Code,
    name: str,
    parent: str | None,
    fields: dict[str, Any],
    *,
    reason: str,
    coder: str,
) -> None:
    """Make the versions that lead from a code to what the form says: at most one of each kind."""
    made = None
    changed = {field: value for field, value in fields.items() if _differs(code, field, value)}
    if name.strip() != code.name:
        made = project.rename_code(code.id, name, reason=reason, coder=coder)
    if parent != code.parent:
        made = project.move_code(code.id, parent, reason=reason, coder=coder)
    if changed:
        made = project.edit_code(code.id, reason=reason, coder=coder, **cast("CodeFields", changed))
    if made is None:
        st.info(WORDS["nothing_new"])
    else:
        _done(made)


def _differs(code: Code, field: str, value: Any) -> bool:
    old = getattr(code, field)
    if isinstance(old, tuple):
        return [one.strip() for one in value if one.strip()] != list(old)
    return inspect.cleandoc(value or "") != inspect.cleandoc(old or "")


def _merge(project: Project, coder: str, book: Codebook, code: Code) -> None:
    st.caption(WORDS["merge_about"])
    others = [one.id for one in book.tree() if one.id != code.id and not one.retired]
    with st.form(f"merge_{code.id}"):
        chosen = st.multiselect(
            WORDS["merge_others"], others, format_func=lambda one: book.by_id[one].name
        )
        is_closed = st.checkbox(WORDS["merge_closed"])
        reason = _reason(f"merge_{code.id}")
        barred = show_barred(project, "merge_codes")
        if st.form_submit_button(WORDS["merge_do"], disabled=barred):
            with said_here():
                _done(
                    project.merge_codes(
                        code.id, chosen, reason=reason, coder=coder, include_closed=is_closed
                    )
                )


def _split(project: Project, coder: str, code: Code) -> None:
    st.caption(WORDS["split_about"])
    with st.form(f"split_{code.id}"):
        lines = st.text_area(WORDS["split_into"]).splitlines()
        is_closed = st.checkbox(WORDS["split_closed"])
        reason = _reason(f"split_{code.id}")
        barred = show_barred(project, "split_code")
        if not st.form_submit_button(WORDS["split_do"], disabled=barred):
            return
    pairs = [
        (name.strip(), rule.strip()) for name, _, rule in (one.partition("=") for one in lines)
    ]
    names = list(dict.fromkeys(name for name, _ in pairs if name))
    rules = [(name, rule) for name, rule in pairs if name and rule]
    with said_here():
        made = project.split_code(
            code.id, names, reason=reason, assign=rules, coder=coder, include_closed=is_closed
        )
        _done(made)


def _retire(project: Project, coder: str, code: Code) -> None:
    st.caption("" if code.retired else WORDS["retire_about"])
    with st.form(f"retire_{code.id}"):
        reason = _reason(f"retire_{code.id}")
        barred = show_barred(project, "retire_code")
        says = WORDS["restore_do" if code.retired else "retire_do"]
        if st.form_submit_button(says, disabled=barred):
            do = project.restore_code if code.retired else project.retire_code
            with said_here():
                _done(do(code.id, reason=reason, coder=coder))
