"""A sentence in each language is told; what is too little is not guessed."""

from __future__ import annotations

import pytest

from benchtop.domain.suites import LANGUAGES
from benchtop.evaluation.languages import language_of

SENTENCES = {
    "ar": "هذه جملة قصيرة عن الطقس اليوم.",
    "bg": "Днес времето е хубаво и ние ще отидем на разходка в парка, защото няма да вали.",
    "cs": "Dnes je hezky a my jdeme do parku, protože se nám tam líbí a není to daleko.",
    "da": "I dag er vejret godt, og vi går en tur i parken, fordi det ikke regner af og til.",
    "de": "Heute ist das Wetter schön, und wir gehen im Park spazieren, weil es nicht regnet.",
    "el": "Σήμερα ο καιρός είναι καλός και πάμε βόλτα στο πάρκο.",
    "en": "The weather is fine today, and we are going for a walk in the park.",
    "es": "Hoy hace buen tiempo y vamos a pasear por el parque porque no llueve.",
    "fi": "Tänään on kaunis ilma ja me menemme puistoon, koska se on lähellä ja siellä ei ole tuulta.",
    "fr": "Aujourd'hui il fait beau et nous allons au parc parce qu'il ne pleut pas.",
    "he": "היום מזג האוויר יפה ואנחנו הולכים לפארק.",
    "hi": "आज मौसम अच्छा है और हम पार्क जा रहे हैं।",
    "hu": "Ma szép az idő, és elmegyünk a parkba, hogy sétáljunk, mert nem esik az eső.",
    "id": "Hari ini cuaca bagus dan kami akan pergi ke taman karena tidak ada hujan.",
    "it": "Oggi il tempo è bello e andiamo al parco perché non piove e si sta bene.",
    "ja": "今日は天気がいいので、公園に行きます。",
    "ko": "오늘은 날씨가 좋아서 공원에 갑니다.",
    "nl": "Het weer is vandaag mooi en we gaan naar het park, omdat het niet regent.",
    "no": "I dag er været fint, og vi går en tur i parken fordi det ikke regner, men jeg vet hva som kommer.",
    "pl": "Dzisiaj jest ładna pogoda i idziemy do parku, bo nie pada i jest tam pięknie.",
    "pt": "Hoje o tempo está bom e nós vamos ao parque porque não chove e é muito perto.",
    "ro": "Astăzi vremea este frumoasă și mergem în parc pentru că nu plouă.",
    "ru": "Сегодня хорошая погода, и мы идём в парк, потому что это не так далеко.",
    "sv": "I dag är vädret fint och vi går till parken eftersom det inte regnar.",
    "th": "วันนี้อากาศดีและเราไปสวนสาธารณะ",
    "tr": "Bugün hava çok güzel ve biz parka gidiyoruz, çünkü bu park eve yakın.",
    "uk": "Сьогодні гарна погода, і ми йдемо до парку, тому що він є дуже близько.",
    "vi": "Hôm nay trời đẹp và chúng tôi đi công viên vì không có mưa.",
    "zh": "今天天气很好，我们去公园散步。",
}


def test_there_is_a_sentence_for_each() -> None:
    assert set(SENTENCES) == set(LANGUAGES)


@pytest.mark.parametrize("code", SENTENCES)
def test_a_sentence_is_told(code: str) -> None:
    assert language_of(SENTENCES[code]) == code


@pytest.mark.parametrize(
    "text", ["", "42 + 1", "OK", "Paris", "Berlin London Oslo Madrid Roma", "???"]
)
def test_too_little_is_not_guessed(text: str) -> None:
    assert language_of(text) is None


def test_code_is_passed_over() -> None:
    code = "```python\nfor the_word in that_is: print(the_word)\n```\n"
    assert language_of(code + SENTENCES["de"]) == "de"
