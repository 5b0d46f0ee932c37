"""What is counted in place gives the figures that the tables of codings and utterances give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

import qualkit as qk
from qualkit import analysis
from qualkit.store import wholes
from qualkit.workflow.layers import counted_layer
from qualkit.workflow.project import Project
from qualkit.workflow.reading import everything


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with qk.make_demo(tmp_path_factory.mktemp("material")) as made:
        yield made


def alike(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, check_exact=True)
    about = {name: found.attrs[name] for name in expected.attrs}
    assert about == expected.attrs


@pytest.mark.parametrize("moderators", [False, True])
@pytest.mark.parametrize("by", ["stakeholder_type", "organisation", "document", "reported"])
def test_a_frequency_is_that_of_the_tables(demo: Project, by: str, moderators: bool) -> None:
    layer, parents = counted_layer(demo), demo.codebook().parents()
    how = {"by": by, "moderators": moderators, "permutations": 49, "seed": 3}
    for of in ("utterances", "speakers", "documents"):
        found = demo.frequency(of=of, **how)
        expected = analysis.frequency(
            layer.codings, layer.utterances, of=of, parents=parents, **how
        )
        alike(found, expected)


@pytest.mark.parametrize("within", ["utterance", "turn", "window:3", "document"])
@pytest.mark.parametrize("by", [None, "stakeholder_type"])
def test_a_cooccurrence_is_that_of_the_tables(demo: Project, within: str, by: str | None) -> None:
    layer, parents = counted_layer(demo), demo.codebook().parents()
    found = demo.cooccurrence(within=within, by=by)
    expected = analysis.cooccurrence(
        layer.codings, layer.utterances, within=within, by=by, parents=parents
    )
    alike(found, expected)


def test_words_are_read_when_something_asks_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    times = 0
    real = wholes.every_utterance

    def counted(*what: object) -> object:
        nonlocal times
        times += 1
        return real(*what)

    monkeypatch.setattr(wholes, "every_utterance", counted)
    with qk.make_demo(tmp_path) as project:
        project.frequency()
        project.cooccurrence(within="turn")
        assert times == 0
        before = project.retrieve("has:code")
        assert times == 1
        place = before.iloc[0]
        project.code_utterance(place["document"], int(place["position"]), "Pandemic", coder="Zoe")
        after = project.retrieve("has:code")
        assert after["text"].tolist() == before["text"].tolist()
        assert times == 1


def test_what_was_worked_out_stays_a_few_of_each_kind(demo: Project) -> None:
    read, made = everything(demo), []
    for number in range(5):
        read.once(("material", number), lambda: made.append(0) or object())
    first = read.once(("material", 4), lambda: pytest.fail("it was there"))
    assert read.once(("material", 4), object) is first
    read.once(("material", 0), lambda: made.append(0) or object())
    assert len(made) == 6
