"""What goes into a report, chosen behind a small button."""

from __future__ import annotations

from typing import Any

import streamlit as st

from qualkit.model import CoderKind
from qualkit.workflow.screens import list_coders
from workbench import labels
from workbench.choices import choose, code_names, round_names, tick
from workbench.study import study

__all__ = ["choose_report", "said_of"]

WORDS = labels.EXPORT
_BY = ("stakeholder_type", "organisation", "role", "document", "third", "coder", "round")
_QUOTES, _MOST_QUOTES = 3, 200


def choose_report() -> dict[str, Any]:
    """Return the options of a report that are not as they are by default."""
    everything = labels.SHARED["all"]
    with st.popover(WORDS["report"], width="content"):
        st.caption(WORDS["report_about"])
        groups = {name: labels.GROUPINGS[name] for name in _BY}
        by = choose(WORDS["report_by"], groups, key="report_by")
        quotes = st.number_input(
            WORDS["report_quotes"], 0, _MOST_QUOTES, _QUOTES, key="report_quotes", width=200
        )
        every = tick(WORDS["report_every"], key="report_every")
        codes = st.multiselect(WORDS["report_codes"], code_names(), key="report_codes",
                               placeholder=WORDS["report_whole"])  # fmt: skip
        people = [name for kind in CoderKind for name in list_coders(study(), kind)]
        coders = st.multiselect(labels.CHOICES["coders"], people, key="report_coders",
                                placeholder=WORDS["report_usual"])  # fmt: skip
        chosen = choose(labels.CHOICES["round"], round_names(), key="report_round", width=280)
    options: dict[str, Any] = {
        "by": str(by),
        "codes": tuple(map(str, codes)),
        "coders": tuple(map(str, coders)),
        "round_name": "" if chosen == everything else chosen,
    }
    options = {name: value for name, value in options.items() if value}
    return options | {"quotes": None if every else int(quotes)}


def said_of(options: dict[str, Any]) -> str:
    """Return in words what a report leaves out on request; empty: nothing."""
    told = [
        WORDS[f"report_only_{name}"].format(names=", ".join(options[name]))
        for name in ("codes", "coders")
        if name in options
    ]
    if "round_name" in options:
        told.append(WORDS["report_only_round"].format(names=options["round_name"]))
    return "; ".join(told)
