import numpy as np
import pandas as pd

from qualkit.suggest.context import AROUND, OPTIONS, Setting, roles_of
from qualkit.suggest.features import WordFeatures


def talk(documents="aaab", roles=("q", "c", "q", "c"), speakers=("Q", "Ana", "Ana", "Ben")):
    count = len(documents)
    frame = pd.DataFrame({"document": list(documents), "order": range(count)})
    place = frame.groupby("document").cumcount()
    return frame.assign(place=place, role=list(roles), speaker=list(speakers))


def said(*texts):
    """Return the words of texts, or of so many that say the same."""
    texts = ["word"] * texts[0] if isinstance(texts[0], int) else texts
    return WordFeatures({}).fit(texts, [None] * len(texts)).transform(texts, [None] * len(texts))


def test_what_stands_beside_fades_and_ends_with_the_document():
    context = Setting().fit(talk()).describe(talk(), said(4))
    assert np.allclose(context.before.toarray()[2], [0.7, 1, 0, 0])
    assert context.before.toarray()[3].tolist() == [0, 0, 0, 0]
    assert np.allclose(context.after.toarray()[0], [0, 1, 0.7, 0])


def test_utterances_left_out_between_are_no_neighbours():
    frame = talk("aaa", ("q",) * 3, ("Q",) * 3).assign(order=[0, 1, 3])
    context = Setting().fit(frame).describe(frame, said(3))
    assert context.before.toarray()[2].tolist() == [0, 0, 0]


def test_no_more_than_a_few_are_looked_at():
    frame = talk("a" * 20, ("q",) * 20, ("Q",) * 20)
    context = Setting().fit(frame).describe(frame, said(20))
    assert np.diff(context.before.indptr).max() == AROUND


def test_the_same_speaker_as_before_is_a_fact():
    setting = Setting().fit(talk())
    facts = setting.describe(talk(), said(4)).facts
    names = setting.fact_names()
    assert len(names) == facts.shape[1]
    same = facts[:, names.index("(the same speaker as before)")]
    assert (same > 0).tolist() == [False, False, True, False]


def test_nameless_speakers_are_not_taken_for_the_same():
    frame = talk(speakers=("", "", "", ""))
    setting = Setting().fit(frame)
    same = setting.describe(frame, said(4)).facts[:, -1]
    assert same.max() == 0


def test_an_unknown_role_belongs_to_all_equally_and_none_is_one_column_of_ones():
    setting = Setting().fit(talk())
    strange = setting.describe(talk(roles=("x", "c", "q", "c")), said(4))
    assert strange.roles.tolist() == [[0.5, 0.5], [1, 0], [0, 1], [1, 0]]
    bare = talk(roles=("",) * 4, speakers=("Ana", "Ben", "Ana", "Cleo"))
    assert Setting().fit(bare).describe(bare, said(4)).roles.tolist() == [[1]] * 4


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


def test_long_utterances_are_louder_where_that_is_asked_for():
    words = said("so", "so it goes with us all here day by day now", "", "so")
    loud = Setting().fit(talk()).describe(talk(), words, ("loudness",)).loudness
    assert loud[1] == 1
    assert loud[2] == 0
    assert 0 < loud[0] < 1
    assert Setting().fit(talk()).describe(talk(), words).loudness.tolist() == [1, 1, 1, 1]


def test_words_that_come_again_and_question_marks_are_facts():
    words = said("is the pay low?", "the pay is low", "roses", "pay")
    setting = Setting().fit(talk())
    setting.options_ = ("echo", "asks")
    facts, names = setting.describe(talk(), words).facts, setting.fact_names()
    assert facts.shape[1] == len(names)
    again = facts[:, names.index("(words said before)")]
    assert again[1] > 0.2
    assert again[[0, 2, 3]].tolist() == [0, 0, 0]  # the fourth is of another document
    assert (facts[:, names.index("(a question mark)")] > 0).tolist() == [True, False, False, False]


def test_every_fact_has_a_name_and_a_kind():
    setting = Setting().fit(talk())
    facts = setting.describe(talk(), said(4), OPTIONS).facts
    assert len(setting.fact_kinds()) == facts.shape[1]
    assert [kind for kind in OPTIONS if kind not in setting.fact_kinds()] == ["loudness"]
    setting.options_ = OPTIONS
    assert len(setting.fact_names()) == facts.shape[1]


def test_a_question_mark_of_any_script_is_one():
    assert said("どうですか？", "كيف؟", "so?", "so").asks.tolist() == [True, True, True, False]
