"""Export: the study as files, under real names or pseudonyms, and what is in them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import streamlit as st

from qualkit.workflow.project import Project
from qualkit.workflow.pseudonyms import load_pseudonyms
from workbench import analyses, labels
from workbench.importing import key_file
from workbench.state import Session, session
from workbench.study import study
from workbench.tables import link_to, show_csv, show_lines

__all__ = ["made", "show"]

WORDS = labels.EXPORT
_NAMELESS = {".yaml"}


def show() -> None:
    """Show under which names people leave, what is in the files, and a button for each file."""
    project = study()
    st.subheader(WORDS["title"])
    names = st.radio(WORDS["names"], ["real", "masked"], format_func=WORDS.__getitem__,
                     horizontal=True, key="export_names")  # fmt: skip
    key = None
    if names == "masked":
        key = _choose_key(project, session())
        if key is None:
            st.info(WORDS["key_first"])
            return
        _show_leaks(key)
    st.caption(WORDS["about"])
    holds = _holds(project, key)
    for suffix, (title, about) in labels.FILES.items():
        left, right = st.columns([1, 3], vertical_alignment="center")
        left.download_button(title, data=made(project, suffix, key), on_click="ignore",
                             file_name=_name(project, suffix, key), key=f"export_{suffix}",
                             width="stretch")  # fmt: skip
        right.markdown(f"{about} {WORDS['no_names'] if suffix in _NAMELESS else holds}.")


def _name(project: Project, suffix: str, key: bytes | None) -> str:
    return f"{project.name}{'' if key is None else ' (pseudonyms)'}{suffix}"


def _choose_key(project: Project, mine: Session) -> bytes | None:
    """Return the content of the key file: the one given, or the one made in this session."""
    st.caption(WORDS["key_about"])
    given = st.file_uploader(WORDS["key"], type=["csv"], key="export_key")
    if given is not None and given.file_id != mine.key_from:
        mine.key, mine.key_from = given.getvalue(), given.file_id
    with st.container(horizontal=True):
        if st.button(WORDS["key_complete" if mine.key else "key_make"], key="key_make"):
            mine.key, count = _completed(project, mine.key)
            st.toast(WORDS["key_added"].format(count=count))
            st.rerun()
        if mine.key:
            with key_file(mine.key) as path:
                count = len(load_pseudonyms(path).labels) if path else 0
            st.download_button(WORDS["key_download"].format(count=count), data=mine.key,
                               file_name=f"{project.name} KEY keep apart.csv", on_click="ignore",
                               key="key_download")  # fmt: skip
    return mine.key


def _completed(project: Project, key: bytes | None) -> tuple[bytes, int]:
    """Return a key file with a label for everybody, and how many it lacked."""
    with tempfile.TemporaryDirectory(prefix="qualkit-") as folder:
        path = Path(folder) / "key.csv"
        if key is not None:
            path.write_bytes(key)
        count = project.propose_pseudonyms(path)
        return path.read_bytes(), count


def _show_leaks(key: bytes) -> None:
    leaks = analyses.leaks(key)
    if leaks.empty:
        st.success(WORDS["leaks_none"])
        return
    st.warning(WORDS["leaks"].format(count=len(leaks)))
    with st.expander(WORDS["leaks_list"], expanded=True):
        titles = {name: WORDS[f"leak {name}"] for name in ("words", "kind", "times", "document")}
        links = [
            (labels.REPORT["utterance"].format(at=at), link_to(document, int(at)))
            for document, at in zip(leaks["document"], leaks["position"], strict=True)
        ]
        shown = leaks[list(titles)].rename(columns=titles)
        show_lines(shown, links=links, name=WORDS["leaks_list"])
        show_csv(leaks, "leaks")


def _holds(project: Project, key: bytes | None) -> str:
    """Return in words what the files hold: names or pseudonyms, which coders, which rounds."""
    documents, speakers = project.list_documents(), project.list_speakers()
    counts = {"documents": len(documents), "speakers": speakers["speaker"].nunique()}
    if key is None:
        people = WORDS["holds_real"].format(**counts)
    else:
        with key_file(key) as path:
            names = len(load_pseudonyms(path).labels) if path else 0
        people = WORDS["holds_masked"].format(labels=names, **counts)
    seen = pd.concat([one[["coder", "round"]] for one in _coded(project)]).drop_duplicates()
    if seen.empty:
        return f"{people}; {WORDS['holds_nothing']}"
    who, rounds = (", ".join(dict.fromkeys(seen[name])) for name in ("coder", "round"))
    return f"{people}; {WORDS['holds_codings'].format(coders=_plain(who), rounds=_plain(rounds))}"


def _coded(project: Project) -> list[pd.DataFrame]:
    return [project.list_codings(), project.list_reviews()]


def _plain(text: str) -> str:
    return "".join(f"\\{one}" if one in r"\`*_[]<>$:~#" else one for one in text)


def made(project: Project, suffix: str, key: bytes | None = None) -> Callable[[], bytes]:
    """Return the function that makes the file of this kind and returns its bytes.

    Args:
        project: the open project.
        suffix: one of ``labels.FILES``.
        key: content of a key file; every name in it is replaced by its label.
    """

    def make() -> bytes:
        with tempfile.TemporaryDirectory() as folder, key_file(key) as pseudonyms:
            path = Path(folder) / f"export{suffix}"
            project.export(path, pseudonyms=pseudonyms)
            return path.read_bytes()

    return make
