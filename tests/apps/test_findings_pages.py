"""The pages of findings: every number is the core's, and leads to its words."""

from __future__ import annotations

import html
import io
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from qualkit.charts import agreement_chart
from qualkit.errors import RefusedError
from qualkit.workflow.project import Project
from qualkit.workflow.screens import utterances_behind
from tests.apps.test_pages import SECONDS, markdown_of, run_page, same_tables
from workbench import labels
from workbench.analyses import found
from workbench.charting import _for_dark
from workbench.downloads import written
from workbench.pages.differences import said_of
from workbench.query_links import link_to_query, query_for
from workbench.state import Session

VIEWS = {
    "themes": ("themes_view", labels.THEMES, ["groups", "two"]),
    "cooccurrence": (
        "pairs_view",
        labels.COOCCURRENCE,
        ["cells", "network", "one", "two", "sequences", "combinations"],
    ),
    "clusters": ("clusters_view", labels.CLUSTERS, ["tree", "map", "profiles"]),
    "course": ("course_view", labels.COURSE, ["saturation", "length", "portrait", "progress"]),
    "words": ("words_view", labels.WORDS, ["concordance", "keywords", "collocations"]),
    "agreement": (
        "agreement_view",
        labels.AGREEMENT,
        ["figures", "utterances", "confusion", "where", "drift", "change", "self", "plan",
         "paragraph", "peers"],
    ),
    "suggestions": (
        "suggestions_view",
        labels.SUGGESTIONS,
        ["next", "missed", "quality", "curve", "calibration", "effect", "rules"],
    ),
}  # fmt: skip
SAID = {
    ("clusters", "map"): "a map needs",
    ("suggestions", "effect"): "no coder was shown a suggestion yet",
    ("suggestions", "rules"): "there is no rule yet",
    ("agreement", "plan"): "",
}
"""What a view says of itself on so small a study, instead of figures."""


def linked(name: str, coder: str | None = "Ana", **address: str) -> AppTest:
    """Open a page by an address."""
    page = AppTest.from_function(run_page, args=(name,), default_timeout=SECONDS)
    if coder:
        page.session_state["qualkit"] = Session(coder=coder)
    for key, value in address.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def viewed(name: str, view: str, **address: str) -> AppTest:
    """Open one view of a page by its address."""
    key, words, _ = VIEWS[name]
    return linked(name, **{key: words[f"view {view}"]}, **address)


def clean(page: AppTest) -> AppTest:
    assert [one.value for one in page.error] == []
    assert not page.exception
    return page


def captions(page: AppTest) -> list[str]:
    return [one.value for one in page.caption]


def said(page: AppTest) -> str:
    return "\n".join(one.value for one in page.markdown)


def articles(page: AppTest) -> int:
    return markdown_of(page).count("<article")


ALL = [(name, view) for name, (_, _, views) in VIEWS.items() for view in views]


@pytest.mark.parametrize(("name", "view"), ALL)
def test_every_view_opens_by_its_address(coded: Project, name: str, view: str) -> None:
    page = viewed(name, view)
    errors = [one.value for one in page.error]
    if errors:
        assert SAID[name, view] in errors[0]
    key = VIEWS[name][0]
    (views,) = [one for one in page.get("button_group") if one.key == key]
    assert views.value == view


