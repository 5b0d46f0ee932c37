from qualkit.model import Speaker, StakeholderType, TypeRule, Typology
from qualkit.text.stakeholders import assign_type

TYPOLOGY = Typology(
    "T",
    tuple(StakeholderType(i, i.title()) for i in ("moderator", "union", "minister", "nurse")),
    (
        TypeRule("moderator", moderator=True),
        TypeRule("minister", role=("minister",), name=("MP",)),
        TypeRule("union", organisation=("UNISON", "trade union*")),
        TypeRule("nurse", role=("nurse*",), moderator=False),
        TypeRule("union", name=("steward",)),
    ),
)


def typed(**fields):
    speaker = assign_type(Speaker(**{"name": "Jo", **fields}), TYPOLOGY)
    return speaker.stakeholder_type, speaker.type_reason


def test_the_first_rule_that_matches_decides_and_says_why():
    both = typed(role="Nurse", organisation="Unison North")
    assert both == ("union", "organisation has 'Unison' (rule 3)")


def test_every_field_a_rule_names_must_match():
    assert typed(role="Minister for Care") == (None, None)
    assert typed(name="Ann Lee MP", role="Minister for Care") == (
        "minister",
        "name has 'MP' and role has 'Minister' (rule 2)",
    )


def test_a_rule_on_the_name_looks_at_the_aliases_too():
    assert typed(aliases=("J.", "Shop Steward")) == ("union", "name has 'Steward' (rule 5)")


def test_the_moderator_condition_counts_both_ways():
    assert typed(role="nurse", is_moderator=True) == ("moderator", "is a moderator (rule 1)")
    assert typed(role="Nurses' lead") == (
        "nurse",
        "role has 'Nurses' and is not a moderator (rule 4)",
    )


def test_a_speaker_whom_no_rule_matches_comes_back_as_given():
    speaker = Speaker("Participant A", is_generic=True)
    assert assign_type(speaker, TYPOLOGY) is speaker


def test_nothing_but_type_and_reason_changes():
    before = Speaker("Jo", "Organiser", "UNISON", ("J",), is_organisation=True)
    after = assign_type(before, TYPOLOGY)
    assert (after.name, after.role, after.organisation) == ("Jo", "Organiser", "UNISON")
    assert after.aliases == ("J",)
    assert after.is_organisation
