"""Coding great amounts: whole, killed and gone on with, alone and in several processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import qualkit as qk
from qualkit.errors import EmptyFileError, NotEnoughError, OptionError, RefusedError
from qualkit.formats.partitions import read_part
from qualkit.model import Code, Codebook
from qualkit.suggest import Suggester
from qualkit.workflow.batch_tables import batch_counts

THEMES = {"Pay": ["wage", "money", "salary"], "Garden": ["rose", "tree", "lawn"]}


def talk(documents: int, size: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(documents):
        for position in range(1, size + 1):
            code = str(rng.choice(["Pay", "Garden", ""], p=[0.2, 0.1, 0.7]))
            usual = rng.choice(
                ["and", "so", "then", "wage", "rose"], 3, p=[0.3, 0.3, 0.3, 0.05, 0.05]
            )
            words = [str(rng.choice(THEMES.get(code, ["day", "weather"]))), *usual]
            who = ("Ann", "carer") if position % 2 else ("Bob", "manager")
            rows.append((f"doc{number:03}", position, " ".join(words), *who, code))
    names = ["document", "position", "text", "speaker", "role", "code"]
    return pd.DataFrame(rows, columns=names)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with a model and a table to code."""
    folder = tmp_path_factory.mktemp("batch")
    taught = talk(12, 25, 1)
    book = Codebook(
        "home",
        (Code("pay", "Pay", markers=("salar*",)), Code("garden", "Garden"), Code("rare", "Rare")),
    )
    suggester = Suggester(language=None)
    suggester.fit(taught, taught[taught["code"] != ""], taught, book).save(folder / "model")
    talk(30, 40, 2).drop(columns="code").to_csv(folder / "in.csv", index=False)
    qk.code_batch(folder / "in.csv", folder / "out", folder / "model", rows=200)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}


def whole(folder: Path, kind: str) -> pd.DataFrame:
    return pd.concat([read_part(one) for one in sorted(folder.glob(f"{kind}-*"))])


def test_every_utterance_is_coded_once_with_its_reasons(place):
    coded, utterances = whole(place / "out", "codes"), whole(place / "out", "utterances")
    given = pd.read_csv(place / "in.csv")
    assert utterances[["document", "position", "role"]].to_numpy().tolist() == (
        given[["document", "position", "role"]].to_numpy().tolist()
    )
    assert set(coded["origin"]) == {"rule", "learned"}
    rule = coded[coded["origin"] == "rule"]
    assert set(rule["reason"]) == {"marker: salar*"}
    assert rule["offered"].all()
    assert set(coded["model"]) == {qk.load_model(place / "model").about_["model"]}
    offered = coded[coded["offered"]].drop_duplicates(["document", "position", "code"])
    assert utterances["codes"].sum() == len(offered)
    assert not coded.duplicated(["document", "position", "code", "origin"]).any()


def test_probabilities_are_those_of_the_suggester(place):
    coded = whole(place / "out", "codes")
    given = pd.read_csv(place / "in.csv")
    suggester = qk.load_model(place / "model")
    scores = suggester.score(given).stack()
    learned = coded[(coded["origin"] == "learned") & (coded["code"] != "Rare")]
    mine = learned.set_index(["document", "position", "code"])["probability"]
    assert np.allclose(mine, scores.loc[mine.index], atol=1e-5)
    missing = scores.index.difference(mine.index)
    known = missing[missing.get_level_values(2) != "Rare"]
    assert scores.loc[known].max() < 0.05 + 1e-5
    is_offered = learned["probability"] >= suggester.thresholds_.iloc[0] - 1e-5
    assert (learned["offered"] == is_offered).mean() > 0.999


def test_the_counts_say_what_they_are(place):
    table = batch_counts(place / "out")
    assert table.attrs["about"]["counts"] == "machine counts, not audited"
    assert json.loads((place / "out" / "manifest.json").read_text())["counts"] == (
        "machine counts, not audited"
    )
    coded = whole(place / "out", "codes")
    offered = coded[coded["offered"]].drop_duplicates(["document", "position", "code"])
    counted = table.set_index("code")["machine_n"]
    assert counted[counted > 0].to_dict() == offered.groupby("code").size().to_dict()
    assert table.attrs["about"]["utterances"] == 1200
    assert table.attrs["about"]["documents"] == 30


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_input_and_output_may_be_of_any_form(place, tmp_path, form):
    given = pd.read_csv(place / "in.csv").head(120)
    source = tmp_path / f"in.{form}"
    if form == "csv":
        given.to_csv(source, index=False)
    elif form == "jsonl":
        given.to_json(source, orient="records", lines=True)
    else:
        given.to_parquet(source)
    table = qk.code_batch(source, tmp_path / "out", place / "model", form=form, rows=50)
    assert len(list((tmp_path / "out").glob(f"codes-*.{form}"))) == 2
    assert table["machine_n"].sum() > 0


