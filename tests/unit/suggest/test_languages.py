# ruff: noqa: E501 - one sentence a line
import pytest

from qualkit.suggest.languages import LANGUAGES, detect_language, document_languages
from qualkit.suggest.words import Stems

SAID = {
    "arabic": "نحن لا نعرف ما الذي حدث في هذا المكان ولكن كل من كان هنا قال إن الأمر كان صعبا على الناس",
    "danish": "Vi har ikke nok folk her, og det er jeg ked af, for der er mange, som har brug for hjælp af os hver dag.",
    "dutch": "Wij hebben hier te weinig mensen en dat is niet goed voor de bewoners, want die moeten dan te lang wachten.",
    "english": "We have too few people here and that is not good for the residents, who have to wait for us too long.",
    "finnish": "Meillä ei ole tarpeeksi väkeä ja se on ongelma, mutta kun minä sanoin sen, niin kaikki vain katsoivat.",
    "french": "Nous avons trop peu de personnel ici et ce n'est pas bon pour les résidents, qui doivent attendre longtemps.",
    "german": "Wir haben hier zu wenig Leute, und das ist nicht gut für die Bewohner, die dann zu lange warten müssen.",
    "hungarian": "Nincs elég ember itt, és ez nem jó, mert akkor a lakóknak sokat kell várni, de hát ezt már mondtam.",
    "italian": "Abbiamo troppo poche persone qui e non è una cosa buona per chi abita con noi, perché deve aspettare molto.",
    "norwegian": "Vi har ikke nok folk her, og det er jeg lei meg for, for det er mange som har bruk for hjelp av oss hver dag.",
    "portuguese": "Temos muito pouca gente aqui e isso não é bom para os moradores, que têm de esperar muito tempo por nós.",
    "romanian": "Avem prea puțini oameni aici și asta nu este bine pentru cei care sunt la noi și trebuie să aștepte mult.",
    "russian": "У нас здесь мало людей, и это не хорошо для тех, кто у нас живёт, потому что им надо долго ждать, а мы не можем.",
    "spanish": "Tenemos muy poca gente aquí y eso no es bueno para los residentes, que tienen que esperar mucho por nosotros.",
    "swedish": "Vi har inte nog med folk här, och det är jag ledsen för, för det är många som behöver hjälp av oss varje dag.",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_with_a_stemmer_is_told_from_two_sentences(language):
    assert detect_language(SAID[language]) == language
    assert Stems(language)(SAID[language])


@pytest.mark.parametrize(
    "text",
    [
        "Mamy tu za mało ludzi i nie jest to dobre dla mieszkańców, którzy muszą na nas długo czekać.",
        "Burada çok az insan var ve bu, bizi uzun süre beklemek zorunda kalan sakinler için iyi değil.",
        "我们这里的人太少了，这对不得不等我们很久的居民来说并不好。",
        "Mm. Yes.",
        "",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14",
    ],
)
def test_other_languages_and_texts_too_short_are_left_open(text):
    assert detect_language(text) is None


def test_a_foreign_sentence_in_a_long_document_changes_nothing():
    assert detect_language(SAID["english"] * 3 + SAID["german"]) == "english"


def test_a_short_document_is_taken_to_be_like_the_others():
    documents = ["a", "b", "b", "c"]
    texts = [SAID["german"], "Ja.", "Gut.", SAID["french"] + SAID["german"] + SAID["german"]]
    assert document_languages(documents, texts) == dict.fromkeys("abc", "german")
    assert document_languages(["x"], ["Mm."], "dutch") == {"x": "dutch"}
    assert document_languages(["x"], ["Mm."]) == {"x": None}


def test_answers_too_short_to_tell_one_by_one_are_told_together():
    answers = ["Sí, claro.", "¿Y cómo te fue?", "Bueno, más o menos.", "No tengo ni idea."]
    places = [f"d{number}" for number in range(4)]
    assert document_languages(places, answers) == dict.fromkeys(places, "spanish")
    polish = ["Tak, oczywiście.", "A co u ciebie?", "Nie wiem.", "Dobra, idziemy dalej."]
    assert document_languages(places, polish) == dict.fromkeys(places)
    assert document_languages(places, answers, "italian") == dict.fromkeys(places, "italian")
    assert document_languages([], []) == {}
