"""Cards: whole as JSON and back, and as a page that loads and runs nothing."""

from __future__ import annotations

import json
import math
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchtop.domain.cards import (
    CARD_VERSION,
    Card,
    CardInterval,
    CardIntervals,
    CardMachine,
    CardModel,
    CardNote,
    CardPoint,
    CardPoints,
    CardTable,
)
from benchtop.evaluation.card_html import card_to_html
from benchtop.evaluation.card_json import (
    CardFromLater,
    CardUnreadable,
    card_from_json,
    card_to_json,
)
from benchtop.evaluation.card_plots import nice_ticks

CARD = Card(
    "votes",
    "owl against finch",
    "9 votes: probably owl, 83 %.",
    1_790_000_000.25,
    CardMachine("A processor", 2, 8_000_000_000, "Linux 6", "3.11.7", "0.1", "0.3.36"),
    (CardModel("owl", "owl-Q8_0.gguf", 3_900_000, "ab" * 32, "Q8_0", "llama", "cd" * 32),),
    (
        CardNote("Prompt", "Tell me of owls.\n\nAnd of finches."),
        CardNote("owl", "Owls <b>fly</b> & see.", verbatim=True),
        CardTable("Answers", ("Name", "Tokens"), (("owl", "12"), ("finch", "9"))),
        CardIntervals("Ranking", "strength", (CardInterval("owl", 0.4, -0.2, 1.0),)),
        CardIntervals("Passed", "share", (CardInterval("owl", 0.8, 0.6, 0.9),), percent=True),
        CardPoints(
            "Speed", "tokens/s", "share passed", (CardPoint("owl", 30, 0.8, 4e6),), "memory"
        ),
    ),
    {"prompt": "Tell me of owls.", "seeds": [1, 2]},
    {"better": {"owl": {"finch": 0.83}}},
)


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "line", "circle"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def page(card: Card) -> Page:
    read = Page()
    read.feed(card_to_html(card))
    read.close()
    assert read.open == []
    return read


def test_a_card_comes_back_as_it_was() -> None:
    assert card_from_json(card_to_json(CARD)) == CARD


@settings(deadline=None)
@given(st.text(), st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_any_words_and_figures_come_back(words: str, name: str, figure: float) -> None:
    sections = (
        CardTable(words, (name,), ((words,),)),
        CardIntervals(name, words, (CardInterval(name, figure, figure, figure),)),
    )
    card = Card("suite", words, name, 0.0, sections=sections, results={name: figure})
    assert card_from_json(card_to_json(card)) == card
    page(card)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": "other"}, "not a card"),
        ({"version": "1"}, "version"),
        ({"version": True}, "version"),
        ({"kind": "poem"}, "kind"),
        ({"title": 4}, "“title” is not a text"),
        ({"made": "today"}, "“made” is not a number"),
        ({"machine": []}, "“machine” is not an object"),
        ({"machine": {"cores": "two"}}, "“cores” is not what it should be"),
        ({"models": [{"name": "owl"}]}, "a part of it is missing"),
        ({"models": ["owl"]}, "“models” is not a list of objects"),
        ({"sections": [{"section": "song"}]}, "no known kind"),
        ({"sections": [{"section": "table", "columns": ["a"], "rows": [["x", "y"]]}]}, "length"),
    ],
)
def test_what_is_no_card_is_refused_with_a_reason(change: dict[str, object], why: str) -> None:
    values = json.loads(card_to_json(CARD)) | change
    with pytest.raises(CardUnreadable, match=why):
        card_from_json(json.dumps(values))


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "[" * 100_000])
def test_what_is_no_json_object_is_refused(text: str) -> None:
    with pytest.raises(CardUnreadable):
        card_from_json(text)


def test_a_card_from_a_later_version_is_told_apart() -> None:
    values = json.loads(card_to_json(CARD)) | {"version": CARD_VERSION + 1, "kind": "dream"}
    with pytest.raises(CardFromLater) as told:
        card_from_json(json.dumps(values))
    assert told.value.args == (CARD_VERSION + 1,)


def test_what_json_cannot_hold_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        card_to_json(Card("suite", "t", "s", 0.0, results={"a": math.inf}))


def test_the_page_says_all_of_it() -> None:
    text = page(CARD).text
    for words in (
        "owl against finch", "probably owl, 83 %", "21 September 2026", "Owls <b>fly</b> & see.",
        "And of finches.", "ab" * 32, "cd" * 6, "8.0 GB", "A processor", "60 % to 90 %", "-0.2 to 1",
    ):  # fmt: skip
        assert words in text, words


def test_the_page_runs_and_loads_nothing() -> None:
    wicked = (
        '"><script src="https://evil.example/x.js">alert(1)</script><img src=x onerror=alert(1)>'
    )
    notes = (CardNote(wicked, wicked), CardNote(wicked, wicked, verbatim=True))
    rest = (
        CardTable(wicked, (wicked,), ((wicked,),)),
        CardIntervals(wicked, wicked, (CardInterval(wicked, 1, 0, 2),)),
        CardPoints(wicked, wicked, wicked, (CardPoint(wicked, 1, 2),)),
    )
    model = CardModel(wicked, wicked, 1, wicked)
    read = page(Card("comparison", wicked, wicked, 0.0, models=(model,), sections=(*notes, *rest)))
    allowed = {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "pre", "table", "thead",
        "tbody", "tr", "th", "td", "svg", "line", "circle", "text",
    }  # fmt: skip
    assert {tag for tag, _attributes in read.tags} <= allowed
    for _tag, attributes in read.tags:
        assert not any(name.startswith("on") or name in ("src", "href") for name in attributes)
    policy = [a["content"] for tag, a in read.tags if tag == "meta" and "http-equiv" in a]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'"]


@settings(deadline=None)
@given(
    st.floats(-1e12, 1e12),
    st.one_of(st.just(0.0), st.floats(1e-6, 1e12)),
)
def test_an_axis_holds_its_figures_in_a_few_round_steps(low: float, span: float) -> None:
    ticks = nice_ticks(low, low + span)
    slack = 1e-6 * max(abs(low), abs(low + span), 1.0)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= low + span - slack
    assert 2 <= len(ticks) <= 9
    assert ticks == sorted(set(ticks))
