"""The report of a study: its numbers are the findings', and nothing leaves that should not."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from lxml import html

from qualkit.errors import OptionError, RefusedError, UnknownNameError
from qualkit.formats.report_html import report_html
from qualkit.formats.report_parts import Facts, Figure, Quotes, Report, Section, Table
from qualkit.model import Code, Codebook, Coding
from qualkit.workflow.demo import make_demo
from qualkit.workflow.layers import counted_layer
from qualkit.workflow.project import Project, create_project, open_project
from qualkit.workflow.pseudonyms import load_pseudonyms
from qualkit.workflow.quotations import quotations
from qualkit.workflow.reporting import ReportOptions, build_report


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The invented study that comes with qualkit."""
    with make_demo(tmp_path_factory.mktemp("demo")) as made:
        return made.location


@pytest.fixture
def demo(place: str) -> Iterator[Project]:
    with open_project(place) as opened:
        yield opened


@pytest.fixture(scope="module")
def whole(place: str) -> Report:
    with open_project(place) as opened:
        return build_report(opened)


def blocks(section: Section, kind: type) -> list:
    own = [one for one in section.blocks if isinstance(one, kind)]
    return own + [one for within in section.sections for one in blocks(within, kind)]


def every(report: Report, kind: type) -> list:
    return [one for section in report.sections for one in blocks(section, kind)]


def section(report: Report, title: str) -> Section:
    return next(one for one in report.sections if one.title == title)


def test_every_number_of_the_shares_is_that_of_the_finding(demo: Project, whole: Report) -> None:
    for of, title in (("utterances", "Themes by"), ("speakers", "Speakers who raise")):
        found = demo.frequency(of=of)
        found = found[found["level"] == "theme"].set_index(["code", "stakeholder_type"])
        seen = 0
        for table in [one for one in every(whole, Table) if one.title.startswith(title)]:
            groups = [name.partition("\n")[0] for name in table.columns[1:]]
            totals = [int(re.findall(r"\d+", name)[-1]) for name in table.columns[1:]]
            for theme, *cells in table.rows:
                for group, total, cell in zip(groups, totals, cells, strict=True):
                    row = found.loc[(theme, group)]
                    lines = cell.split("\n")
                    assert lines[1] == f"{row['n']} of {row['total']}"
                    assert total == row["total"]
                    assert abs(int(re.findall(r"\d+", lines[0])[0]) / 100 - row["share"]) <= 0.0051
                    if len(lines) > 2:
                        low, high = (int(one) / 100 for one in re.findall(r"\d+", lines[2]))
                        assert (low, high) == pytest.approx((row["low"], row["high"]), abs=0.0101)
                    else:
                        assert row["low"] != row["low"]
                    seen += 1
        assert seen == len(found)


def test_who_stands_out_adds_up_to_all_groups(demo: Project, whole: Report) -> None:
    table = next(one for one in every(whole, Table) if "stands out" in one.title)
    found = demo.frequency()
    found = found[found["level"] == "theme"]
    for theme, overall, group, there, elsewhere, p, q in table.rows:
        rows = found[found["code"] == theme].set_index("stakeholder_type")
        n, total = (int(one) for one in overall.split("\n")[1].split(" of "))
        assert (n, total) == (rows["n"].sum(), rows["total"].sum())
        assert rows["residual"].idxmax() == group
        parts = [one.split("\n")[1].split(" of ") for one in (there, elsewhere)]
        assert sum(int(one[0]) for one in parts) == n
        assert sum(int(one[1]) for one in parts) == total
        assert float(p) == pytest.approx(rows["p"].iloc[0], abs=0.00051)
        assert float(q) == pytest.approx(rows["q"].iloc[0], abs=0.00051)


def test_every_share_that_one_speaker_carries_is_listed(demo: Project, whole: Report) -> None:
    found = demo.frequency()
    notes = found.loc[found["level"] == "theme", "note"].fillna("")
    table = next(one for one in every(whole, Table) if "one speaker carries" in one.title)
    assert len(table.rows) == notes.str.contains("carried by one speaker").sum()


