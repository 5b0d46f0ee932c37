"""Findings of a whole study, as a researcher asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from qualkit.errors import NotEnoughError, OptionError, RefusedError, UnknownNameError
from qualkit.workflow.demo import make_demo
from qualkit.workflow.drawing import CHARTS
from qualkit.workflow.project import Project, create_project, open_project


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The invented study that comes with qualkit."""
    with make_demo(tmp_path_factory.mktemp("demo")) as made:
        return made.location


@pytest.fixture
def demo(place: str) -> Iterator[Project]:
    with open_project(place) as opened:
        yield opened


def test_what_one_group_raises_and_another_does_not(demo: Project) -> None:
    table = demo.differences("care WORKER", "care provider", level="theme")
    assert table["difference"].is_monotonic_decreasing
    first = table.iloc[0]
    assert first["code"] == "Recognition and esteem"
    assert (first["n_a"] > 0, first["n_b"]) == (True, 0)
    assert first["q"] < 0.05
    about = table.attrs["about"]
    assert about["group_a"] == "Care worker, 73 utterances"
    assert "shuffled over speakers, all 715 arrangements" in about["test"]
    assert about["moderators"] == "left out"


def test_of_one_document_no_test_is_told(project: Project) -> None:
    table = project.list_utterances("elm")
    for position in table.loc[table["codable"], "position"].tolist()[:4]:
        project.code_utterance("elm", int(position), "Pay", coder="Ana")
    found = project.cooccurrence(moderators=True)
    assert found["p"].isna().all()
    assert found.attrs["about"]["test"].startswith("none: it compares documents")


def test_what_neither_group_says_stands_last(demo: Project) -> None:
    table = demo.differences("Care worker", "Care provider")
    silent = (table["n_a"] == 0) & (table["n_b"] == 0)
    assert silent.any()
    assert silent.is_monotonic_increasing


def test_what_goes_with_a_code_the_closest_first(demo: Project) -> None:
    table = demo.cooccurrence(code="pay")
    assert set(table["code_a"]) == {"Pay and conditions"}
    assert table["share_a"].is_monotonic_decreasing
    assert "Low pay" not in set(table["code_b"])
    assert table.attrs["about"]["denominator"] == "utterances looked at, each once"
    assert "t over 6 documents" in table.attrs["about"]["test"]
    with pytest.raises(UnknownNameError, match="no code 'rents'"):
        demo.cooccurrence(code="rents")


@pytest.mark.parametrize(
    "by",
    ["organisation", "role", "speaker", "document", "kind", "section", "reported", "third"],
)
def test_groups_by_any_attribute_add_up_to_the_same_codings(demo: Project, by: str) -> None:
    table = demo.frequency(by=by, permutations=9)
    whole = demo.frequency(permutations=9)
    themes = table[table["level"] == "theme"].groupby("code")["n"].sum()
    expected = whole[whole["level"] == "theme"].groupby("code")["n"].sum()
    pd.testing.assert_series_equal(themes, expected)
    assert by in table.attrs["about"]["denominator"]


def test_by_coder_everybody_has_what_they_looked_at(demo: Project) -> None:
    table = demo.frequency(by="coder")
    totals = table.groupby("coder")["total"].first()
    assert list(totals.index) == ["Amira", "Ben", "Chloe"]
    assert totals["Amira"] > totals["Ben"]
    assert table["p"].isna().all()
    assert table.attrs["about"]["test"] == "none: there is nothing to shuffle"
    with pytest.raises(OptionError, match="coders share their utterances"):
        demo.differences("Amira", "Ben", by="coder")
    assert demo.frequency(by="round")["round"].unique().tolist() == ["main"]


def test_own_attributes_of_speakers_make_groups(demo: Project, tmp_path: Path) -> None:
    file = tmp_path / "nights.csv"
    file.write_text("speaker,shift\nDawn Okafor,day\nMaggie Kearns,night\n", encoding="utf-8")
    table = demo.frequency(by="shift", attributes=file)
    assert table["shift"].unique().tolist() == ["day", "night", "(not set)"]
    frame = pd.DataFrame({"speaker": ["Nobody"], "shift": ["day"]})
    with pytest.raises(UnknownNameError, match="nobody and nothing is called 'Nobody'"):
        demo.frequency(by="shift", attributes=frame)


def test_a_table_to_publish_hides_small_cells(demo: Project) -> None:
    table = demo.frequency(suppress=5)
    assert not table["n"].dropna().between(1, 4).any()
    assert table.attrs["about"]["suppressed"] == "cells below 5, and next to them"


def test_pairs_of_one_group_and_not_of_another(demo: Project) -> None:
    table = demo.pair_differences("Care worker", "Care provider", level="theme")
    assert ((table["n_ab_a"] > 0) | (table["n_ab_b"] > 0)).all()
    assert table["p"].dropna().is_monotonic_increasing
    assert table.attrs["about"]["pairs_that_never_meet"] >= 0


