import pytest

from qualkit.errors import NotEnoughError, OptionError, RefusedError, UnknownNameError
from tests.workflow.growing import EACH, code, grown


@pytest.fixture
def big(project, tmp_path):
    return grown(project, tmp_path)


def waiting_in(project, document="elm"):
    table = project.list_utterances(document=document)
    return [int(one) for one in table.loc[table["codable"], "position"]]


def test_what_is_new_of_type_and_document_comes_first_with_the_reason(big):
    table = big.next_to_code("Ana")
    assert set(table["document"]) == {"elm"}
    assert "Rosa Field" not in set(table["speaker"])  # a moderator
    first = table.iloc[0]
    assert first["gain"] == 1.0
    assert first["stakeholder_type"] == "Provider"
    assert first["reason"].startswith(
        "no one of type Provider is coded yet; nothing of elm is coded yet; "
    )
    about = table.attrs["about"]
    assert (about["round"], about["waiting"]) == ("main", len(table))
    everything = big.next_to_code("Ana", moderators=True)
    assert len(everything) == len(waiting_in(big))


def test_what_the_coder_has_looked_at_is_left_out_and_others_have_it_to_do(big):
    at = waiting_in(big)[1]
    big.code_utterance("elm", at, "Low pay", coder="Ana")
    assert at not in set(big.next_to_code("ana")["position"])
    table = big.next_to_code("Ben", top=5)
    assert len(table) == 5
    assert table["gain"].is_monotonic_decreasing


def test_documents_are_ordered_too(big):
    table = big.next_to_code("Ben", documents=True)
    assert len(table) == 7
    assert list(table.columns) == ["document", "waiting", "gain", "reason"]
    assert table.set_index("document")["waiting"]["doc00"] == EACH


def test_without_any_coding_the_codebook_orders(project):
    table = project.next_to_code("Ana")
    assert len(table) == 4
    assert "codebook's entry of" in " ".join(table["reason"])


def test_where_nothing_waits_the_table_is_empty_and_says_so(project):
    for at in waiting_in(project):
        project.code_utterance("elm", at, "Pay", coder="Ana")
    table = project.next_to_code("Ana")
    assert table.empty
    assert table.attrs["about"]["reason"] == "everything there has been looked at"


def test_a_round_without_suggestions_refuses_both(big):
    big.open_round("Blind", mode="blind", documents=["doc00", "elm"])
    for ask in (big.next_to_code, big.list_missed):
        with pytest.raises(RefusedError, match="round 'Blind' shows no suggestions, and this"):
            ask("Ana", round_name="blind")
    table = big.next_to_code("Ben", top=500)
    assert not {"doc00", "elm"} & set(table["document"])
    assert not {"doc00", "elm"} & set(big.list_missed("Ana", top=500)["document"])


def test_where_suggestions_come_after_the_own_decision_only_decisions_are_looked_into(big):
    big.open_round("Late", suggestions="after own decision")
    with pytest.raises(RefusedError, match="after the coder's own decision only"):
        big.next_to_code("Ana", round_name="Late")
    code(big, "Ana", round_name="Late")
    assert big.list_missed("Ana", round_name="Late").attrs["about"]["round"] == "Late"


def test_a_code_left_out_of_one_utterance_is_found(big):
    """Ben codes as Ana did, but forgets one "Pay" that its word tells."""
    gone = {}

    def forget(rows):
        rows = rows.copy()
        inside = (rows["document"] == "doc02") & (rows["code"] == "Pay")
        one = rows.index[inside][1]
        gone["place"] = (rows.at[one, "document"], rows.at[one, "position"])
        rows.at[one, "code"] = ""
        return rows

    code(big, "Ben", forget)
    table = big.list_missed("Ben", top=50)
    found = table[table["what"] == "probably missed"]
    places = set(zip(found["document"], found["position"], strict=True))
    assert gone["place"] in places
    row = found[(found["document"] == "doc02") & (found["code"] == "Pay")].iloc[0]
    assert row["probability"] > 0.5
    assert row["reason"].startswith("because of “")
    assert table.attrs["about"]["counted"] == f"codings of Ben, on {6 * EACH} utterances"


def test_bad_options_are_said(big):
    with pytest.raises(OptionError, match="top must be 1 or more"):
        big.next_to_code("Ana", top=0)
    with pytest.raises(OptionError, match="top must be 1 or more"):
        big.list_missed("Ana", top=0)
    with pytest.raises(UnknownNameError, match="there is no round 'Pilot'"):
        big.next_to_code("Ana", round_name="Pilot")
    with pytest.raises(UnknownNameError, match="there is no coder 'Ben'"):
        big.list_missed("Ben")
    big.code_utterance("elm", waiting_in(big)[0], "Pay", coder="Ben")
    with pytest.raises(NotEnoughError, match="takes two with reviewed utterances"):
        big.list_missed("Ben")


def test_what_was_probably_missed_is_noted_as_shown_only_where_it_was(big):
    before = len(big.list_exposures(viewer="Ana"))
    table = big.list_missed("Ana", top=3)
    assert len(table) > 0
    assert len(big.list_exposures(viewer="Ana")) == before
    big.list_missed("Ana", top=3, shown=True)
    noted = big.list_exposures(viewer="Ana")
    places = set(zip(table["document"], table["position"], table["code"], strict=True))
    assert places <= set(zip(noted["document"], noted["position"], noted["code"], strict=True))
    big.verify()
