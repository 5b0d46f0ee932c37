"""Who may do what: the one place that decides, whatever the door.

A project in which nobody leads asks nothing: everybody may do all. As soon as somebody is named
lead, what changes the study for everybody (its documents, its codebook, its rounds, its consensus)
is for leads, and a coder codes, reviews and writes memos in his or her own name alone. Who acts is
who the project was opened for (``Project.acting_as``, ``qualkit --as``, the login of the
workbench); where nobody was named, the name that a verb is given is believed.
"""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from qualkit.errors import OptionError, RefusedError
from qualkit.model import Coder, Coding, Role
from qualkit.store import coders as stored_coders
from qualkit.store import roles as stored
from qualkit.store.journal import writing
from qualkit.workflow.handle import Handle
from qualkit.workflow.screens import check_coder

__all__ = [
    "VERBS",
    "Needs",
    "Rule",
    "check_restore",
    "check_taken_back",
    "guarded",
    "list_roles",
    "reason_against",
    "set_role",
]

_Project = TypeVar("_Project", bound=type[Handle])
_LONGEST = 60


class Needs(StrEnum):
    """What a verb asks of whoever uses it, in a project that has a lead."""

    NOTHING = "nothing"
    OWN_NAME = "to do it in one's own name"
    OWN_OR_LEAD = "to do it in one's own name, or to lead"
    LEAD = "to lead"


@dataclass(frozen=True)
class Rule:
    """What a verb needs.

    Attributes:
        needs: of whoever uses it.
        person: the argument that names this person; None: there is none.
        does: what the verb does, as in "only a lead may ...".
    """

    needs: Needs = Needs.NOTHING
    person: str | None = None
    does: str = ""


def _rows(needs: Needs, does: str, person: str | None, verbs: str) -> dict[str, Rule]:
    return {verb: Rule(needs, person, does) for verb in verbs.split()}


VERBS: dict[str, Rule] = {
    # Reading what is the same for all, and copies; blindness is kept by workflow/blindness.py.
    **_rows(
        Needs.NOTHING,
        "read",
        None,
        """list_documents list_utterances list_findings import_report preview_documents
        list_speakers propose_merges list_codes list_codebook_versions export_codebook
        diff_codebooks suggestion_quality rate_rules evaluate learning_curve calibration_curve
        save_model code_batch
        list_rounds list_round_progress list_disagreements consensus_progress agreement
        agreement_difference agreement_by_utterance confusion disagreement_by drift
        methods_paragraph peer_figures plan_double_coding agreement_with_self frequency
        cooccurrence differences matrix pair_differences sequences saturation over_length portrait
        code_tree profiles correspondence combinations chart save_chart keywords export
        write_table export_project propose_pseudonyms list_leaks as_of verify backup snapshot
        list_roles""",
    ),
    # Reading what depends on who asks.
    **_rows(
        Needs.OWN_NAME,
        "read as",
        "viewer",
        """list_code_codings list_outdated list_codings list_reviews list_exposures list_decisions
        list_rejections list_memos coding_progress retrieve concordance collocations list_changes
        utterance_history list_quarantine""",
    ),
    # Coding: in one's own name, whatever the role.
    **_rows(
        Needs.OWN_NAME,
        "code as",
        "coder",
        """code_utterance remove_coding review_utterance unreview_utterance apply_operations
        confirm_codings suggest explain_suggestion log_exposures reject_suggestion next_to_code
        list_missed add_memo change_memo delete_memo""",
    ),
    "set_coding": Rule(Needs.OWN_NAME, "coding", "code as"),
    **_rows(Needs.OWN_OR_LEAD, "bring in codings of others", "coder", "import_codings"),
    **_rows(Needs.OWN_OR_LEAD, "bring in codings of others", "codings", "apply_codings"),
    **_rows(Needs.OWN_OR_LEAD, "take back what others did", "coder", "undo redo"),
    **_rows(Needs.OWN_OR_LEAD, "make a copy for somebody else", "coder", "split_project"),
    # What changes the study for everybody.
    **_rows(
        Needs.LEAD,
        "bring in or change documents",
        None,
        """import_documents import_bytes revise_document settle_quarantine split_utterance
        join_utterances set_utterance""",
    ),
    **_rows(
        Needs.LEAD,
        "change who the speakers are",
        None,
        "set_speaker merge_speakers import_people",
    ),
    **_rows(Needs.LEAD, "change the codebook", None, "apply_codebook match_codings"),
    **_rows(
        Needs.LEAD,
        "change the codebook",
        "coder",
        """add_code rename_code edit_code move_code retire_code restore_code merge_codes split_code
        code_in_vivo""",
    ),
    **_rows(
        Needs.LEAD,
        "open or close a round",
        None,
        "open_round close_round open_double_coding open_repeat",
    ),
    **_rows(Needs.LEAD, "decide a disagreement", "by", "adjudicate"),
    **_rows(Needs.LEAD, "let rules and queries code", None, "autocode code_query"),
    **_rows(Needs.LEAD, "bring in another project", None, "import_project merge_project"),
    **_rows(Needs.LEAD, "say who leads", None, "set_role"),
}
"""Verb of ``Project`` -> what it needs; one that is missing here is for leads, and a test fails."""

_UNKNOWN = Rule(Needs.LEAD, None, "do this")

_OWN_ACTIONS = {
    "codings.batch",
    "codings.confirm",
    "coding.set",
    "memo.add",
    "memo.change",
    "memo.delete",
}
"""What a coder may take back of what he or she did; the rest of the log is for leads."""


