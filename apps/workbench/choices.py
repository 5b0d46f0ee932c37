"""Boxes to choose in, each kept in the address, so that a page can be linked as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypedDict

import streamlit as st

from qualkit.model import CoderKind
from qualkit.workflow.project import Project
from qualkit.workflow.screens import list_coders
from workbench import labels
from workbench.analyses import found
from workbench.study import study

__all__ = [
    "Counted",
    "Whose",
    "choose",
    "choose_code",
    "choose_group",
    "choose_groups",
    "choose_people",
    "choose_view",
    "code_names",
    "round_names",
    "set_box",
    "tick",
    "whose",
]

WORDS = labels.CHOICES
_LINKED: Literal["query-params"] = "query-params"


class Whose(TypedDict):
    """Whose codings are looked at, in which round."""

    coders: tuple[str, ...] | None
    round_name: str | None


class Counted(Whose):
    """Whose codings are counted, and whether what moderators said counts, too."""

    moderators: bool


def choose(
    label: str,
    options: Mapping[str, str] | Sequence[str],
    *,
    key: str,
    width: int = 200,
    first: str | None = None,
    why: str | None = None,
) -> str:
    """Return what is chosen of some options.

    Args:
        label: of the box.
        options: what there is to choose; a mapping says how each is shown.
        key: of the box, and its name in the address.
        width: of the box, in pixels.
        first: what is chosen before anybody chose; None takes the first.
        why: shown on a question mark beside the label.
    """
    names = list(options)
    shown = options if isinstance(options, Mapping) else dict(zip(names, names, strict=True))
    chosen = st.selectbox(
        label,
        names,
        index=names.index(first) if first in names else 0,
        format_func=lambda one: shown.get(one, one),
        key=key,
        width=width,
        help=why,
        bind=_LINKED,
    )
    return str(chosen)


def choose_view(views: Mapping[str, str], *, key: str) -> str:
    """Return which part of a page is shown; a row of buttons, the first one pressed."""
    chosen = st.segmented_control(
        WORDS["view"],
        list(views),
        default=next(iter(views)),
        required=True,
        format_func=lambda one: views[one],
        key=key,
        label_visibility="collapsed",
        bind=_LINKED,
    )
    return str(chosen)


def tick(label: str, *, key: str, why: str | None = None) -> bool:
    """Return whether a box is ticked; it is not before anybody ticks it."""
    return st.checkbox(label, key=key, help=why, bind=_LINKED)


def choose_code(label: str, *, key: str, level: str = "code", of: Iterable[str] = ()) -> str | None:
    """Return a code of the codebook; None where there is none.

    Args:
        label: of the box.
        key: of the box.
        level: "theme" offers themes only.
        of: only these, in this order; empty takes all that are not retired.
    """
    names = [str(name) for name in of] or code_names(level)
    return choose(label, names, key=key, width=320) if names else None


def code_names(level: str = "code") -> list[str]:
    """Return the names of all codes that are not retired, or of the themes among them."""
    book = study().codebook()
    kept = [code for code in book.tree() if not code.retired]
    return [code.name for code in kept if level != "theme" or code.parent is None]


def choose_group(label: str, groups: Sequence[str], *, key: str) -> str | None:
    """Return one of some groups, or None for all of them."""
    everything = labels.SHARED["all"]
    chosen = choose(label, [everything, *groups], key=key, width=320)
    return None if chosen == everything else chosen


def choose_groups(groups: Sequence[str], *, key: str) -> tuple[str, str]:
    """Return two different groups; the first two are chosen before anybody chose."""
    first = choose(WORDS["group_a"], groups, key=f"{key}_a", width=280)
    others = [name for name in groups if name != first]
    return first, choose(WORDS["group_b"], others, key=f"{key}_b", width=280)


def choose_people(label: str, *, key: str) -> list[str]:
    """Return the coders chosen, some of whom may be new to the project."""
    people = list_coders(study())
    placeholder = WORDS["nobody_yet"]
    chosen = st.multiselect(
        label, people, key=key, accept_new_options=True, placeholder=placeholder
    )
    return [" ".join(name.split()) for name in chosen if name.strip()]


def set_box(key: str, value: Any) -> None:
    """Set a box to what was clicked elsewhere on the page."""
    st.session_state[key] = value


def round_names() -> list[str]:
    """Return "All", and the names of all rounds."""
    return [labels.SHARED["all"], *(str(name) for name in found(Project.list_rounds)["round"])]


def whose(*, humans: bool = False) -> Counted:
    """Return whose codings count, chosen behind a small button.

    Args:
        humans: only people can be chosen, as for agreement.
    """
    kinds = (CoderKind.HUMAN,) if humans else tuple(CoderKind)
    people = [name for kind in kinds for name in list_coders(study(), kind)]
    with st.popover(WORDS["whose"], width="content"):
        st.caption(WORDS["whose_people" if humans else "whose_about"])
        coders = st.multiselect(
            WORDS["coders"], people, key="coders", placeholder=WORDS["all_coders"], bind=_LINKED
        )
        chosen = choose(WORDS["round"], round_names(), key="of_round", width=280)
        moderators = tick(labels.SHARED["moderators"], key="moderators")
    return {
        "coders": tuple(str(name) for name in coders) or None,
        "round_name": None if chosen == labels.SHARED["all"] else chosen,
        "moderators": moderators,
    }
