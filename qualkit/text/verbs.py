"""The verbs with which minutes tell who said something."""

from __future__ import annotations

import re

__all__ = ["SAYING"]

_REGULAR = """
    accept acknowledge add address advise advocate affirm agree answer appeal argue articulate ask
    assert assure caution challenge cite claim clarify close comment commend compare complain
    conclude concur confirm congratulate consider contend correct counter criticise criticize
    declare demand demonstrate deny describe detail disagree disclose discuss echo elaborate
    emphasise emphasize encourage endorse enquire estimate evoke expand explain explore express
    flag follow highlight illustrate imply indicate inform inquire insist introduce invite joke
    lament list maintain mention note object observe open oppose outline pledge point pose praise
    predict present press probe promise propose provide query question quote raise reassure recall
    recognise recognize recommend recount refer reference reflect reiterate reject relate remark
    remind repeat reply report request respond reveal review share signal specify state stipulate
    stress suggest summarise summarize support talk thank touch underline underscore update urge
    voice volunteer warn welcome wish wonder worry hope want call believe concede second offer move
    apologise apologize pick kick commit propose nominate circulate demur object protest intervene
    interject ponder speculate remark advert allude posit submit concur testify attest certify
    sympathise empathise summarize paraphrase conclude
    """
_IRREGULAR = """
    say says said tell tells told speak speaks spoke give gives gave feel feels felt think thinks
    thought make makes made put puts draw draws drew bring brings brought go goes went take takes
    took lead leads led hear hears heard begin begins began set sets build builds built shed sheds
    hold holds held see sees saw read reads write writes wrote know knows knew seek seeks sought run
    runs ran undertake undertakes undertook showed overturn overturned choose chose
    """
_DOUBLED = {"concur", "refer", "flag", "commit", "demur", "submit"}
_CONSONANT_Y = re.compile(r"[^aeiou]y$")
_HISSING = re.compile(r"(?:s|sh|ch|x|z)$")


def _forms(verb: str) -> set[str]:
    """Return the past and the third person of a regular verb."""
    if verb.endswith("e"):
        return {f"{verb}d", f"{verb}s"}
    if _CONSONANT_Y.search(verb):
        return {f"{verb[:-1]}ied", f"{verb[:-1]}ies"}
    past = f"{verb}{verb[-1]}ed" if verb in _DOUBLED else f"{verb}ed"
    return {past, f"{verb}es" if _HISSING.search(verb) else f"{verb}s"}


SAYING = frozenset(_IRREGULAR.split()).union(*(_forms(verb) for verb in _REGULAR.split()))