def test_what_follows_what(demo: Project) -> None:
    table = demo.sequences(code="fees", reach=2, speaker="other")
    assert (table["n_ab"] > 0).all()
    assert table.attrs["speaker"] == "other"
    assert "seed 1" in table.attrs["about"]["test"]
    pd.testing.assert_frame_equal(table, demo.sequences(code="fees", reach=2, speaker="other"))


def test_saturation_says_when_it_was_reached_and_by_which_rule(demo: Project) -> None:
    table = demo.saturation()
    assert len(table) == 6
    assert table.attrs["about"]["saturation"] == (
        "not reached: at most 5% new in 2 documents, of the codes in the first 4"
    )
    easy = demo.saturation(threshold=0.1, order=list(table["document"]))
    assert easy.attrs["about"]["saturation"].startswith("reached with document 6 of 6")
    early = demo.saturation(base=6)
    assert early.attrs["about"]["saturation"].startswith("not to be said yet")


def test_progress_names_what_was_not_begun(demo: Project) -> None:
    table = demo.coding_progress().set_index(["coder", "document"])
    assert table.loc[("Ben", "scrutiny_meeting"), "reviewed"] == 0
    assert table.loc[("Amira", "scrutiny_meeting"), "share"] == 1
    assert ("Consensus", "scrutiny_meeting") not in table.index
    assert (table["coded"] <= table["reviewed"]).all()


def test_contrasts_say_how_much_they_show(demo: Project) -> None:
    assert "the first shows 33% of the differences" in demo.correspondence().attrs["about"]["axes"]
    tree = demo.code_tree(level="theme")
    assert tree.attrs["about"]["cophenetic"].startswith("0.69")
    assert demo.profiles().attrs["about"]["left_out_of_it"].startswith("4 with fewer than 5")
    sets = demo.combinations()
    assert sets["n"].sum() == sets.attrs["about"]["utterances"]
    length = demo.over_length(parts=3)
    assert set(length["part"]) == {1, 2, 3}
    strip = demo.portrait("HARBOUR_round_table.txt")
    assert strip["to_word"].max() == strip.attrs["words"]


WHAT = {
    "differences": ("Care worker", "Care provider"),
    "portrait": ("harbour_round_table",),
}


@pytest.mark.parametrize("kind", CHARTS)
def test_every_chart_is_one_call_and_has_words_for_who_cannot_see_it(
    demo: Project, kind: str
) -> None:
    drawn = demo.chart(kind, *WHAT.get(kind, ()), title="A title")
    assert drawn.to_dict()["description"]


def test_a_chart_takes_the_options_of_its_finding_and_its_drawing(demo: Project) -> None:
    drawn = demo.chart("network", level="theme", measure="phi", fewest=3)
    assert "phi" in str(drawn.to_dict())
    with pytest.raises(OptionError, match="the chart 'tree' has no option 'by'; it has coders"):
        demo.chart("tree", by="role")
    with pytest.raises(OptionError, match="no chart 'pie'; choose one of themes"):
        demo.chart("pie")


def test_nothing_is_found_before_anything_is_coded(project: Project) -> None:
    for ask in (
        lambda: project.differences("Care worker", "Provider"),
        project.sequences,
        project.saturation,
        project.combinations,
        lambda: project.portrait("elm"),
    ):
        with pytest.raises(NotEnoughError, match="nobody has coded"):
            ask()
    assert project.coding_progress().empty


def test_no_finding_looks_into_a_blind_round(project: Project) -> None:
    project.open_round("Second", mode="blind", coders=["Ana"])
    for ask in (
        lambda: project.differences("Care worker", "Provider", round_name="Second"),
        lambda: project.sequences(round_name="Second"),
        lambda: project.saturation(round_name="Second"),
        lambda: project.code_tree(round_name="Second"),
        lambda: project.portrait("elm", round_name="Second"),
    ):
        with pytest.raises(RefusedError, match="blind and still open"):
            ask()


def test_real_documents_coded_by_markers_answer_the_same_questions(
    shared: Path, target: str
) -> None:
    books = Path(__file__).parents[2] / "codebooks"
    with create_project(
        target,
        codebook=books / "social_care_workforce.yaml",
        stakeholders=books / "stakeholders_social_care.yaml",
    ) as study:
        study.import_documents([shared / "seeds"])
        study.autocode("markers")
        themes = study.frequency().query("level == 'theme'")
        assert themes["n"].sum() > 300
        assert (themes["n"] <= themes["total"]).all()
        apart = study.differences("Local authority", "Central government", of="speakers")
        assert apart["p"].dropna().min() >= apart.attrs["smallest_p"] - 1e-9
        assert (apart["low"].dropna() >= -1).all()
        pairs = study.cooccurrence(code="pay", level="theme")
        assert pairs["code_b"].iloc[0] == "Funding and commissioning"
        assert len(study.saturation()) == 5
