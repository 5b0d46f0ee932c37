"""Every page on a small study: it opens, and its numbers are the core's."""

from __future__ import annotations

import io
import json
import os
import re
import socket
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

import workbench
from qualkit.errors import OptionError
from qualkit.workflow.project import Project, create_project
from workbench import labels
from workbench.charting import told_by
from workbench.launch import free_port, serve, settings
from workbench.pages import SCREENS
from workbench.pages.export import made
from workbench.state import Session
from workbench.study import PROJECT
from workbench.tokens import Pass, read_token
from workbench.transcript import source

SECONDS = 60


def run_page(name: str) -> None:
    from workbench.pages import SCREENS  # noqa: PLC0415 - Streamlit runs this body by itself

    SCREENS[name]()


def opened(name: str, coder: str | None = None) -> AppTest:
    page = AppTest.from_function(run_page, args=(name,), default_timeout=SECONDS)
    if coder:
        page.session_state["qualkit"] = Session(coder=coder)
    page.run()
    assert not page.exception
    return page


def same_tables(shown: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Compare what is shown with what the core gives; a missing cell is a missing cell."""
    one, two = (table.reset_index(drop=True).astype(object) for table in (shown, expected))
    pd.testing.assert_frame_equal(one.where(one.notna(), None), two.where(two.notna(), None))


def pane_of(page: AppTest) -> dict[str, Any]:
    """Return the data that the transcript pane was given."""
    (pane,) = page.get("bidi_component")
    return dict(json.loads(pane.proto.json))


def markdown_of(page: AppTest) -> str:
    return "\n".join(one.proto.body for one in page.get("html"))


@pytest.mark.parametrize("name", list(SCREENS))
def test_a_page_opens_on_a_coded_study_without_an_error(coded: Project, name: str) -> None:
    page = opened(name, coder="Ana")
    assert not page.error


@pytest.mark.parametrize("name", list(SCREENS))
def test_a_page_says_what_to_do_where_there_is_nothing_yet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Project, name: str
) -> None:
    empty = tmp_path / "empty.qualkit"
    with create_project(empty, codebook=project.codebook()):
        monkeypatch.setenv(PROJECT, str(empty))
        page = opened(name, coder="Ana")
    assert not page.error  # that there is nothing yet is no fault
    said = [one.value for one in page.info]
    expected = {
        "code": "The project has no documents yet. Bring in transcripts on the page Documents.",
        "documents": "The project has no documents yet.",
        "themes": "Nobody has coded an utterance yet",
        "cooccurrence": "Nobody has coded an utterance yet",
        "agreement": "Agreement needs two human coders",
    }.get(name)
    assert expected is None or any(expected in sentence for sentence in said)


@pytest.mark.parametrize("name", list(SCREENS))
def test_without_a_project_a_page_says_how_to_open_one(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv(PROJECT, raising=False)
    page = opened(name)
    assert [one.value for one in page.error] == [
        "no project is open; start with: qualkit app PROJECT."
    ]


def test_the_whole_workbench_starts_on_the_page_code(coded: Project) -> None:
    script = Path(workbench.__file__).parent / "entry" / "main.py"
    page = AppTest.from_file(script, default_timeout=SECONDS).run()
    assert not page.exception
    assert page.subheader[0].value == "Who is coding?"


def test_who_codes_is_asked_once_and_known_coders_are_offered(coded: Project) -> None:
    page = opened("code")
    assert page.radio[0].options == ["Ana", "Ben", "Somebody new"]
    page.radio[0].set_value("Ben")
    page.button[0].click().run()
    assert not page.exception
    token = pane_of(page)["token"]
    assert read_token(coded.secret, coded.name, token) == Pass("Ben", "main")
    page.run()
    assert not page.radio


def test_a_name_that_will_not_do_is_refused_in_a_sentence(project: Project) -> None:
    page = opened("code")
    page.button[0].click().run()
    assert page.error[0].value == ("a coder's name has 1 to 60 characters; give name or initials.")
    page.text_input[0].set_value("Cleo")
    page.button[0].click().run()
    assert pane_of(page)["person"].endswith(".Cleo")


def test_the_pane_gets_a_pass_and_an_address_but_no_words_of_participants(
    coded: Project,
) -> None:
    page = opened("code", coder="Ana")
    data = pane_of(page)
    assert (data["document"], data["url"]) == ("Evening", "/qk")
    assert "wage" not in json.dumps(data)
    assert coded.secret not in json.dumps(data)
    before = json.dumps(data)
    page.run()
    assert json.dumps(pane_of(page)) == before  # so the pane is left alone by a rerun


def test_an_address_leads_to_a_document_and_a_place_in_it(coded: Project) -> None:
    page = AppTest.from_function(run_page, args=("code",), default_timeout=SECONDS)
    page.session_state["qualkit"] = Session(coder="Ana")
    page.query_params["document"] = "Morning"
    page.query_params["position"] = "9"
    page.run()
    data = pane_of(page)
    assert (data["document"], data["goto"]["position"]) == ("Morning", 9)


def tables_of(page: AppTest) -> list[pd.DataFrame]:
    """Return the tables that are drawn to be read, as strings."""
    return [
        pd.read_html(io.StringIO(one.proto.body))[0].astype(object)
        for one in page.get("html")
        if 'class="lines"' in one.proto.body
    ]


def table_with(page: AppTest, column: str) -> pd.DataFrame:
    return next(table for table in tables_of(page) if column in table.columns)


def test_documents_show_speakers_with_the_rule_that_typed_them(coded: Project) -> None:
    page = opened("documents", coder="Ana")
    documents, speakers = tables_of(page)[0], table_with(page, "Why this type")
    assert list(documents["Document"]) == ["Evening", "Morning"]
    assert list(documents["Looked at by you"]) == [4, 32]
    expected = coded.list_speakers()
    assert list(speakers["Speaker"]) == list(expected["speaker"])
    assert list(speakers["Why this type"]) == list(expected["type_reason"])


def test_every_line_of_an_import_report_leads_to_its_place(project: Project) -> None:
    page = opened("documents")
    said = [one.value for one in page.markdown]
    assert any(sentence.endswith("Words in = words out.") for sentence in said)
    assert list(table_with(page, "Kind")["How many"]) == [4, 1]
    words = markdown_of(page)
    assert '<a href="/?document=Evening&amp;position=3" target="_blank">utterance 3</a>' in words
    page.selectbox(key="findings_of").set_value("Morning").run()
    assert not page.exception
    speakers = table_with(page, "Known of them").set_index("Speaker")["How many"]
    assert dict(speakers) == {"Ines": 16, "Otto": 8, "Vera": 8}


def test_who_a_speaker_is_can_be_set_by_hand(coded: Project) -> None:
    page = opened("documents")
    page.selectbox(key="speaker_type").set_value("Council")
    page.selectbox(key="speaker_moderator").set_value("yes")
    page.text_input(key="speaker_role").set_value("mayor")
    page.text_input(key="speaker_organisation").set_value("Town hall")
    page.button(key="speaker_save").click().run()
    assert not page.exception
    first = coded.list_speakers().iloc[0]
    assert (first["speaker"], first["stakeholder_type"]) == ("Ines", "Council")
    assert (first["role"], first["organisation"], first["moderator"]) == (
        "mayor",
        "Town hall",
        True,
    )
    assert first["type_reason"] == "set by hand"


def proposals(*_: object) -> pd.DataFrame:
    rows = [
        ("Otto", "Vera", None, 91.0, "The names are alike."),
        ("Otto", "Ines", None, 80.4, "By role."),
    ]
    return pd.DataFrame(rows, columns=["speaker", "other", "document", "score", "why"])


def test_proposals_for_merging_are_merged_or_kept_apart(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ines speaks more than Otto, so her name is the one to keep."""
    monkeypatch.setattr(Project, "propose_merges", proposals)
    page = opened("documents")
    assert [one.value for one in page.text] == [
        "Otto and Vera: 91 of 100. The names are alike.",
        "Ines and Otto: 80 of 100. By role.",
    ]
    page.button(key="apart_Ines|Otto|").click().run()
    assert [one.value for one in page.text] == ["Otto and Vera: 91 of 100. The names are alike."]
    assert len(set(project.list_speakers()["speaker"])) == 3
    page.button(key="merge_Otto|Vera|").click().run()
    assert not page.exception
    assert set(project.list_speakers()["speaker"]) == {"Ines", "Otto"}


def test_two_names_are_made_one_by_hand_but_a_name_is_not_merged_with_itself(
    project: Project,
) -> None:
    page = opened("documents")
    page.button(key="merge_save").click().run()
    assert page.error[0].value == "speaker 'Ines' cannot be merged with itself."
    page.selectbox(key="merge_keep").set_value(("Otto", "Evening"))
    page.selectbox(key="merge_other").set_value(("Vera", "Evening"))
    page.button(key="merge_save").click().run()
    assert not page.exception
    assert set(project.list_speakers()["speaker"]) == {"Ines", "Otto"}


TALK = b"Ines: It rained.\n\nOtto: Again.\n\nInes: All week, and <b>nobody</b> came.\n"


def test_files_are_imported_with_a_report_and_a_bad_one_harms_no_other(project: Project) -> None:
    page = opened("documents")
    page.file_uploader(key="files_0").set_value(
        [("talk.txt", TALK, "text/plain"), ("none.txt", b"", "")]
    )
    page.button(key="import_save").click().run()
    assert not page.exception
    report = table_with(page, "What happened")
    assert list(report["What happened"]) == ["imported", "failed"]
    assert report["Why"].iloc[1].startswith("none.txt")
    assert list(project.list_documents()["document"]) == ["Evening", "Morning", "talk"]


def test_files_can_be_tried_first_and_then_stored_as_they_are(project: Project) -> None:
    page = opened("documents")
    page.file_uploader(key="files_0").set_value([("talk.txt", TALK, "text/plain")])
    page.button(key="import_try").click().run()
    assert not page.exception
    assert "**Tried, nothing stored. Import stores it like this.**" in [
        one.value for one in page.markdown
    ]
    assert table_with(page, "What happened")["What happened"].tolist() == ["read"]
    assert "Known of them" in table_with(page, "Speaker").columns
    assert list(project.list_documents()["document"]) == ["Evening", "Morning"]
    page.button(key="import_save").click().run()
    assert list(project.list_documents()["document"]) == ["Evening", "Morning", "talk"]
    assert "<b>" not in markdown_of(page).replace('<b dir="auto">', "")


def test_with_a_key_file_no_real_name_comes_in(project: Project) -> None:
    page = opened("documents")
    page.file_uploader(key="files_0").set_value([("talk.txt", TALK, "text/plain")])
    page.file_uploader(key="key_0").set_value([("key.csv", b"name,label\nOtto,Person 9\n", "")])
    page.button(key="import_save").click().run()
    assert not page.exception
    spoken = project.list_utterances("talk")
    assert spoken["speaker"].tolist() == ["Ines", "Person 9", "Ines"]


def test_a_key_file_that_is_none_is_said_before_anything_is_stored(project: Project) -> None:
    page = opened("documents")
    page.file_uploader(key="files_0").set_value([("talk.txt", TALK, "text/plain")])
    page.file_uploader(key="key_0").set_value([("key.csv", b"who,what\nOtto,P\n", "")])
    page.button(key="import_save").click().run()
    assert page.error[0].value.endswith("a key file has the columns name, kind, label.")
    assert len(project.list_documents()) == 2


@pytest.mark.parametrize("by", ["stakeholder_type", "document"])
def test_the_numbers_of_themes_are_the_cores(coded: Project, by: str) -> None:
    page = opened("themes")
    page.selectbox(key="themes_by").set_value(by).run()
    assert not page.exception
    expected = coded.frequency(by=by).query("level == 'theme'")
    same_tables(page.dataframe[0].value, expected)


def test_behind_a_number_stand_its_utterances(coded: Project) -> None:
    page = opened("themes")
    table = coded.frequency().query("level == 'theme' and code == 'Money'")
    row = table[table["stakeholder_type"] == "Care worker"].iloc[0]
    page.selectbox(key="themes_group_stakeholder_type").set_value("Care worker").run()
    assert f"{row['n']} utterances" in [one.value for one in page.caption]
    words = markdown_of(page)
    assert words.count("<article") == row["n"]
    assert "My wage does not last" in words
    assert 'href="/?document=Evening&amp;position=2"' in words


def test_a_click_on_a_cell_tells_its_code_and_group() -> None:
    cell = {"code": "Money", "group": "Council", "n": 3}
    event = {"selection": {"cell": [cell]}}
    assert told_by(event, ["code", "group"]) == ("Money", "Council")
    assert told_by({"selection": {"cell": []}}, ["code"]) is None
    assert told_by(None, ["code"]) is None


def test_the_method_note_says_what_was_counted(coded: Project) -> None:
    notes = "\n".join(one.value for one in opened("themes").markdown)
    assert "codings of any of Ana, Ben" in notes
    assert "**moderators**: left out" in notes


def test_the_numbers_of_cooccurrence_are_the_cores(coded: Project) -> None:
    page = opened("cooccurrence")
    expected = coded.cooccurrence().query("n_ab > 0")
    shown = page.dataframe[0].value
    assert len(shown) == len(expected) > 0
    both = shown.merge(expected, on=["code_a", "code_b"], suffixes=("", "_core"))
    assert (both["n_ab"] == both["n_ab_core"]).all()
    assert both["jaccard"].tolist() == pytest.approx(both["jaccard_core"].tolist())
    assert f"{shown['n_ab'].iloc[0]} utterances" in [one.value for one in page.caption]


def test_the_numbers_of_agreement_are_the_cores(coded: Project) -> None:
    page = opened("agreement")
    expected = coded.agreement()
    expected = expected[expected["coefficient"] == page.selectbox(key="coefficient").value]
    same_tables(page.dataframe[0].value, expected)


def test_findings_follow_the_project(coded: Project) -> None:
    page = opened("themes")
    before = page.dataframe[0].value["n"].sum()
    coded.code_utterance("Evening", 4, "Time", coder="Ana")
    coded.code_utterance("Evening", 2, "Time", coder="Ana")
    page.run()
    assert page.dataframe[0].value["n"].sum() == before + 1  # 4 is the moderator's


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".json", ".yaml", ".html"])
def test_every_file_on_offer_can_be_made(coded: Project, suffix: str) -> None:
    content = made(coded, suffix)()
    if suffix == ".xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        assert "Codings" in book.sheetnames
        book.close()
    elif suffix == ".csv":
        assert len(pd.read_csv(io.BytesIO(content))) == 72
    elif suffix == ".json":
        assert json.loads(content)["about"]["codings"] == len(coded.list_codings())
    elif suffix == ".html":
        assert content.startswith(b"<!DOCTYPE html>")
    else:
        assert content.decode().startswith("name: Care")


