import re
from pathlib import Path

import pandas as pd
import pytest

from qualkit.formats.codebooks import load_codebook
from qualkit.formats.documents import read_document
from qualkit.formats.typologies import load_typology
from qualkit.text.stakeholders import assign_type

ROOT = Path(__file__).parents[1]
DATA = ROOT / "data"
SEEDS = ROOT.parent / "shared" / "seeds"
COLUMNS = ["document", "position", "code", "certainty", "memo", "quote"]
CODERS = ["amira", "ben", "chloe", "consensus"]


@pytest.fixture(scope="module")
def documents():
    return {path.stem: read_document(path) for path in sorted((DATA / "transcripts").glob("*.txt"))}


@pytest.fixture(scope="module")
def codings():
    return {
        coder: pd.read_csv(DATA / "codings" / f"{coder}.csv", keep_default_na=False)
        for coder in CODERS
    }


@pytest.fixture(scope="module")
def typology():
    return load_typology(ROOT / "codebooks" / "stakeholders_social_care.yaml")


def codable(document):
    return {u.position: u.text_in(document.text) for u in document.utterances if u.codable}


@pytest.mark.parametrize("coder", CODERS)
def test_every_quote_begins_the_utterance_at_its_position(documents, codings, coder):
    table = codings[coder]
    assert list(table.columns) == COLUMNS
    for row in table.itertuples():
        assert codable(documents[row.document])[row.position].startswith(row.quote)


@pytest.mark.parametrize("coder", CODERS)
def test_a_coder_looked_at_every_codable_utterance_of_a_document(documents, codings, coder):
    for name, rows in codings[coder].groupby("document"):
        assert set(rows["position"]) == set(codable(documents[name]))


@pytest.mark.parametrize("coder", CODERS)
def test_every_code_is_in_the_codebook_and_stated_once(codings, coder):
    book = load_codebook(ROOT / "codebooks" / "social_care_workforce.yaml")
    table = codings[coder]
    assert set(table["code"]) <= {*book.by_id, ""}
    assert not table.duplicated(["document", "position", "code"]).any()
    assert set(table["certainty"].astype(str)) <= {"", "1", "2", "3"}
    empty = table[table["code"] == ""]
    assert not empty.merge(table[table["code"] != ""], on=["document", "position"]).size


def test_amira_and_ben_share_five_documents(codings):
    shared = set(codings["amira"]["document"]) & set(codings["ben"]["document"])
    assert len(shared) == 5
    assert codings["amira"]["document"].nunique() == 6


def test_the_counts_in_the_readme_hold(documents, codings):
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    turns = dict(re.findall(r"\| `(\w+)\.txt` \|[^|]*\| (\d+) \|", readme))
    assert {name: int(n) for name, n in turns.items()} == {
        name: len(codable(document)) for name, document in documents.items()
    }
    assert f"{sum(map(int, turns.values()))} turns in all" in readme
    for coder, table in codings.items():
        looked = len(table.drop_duplicates(["document", "position"]))
        coded = int((table["code"] != "").sum())
        assert re.search(rf"`{coder}\.csv` \|[^|]*\| {looked} \| {coded} \|", readme), coder


def test_transcripts_are_read_as_turns_with_their_speakers(documents):
    for name, document in documents.items():
        text = (DATA / "transcripts" / f"{name}.txt").read_text(encoding="utf-8")
        present = re.search(r"Present:\n((?:.+\n)+)", text)
        people = [line.split(", ")[0] for line in present[1].splitlines()] if present else []
        said = {u.speaker for u in document.utterances if u.codable}
        assert None not in said
        assert not present or said == set(people), name


def test_speakers_with_a_role_get_a_type_and_at_least_six_types_speak(documents, typology):
    types = set()
    for document in documents.values():
        for speaker in document.speakers:
            typed = assign_type(speaker, typology)
            types.add(typed.stakeholder_type)
            assert typed.stakeholder_type or speaker.is_generic, speaker.name
    assert len(types - {None, "moderator"}) >= 6


def test_people_without_names_are_given_types_by_hand(documents, typology):
    people = pd.read_csv(DATA / "people.csv")
    assert list(people.columns) == [
        "speaker",
        "document",
        "role",
        "organisation",
        "stakeholder_type",
    ]
    assert set(people["stakeholder_type"]) <= {kind.id for kind in typology.types}
    spoken = {speaker.name for speaker in documents["focus_group_home_care"].speakers}
    assert set(people["speaker"]) == spoken


def test_turns_are_between_five_and_ninety_words_long(documents):
    lengths = [len(t.split()) for d in documents.values() for t in codable(d).values()]
    assert min(lengths) >= 5
    assert max(lengths) <= 90


def words(text):
    return re.findall(r"\w+", text.lower())


def test_no_run_of_eight_words_is_taken_from_the_seeds(documents):
    if not SEEDS.is_dir():
        pytest.skip("../shared is not here")
    seeds = words(" ".join(p.read_text(encoding="utf-8") for p in sorted(SEEDS.glob("*.txt"))))
    known = {tuple(seeds[n : n + 8]) for n in range(len(seeds) - 7)}
    book = (ROOT / "codebooks" / "social_care_workforce.yaml").read_text(encoding="utf-8")
    for text in [*(document.text for document in documents.values()), book]:
        mine = words(text)
        assert not known & {tuple(mine[n : n + 8]) for n in range(len(mine) - 7)}