@pytest.mark.parametrize("name", ["themes", "cooccurrence", "agreement", "course", "clusters"])
def test_a_finding_that_is_asked_for_again_is_not_computed_again(
    coded: Project, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    page = clean(linked(name))
    calls: list[str] = []

    def counted(verb: str) -> Any:
        real = getattr(Project, verb)

        def instead(*what: Any, **how: Any) -> Any:
            calls.append(verb)
            return real(*what, **how)

        instead.__module__, instead.__qualname__ = real.__module__, real.__qualname__
        return instead

    for verb in ("frequency", "cooccurrence", "agreement", "saturation", "code_tree"):
        monkeypatch.setattr(Project, verb, counted(verb))
    clean(page.run())
    assert calls == []
    coded.code_utterance("Evening", 5, "Fees", coder="Ana")
    clean(page.run())
    assert calls


class TestThemes:
    def test_two_groups_are_told_apart_in_sentences(self, coded: Project) -> None:
        page = clean(viewed("themes", "two"))
        expected = coded.differences("Care worker", "Council", level="theme")
        told = pd.read_html(io.StringIO(_lines(page)))[0]
        assert told["Raised"].tolist() == expected["code"].tolist()
        first = expected.iloc[0]
        share = f"{first['n_a']} of {first['total_a']} ({first['share_a']:.0%})"
        assert told["First group"].iloc[0] == share
        apart, chance, one = said_of(first.to_dict())
        assert told.iloc[0, 3:].tolist() == [apart, chance, one]

    def test_each_number_of_the_sentences_leads_to_as_many_utterances(self, coded: Project) -> None:
        page = clean(viewed("themes", "two"))
        links = re.findall(r'href="([^"]+)"[^>]*>(\d+) of', _lines(page))
        assert links
        for target, count in links:
            query = parse_qs(urlsplit(html.unescape(target)).query)["query"][0]
            assert len(coded.retrieve(query)) == int(count)

    def test_the_words_of_both_groups_stand_side_by_side(self, coded: Project) -> None:
        page = clean(viewed("themes", "two"))
        page.selectbox(key="differences_code").select("Money").run()
        clean(page)
        behind = [
            len(utterances_behind(coded, "Money", level="theme", group=group))
            for group in ("Care worker", "Council")
        ]
        assert articles(page) == sum(behind)

    def test_what_could_be_chance_is_said_to_be(self) -> None:
        row = {"difference": 0.2, "low": 0.1, "high": 0.3, "least": 0.15, "most": 0.22}
        sure = said_of(row | {"p": 0.001, "q": 0.004, "note": None})
        assert sure == (
            "20 points more (10 to 30)",
            "Hardly: p 0.001, q 0.004",
            "No: 15 to 22 points, whoever is left out",
        )
        assert said_of(row | {"p": 0.3, "q": 0.6, "note": None})[1].startswith("It could")
        assert said_of(row | {"p": 0.02, "q": 0.6, "note": None})[1].startswith("Perhaps")
        few = row | {"least": None, "most": None, "p": None, "q": None, "note": None}
        assert said_of(few)[1:] == (
            "Cannot be said: too few speakers",
            "Cannot be said: a group has one speaker",
        )
        one = row | {"p": 0.3, "q": 0.6, "note": "rests on one speaker: without them +0.0 points"}
        assert said_of(one)[2] == "Rests on one speaker: without them +0.0 points"

    @pytest.mark.parametrize("by", ["coder", "round", "third", "reported", "kind", "document"])
    def test_behind_each_number_stand_as_many_utterances(self, coded: Project, by: str) -> None:
        table = coded.frequency(by=by).query("level == 'theme' and n > 0")
        assert len(table)
        for row in table.to_dict("records"):
            behind = utterances_behind(coded, row["code"], level="theme", by=by, group=str(row[by]))
            assert len(behind) == row["n"]

    def test_small_cells_are_left_out_for_publication(self, coded: Project) -> None:
        page = linked("themes")
        page.checkbox(key="suppress").check().run()
        expected = coded.frequency(suppress=5).query("level == 'theme'")
        same_tables(clean(page).dataframe[0].value, expected)

    def test_the_codings_of_one_coder_are_counted_on_request(self, coded: Project) -> None:
        page = linked("themes")
        page.multiselect(key="coders").select("Ben").run()
        expected = coded.frequency(coders=["Ben"]).query("level == 'theme'")
        same_tables(clean(page).dataframe[0].value, expected)
        assert "codings of Ben" in said(page)

    def test_dots_with_intervals_are_another_picture_of_the_same_table(
        self, coded: Project
    ) -> None:
        page = clean(linked("themes", themes_picture=labels.THEMES["picture dots"]))
        same_tables(page.dataframe[0].value, coded.frequency().query("level == 'theme'"))


def _lines(page: AppTest) -> str:
    return next(one.proto.body for one in page.get("html") if 'class="lines"' in one.proto.body)


class TestCooccurrence:
    def test_what_goes_with_one_code_is_said_and_read(self, coded: Project) -> None:
        page = clean(viewed("cooccurrence", "one", pairs_code="Low pay"))
        expected = coded.cooccurrence(code="Low pay").query("n_ab > 0")
        same_tables(page.dataframe[0].value, expected)
        first = expected.iloc[0]
        assert f"Of **{first['n_a']}** with Low pay, **{first['n_ab']}**" in said(page)
        assert f"{first['n_ab']} utterances" in captions(page)

    def test_every_pair_leads_to_the_utterances_where_the_two_meet(self, coded: Project) -> None:
        page = clean(linked("cooccurrence"))
        met = page.dataframe[0].value
        for row in met.to_dict("records"):
            page.selectbox(key="pair").select(f"{row['code_a']} + {row['code_b']}").run()
            count = min(row["n_ab"], 50)
            assert articles(clean(page)) == count

    def test_pairs_of_themes_are_shown_alone(self, coded: Project) -> None:
        for level in labels.PAIRED:
            for view in ("cells", "two", "sequences"):
                clean(viewed("cooccurrence", view, pairs_level=labels.PAIRED[level]))

    def test_one_stakeholder_type_is_looked_at_alone(self, coded: Project) -> None:
        page = clean(linked("cooccurrence", pairs_group="Care worker"))
        whole = coded.cooccurrence(by="stakeholder_type")
        mine = whole[(whole["stakeholder_type"] == "Care worker") & (whole["n_ab"] > 0)]
        assert page.dataframe[0].value["n_ab"].sum() == mine["n_ab"].sum()
        assert page.dataframe[0].value["n_ab"].sum() > 0

    @pytest.mark.parametrize("within", ["turn", "document", "three utterances"])
    def test_nearness_is_asked_as_a_query(self, coded: Project, within: str) -> None:
        page = clean(linked("cooccurrence", pairs_within=within))
        assert "near(" in _query_of(page)
        assert articles(page) > 0

    def test_sets_of_codes_are_shown_without_larger_sets(self, coded: Project) -> None:
        page = clean(viewed("cooccurrence", "combinations"))
        for row in coded.combinations().to_dict("records"):
            if row["codes"]:
                page.selectbox(key="combination").select(" + ".join(row["codes"])).run()
                assert articles(clean(page)) == min(row["n"], 50)

    def test_what_follows_what_is_the_cores(self, coded: Project) -> None:
        page = clean(viewed("cooccurrence", "sequences", sequence_reach="2"))
        same_tables(page.dataframe[0].value, coded.sequences(reach=2))


def _query_of(page: AppTest) -> str:
    target = re.search(r"\]\((/retrieve\?[^)]*)\)", said(page))
    assert target
    return parse_qs(urlsplit(target.group(1)).query)["query"][0]


class TestRetrieve:
    def test_a_query_in_the_address_is_answered(self, coded: Project) -> None:
        page = clean(linked("retrieve", query='code:low_pay speaker:"Ines"'))
        table = coded.retrieve('code:low_pay speaker:"Ines"')
        assert f"**{len(table)}** utterances" in said(page)
        assert articles(page) == len(table)
        assert "<span>Low pay</span>" in markdown_of(page)

    def test_a_wrong_query_is_said_in_a_sentence_with_the_place(self, coded: Project) -> None:
        page = linked("retrieve", query="code:low_pay AND")
        assert "column 17" in page.error[0].value
        page.text_input(key="query").set_value("code:nothing_such").run()
        assert "nothing_such" in page.error[0].value
        page.text_input(key="query").set_value("wage").run()
        clean(page)

    def test_what_was_said_around_it_is_shown(self, coded: Project) -> None:
        page = clean(linked("retrieve", query="position=3", context="1"))
        shown = markdown_of(page)
        assert 'class="around" dir="auto">Ines: My wage does not last' in shown

    def test_every_example_can_be_tried(self, coded: Project) -> None:
        shown = markdown_of(linked("retrieve"))
        for query, _ in labels.QUERIES:
            assert html.escape(link_to_query(query)) in shown

    def test_all_that_was_found_gets_a_code_after_a_trial_and_one_undo_takes_it_back(
        self, coded: Project
    ) -> None:
        before = coded.list_codings()
        page = linked("retrieve", query="fees speaker:Otto")
        page.selectbox(key="code_found").select("Time")
        page.button(key="code_try").click().run()
        count = len(coded.retrieve("fees speaker:Otto"))
        assert f"**{count}** utterances would get the code Time" in said(clean(page))
        assert len(coded.list_codings()) == len(before), "a trial stores nothing"
        page.button(key="code_do").click().run()
        after = coded.list_codings()
        made = after[(after["code"] == "Time") & (after["coder"] == "Ana")]
        assert (len(made), set(made["origin"])) == (count, {"query"})
        coded.undo("Ana")
        assert len(coded.list_codings()) == len(before)

    def test_nobody_in_particular_codes_nothing(self, coded: Project) -> None:
        page = clean(linked("retrieve", coder=None, query="fees"))
        assert labels.RETRIEVE["code_who"] in [one.value for one in page.info]

    def test_an_open_blind_round_shows_only_what_one_did_oneself(self, coded: Project) -> None:
        coded.open_round("Blind", mode="blind", coders=["Ana", "Ben"])
        coded.code_utterance("Evening", 5, "Fees", coder="Ben", round_name="Blind")
        query = "code:fees document:Evening position=5"
        assert "**0** utterances" in said(linked("retrieve", coder="Ana", query=query))
        assert "**1** utterances" in said(linked("retrieve", coder="Ben", query=query))


class TestWords:
    def test_every_place_of_a_word_stands_with_its_context(self, coded: Project) -> None:
        page = clean(linked("words", word="wage"))
        expected = coded.concordance("wage")
        assert f"**{len(expected)}** places" in said(page)
        assert markdown_of(page).count("<b>wage</b>") == len(expected)

    def test_a_wrong_pattern_is_said_in_a_sentence(self, coded: Project) -> None:
        page = linked("words", word="/(/")
        assert len(page.error) == 1

    @pytest.mark.parametrize("by", ["code", "theme", "stakeholder_type"])
    def test_words_that_mark_a_group_lead_to_where_they_stand(
        self, coded: Project, by: str
    ) -> None:
        page = clean(viewed("words", "keywords", keywords_by=labels.MARKED[by]))
        expected = coded.keywords(by=by, top=5)
        if expected.empty:
            assert labels.WORDS["keywords_none"] in [one.value for one in page.info]
            return
        same_tables(page.dataframe[0].value, expected)
        assert articles(page) > 0

    def test_words_side_by_side_are_the_cores(self, coded: Project) -> None:
        page = clean(viewed("words", "collocations"))
        same_tables(page.dataframe[0].value, coded.collocations())
        assert articles(page) > 0


class TestAgreement:
    @pytest.mark.parametrize("level", ["code", "rollup", "theme"])
    def test_figures_follow_the_boxes(self, coded: Project, level: str) -> None:
        page = clean(
            linked(
                "agreement",
                agreement_level=labels.AGREEMENT_LEVELS[level],
                agreement_unit=labels.AGREEMENT_UNITS["span"],
                agreement_interval=labels.INTERVALS["independent"],
                coefficient=labels.COEFFICIENTS["percent"],
            )
        )
        expected = coded.agreement(level=level, unit="span", interval="independent")
        expected = expected[expected["coefficient"] == "percent"]
        same_tables(page.dataframe[0].value, expected)
        micro = coded.agreement(level=level, unit="span", interval="independent")
        value = micro.loc[micro["coefficient"] == "micro_alpha", "value"].iloc[0]
        assert f"micro alpha **{value:.2f}**" in said(page)

    def test_below_a_figure_stand_the_utterances_on_which_they_differ(self, coded: Project) -> None:
        page = linked("agreement", agreement_code="Low pay")
        shown = markdown_of(clean(page))
        table = coded.agreement_by_utterance(only_disagreements=True)
        wanted = table["differs_on"].str.split("; ").map(lambda codes: "Low pay" in codes)
        assert shown.count("<article") == min(int(wanted.sum()), 40)
        assert "<dt>Ana</dt><dd><b>Low pay</b>, Travel between visits</dd>" in shown
        assert "<dt>Ben</dt><dd>Travel between visits</dd>" in shown

    def test_confused_codes_stand_with_their_definitions(self, coded: Project) -> None:
        coded.code_utterance("Evening", 3, "Money", coder="Ana")
        coded.remove_coding("Evening", 3, "Fees", coder="Ana")
        coded.code_utterance("Evening", 3, "Fees", coder="Ben")
        page = clean(viewed("agreement", "confusion"))
        pairs = [one for one in page.selectbox(key="confused").options if "Money" in one]
        page.selectbox(key="confused").select(pairs[0]).run()
        shown = markdown_of(clean(page))
        assert "What the work brings in." in shown
        assert articles(page) == 1

    def test_where_they_differ_leads_to_the_utterances(self, coded: Project) -> None:
        page = clean(viewed("agreement", "where", differ_by=labels.SITES["speaker"]))
        expected = coded.disagreement_by(by="speaker")
        same_tables(page.dataframe[0].value, expected)
        for row in expected.to_dict("records"):
            page.selectbox(key="site_speaker").select(row["speaker"]).run()
            assert articles(clean(page)) == min(row["differing"], 40)

    def test_the_paragraph_is_the_cores(self, coded: Project) -> None:
        page = clean(viewed("agreement", "paragraph"))
        assert page.code[0].value == coded.methods_paragraph()
        assert labels.AGREEMENT["reflexive"] in captions(page)

    def test_other_programs_figures_are_named_as_theirs(self, coded: Project) -> None:
        page = clean(viewed("agreement", "peers", program="MAXQDA"))
        expected = coded.peer_figures(tool="MAXQDA")
        same_tables(page.dataframe[0].value, expected)

    def test_codes_are_compared_with_an_interval_of_the_difference(self, coded: Project) -> None:
        page = viewed("agreement", "change", between=labels.BETWEEN["code"])
        page.selectbox(key="first_code").select("Low pay").run()
        page.selectbox(key="second_code").select("Fees").run()
        expected = coded.agreement_difference("Low pay", "Fees", between="code")
        shown = clean(page).dataframe[0].value
        assert shown["difference"].tolist() == pytest.approx(
            expected["difference"].tolist(), nan_ok=True
        )

    def test_versions_of_the_codebook_are_compared(self, coded: Project) -> None:
        coded.edit_code("Low pay", reason="sharper", definition="Pay below the living wage.")
        page = viewed("agreement", "change", between=labels.BETWEEN["codebook_version"])
        assert page.selectbox(key="first_codebook_version").options == [
            "1: first version",
            "2: sharper",
        ]

    def test_machines_are_no_coders_to_compare(self, coded: Project) -> None:
        coded.edit_code("Low pay", reason="to find it", markers=["wage"])
        coded.autocode()
        assert linked("agreement").multiselect(key="coders").options == ["Ana", "Ben"]
        assert "markers" in linked("themes").multiselect(key="coders").options

    def test_a_plan_is_drawn_as_a_round(self, coded: Project) -> None:
        page = viewed("agreement", "plan", plan_code="Low pay", plan_width="0.9", plan_share="0.3")
        page.text_input(key="plan_name").set_value("Twice")
        page.multiselect(key="plan_coders").select("Ana").select("Ben")
        button = next(one for one in page.button if one.label == labels.AGREEMENT["plan_do"])
        button.click().run()
        if page.info:
            assert "takes more than there is" in page.info[-1].value
            return
        rounds = coded.list_rounds().set_index("round")
        assert rounds.loc["Twice", "mode"] == "blind"

    def test_a_coder_codes_again_and_is_compared_with_the_first_time(self, coded: Project) -> None:
        page = clean(viewed("agreement", "self"))
        page.text_input(key="repeat_name").set_value("Again")
        page.selectbox(key="repeat_coder").select("Ana")
        page.number_input(key="repeat_size").set_value(8)
        next(one for one in page.button if one.label == labels.AGREEMENT["repeat_do"]).click().run()
        assert labels.ROUNDS["opened"].format(round="Again", count=8) in [
            one.value for one in clean(page).success
        ]
        drawn = coded.list_utterances()
        places = drawn[drawn["codable"]][["document", "position"]]
        for document, position in places.itertuples(index=False, name=None):
            try:
                coded.review_utterance(document, position, coder="Ana", round_name="Again")
            except RefusedError:
                continue
        coded.close_round("Again")
        again = clean(viewed("agreement", "self"))
        expected = coded.agreement_with_self("Again")
        chosen = again.selectbox(key="coefficient").value
        same_tables(again.dataframe[0].value, expected[expected["coefficient"] == chosen])


class TestSuggestions:
    def test_quality_is_computed_on_demand_kept_and_said_to_be_old(self, coded: Project) -> None:
        page = clean(viewed("suggestions", "quality"))
        assert not page.dataframe
        page.button(key="evaluate").click().run()
        expected = coded.evaluate()
        whole = clean(page).dataframe[0].value
        assert whole["value"].tolist() == pytest.approx(
            expected.loc[expected["code"] == "(all codes)", "value"].tolist(), nan_ok=True
        )
        fresh = clean(viewed("suggestions", "quality"))
        assert fresh.dataframe, "what was computed is there for the next session, too"
        coded.code_utterance("Evening", 5, "Fees", coder="Ana")
        old = viewed("suggestions", "quality")
        assert labels.SHARED["older"].format(count=1) in [one.value for one in old.info]
        assert old.dataframe

    def test_what_may_have_been_missed_is_noted_when_it_is_shown(self, coded: Project) -> None:
        for position in (2, 6, 10):
            document = "Evening" if position == 2 else "Morning"
            coded.remove_coding(document, position, "Low pay", coder="Ana")
        page = clean(viewed("suggestions", "missed"))
        assert coded.list_exposures().empty
        page.button(key="missed").click().run()
        clean(page)
        shown = coded.list_missed("Ana")
        log = coded.list_exposures()
        assert set(zip(log["document"], log["position"], log["code"], strict=True)) == set(
            zip(shown["document"], shown["position"], shown["code"], strict=True)
        )
        assert articles(page) == len(shown) > 0
        again = viewed("suggestions", "missed")
        assert not again.info, "noting it does not make it old"

    def test_a_round_without_suggestions_shows_none_of_this(self, coded: Project) -> None:
        coded.open_round("Bare", suggestions="never", coders=["Ana"])
        page = AppTest.from_function(run_page, args=("suggestions",), default_timeout=SECONDS)
        page.session_state["qualkit"] = Session(coder="Ana", round="Bare")
        page.run()
        page.button(key="next").click().run()
        assert "shows no suggestions" in page.error[0].value

    def test_what_to_code_next_comes_with_its_reason(self, coded: Project) -> None:
        coded.open_round("Second")
        page = AppTest.from_function(run_page, args=("suggestions",), default_timeout=SECONDS)
        page.session_state["qualkit"] = Session(coder="Ana", round="Second")
        page.run()
        page.button(key="next").click().run()
        table = coded.next_to_code("Ana", round_name="Second")
        assert articles(clean(page)) == len(table) > 0
        assert html.escape(table["reason"].iloc[0]) in markdown_of(page)

    def test_what_suggestions_did_is_told_from_the_log(self, coded: Project) -> None:
        coded.suggest(coder="Cleo", document="Evening", shown=True)
        page = clean(viewed("suggestions", "effect"))
        same_tables(page.dataframe[0].value, coded.suggestion_quality("acceptance"))

    def test_rules_are_judged_by_what_people_gave(self, coded: Project) -> None:
        coded.edit_code("Low pay", reason="to find it", markers=["wage"])
        page = clean(viewed("suggestions", "rules"))
        same_tables(page.dataframe[0].value, coded.rate_rules())
        assert articles(page) > 0


class TestCourse:
    def test_each_stretch_leads_to_its_utterances(self, coded: Project) -> None:
        page = clean(viewed("course", "length", length_parts="3"))
        table = coded.over_length(parts=3).query("level == 'theme'")
        same_tables(page.dataframe[0].value, table)
        for row in table.to_dict("records"):
            page.selectbox(key="length_code_theme").select(row["code"])
            page.selectbox(key="length_part_3").select(str(row["part"])).run()
            assert articles(clean(page)) == row["n"]

    def test_saturation_is_said_and_new_codes_lead_to_their_words(self, coded: Project) -> None:
        page = clean(viewed("course", "saturation"))
        expected = coded.saturation()
        same_tables(page.dataframe[0].value, expected)
        assert expected.attrs["about"]["saturation"] in said(page)
        assert articles(page) > 0

    def test_progress_keeps_a_blind_round_to_its_coder(self, coded: Project) -> None:
        coded.open_round("Blind", mode="blind", coders=["Ana", "Ben"])
        coded.review_utterance("Evening", 2, coder="Ben", round_name="Blind")
        page = clean(viewed("course", "progress"))
        same_tables(page.dataframe[0].value, coded.coding_progress(viewer="Ana"))

    def test_a_portrait_leads_to_its_document(self, coded: Project) -> None:
        page = clean(viewed("course", "portrait", portrait="Morning"))
        same_tables(page.dataframe[0].value, coded.portrait("Morning"))
        assert "(/?document=Morning)" in said(page)


class TestClusters:
    def test_the_tree_is_the_cores_and_leads_to_the_words(self, coded: Project) -> None:
        page = clean(viewed("clusters", "tree"))
        same_tables(page.dataframe[0].value, coded.code_tree())
        assert articles(page) > 0

    def test_who_resembles_whom_is_the_cores(self, coded: Project) -> None:
        page = clean(viewed("clusters", "profiles"))
        same_tables(page.dataframe[0].value, coded.profiles())


class TestOutcome:
    def test_a_table_goes_into_a_spreadsheet_with_its_method_note(self, coded: Project) -> None:
        content = written(coded.cooccurrence(), ".xlsx")()
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        cells = [value for sheet in book for row in sheet.iter_rows(values_only=True)
                 for value in row]  # fmt: skip
        book.close()
        assert any("any of Ana, Ben" in str(value) for value in cells)

    def test_every_chart_can_be_taken_away_as_a_picture(self, coded: Project) -> None:
        page = clean(linked("themes"))
        names = {one.proto.label for one in page.get("download_button")}
        assert {labels.OUTCOME[f"picture {kind}"] for kind in (".svg", ".png")} <= names
        assert {labels.OUTCOME["workbook"], labels.SHARED["csv"]} <= names

    def test_a_query_finds_what_a_number_counts_whatever_stands_in_the_name(
        self, coded: Project
    ) -> None:
        coded.rename_code("Fees", 'What "they" pay \\ us', reason="to see")
        table = coded.frequency().query("n > 0")
        for row in table.to_dict("records"):
            query = query_for(
                row["code"],
                level=row["level"],
                by="stakeholder_type",
                group=row["stakeholder_type"],
            )
            assert len(coded.retrieve(query)) == row["n"]

    def test_a_query_keeps_to_coders_and_round(self, coded: Project) -> None:
        table = coded.frequency(by="document", coders=["Ben"], round_name="main").query("n > 0")
        for row in table.to_dict("records"):
            whose = {"coders": ["Ben"], "round_name": "main"}
            query = query_for(
                row["code"], level=row["level"], by="document", group=row["document"], **whose
            )
            assert len(coded.retrieve(query)) == row["n"]

    def test_the_cache_tells_options_apart(self, coded: Project) -> None:
        first = found(Project.frequency, by="document")
        second = found(Project.frequency, by="speaker")
        assert "document" in first
        assert "speaker" in second


HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.mark.parametrize(("name", "view"), ALL)
def test_a_name_with_markup_is_only_a_name(coded: Project, name: str, view: str) -> None:
    coded.rename_code("Low pay", HOSTILE, reason="to see")
    shown = markdown_of(viewed(name, view))
    assert "<img" not in shown


def test_words_of_participants_are_only_words(coded: Project) -> None:
    coded.add_code(HOSTILE, reason="to see")
    coded.code_utterance("Evening", 2, HOSTILE, coder="Ana")
    shown = markdown_of(linked("retrieve", query="wage"))
    assert "<img" not in shown
    assert html.escape(HOSTILE) in shown


def test_charts_change_their_colours_on_a_dark_page(
    coded: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    chart = agreement_chart(coded.agreement())

    class Theme:
        type = "dark"

    class Context:
        theme = Theme()

    assert _for_dark(chart) is chart
    monkeypatch.setattr("streamlit.context", Context())
    drawn = _for_dark(chart).to_json()
    assert "#2166ac" not in drawn
    assert "#6db1ea" in drawn
