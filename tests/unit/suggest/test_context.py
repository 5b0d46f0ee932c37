import numpy as np
import pandas as pd

from qualkit.suggest.context import AROUND, Setting, roles_of


def talk(documents="aaab", roles=("q", "c", "q", "c"), speakers=("Q", "Ana", "Ana", "Ben")):
    count = len(documents)
    frame = pd.DataFrame({"document": list(documents), "order": range(count)})
    place = frame.groupby("document").cumcount()
    return frame.assign(place=place, role=list(roles), speaker=list(speakers))


def test_what_stands_beside_fades_and_ends_with_the_document():
    context = Setting().fit(talk()).describe(talk(), np.ones(4, int))
    assert np.allclose(context.before.toarray()[2], [0.7, 1, 0, 0])
    assert context.before.toarray()[3].tolist() == [0, 0, 0, 0]
    assert np.allclose(context.after.toarray()[0], [0, 1, 0.7, 0])


def test_utterances_left_out_between_are_no_neighbours():
    frame = talk("aaa", ("q",) * 3, ("Q",) * 3).assign(order=[0, 1, 3])
    context = Setting().fit(frame).describe(frame, np.ones(3, int))
    assert context.before.toarray()[2].tolist() == [0, 0, 0]


def test_no_more_than_a_few_are_looked_at():
    frame = talk("a" * 20, ("q",) * 20, ("Q",) * 20)
    context = Setting().fit(frame).describe(frame, np.ones(20, int))
    assert np.diff(context.before.indptr).max() == AROUND


def test_the_same_speaker_as_before_is_a_fact():
    setting = Setting().fit(talk())
    facts = setting.describe(talk(), np.ones(4, int)).facts
    names = setting.fact_names()
    assert len(names) == facts.shape[1]
    same = facts[:, names.index("(the same speaker as before)")]
    assert (same > 0).tolist() == [False, False, True, False]


def test_nameless_speakers_are_not_taken_for_the_same():
    frame = talk(speakers=("", "", "", ""))
    setting = Setting().fit(frame)
    same = setting.describe(frame, np.ones(4, int)).facts[:, -1]
    assert same.max() == 0


def test_an_unknown_role_belongs_to_all_equally_and_none_is_one_column_of_ones():
    setting = Setting().fit(talk())
    strange = setting.describe(talk(roles=("x", "c", "q", "c")), np.ones(4, int))
    assert strange.roles.tolist() == [[0.5, 0.5], [1, 0], [0, 1], [1, 0]]
    bare = talk(roles=("",) * 4, speakers=("Ana", "Ben", "Ana", "Cleo"))
    assert Setting().fit(bare).describe(bare, np.ones(4, int)).roles.tolist() == [[1]] * 4


def test_a_label_that_speaks_in_several_documents_stands_for_a_role():
    frame = talk("aabb", ("",) * 4, ("Interviewer", "Ana", "Interviewer", "Ben"))
    assert Setting().fit(frame).roles_ == ["Interviewer"]


def test_only_the_commonest_roles_get_weights_of_their_own():
    roles = [f"r{n % 9}" for n in range(90)] + ["rare"]
    frame = pd.DataFrame({"document": "a", "speaker": "", "role": roles})
    assert Setting().fit(frame).roles_ == ["r0", "r1", "r2", "r3", "r4", "r5"]


def test_moderators_come_before_stakeholder_types_and_those_before_roles():
    frame = pd.DataFrame(
        {
            "role": ["Director", "Nurse", None, "Chair"],
            "stakeholder_type": ["Provider", None, "Carer", "Council"],
            "is_moderator": [False, None, False, True],
        }
    )
    assert roles_of(frame) == ["Provider", "Nurse", "Carer", "moderator"]
    assert roles_of(frame[[]]) == ["", "", "", ""]
