"""Export: the study as files, under real names or pseudonyms, and what is in them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from qualkit.workflow.contents import contained
from qualkit.workflow.exports import KINDS, REPORTS, Kind
from qualkit.workflow.project import Project
from qualkit.workflow.pseudonyms import load_pseudonyms
from workbench import analyses, labels
from workbench.importing import key_file
from workbench.making import is_large, show_made
from workbench.report_choices import choose_report, said_of
from workbench.state import Session, session
from workbench.study import study
from workbench.tables import link_to, show_csv, show_lines

__all__ = ["made", "show"]

WORDS = labels.EXPORT


def show() -> None:
    """Show under which names people leave, what is in the files, and a button for each file."""
    project = study()
    st.subheader(WORDS["title"])
    mine = session()
    names = st.radio(WORDS["names"], ["real", "masked"], format_func=WORDS.__getitem__,
                     index=int(mine.is_masked), horizontal=True, key="export_names",
                     help=WORDS["names_help"])  # fmt: skip
    key, mine.is_masked = None, names == "masked"
    if mine.is_masked:
        key = _choose_key(project, mine)
        if key is None:
            st.info(WORDS["key_first"])
            return
        _show_leaks(key)
    _show_files(project, key)


def _show_files(project: Project, key: bytes | None) -> None:
    """Show a button for each kind of file, and what is in it."""
    st.markdown(WORDS["all_hold"].format(holds=_holds(project, key)))
    st.caption(WORDS["about"])
    bare = WORDS["no_codings" if key is None else "no_codings_masked"]
    asked = choose_report()
    for suffix, kind in _on_offer(masked=key is not None).items():
        left, right = st.columns([1, 3], vertical_alignment="center")
        options = asked if suffix in REPORTS else {}
        with left:
            _show_file(project, suffix, key, options)
        only = _plain(said_of(options))
        told = kind.about if kind.has_codings else f"{kind.about} {bare}."
        right.markdown(f"{told} {WORDS['report_only'].format(said=only)}" if only else told)


def _show_file(project: Project, suffix: str, key: bytes | None, options: dict[str, Any]) -> None:
    """Show the button of one file: made when it is clicked, or, if that takes long, before."""
    title, name = KINDS[suffix].title, _name(project, suffix, key)
    if suffix == ".xlsx" and is_large(project):
        show_made(title, lambda tell: made(project, suffix, key, progress=tell)(),
                  key=f"export_{suffix}", file_name=name,
                  state=(project.location, project.revision, key))  # fmt: skip
        return
    st.download_button(title, data=made(project, suffix, key, **options), on_click="ignore",
                       file_name=name, key=f"export_{suffix}", width="stretch")  # fmt: skip


def _on_offer(*, masked: bool) -> dict[str, Kind]:
    """Return the kinds of files, each once, whatever suffixes it has."""
    once: dict[str, Kind] = {}
    for suffix, kind in KINDS.items():
        if kind not in once.values() and (kind.has_key or not masked):
            once[suffix] = kind
    return once


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
    with key_file(key) as path:
        pseudonyms = load_pseudonyms(path) if path else None
    told = contained(project, pseudonyms)
    people = WORDS["holds_real" if pseudonyms is None else "holds_masked"].format(
        documents=told["documents"],
        speakers=project.list_speakers()["speaker"].nunique(),
        labels=0 if pseudonyms is None else len(pseudonyms.labels),
    )
    if not told["coders"]:
        return f"{people}; {WORDS['holds_nothing']}"
    who, rounds = (_plain(", ".join(told[name])) for name in ("coders", "rounds"))
    return f"{people}; {WORDS['holds_codings'].format(coders=who, rounds=rounds)}"


def _plain(text: str) -> str:
    return "".join(f"\\{one}" if one in r"\`*_[]<>$:~#" else one for one in text)


def made(
    project: Project, suffix: str, key: bytes | None = None, **options: Any
) -> Callable[[], bytes]:
    """Return the function that makes the file of this kind and returns its bytes.

    Args:
        project: the open project.
        suffix: one of ``KINDS``.
        key: content of a key file; every name in it is replaced by its label.
        **options: of ``Project.export``.
    """

    def make() -> bytes:
        with tempfile.TemporaryDirectory() as folder, key_file(key) as pseudonyms:
            path = Path(folder) / f"export{suffix}"
            project.export(path, pseudonyms=pseudonyms, **options)
            return path.read_bytes()

    return make