def test_agreement_is_that_of_the_verb_and_has_its_intervals(demo: Project, whole: Report) -> None:
    table = next(one for one in every(whole, Table) if one.title.startswith("Agreement"))
    found = demo.agreement(coefficients=["alpha"])
    alpha = found[found["coefficient"].isin(["alpha", "micro_alpha"])]
    assert len(table.rows) == len(alpha)
    for cells, row in zip(table.rows, alpha.to_dict("records"), strict=True):
        if row["value"] == row["value"]:
            assert float(cells[1]) == pytest.approx(row["value"], abs=0.0051)
        else:
            assert cells[1] == "–"
            assert cells[-1]
        assert int(cells[4].replace(",", "")) == row["n"]


def test_it_says_what_it_contains_and_what_it_left_out(demo: Project, whole: Report) -> None:
    said = dict(whole.contains.pairs)
    assert said["Names"].startswith("Speakers stand under the names they have in the documents")
    assert (
        said["Whose codings"] == "the consensus where there is one, else any of Amira, Ben, Chloe"
    )
    assert said["Rounds"] == "main"
    assert f"change {demo.revision}" in said["State"]
    assert re.search(r"\b[0-9a-f]{64}\b", said["State"])
    left = section(whole, "What was left out").blocks[0]
    assert "55 utterances of moderators." in left.items
    assert "82 utterances that cannot be coded: headings, notes, lists of people." in left.items


def test_charts_are_described_and_drawn(whole: Report) -> None:
    page = report_html(whole)
    assert "http://" not in page
    assert "https://" not in page
    read = html.document_fromstring(page)
    assert len(read.xpath("//svg")) == len(every(whole, Figure)) == 5
    assert all(len(one.get("aria-label")) > 20 for one in read.xpath("//svg"))
    assert not read.xpath("//script | //link | //img | //@src")
    assert "stakeholder_type" not in read.text_content()


def test_each_code_is_quoted_as_often_as_asked_and_never_twice_by_one_before_all(
    demo: Project,
) -> None:
    layer = counted_layer(demo)
    codes = [code.name for code in demo.codebook().tree()]
    table = quotations(demo, layer, codes, most=3)
    assert (table.groupby("code").size() == table.groupby("code")["of"].first().clip(upper=3)).all()
    for _, rows in table.groupby("code"):
        people = rows.groupby(["speaker", "document"]).size()
        if rows["speakers"].iloc[0] >= len(rows):
            assert people.max() == 1
    assert not table["speaker"].isin(["Facilitator"]).any()


def test_the_same_seed_quotes_the_same_and_another_another(demo: Project) -> None:
    layer = counted_layer(demo)
    codes = [code.name for code in demo.codebook().tree()]
    first, again, other = (quotations(demo, layer, codes, most=2, seed=one) for one in (1, 1, 2))
    assert first.equals(again)
    assert not first[["document", "position"]].equals(other[["document", "position"]])
    one_code = quotations(demo, layer, ["Low pay"], most=2)
    same = first[first["code"] == "Low pay"].reset_index(drop=True)
    assert one_code["quote"].tolist() == same["quote"].tolist()


def test_all_quotations_can_be_had(demo: Project) -> None:
    layer = counted_layer(demo)
    report = build_report(demo, ReportOptions(codes=("low_pay",), quotes=None))
    shown = [quote for one in every(report, Quotes) for quote in one.quotes]
    spoken = layer.utterances[~layer.utterances["is_moderator"]][["document", "position"]]
    coded = layer.codings[layer.codings["code"] == "Low pay"].merge(spoken)
    assert len(shown) == len(coded[["document", "position"]].drop_duplicates()) > 3


