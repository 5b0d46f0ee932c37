"""The word lists by which documents are read: names, roles, labels, verbs of saying."""

from __future__ import annotations

__all__ = [
    "ABBREVIATIONS",
    "ACRONYMS",
    "ADVERBS",
    "CHAT",
    "FIELDS",
    "HONORIFICS",
    "KNOWING",
    "MODERATING",
    "OPENERS",
    "ORGANISATION_WORDS",
    "PARTICLES",
    "PEOPLE_NOUNS",
    "POSTNOMINALS",
    "ROLE_WORDS",
    "THINGS",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Titles before a name.
HONORIFICS = _words(
    """
    mr mrs ms miss mx dr prof professor sir dame lord lady baroness baron cllr cllrs
    councillor councillors pc pcso sgt insp supt inspector superintendent canon col capt major
    rabbi imam bishop rev reverend rt hon honourable judge justice sr fr br doctor
    """
)
# Letters after a name.
POSTNOMINALS = _words(
    """
    mp msp mep mla td qc kc cbe obe mbe dbe kbe phd md rn frs jr am cc dl jp esq ma ba bsc msc
    frcp rgn frcn ms bcl llb llm mba msw frs fba mrcgp kg ch cb cmg mc
    """
)
# Small words inside a name.
PARTICLES = _words(
    """
    de der den van von la le du di da dal del della al el bin bint ibn ben y of ap ab ferch
    ter ten zu af av dos das nic mac abu
    """
)
# What somebody is or does.
ROLE_WORDS = _words(
    """
    chair chairs chairman chairwoman chairperson convener convenor moderator facilitator
    interviewer interviewee researcher respondent participant speaker member members officer
    officers director directors manager managers minister secretary treasurer president chief
    executive executives ceo cfo coo worker workers carer carers caregiver nurse nurses doctor
    physician surgeon therapist psychologist pharmacist midwife matron clinician practitioner
    gp dentist paramedic patient client resident user users volunteer volunteers trustee
    trustees governor commissioner commissioners councillor organiser organizer co-ordinator
    coordinator administrator adviser advisor advocate assistant assistants associate analyst
    economist consultant lecturer professor fellow student pupil teacher headteacher tutor
    trainer trainee apprentice owner employer employee provider operator supervisor leader
    lead head deputy representative rep spokesperson spokesman spokeswoman ambassador founder
    co-founder partner engineer scientist editor journalist author solicitor barrister counsel
    lawyer judge witness applicant candidate parent mother father son daughter husband wife
    guardian host presenter expert specialist inspector auditor accountant clerk registrar
    strategist planner designer developer architect technician cook housekeeper driver cleaner
    receptionist keyworker pa envoy senator congressman congresswoman mayor delegate observer
    scribe rapporteur translator interpreter voice mp msp mep mla chancellor vice-chancellor
    dean provost principal co-chair co-director cabinet portfolio-holder
    """
)
# What bodies are called, and what they are about.
ORGANISATION_WORDS = _words(
    """
    government council department ministry committee group panel board commission authority
    association federation union institute institution university college school trust
    foundation charity agency service services society network alliance coalition partnership
    partnerships company ltd limited plc llp inc corporation consortium centre center hospital
    nhs team office bureau directorate inspectorate forum body house parliament party congress
    confederation league club church bank fund homes housing care health social local national
    sector workforce public community
    """
)
# Labels and roles of somebody who asks and gives the word.
MODERATING = _words(
    """
    chair chairman chairwoman chairperson convener convenor moderator facilitator interviewer
    host int iv interviewers facilitators moderators q mod fac facil
    """
)
# What stands before a colon without being a speaker.
FIELDS = _words(
    """
    date dates time times when where location venue place present apologies attendance
    attendees absent membership email e-mail mail tel telephone phone mobile fax website web
    url http https note notes subject title to from cc re agenda item items action actions
    objective objectives summary background recommendation recommendations response responses
    reference references ref source sources contact address duration transcript transcription
    transcribed file page pages section table figure example examples question questions
    purpose key aim aims method methods keywords version status contents chapter appendix
    annex part step phase warning important decision decisions resolved outcome outcomes
    result results conclusion conclusions definition definitions ie eg eg. ie. i.e e.g
    deadline topic topics theme themes overview introduction methodology findings discussion
    scope priority priorities option options issue issues risk risks cost costs total minutes
    copyright doi isbn published publication relevant terms comment comments update updates
    report reports details information following considerations reminder first firstly second
    secondly third thirdly finally lastly also however therefore meeting recording recorded
    length project study site says said asks asked adds added writes wrote replied replies
    continues continued was is are
    """
)
# How somebody begins who answers in a word or two.
CHAT = _words(
    """
    yes no okay ok thanks thank right sure yeah hmm well and so but oh mm exactly absolutely
    """
)
# What heads a list of people.
PEOPLE_NOUNS = _words(
    """
    attendees attendance attending present membership apologies participants panellists
    panelists contributors signatories delegates invitees witnesses
    """
)
# What begins a sentence without being a name.
OPENERS = _words(
    """
    the a an in on at for to of and but or so if as when while there this that these those it
    he she they we i you his her their our its my your what which who how why where not no yes
    all some any each every both another other others many most more much such with from by
    about after before during since until also then however therefore finally specifically
    noting additionally furthermore moreover overall further following one two three first
    second third fourth fifth next last question questions answer response concerns points
    issues discussion none nothing given despite although because once under over within
    without between among staff
    """
)
# What a body does in its own report, beside saying.
KNOWING = _words(
    """
    learnt learned discovered found met recommends recommended feels identified mindful
    requests visited aware informed advised pleased carried contacted supported clarified
    wanted concluded received
    """
)
# What ends in a full stop without ending a sentence.
ABBREVIATIONS = _words(
    """
    mr mrs ms dr prof cllr rev st sr jr hon rt messrs lt col gen capt sgt e.g i.e eg ie etc vs
    cf viz approx c ca no nos vol pp p para paras fig figs ed eds al ibid dept govt inc ltd
    plc co corp jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun
    a.m p.m u.k u.s u.s.a ph.d m.p tel ext min max
    """
)
# Bodies known by capital letters, which are nobody's initials.
ACRONYMS = _words(
    """
    NHS CQC LGA TUC UK EU US USA UN WHO BMA RCN RCP ONS HMT DWP DFE DHSC HSE BBC GMB MP MPS GP GPS
    HR IT PR AI AOB ICB ICS CCG PCT CEO CFO COO MOD MHRA NAO FCA ILO IMF OECD ADASS UKHSA NICE
    """
)
# What begins a sentence and "says" things in minutes without being anybody.
THINGS = _words(
    """
    evidence research data figures statistics government parliament inflation demand feedback
    discussion debate analysis surveys reports studies unions employers providers critics experts
    officials scotland wales england ireland britain london europe covid brexit today yesterday
    legislation guidance policy funding pay wages recruitment retention training progress slides
    papers documents papers modelling trends experience history interviews responses attention
    """
)
# What may stand between somebody and a verb of saying.
ADVERBS = _words(
    """
    also then further again finally later next now therefore however already still both
    repeatedly briefly strongly clearly additionally subsequently similarly rightly firstly
    secondly lastly initially specifically particularly especially furthermore first once had
    has have did does would too instead more could cannot not rather simply only just
    """
)