def test_the_page_says_what_leaves_before_it_leaves(coded: Project) -> None:
    said = [one.value for one in opened("export").markdown]
    assert (
        "2 documents with 3 speakers **under their real names**; codings and reviews of "
        "**Ana, Ben**, round **main**."
    ) in said[0]
    assert "No codings in it" in said[-1]


def test_what_a_report_leaves_out_is_said_beside_its_button(coded: Project) -> None:
    page = opened("export")
    page.multiselect(key="report_coders").set_value(["Ben"]).run()
    page.multiselect(key="report_codes").set_value(["Time"]).run()
    assert not page.exception
    said = [one.value for one in page.markdown if "Of this, as chosen" in one.value]
    assert len(said) == 2  # the page and the Word document
    assert "only what is of the codes Time; of the coders Ben." in said[0]


def test_under_pseudonyms_nothing_is_offered_without_a_key_file(coded: Project) -> None:
    page = opened("export")
    page.radio(key="export_names").set_value("masked").run()
    assert page.info[0].value.startswith("Give a key file, or make one")
    assert not page.get("download_button")
    page.button(key="key_make").click().run()
    assert not page.exception
    said = "".join(one.value for one in page.markdown)
    assert "**under pseudonyms** (3 names replaced)" in said
    assert page.get("download_button")