def test_several_processes_and_a_killed_run_give_the_same_bytes(place, tmp_path):
    code = (
        "import sys, qualkit as qk\n"
        "if __name__ == '__main__':\n"
        "    qk.code_batch(*sys.argv[1:4], rows=200, jobs=int(sys.argv[4]))\n"
    )
    script = tmp_path / "run.py"
    script.write_text(code)
    target = tmp_path / "out"
    given = [str(place / "in.csv"), str(target), str(place / "model"), "2"]
    process = subprocess.Popen([sys.executable, str(script), *given], start_new_session=True)
    until = time.monotonic() + 120
    while not list(target.glob("part-*.json")) and process.poll() is None:
        assert time.monotonic() < until, "the killed run wrote nothing"
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    (target / ".codes-00005.parquet.1234.part").write_bytes(b"half")  # what a kill may leave
    written = {one: one.stat().st_mtime_ns for one in target.glob("part-*.json")}
    qk.code_batch(place / "in.csv", target, place / "model", rows=200)
    assert content(target) == content(place / "out")
    assert written
    assert all(one.stat().st_mtime_ns == then for one, then in written.items())


def test_another_model_input_or_set_of_options_is_refused(place, tmp_path):
    other = qk.load_model(place / "model")
    other.save(tmp_path / "other", about={"coders": ["Ann"]})
    given = [place / "in.csv", place / "out"]
    with pytest.raises(RefusedError, match="holds a batch of another model; name a folder"):
        qk.code_batch(*given, tmp_path / "other", rows=200)
    with pytest.raises(RefusedError, match="another set of options"):
        qk.code_batch(*given, place / "model", rows=200, precision=0.8)
    with pytest.raises(RefusedError, match="another size of partitions"):
        qk.code_batch(*given, place / "model", rows=300)
    (tmp_path / "in.csv").write_bytes((place / "in.csv").read_bytes() + b"z,1,x,,\n")
    with pytest.raises(RefusedError, match="another input"):
        qk.code_batch(tmp_path / "in.csv", place / "out", place / "model", rows=200)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(RefusedError, match="holds something that is no batch"):
        qk.code_batch(place / "in.csv", tmp_path / "mine", place / "model")


def test_one_run_at_a_time_in_a_folder(place, tmp_path):
    told = []

    def progress(words):
        told.append(words)
        with pytest.raises(RefusedError, match="another run is at work in this folder"):
            qk.code_batch(place / "in.csv", tmp_path / "out", place / "model", rows=200)

    qk.code_batch(place / "in.csv", tmp_path / "out", place / "model", rows=200, progress=progress)
    assert len(told) == 6
    assert content(tmp_path / "out") == content(place / "out")


def test_a_folder_that_another_program_holds_is_free_once_it_is_killed(place, tmp_path):
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from qualkit.workflow.batch_lock import only_run\n"
        "with only_run(Path(sys.argv[1])):\n    print(flush=True)\n    time.sleep(60)\n"
    )
    given = [sys.executable, "-c", code, str(tmp_path / "out")]
    with subprocess.Popen(given, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        with pytest.raises(RefusedError, match="another run is at work"):
            qk.code_batch(place / "in.csv", tmp_path / "out", place / "model", rows=200)
        process.kill()
    qk.code_batch(place / "in.csv", tmp_path / "out", place / "model", rows=200)
    assert content(tmp_path / "out") == content(place / "out")


def test_what_is_written_must_not_lie_in_what_is_read(place, tmp_path):
    (tmp_path / "a.txt").write_text("Ann Lee: Our wage is low.\n")
    for target in (tmp_path, tmp_path / "out"):
        with pytest.raises(OptionError, match="it lies within IN"):
            qk.code_batch(tmp_path, target, place / "model")
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]


