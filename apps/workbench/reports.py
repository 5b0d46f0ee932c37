"""The import report of one document on the page: every line in full, with its place."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from workbench import labels
from workbench.tables import link_to, show_lines

__all__ = ["show_report"]

WORDS = labels.REPORT
_SIDES = (("kind", "set aside"), ("speaker", "never speaks"))


def show_report(report: pd.DataFrame, *, key: str) -> None:
    """Show what the reader made of one document.

    Args:
        report: as ``Project.import_report``; with a column position each line links to its place.
        key: tells this report from others on the page.
    """
    st.markdown(_words_sentence(report))
    _show_topic(report, "finding", key)
    for column, topics in zip(st.columns(2, gap="medium"), _SIDES, strict=True):
        with column:
            for topic in topics:
                _show_topic(report, topic, key)


def _words_sentence(report: pd.DataFrame) -> str:
    """Return in words whether every word of the document has its place."""
    words = report[report["topic"] == "words"].set_index("item")
    numbers = {str(item): int(count) for item, count in words["count"].fillna(0).items()}
    sentence = WORDS["words"].format(
        whole=numbers.get("in the document", 0),
        spoken=numbers.get("in utterances", 0),
        labels=numbers.get("in printed labels", 0),
    )
    faults = [
        WORDS[item].format(count=numbers[item], words=_plain(str(words["note"][item])))
        for item in ("not accounted for", "accounted for twice")
        if numbers.get(item)
    ]
    return " ".join([sentence, *(faults or [WORDS["words_same"]])])


def _plain(text: str) -> str:
    return "".join(f"\\{one}" if one in r"\`*_[]<>$:~#" else one for one in text)


def _show_topic(report: pd.DataFrame, topic: str, key: str) -> None:
    lines = report[report["topic"] == topic]
    st.markdown(f"**{WORDS[topic]}**")
    if lines.empty:
        st.caption(WORDS["none"])
        return
    shown = pd.DataFrame({WORDS[f"{topic}: item"]: lines["item"]})
    if topic not in ("finding", "never speaks"):
        shown[WORDS["count"]] = lines["count"]
    shown[WORDS[f"{topic}: note"]] = lines["note"]
    links = None
    if "position" in lines:
        links = [
            None if pd.isna(at) else (WORDS["utterance"].format(at=at), link_to(document, at))
            for document, at in zip(lines["document"], lines["position"], strict=True)
        ]
    show_lines(shown, links=links, name=f"{WORDS[topic]} {key}")