def test_the_whole_project_does_not_leave_under_pseudonyms_and_lists_follow(coded: Project) -> None:
    page = opened("export")
    offered = {one.proto.label for one in page.get("download_button")}
    assert "Whole project (json)" in offered
    page.radio(key="export_names").set_value("masked").run()
    page.button(key="key_make").click().run()
    assert not page.exception
    masked = {one.proto.label for one in page.get("download_button")}
    assert offered - masked == {"Whole project (json)"}
    assert page.session_state["qualkit"].leaving_key == page.session_state["qualkit"].key


def test_what_may_give_somebody_away_is_listed_before_the_files(coded: Project) -> None:
    page = opened("export")
    page.radio(key="export_names").set_value("masked").run()
    page.file_uploader(key="export_key").set_value([("k.csv", b"name,label\nInes,Person 4\n", "")])
    page.run()
    page.button(key="key_make").click().run()
    assert not page.exception
    key = page.session_state["qualkit"].key.decode()
    assert "Ines,person,Person 4" in key
    assert "Otto,person,Person 1" in key
    masked = made(coded, ".csv", key.encode())().decode("utf-8-sig")
    assert "Person 4" in masked
    assert "Otto" not in masked
    leaks = coded.list_leaks(_written(key))
    said = [one.value for one in (*page.warning, *page.success)]
    assert said[0].startswith(f"**{len(leaks)} things may" if len(leaks) else "Nothing was found")