def guarded(kind: _Project) -> _Project:
    """Let every verb of a project class ask first whether it may be used."""
    for name, verb in list(vars(kind).items()):
        rule = VERBS.get(name, _UNKNOWN)
        if not name.startswith("_") and rule.needs != Needs.NOTHING:
            setattr(kind, name, _asking(verb, rule))
    return kind


def _asking(verb: Callable[..., Any], rule: Rule) -> Callable[..., Any]:
    signature = inspect.signature(verb)

    @functools.wraps(verb)
    def asked(project: Handle, *given: Any, **options: Any) -> Any:
        if project.acting is not None or rule.needs != Needs.OWN_NAME:
            arguments = signature.bind(project, *given, **options).arguments
            named = arguments.get(rule.person) if rule.person else None
            if not arguments.get("dry_run"):  # a trial changes nothing
                _check(project, rule, named)
        return verb(project, *given, **options)

    return asked


def _check(project: Handle, rule: Rule, named: Any) -> None:
    """See that whoever acts may do what a rule is about; ``named`` is the verb's own argument."""
    acting, people = project.acting, _people(named)
    others = [one for one in people if acting is not None and not _is_same(one, acting)]
    is_own = not others and (rule.needs == Needs.OWN_NAME or bool(people))
    if rule.needs != Needs.LEAD and is_own:
        return
    with project.database.read() as connection:
        leads = stored.leads(connection)
    if not leads:
        return
    who = acting if acting is not None else next(iter(people), None)
    if others and rule.needs != Needs.OWN_OR_LEAD:
        raise RefusedError(f"{who} cannot act as {others[0]}", remedy="use your own name")
    if who is None or not any(_is_same(who, one) for one in leads):
        raise _for_leads(rule.does, who, leads)


def _people(named: Any) -> list[str]:
    """Return the names in an argument: a name, a coding, or several codings."""
    if named is None:
        return []
    if isinstance(named, str):
        return [named]
    codings: Iterable[Coding] = [named] if isinstance(named, Coding) else named
    return list(dict.fromkeys(one.coder for one in codings))


def _is_same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _for_leads(does: str, who: str | None, leads: list[str]) -> RefusedError:
    if who is None:
        remedy = f"say who you are ({_either(leads)}): qualkit --as NAME, project.acting_as(NAME)"
        return RefusedError(f"only a lead may {does} in this project", remedy=remedy)
    what = f"only a lead may {does} in this project, and {who} is a coder"
    return RefusedError(what, remedy=f"ask {_either(leads)}")


def _either(leads: list[str]) -> str:
    return " or ".join(leads)


def reason_against(project: Handle, verb: str, named: Any = None) -> RefusedError | None:
    """Return why whoever acts may not use a verb; None: he or she may.

    A screen asks before it offers what would be refused.

    Args:
        project: who acts.
        verb: of ``Project``.
        named: the argument of the verb that names a person, where it is already known.
    """
    try:
        _check(project, VERBS[verb], named)
    except RefusedError as problem:
        return problem
    return None


def check_taken_back(
    project: Handle, connection: Any, coder: str | None, action: str, payload: str
) -> None:
    """See that whoever acts may take back, or make again, what a line of the log is about.

    Args:
        project: who acts.
        connection: for reading, in the same transaction.
        coder: whose change it is.
        action: of the line.
        payload: of the line, JSON.

    Raises:
        RefusedError: it is no coding of theirs, and they do not lead.
    """
    while action in ("undo", "redo"):
        told = json.loads(payload)
        action, payload = str(told["action"]), str(told["payload"])
    leads = stored.leads(connection)
    who = coder if project.acting is None else project.acting
    if leads and action not in _OWN_ACTIONS and not any(_is_same(str(who), one) for one in leads):
        raise _for_leads(f"take back '{action}'", who, leads)


def check_restore(path: Path, acting: str | None) -> None:
    """See that whoever acts may put a backup in the place of a project file.

    Raises:
        RefusedError: the file that is there has leads, and this is none of them.
    """
    leads = stored.leads_of_file(path)
    if leads and not (acting and any(_is_same(acting, one) for one in leads)):
        raise _for_leads("bring back a backup", acting, leads)


def list_roles(project: Handle) -> pd.DataFrame:
    """Return who may do what: one row per human coder, in order of appearance.

    Columns: coder, role (str: "coder" or "lead"). ``attrs["about"]`` says what that means here.
    """
    with project.database.read() as connection:
        table = stored.frame(connection)
    rules = "leads alone change documents, codebook, rounds and consensus"
    nobody = "nobody leads, so everybody may do all"
    table.attrs["about"] = {"means": rules if (table["role"] == Role.LEAD).any() else nobody}
    return table


def set_role(project: Handle, coder: str, role: str) -> pd.DataFrame:
    """Name somebody lead, or coder again, and return all roles as ``list_roles``.

    With the first lead the project begins to keep roles; when the last one is coder again, it
    ends. Somebody new is entered as a coder.

    Args:
        project: an open project.
        coder: a person, in any case.
        role: "lead" or "coder".

    Raises:
        OptionError: no such role, or a name that is none or a machine's.
        RefusedError: the project has a lead, and who acts is none.
    """
    if role not in list(Role):
        raise OptionError(f"'{role}' is no role", remedy=f"use {' or '.join(Role)}")
    name = check_coder(project, coder)
    with writing(project.database) as journal:
        coder_id = stored_coders.ensure(journal, Coder(name))
        stored.put(journal, coder_id, Role(role))
        journal.record("role.set", {"coder": name, "role": role})
    return list_roles(project)
