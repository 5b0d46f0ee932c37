"""A coder's own utterances again: what is hidden meanwhile, and the agreement of the two times."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook

from qualkit.agreement import COEFFICIENTS
from qualkit.errors import NotEnoughError, OptionError, QualkitError, RefusedError, UnknownNameError
from qualkit.model import Coding
from qualkit.workflow.memos import Target
from qualkit.workflow.project import Project, open_project
from qualkit.workflow.screens import transcript

SECRET = "plover 7731"


@pytest.fixture
def at(project) -> int:
    """Ana has coded everything, with a secret memo on one; Ben some; Ana codes all of it again."""
    table = project.list_utterances("elm")
    table = table[table["codable"]]
    position = int(table.loc[table["text"].str.contains("pay is low"), "position"].iloc[0])
    places = [("elm", int(one)) for one in table["position"]]
    project.apply_codings(
        [
            Coding("elm", position, "training", "Ana", memo=SECRET, certainty=1),
            Coding("elm", position, "low_pay", "Ana"),
        ],
        reviewed=places,
    )
    project.apply_codings([Coding("elm", position, "low_pay", "Ben")], reviewed=places)
    project.add_memo(f"a memo with {SECRET}", coder="Ana", target=Target("elm", position))
    project.open_repeat("Again", coder="ana", sample=6, per="document")
    return position


def told(result: Any) -> str:
    """Return all that a result says, whatever it is."""
    if isinstance(result, pd.DataFrame):
        return result.to_csv() + json.dumps(result.attrs, default=str)
    if isinstance(result, (list, tuple)):
        return "".join(map(told, result))
    if isinstance(result, Path) and result.suffix == ".xlsx":
        book = load_workbook(result)
        return "".join(str(row) for sheet in book for row in sheet.iter_rows(values_only=True))
    if isinstance(result, Path) and result.suffix == ".qualkit":
        with open_project(result) as copy:
            return told([copy.list_codings(viewer=who) for who in ("Ana", None)])
    return result.read_text("utf-8", "replace") if isinstance(result, Path) else str(result)


def earlier(frame: pd.DataFrame, at: int) -> pd.DataFrame:
    """Return the rows that show how Ana coded the utterance in the first round."""
    if not {"coder", "round", "position"} <= set(frame.columns):
        return frame.head(0)
    is_hers = (frame["coder"] == "Ana") & (frame["round"] == "main")
    return frame[is_hers & (frame["position"] == at)]


def special(project: Project, at: int, folder: Path, viewer: str | None) -> dict[str, Any]:
    """Return how verbs of reading are called that cannot be called with a viewer alone."""

    def looked_back() -> list[Any]:
        with project.as_of(project.revision) as old:
            return [old.list_codings(viewer=viewer), old.list_changes(viewer=viewer)]

    files = [folder / f"{viewer}.{kind}" for kind in ("xlsx", "csv", "json")]
    copy = folder / f"{viewer}.qualkit"
    return {
        "as_of": looked_back,
        "export": lambda: project.export(*files),
        "list_code_codings": lambda: project.list_code_codings("Training", viewer=viewer),
        "split_project": lambda: [project.split_project("Ana", copy), copy],
        "utterance_history": lambda: project.utterance_history("elm", at, viewer=viewer),
    }


def asked(project: Project, verb: str, viewer: str | None) -> Any:
    """Ask a verb as this viewer; None where it takes arguments."""
    method = getattr(project, verb)
    parameters = inspect.signature(method).parameters.values()
    plain = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = {p.name for p in parameters if p.default is p.empty and p.kind not in plain}
    if needed - {"self", "project", "coder"}:
        return None
    names = {one.name for one in parameters}
    options = {"viewer": viewer} if "viewer" in names else {}
    return method(**options, **({"coder": "Ana"} if "coder" in needed else {}))


@pytest.mark.parametrize("viewer", ["Ana", None])
def test_no_verb_shows_the_coder_how_she_coded_before(project, at, tmp_path, viewer):
    changing = {"undo", "redo", "backup", "snapshot", "confirm_codings", "close"}
    verbs = sorted(name for name in vars(Project) if not name.startswith("_"))
    ways = special(project, at, tmp_path, viewer)
    asked_for = 0
    for verb in verbs:
        if verb in changing:
            continue
        try:
            result = ways[verb]() if verb in ways else asked(project, verb, viewer)
        except QualkitError as problem:
            result = str(problem)
        assert SECRET not in told(result), verb
        if isinstance(result, pd.DataFrame):
            assert earlier(result, at).empty, verb
        asked_for += result is not None
    assert set(ways) <= set(verbs)
    assert asked_for > 20
    shown = transcript(project, "elm", coder="Ana", round_name="main")
    assert shown["codings"] == []
    assert SECRET not in json.dumps(transcript(project, "elm", coder="Ana", round_name="Again"))


def test_the_log_does_not_tell_her_either(project, at):
    hers = project.list_changes(viewer="Ana")
    batches = hers[hers["action"] == "codings.batch"].set_index("actor")["payload"]
    assert "hidden" in batches["Ana"]
    assert "hidden" not in batches["Ben"]
    others = project.list_changes(viewer="Ben")
    batches = others[others["action"] == "codings.batch"].set_index("actor")["payload"]
    assert "hidden" not in batches["Ana"]


def test_others_still_see_what_she_coded_before(project, at):
    assert len(earlier(project.list_codings(viewer="Ben"), at)) == 2
    assert SECRET in told(project.list_memos(viewer="Ben"))


def test_what_was_not_drawn_stays_in_sight(project, at):
    project.close_round("Again")
    project.open_repeat("Third", coder="Ana", sample=1, per="document", seed=4)
    drawn = json.loads(project.list_rounds().set_index("round").loc["Third", "sample"])
    assert (drawn["repeats"], drawn["coder"], drawn["seed"]) == ("main", "Ana", 4)
    seen = project.list_reviews(viewer="Ana")
    assert (seen["coder"].eq("Ana") & seen["round"].eq("main")).sum() == 5


def test_she_codes_the_drawn_utterances_and_nobody_else_does(project, at):
    assert project.code_utterance("elm", at, "Pay", coder="Ana", round_name="Again")
    with pytest.raises(RefusedError, match="Ben does not take part"):
        project.code_utterance("elm", at, "Pay", coder="Ben", round_name="Again")
    mine = project.list_codings(viewer="Ana")
    assert mine.loc[mine["coder"] == "Ana", "code"].tolist() == ["Pay"]
    with pytest.raises(RefusedError, match="blind and still open"):
        project.agreement_with_self("Again")


def test_the_two_times_are_compared_by_every_coefficient(project, at):
    rest = [("elm", int(p)) for p in project.list_utterances("elm").query("codable")["position"]]
    again = [Coding("elm", at, "low_pay", "Ana", "Again")]
    project.apply_codings(again, reviewed=rest[:5])
    project.close_round("Again")
    table = project.agreement_with_self("again")
    assert set(COEFFICIENTS) <= set(table["coefficient"])
    rows = table.set_index(["code", "coefficient"])["value"]
    assert rows["Low pay", "alpha"] == 1
    assert rows["Training", "percent"] == 4 / 5
    about = table.attrs["about"]
    assert (about["coder"], about["rounds"]) == ("Ana", "main, and again Again")
    assert about["utterances"] == "5 of 6 drawn"
    assert about["days_between"] == 0
    few = project.agreement_with_self("Again", coefficients=["alpha"], level="theme")
    assert "Low pay" not in set(few["code"])


def test_closing_shows_everything_and_findings_leave_the_second_time_out(project, at):
    project.apply_codings([Coding("elm", at, "fees", "Ana", "Again")])
    project.close_round("Again")
    assert SECRET in told(project.list_codings(viewer="Ana"))
    counted = project.frequency()
    assert counted.loc[counted["code"] == "Council fees", "n"].sum() == 0
    table = project.agreement_by_utterance().set_index("position")
    assert table.loc[at, "Ana"] == "Low pay; Training"
    named = project.frequency(round_name="Again")
    assert named.loc[named["code"] == "Council fees", "n"].sum() == 1


def test_what_cannot_be_repeated_is_refused(project, at):
    with pytest.raises(UnknownNameError, match="no coder 'Eve'"):
        project.open_repeat("X", coder="Eve")
    with pytest.raises(UnknownNameError, match="no round 'first'"):
        project.open_repeat("X", coder="Ana", of="first")
    with pytest.raises(NotEnoughError, match="Ben has finished nothing in round 'Again'"):
        project.open_repeat("X", coder="Ben", of="Again")
    with pytest.raises(OptionError, match="already"):
        project.open_repeat("again", coder="Ben", sample=2)
    with pytest.raises(OptionError, match="repeats no other"):
        project.agreement_with_self("main")
    project.close_round("Again")
    with pytest.raises(NotEnoughError, match="has not coded an utterance in both"):
        project.agreement_with_self("Again")
    project.verify()