def _written(key: str) -> Path:
    path = Path(os.environ[PROJECT]).with_name("key.csv")
    path.write_text(key, encoding="utf-8")
    return path


def test_history_tells_the_newest_change_first(coded: Project) -> None:
    shown = opened("history", coder="Ana").dataframe[0].value
    assert shown["seq"].iloc[0] == coded.revision
    assert (shown["actor"].iloc[0], shown["action"].iloc[0]) == ("Ben", "codings.batch")
    assert "reviewed: 36" in shown["details"].iloc[0]


def test_a_name_with_markup_is_shown_as_it_is(project: Project) -> None:
    page = opened("code", coder="<b>*Ana*</b>")
    assert page.markdown[0].value == r"Coding as **\<b\>\*Ana\*\</b\>**"


def test_the_settings_keep_everything_on_this_computer() -> None:
    chosen = settings(8600, open_browser=False)
    assert chosen["server.address"] == "127.0.0.1"
    assert chosen["server.allowedHosts"] == ["127.0.0.1", "localhost"]
    assert chosen["browser.gatherUsageStats"] is False
    assert chosen["client.toolbarMode"] == "viewer"
    assert chosen["theme.light.textColor"] == "#0f1419"
    assert (chosen["server.port"], chosen["server.headless"]) == (8600, True)
    assert 0 < free_port() < 65536


def test_a_port_that_is_taken_is_said_in_a_sentence(project: Project) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(OptionError, match=f"port {port} is taken by another program"):
            serve(project.location, port=port)


def test_every_word_that_the_pane_uses_is_in_the_labels() -> None:
    used = set(re.findall(r"\bwords\.(\w+)", source()))
    used |= {name for group in re.findall(r"const \{ ([\w, ]+) \} = this\.words;", source())
             for name in group.split(", ")}  # fmt: skip
    assert used <= {*labels.PANE, "keys"}
    named = {name for name in labels.PANE if re.search(rf'"{name}"|\b{name}\b', source())}
    assert set(labels.PANE) <= used | named | {"find_words", "find_documents", "others_blind"}
