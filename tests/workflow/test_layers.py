"""What findings start from: read once for each state of a project and each viewer."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import qualkit as qk
from qualkit.workflow import blindness
from qualkit.workflow.layers import counted_layer, reviewed_layer
from qualkit.workflow.project import Project, open_project
from qualkit.workflow.reading import everything


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("layers")
    with qk.make_demo(folder) as made:
        return Path(made.location)


@pytest.fixture
def study(demo: Path, tmp_path: Path) -> Iterator[Project]:
    with open_project(shutil.copy(demo, tmp_path)) as opened:
        yield opened


def test_a_state_of_the_project_is_read_once(
    study: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = 0
    real = blindness.every_coding

    def counted(*what: object, **how: object) -> object:
        nonlocal times
        times += 1
        return real(*what, **how)

    monkeypatch.setattr(blindness, "every_coding", counted)
    for _ in range(3):
        study.frequency()
        study.cooccurrence()
    assert times == 1
    place = counted_layer(study).utterances.iloc[0]
    study.code_utterance(place["document"], int(place["position"]), "Fees and rates", coder="Amira")
    study.frequency()
    assert times == 2


def test_a_change_is_counted_at_once(study: Project) -> None:
    before = len(reviewed_layer(study).codings)
    place = counted_layer(study).utterances.iloc[0]
    study.code_utterance(place["document"], int(place["position"]), "Pandemic", coder="Amira")
    assert len(reviewed_layer(study).codings) == before + 1


def test_what_somebody_does_with_a_layer_stays_with_them(study: Project) -> None:
    first = reviewed_layer(study)
    count = len(first.utterances)
    first.utterances["text"] = ""
    first.codings["code"] = "nothing"
    again = reviewed_layer(study)
    assert (again.utterances["text"] != "").all()
    assert "nothing" not in set(again.codings["code"])
    assert len(again.utterances) == count


def test_what_one_viewer_may_see_is_not_shown_to_another(study: Project) -> None:
    study.open_round("Blind", mode="blind", coders=["Amira", "Ben"])
    place = counted_layer(study).utterances.iloc[0]
    study.code_utterance(
        place["document"], int(place["position"]), "Pandemic", coder="Ben", round_name="Blind"
    )
    assert "Blind" in set(reviewed_layer(study, viewer="Ben").codings["round"])
    assert "Blind" not in set(reviewed_layer(study, viewer="Amira").codings["round"])
    assert "Blind" not in set(reviewed_layer(study).codings["round"])


def test_only_the_documents_that_changed_are_read_anew(
    study: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything(study)
    asked: list[object] = []
    real = blindness.every_coding

    def seen(*what: object, only: object = None) -> object:
        asked.append(only)
        return real(*what, only=only)  # type: ignore[arg-type]

    monkeypatch.setattr(blindness, "every_coding", seen)
    names = study.list_documents()["document"].tolist()
    for name in (names[2], names[0]):
        study.code_utterance(name, _codable(study, name), "Pandemic", coder="Zoe")
    followed = everything(study)
    assert [sorted(one) for one in asked] == [sorted((names[0], names[2]))]  # type: ignore[call-overload]
    study.undo("Zoe")
    undone = everything(study)
    with open_project(study.location) as again:
        whole = everything(again)
    pd.testing.assert_frame_equal(undone.codings, whole.codings, check_categorical=False)
    pd.testing.assert_frame_equal(undone.reviewed, whole.reviewed, check_categorical=False)
    assert len(followed.codings) == len(whole.codings) + 1


def _codable(study: Project, name: str) -> int:
    table = study.list_utterances(name)
    return int(table.loc[table["codable"], "position"].iloc[-1])