def test_words_that_are_coded_are_quoted_and_not_the_whole_utterance(project: Project) -> None:
    text = project.list_utterances("elm").set_index("position")
    row = text[text["text"].str.contains("pay is low")].iloc[0]
    start = int(row["start"]) + row["text"].index("hours")
    at = int(text.index[text["text"].str.contains("pay is low")][0])
    project.apply_codings([Coding("elm", at, "pay", "Ana", start=start, end=start + 14)])
    table = quotations(project, counted_layer(project), ["Pay"])
    assert table["quote"].tolist() == ["… hours are long …"]


def test_only_the_codes_asked_for_are_in_it(demo: Project) -> None:
    report = build_report(demo, ReportOptions(codes=("pay",), coders=("Ben",), quotes=1))
    assert dict(report.contains.pairs)["Whose codings"] == "Ben"
    first = next(one for one in every(report, Table) if one.title.startswith("Themes by"))
    assert [row[0] for row in first.rows] == ["Pay and conditions"]
    assert [one.title for one in section(report, "Codebook").sections] == ["Pay and conditions"]
    where = [quote.where for one in every(report, Quotes) for quote in one.quotes]
    assert where
    assert all(one.endswith("coded by Ben") for one in where)
    assert "agreement needs two" in section(report, "How far coders agree").blocks[0].text
    left = section(report, "What was left out").blocks[0].items
    assert any("codes that this report was not asked for" in one for one in left)


def test_groups_that_share_utterances_are_not_added_up(demo: Project) -> None:
    report = build_report(demo, ReportOptions(by="coder", quotes=0))
    titles = [one.title for one in section(report, "What was found").sections]
    assert "Which theme is whose" not in titles
    assert "left out of this report on request" in section(report, "Quotations").blocks[0].text


def test_what_cannot_be_asked_for_is_said(demo: Project, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="-1 quotations"):
        build_report(demo, ReportOptions(quotes=-1))
    with pytest.raises(UnknownNameError, match="no code 'rents'"):
        build_report(demo, ReportOptions(codes=("rents",)))
    with pytest.raises(OptionError, match="only a report heeds coders, quotes"):
        demo.export(tmp_path / "a.csv", coders=["Ben"], quotes=2)
    assert list(tmp_path.iterdir()) == []


def written(path: Path) -> str:
    """Return every word that stands in a report."""
    if path.suffix == ".html":
        read = html.document_fromstring(path.read_text("utf-8"))
        return " ".join([*read.itertext(), *map(str, read.xpath("//@aria-label | //@title"))])
    with zipfile.ZipFile(path) as parts:
        names = [name for name in parts.namelist() if name.endswith((".xml", ".rels"))]
        return " ".join(re.sub(r"<[^>]+>", " ", parts.read(one).decode()) for one in names)


@pytest.mark.parametrize(("by", "suffix"), [("stakeholder_type", ".docx"), ("speaker", ".html")])
def test_no_name_of_the_key_leaves_under_pseudonyms(
    demo: Project, tmp_path: Path, by: str, suffix: str
) -> None:
    demo.propose_pseudonyms(tmp_path / "key.csv")
    key = load_pseudonyms(tmp_path / "key.csv")
    (path,) = demo.export(tmp_path / f"a{suffix}", pseudonyms=tmp_path / "key.csv", by=by)
    text = written(path)
    left = {text[start:end] for start, end, _ in key.spans(text)}
    assert left - set(key.labels.values()) == set()
    assert "Person 1" in text
    assert "in the key file stand under their" in text


def test_pseudonyms_choose_no_other_quotations(demo: Project, tmp_path: Path) -> None:
    demo.propose_pseudonyms(tmp_path / "key.csv")
    key = load_pseudonyms(tmp_path / "key.csv")
    plain, masked = (build_report(demo, ReportOptions(quotes=1), one) for one in (None, key))
    places = [
        [re.findall(r"utterance (\d+)", quote.where) for one in every(made, Quotes)
         for quote in one.quotes]
        for made in (plain, masked)
    ]  # fmt: skip
    assert places[0] == places[1]


