"""Which language a text is in: by its script, else by its commonest little words.

A plain rule and no model: it tells the 29 languages of domain.suites.LANGUAGES in texts of a
sentence or more, and says that it does not know rather than guess. Danish and Norwegian, or
Indonesian and Malay, are close: a short text of one can pass for the other.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

_SCRIPTS = (
    ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CJK", "zh"), ("GREEK", "el"),
    ("ARABIC", "ar"), ("HEBREW", "he"), ("DEVANAGARI", "hi"), ("THAI", "th"),
    ("CYRILLIC", "cyrillic"), ("LATIN", "latin"),
)  # fmt: skip
_LITTLE_WORDS = {
    "cs": "a je se na v že to s z do i o k ale jako za by jsem jsou být pro tak po který není jeho ve",
    "da": "og i at det er en til på af for med den de ikke der et som har jeg vi kan hvad også fra efter"
    " meget blev",
    "de": "der die das und ist in zu den nicht von sie mit es ein eine ich auf für sich dem auch im wird"
    " sind wie aus bei oder kann wir",
    "en": "the of and to in is that it for was on are with as i his they be at this have from or had by"
    " not but what you we can your a an",
    "es": "el la de que y en un una los las por con para es no se del al lo como más su pero son está muy"
    " yo hay",
    "fi": "ja on ei se että hän oli ovat mutta kun niin kuin olen myös tai joka mitä minä sen ole voi hyvin",
    "fr": "le la les de des et est un une en que qui dans pour pas sur il elle je vous nous avec ce sont"
    " au du ne plus",
    "hu": "a az és hogy nem is egy van meg de ez csak már mint volt vagy azt lehet nagyon én itt ha",
    "id": "yang dan di itu dengan untuk tidak ini dari dalam akan pada juga saya ke adalah ada bisa mereka"
    " kami atau",
    "it": "il la di che e è un una per non sono con del della i le si da come anche più ma nel gli lo mi"
    " questo",
    "nl": "de het een en van is in dat op te zijn niet met voor die ik er maar om aan ook als bij naar wij"
    " je hebben",
    "no": "og i det er en til på av for med den de ikke et som har jeg vi kan hva også fra etter men om"
    " ble veldig",
    "pl": "i w na z się nie do jest to że o jak po co ale za od tak przez są być jego dla czy oraz może",
    "pt": "o a de que e do da em um uma para não com os as por mais no na se como mas é são eu muito você"
    " está",
    "ro": "și în de la cu o un este nu pe că să mai din pentru care sunt dar sau a au foarte fi al",
    "sv": "och i att det är en som på för av med den till inte har de ett om jag vi kan vad också från"
    " efter mycket",
    "tr": "bir ve bu da de için ile çok ne gibi daha var ben en olarak ama kadar değil olan sonra mi",
    "vi": "là và của có không được một cho trong với các người này những tôi đã để khi rất ở",
    "bg": "и на да се е за от в не с са по това как че като но или съм много има ще към тук",
    "ru": "и в не на я что он с это как но по из у за то мы вы от все она так его для очень был есть",
    "uk": "і в не на що я з як це у та до але за він від ми ви вона для дуже був є його або так",
}
_WORDS = {code: frozenset(text.split()) for code, text in _LITTLE_WORDS.items()}
_CYRILLIC = ("bg", "ru", "uk")
_MARKS = {
    "uk": "іїєґ", "ru": "ыэё", "de": "ß", "es": "ñ¿¡", "pl": "łąęśżź", "cs": "řěů", "hu": "őű", "ro": "țșăţş",
    "tr": "ğı", "vi": "ơưđạảấầẩậắằệốồổộớờợủứừữự", "pt": "ãõ", "da": "æø", "no": "æø", "fr": "œ",
}  # fmt: skip
"""Letters that among the languages of their script are written in few besides this one."""
_WORD = re.compile(r"[^\W\d_]+")
LEAST_LETTERS = 4


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of the language most of a text is in, or None where the rules cannot tell.

    Code blocks are passed over.
    """
    text = unicodedata.normalize(
        "NFC", re.sub(r"```.*?(```|\Z)", " ", text, flags=re.DOTALL)
    ).casefold()
    script = _script(text)
    if script not in ("latin", "cyrillic"):
        return script
    candidates = (
        _CYRILLIC if script == "cyrillic" else tuple(c for c in _WORDS if c not in _CYRILLIC)
    )
    counts = Counter(_WORD.findall(text))
    scores = {code: _score(code, text, counts) for code in candidates}
    best, second = sorted(scores, key=lambda code: -scores[code])[:2]
    enough = scores[best] >= max(2.0, 0.1 * counts.total())
    return best if enough and scores[best] > scores[second] else None


def _score(code: str, text: str, counts: Counter[str]) -> float:
    words = sum(counts[word] for word in _WORDS[code])
    return words + 0.5 * sum(min(3, text.count(letter)) for letter in _MARKS.get(code, ""))


def _script(text: str) -> str | None:
    """The script of most letters, as a language where it has but one here; kana make it Japanese."""
    names = (unicodedata.name(letter, "") for letter in text[:20_000] if letter.isalpha())
    counts = Counter(
        next((what for beginning, what in _SCRIPTS if name.startswith(beginning)), "other")
        for name in names
    )
    if counts.total() < LEAST_LETTERS:
        return None
    if counts["ja"] >= 0.1 * counts.total() and counts["ja"] + counts["zh"] > counts.total() / 2:
        return "ja"
    best, count = counts.most_common(1)[0]
    return best if best != "other" and count > counts.total() / 2 else None
