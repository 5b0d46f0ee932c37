# ruff: noqa: RUF001 - Russian letters that look like Latin ones
"""Which language a document is in: told by its commonest words, so that its stemmer can be chosen.

Only languages that NLTK's Snowball stems are told apart; of any other text the answer is None, and
its words stay whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

__all__ = ["LANGUAGES", "detect_language", "document_languages"]

_COMMON = {
    "arabic": (
        "في من على إلى أن عن هذا هذه التي الذي ما لا لم كان مع أو و قد كل بعد هو هي نحن كما"
    ),
    "danish": (
        "og i jeg det at en den til er som på de med han af for ikke der var mig sig men et "
        "har om vi min havde ham hun nu over da fra du ud hvad kunne eller hvor også noget "
        "meget efter blev"
    ),
    "dutch": (
        "de en van ik te dat die in een hij het niet zijn is was op aan met als voor had er "
        "maar om dan zou of wat mijn men dit zo door over ze bij ook tot je uit der daar haar "
        "naar heb wij we"
    ),
    "english": (
        "the and of to in a is that it was for on are with they be at have this from or had "
        "by not but what all were we when there can an your which their if will one you my do "
        "so he she i"
    ),
    "finnish": (
        "ja on ei se että oli hän mutta en niin kun ovat minä joka tämä mitä nyt sen ole vain "
        "jos sitä olen kuin myös me tai voi ollut siitä mikä kanssa jotka sitten hyvin sinä "
        "mitään oli"
    ),
    "french": (
        "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se "
        "ce il sont avec je nous vous on elle mais cette ou très c'est être fait aussi leur "
        "bien ont ils"
    ),
    "german": (
        "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als "
        "auch es an werden aus er hat dass sie nach wird bei einer ich wir haben war aber so "
        "oder man mir was"
    ),
    "hungarian": (
        "a az és hogy nem is egy ez meg ha csak de már volt van én mint még azt ki el vagy "
        "mert nagyon itt lesz mi most olyan kell lehet minden amit igen ezt akkor hát úgy "
        "nekem sem pedig"
    ),
    "italian": (
        "di e il la che in a un per è una sono non con si da come le dei nel del al della più "
        "anche ma lo gli io mi se ho ci questo quando perché molto ha hanno essere alla cosa "
        "noi loro"
    ),
    "norwegian": (
        "og i jeg det at en et den til er som på de med han av for ikke der var meg seg men "
        "ett har om vi min hadde ham hun nå over da fra du ut hva kunne eller hvor også noe "
        "mye etter ble"
    ),
    "portuguese": (
        "de a o que e do da em um para é com não uma os no se na por mais as dos como mas foi "
        "ao ele das tem à seu sua ou ser quando muito há nos já está eu também só pelo isso "
        "você são"
    ),
    "romanian": (
        "de și în a la cu pe nu că o un este din pentru care sunt ce mai se fi au am dar să "
        "ca fost prin după foarte noi ei acest sau până lui cum când dacă ale eu lor doar "
        "fără trebuie"
    ),
    "russian": (
        "и в не на я что он с как это а то по но они мы она к у из за вы так же от бы для о "
        "мне было вот был есть меня еще нет если когда все только его уже до или чтобы очень "
        "там ну да"
    ),
    "spanish": (
        "de la que el en y a los se del las un por con no una su para es al lo como más pero "
        "sus le ya o este sí porque esta entre cuando muy sin sobre también me hay donde yo "
        "eso está son"
    ),
    "swedish": (
        "och i att det som en på är av för med den till inte har de ett om jag var men så vi "
        "han sig från man hade kan nu när du vara vad mycket eller hon också där alla dem "
        "skulle min ut"
    ),
}
LANGUAGES = tuple(_COMMON)
"""The languages it tells apart, by the names that Snowball gives them."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_ENOUGH = 4_000  # characters looked at: more tell nothing new
_LEAST_SHARE = 0.12  # of running words; English words in a Polish text stay far below it
_LEAST_LEAD = 1.1  # over the next language; Danish and Norwegian share most of their words
_FEWEST_WORDS = 12
_ENOUGH_WORDS = 50  # of a text in none of the languages, to believe that it is none


def _telling() -> dict[str, dict[str, float]]:
    """Return word -> language -> weight; a word of many languages tells little of each."""
    lists = {language: set(words.split()) for language, words in _COMMON.items()}
    holding = Counter(word for words in lists.values() for word in words)
    weights: dict[str, dict[str, float]] = {}
    for language, words in lists.items():
        for word in words:
            weights.setdefault(word, {})[language] = 1 / holding[word]
    return weights


_TELLING = _telling()


def detect_language(text: str) -> str | None:
    """Return the language of a text, as Snowball calls it; None where it is none of those known.

    Example:
        >>> detect_language("We are short of staff, and the pay is what they all talk of here.")
        'english'
        >>> detect_language("Wir haben zu wenig Leute, und das ist für die Bewohner nicht gut.")
        'german'
        >>> detect_language("Jest nas za mało i wszyscy o tym mówią, lecz nikt nas nie słucha.")
    """
    words = _WORD.findall(text[:_ENOUGH].lower().replace("\u2019", "'"))
    if len(words) < _FEWEST_WORDS:
        return None
    points: Counter[str] = Counter()
    shared: Counter[str] = Counter()
    for word, times in Counter(words).items():
        for language, weight in _TELLING.get(word, {}).items():
            points[language] += times * weight  # type: ignore[assignment]  # counts by weight
            shared[language] += times
    if not points:
        return None
    ranked = sorted(points.items(), key=lambda pair: (-pair[1], pair[0]))
    best, most = ranked[0]
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    if shared[best] < _LEAST_SHARE * len(words) or most < _LEAST_LEAD * second:
        return None
    return best


def document_languages(
    documents: Sequence[str] | pd.Series[str], texts: Iterable[str], usual: str | None = None
) -> dict[str, str | None]:
    """Return document -> language; a document too short to tell is taken to be like the others.

    Where all are too short, such as answers to a survey, they are told together.

    Args:
        documents: the document of each utterance.
        texts: the words of each utterance, in the same order.
        usual: the language of the study, if known; else the commonest of these documents.

    Example:
        >>> long = "We are short of staff, and the pay is what they all talk of here."
        >>> document_languages(["a", "b"], [long, "Mm."])
        {'a': 'english', 'b': 'english'}
    """
    joined: dict[str, list[str]] = {}
    sizes: Counter[str] = Counter()
    for document, text in zip(documents, texts, strict=True):
        if sizes[document] < _ENOUGH:
            joined.setdefault(document, []).append(text)
            sizes[document] += len(text)
    whole = {document: " ".join(parts) for document, parts in joined.items()}
    found = {document: detect_language(text) for document, text in whole.items()}
    known = Counter(language for language in found.values() if language)
    short = [
        document
        for document, text in whole.items()
        if found[document] is None and len(_WORD.findall(text)) < _ENOUGH_WORDS
    ]
    if usual is None and known:
        usual = min(known, key=lambda name: (-known[name], name))
    elif usual is None:
        usual = detect_language(" ".join(whole[document] for document in short))
    return found | dict.fromkeys(short, usual)