def test_half_a_name_that_was_coded_leaves_as_its_whole_label(new_target, tmp_path: Path) -> None:
    text = tmp_path / "visit.txt"
    text.write_text("Ann Lee: I told Bob Hart that pay is low.\n\nBob Hart: Yes.\n", "utf-8")
    (tmp_path / "key.csv").write_text("name,label\nBob Hart,Carl\nCarl,Zed\nAnn Lee,P1\n", "utf-8")
    book = Codebook("Small", (Code("pay", "Pay"),))
    with create_project(new_target(), codebook=book) as project:
        project.import_documents([text])
        row = project.list_utterances().iloc[0]
        at = int(row["start"]) + row["text"].index("Hart")
        project.apply_codings([Coding("visit", 1, "pay", "Ana", start=at, end=at + 9)])
        report = build_report(project, key=load_pseudonyms(tmp_path / "key.csv"))
    (quote,) = (quote for one in every(report, Quotes) for quote in one.quotes)
    assert quote.text == "… Carl that …"
    assert quote.who == "P1"


def test_what_others_do_in_an_open_blind_round_is_not_in_it(project: Project) -> None:
    project.open_round("Blind", mode="blind", coders=["Ana", "Ben"])
    at = int(project.list_utterances().query("codable")["position"].iloc[0])
    project.apply_codings([Coding("elm", at, "training", "Ana", "Blind")])
    report = build_report(project)
    assert every(report, Quotes) == []
    left = section(report, "What was left out").blocks[0].items
    assert "Everything of Blind: blind, and still open." in left
    with pytest.raises(RefusedError, match="blind and still open"):
        build_report(project, ReportOptions(round_name="Blind"))


def test_a_project_with_nothing_in_it_has_a_report_that_says_so(new_target, tmp_path: Path) -> None:
    book = Codebook("Small", (Code("pay", "Pay <b>&</b>"),))
    with create_project(new_target(), codebook=book, name="<i>Empty</i>") as project:
        project.export(tmp_path / "a.html", tmp_path / "a.docx")
    read = html.document_fromstring((tmp_path / "a.html").read_text("utf-8"))
    assert read.xpath("//h1")[0].text_content() == "<i>Empty</i>"
    text = read.text_content()
    assert "There are no documents in this project yet." in text
    assert "There is nothing to show yet: nobody has coded an utterance yet." in text
    assert "Nothing can be said about agreement" in text
    assert Document(str(tmp_path / "a.docx")).paragraphs[0].text == "<i>Empty</i>"


def test_what_only_markers_found_is_called_no_finding(project: Project) -> None:
    project.autocode("markers")
    report = build_report(project)
    assert dict(report.contains.pairs)["Whose codings"].endswith("no person has coded yet")
    told = " ".join(one.text for one in section(report, "How it was coded").blocks if
                    hasattr(one, "text"))  # fmt: skip
    assert "a first look at the material and no finding" in told


def test_a_study_without_stakeholder_types_and_with_one_coder_is_reported(
    new_target, interview: Path, codebook: Codebook, tmp_path: Path
) -> None:
    with create_project(new_target(), codebook=codebook) as project:
        project.import_documents([interview])
        at = int(project.list_utterances().query("codable")["position"].iloc[1])
        project.apply_codings([Coding("elm", at, "pay", "Ana")])
        report = build_report(project)
    assert isinstance(report.contains, Facts)
    first = next(one for one in every(report, Table) if one.title.startswith("Themes by"))
    assert first.columns[1].startswith("(not set)\n")
    said = section(report, "How far coders agree").blocks[0].text
    assert said.startswith("Nothing can be said about agreement: agreement needs two")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not here")
def test_libreoffice_opens_the_word_document(demo: Project, tmp_path: Path) -> None:
    demo.export(tmp_path / "a.docx", codes=["pay"], quotes=1)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.docx")], check=True, capture_output=True)
    text = (tmp_path / "a.txt").read_text("utf-8-sig")
    assert "What this report contains" in text
    assert "Table 1. Documents" in text
    assert "3.1 Themes by stakeholder type" in text