def test_a_wanted_precision_leaves_out_what_cannot_reach_it(place, tmp_path):
    given = [place / "in.csv", tmp_path / "out", place / "model"]
    table = qk.code_batch(*given, precision=0.9, markers=False).set_index("code")
    assert table.loc["Rare", "reason"] == "only 0 codings, too few to judge by"
    assert table.loc["Rare", "machine_n"] == 0
    assert table.loc["Pay", "held_out_precision"] >= 0.9
    truth = talk(30, 40, 2)
    coded = whole(tmp_path / "out", "codes")
    pay = coded[coded["offered"] & (coded["code"] == "Pay")]
    right = pay.merge(truth[truth["code"] == "Pay"], on=["document", "position"])
    assert len(right) / len(pay) > 0.8


def test_queries_find_for_their_codes_also_where_a_name_is_absent(place, tmp_path):
    given = [place / "in.csv", tmp_path / "out", place / "model"]
    queries = [("pay", 'role:carer "wage"'), ("Rare", "NOT speaker:Nobody AND weather")]
    table = qk.code_batch(*given, queries=queries, rows=200).set_index("code")
    coded = whole(tmp_path / "out", "codes")
    found = coded[coded["origin"] == "query"].merge(
        pd.read_csv(place / "in.csv"), on=["document", "position"]
    )
    pay = found[found["code"] == "Pay"]
    assert pay["role"].eq("carer").all()
    assert pay["text"].str.contains("wage").all()
    assert set(pay["reason"]) == {'query: role:carer "wage"'}
    assert table.loc["Rare", "by_query"] == found[found["code"] == "Rare"].shape[0] > 0
    assert found["text"][found["code"] == "Rare"].str.contains("weather").all()


def test_queries_and_options_that_make_no_sense_are_refused(place, tmp_path):
    given = [place / "in.csv", tmp_path / "out", place / "model"]
    wrong = [
        ({"queries": [("pay", "code:pay")]}, "nobody has coded"),
        ({"queries": [("pay", "is:reviewed")]}, "nobody has coded"),
        ({"queries": [("pay", "(wage")]}, "query, column"),
        ({"queries": [("hours", "wage")]}, "no code 'hours'"),
        ({"form": "xlsx"}, "no form 'xlsx'; parquet or csv or jsonl"),
        ({"jobs": 0}, "jobs must be 1 or more"),
        ({"least": 0}, "least must be above 0"),
        ({"rows": 0}, "a partition has 1 utterance or more, not 0"),
        ({"precision": 2}, "precision must be above 0"),
    ]
    for options, words in wrong:
        with pytest.raises(qk.BadInputError) as problem:
            qk.code_batch(*given, **options)
        assert words in str(problem.value)
    assert not (tmp_path / "out").exists()
    (tmp_path / "empty.csv").write_text("document,text\n")
    with pytest.raises(EmptyFileError, match="there is no utterance in it"):
        qk.code_batch(tmp_path / "empty.csv", tmp_path / "none", place / "model")


def test_progress_says_rate_and_time_left(place, tmp_path):
    said: list[str] = []
    given = [place / "in.csv", tmp_path / "out", place / "model"]
    qk.code_batch(*given, rows=400, progress=said.append)
    assert len(said) == 3
    assert said[-1].startswith("1,200 utterances, ")
    assert "a second, about 0 seconds left" in said[-1]


def test_a_project_codes_by_what_its_coders_taught(project, tmp_path):
    table = project.list_utterances("elm")
    first, *_, last = table.loc[table["codable"], "position"].tolist()
    project.code_utterance("elm", first, "Low pay", coder="Ana")
    (tmp_path / "in.csv").write_text("document,text\nd,the pay is low\nd,certificates\n")
    table = project.code_batch(tmp_path / "in.csv", tmp_path / "out")
    assert table.attrs["about"]["utterances"] == 2
    assert project.code_batch(tmp_path / "in.csv", tmp_path / "out").equals(table)
    project.code_utterance("elm", last, "Training", coder="Ana")
    with pytest.raises(RefusedError, match="holds a batch of another model"):
        project.code_batch(tmp_path / "in.csv", tmp_path / "out")
    assert not list((tmp_path / "out").glob(".*"))


def test_an_unfinished_batch_is_not_counted(place, tmp_path):
    (tmp_path / "job.json").write_bytes((place / "out" / "job.json").read_bytes())
    with pytest.raises(NotEnoughError, match="the batch is not complete; give the command again"):
        batch_counts(tmp_path)
    with pytest.raises(OptionError, match="holds no batch that can be read"):
        batch_counts(tmp_path / "nowhere")
