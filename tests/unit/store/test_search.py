from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from benchtop.domain.chat import SearchHit
from benchtop.store.database import Store
from benchtop.store.search import excerpt, marked
from unit.store.makers import conversation, message

WORDS = {
    "u1": "What is a dragon?",
    "a1": "A dragon is a large, fire-breathing lizard.\nDon’t touch it; a dragonfly is no dragon.",
    "u2": "Où est le café naïf? C'est l'ÉTÉ.",
    "u3": "use std::vector<int> -> int&; C++ and C# and foo_bar.py",
    "u4": "我喜欢机器学习 and ภาษาไทยง่าย and 日本語のテスト",
}


@pytest.fixture
def talked(talk: Store) -> Store:
    for name, content in WORDS.items():
        talk.messages.add(message(name, content=content))
    return talk


def found(store: Store, words: str) -> list[str]:
    return [hit.message_id for hit in store.messages.search(words)]


def lit(hit: SearchHit) -> list[str]:
    return [hit.snippet[start:end] for start, end in hit.spans]


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("dragon", ["a1", "u1"]),  # newest first
        ("DRAG", ["a1", "u1"]),
        ("lizard dragon", ["a1"]),  # all words, any order
        ("dragon lizards", []),
        ("drag lizard", []),  # only the last word may be a beginning
        ("lizard drag", ["a1"]),
        ('"fire breathing"', ["a1"]),
        ('"breathing fire"', []),
        ('"a dragonf', ["a1"]),  # a phrase still being typed
        ('"a dragonf"', []),
        ('"large fire" liz', ["a1"]),
        ("don't", ["a1"]),
        ("cafe", ["u2"]),  # accents do not matter, on either side
        ("CAFÉ", ["u2"]),
        ("cafe\u0301", ["u2"]),
        ("ete", ["u2"]),
        ("foo_bar", ["u3"]),
        ("foo", ["u3"]),
        ("std::vec", ["u3"]),
        ("->", ["u3"]),  # signs are looked for as they are
        ("vector ->", ["u3"]),
        ("dragon ->", []),
        ("机器", ["u4"]),  # scripts without spaces: any part
        ("器学", ["u4"]),
        ("テスト", ["u4"]),
        ("ไทย", ["u4"]),
        ("機械", []),
        ("and 机器", ["u4"]),
        ("dragon AND lizard", []),  # no operators: AND is a word
        ("drag*", []),  # nor is the star
        ("", []),
        ('"', []),
        ('  " " ', []),
        ('nai "', ["u2"]),
    ],
)
def test_what_a_search_finds(talked: Store, words: str, hits: list[str]) -> None:
    assert found(talked, words) == hits


def test_hits_say_where_the_words_are(talked: Store) -> None:
    hit = talked.messages.search("dragon")[0]
    assert (hit.conversation_id, hit.conversation_title, hit.role) == (
        "talk",
        "About talk",
        "assistant",
    )
    assert "\n" not in hit.snippet
    assert lit(hit) == ["dragon", "dragonfly", "dragon"]
    assert lit(talked.messages.search("cafe")[0]) == ["café"]
    assert lit(talked.messages.search("器学")[0]) == ["器学"]


def test_a_long_message_is_cut_around_the_words(talk: Store) -> None:
    talk.messages.add(message("u1", content="before " * 500 + "needle 针灸 " + "after " * 500))
    for words in ("needle", "针"):
        hit = talk.messages.search(words)[0]
        assert lit(hit) == [words]
        assert len(hit.snippet) < 300
        assert hit.snippet[0] == hit.snippet[-1] == "…"


def test_marks_inside_a_message_do_no_harm(talk: Store) -> None:
    talk.messages.add(message("u1", content="\x02odd\x03 \x03 and \x02 needle \x02"))
    hit = talk.messages.search("needle")[0]
    assert "needle" in lit(hit)[-1]
    assert "\x02" not in hit.snippet


def test_titles_are_found_before_messages(talk: Store) -> None:
    talk.messages.add(message("u1", content="nothing of it"))
    talk.conversations.change("talk", title="Dragons of the north")
    talk.conversations.add(conversation("other"))
    talk.messages.add(message("u2", content="a dragon", conversation_id="other"))
    talk.conversations.add(conversation("empty", title="No dragon yet"))
    hits = talk.messages.search("drag")
    assert [(h.conversation_id, h.message_id) for h in hits] == [
        ("talk", "u1"),
        ("empty", ""),
        ("other", "u2"),
    ]
    assert hits[0].snippet == "Dragons of the north"
    assert lit(hits[0]) == ["Dragons"]
    talk.conversations.change("talk", title="Lizards 北方")
    assert found(talk, "dragons") == []
    assert found(talk, "方") == ["u1"]


def test_a_title_is_not_told_twice(talk: Store) -> None:
    talk.messages.add(message("u1", content="about dragons"))
    assert found(talk, "about") == ["u1"]


def test_the_bin_is_not_searched(talked: Store) -> None:
    talked.conversations.delete(["talk"])
    for words in ("dragon", "机器", "about"):
        assert found(talked, words) == []
    talked.conversations.restore(["talk"])
    assert found(talked, "dragon") == ["a1", "u1"]


def test_a_reply_is_found_once_it_is_finished(talk: Store) -> None:
    talk.messages.add(message("a1", content="", state="streaming"))
    talk.messages.flush("a1", "a gryphon", "")
    assert found(talk, "gryphon") == []
    talk.messages.finish(message("a1", content="a gryphon and a hippo"))
    assert found(talk, "gryph") == ["a1"]
    talk.messages.reopen("a1", "a gryphon and a hippo", "")
    assert found(talk, "gryphon") == []
    talk.messages.flush("a1", "a gryphon and a hippogriff", "")
    talk.messages.finish(message("a1", content="a gryphon and a hippogriff"))
    assert found(talk, "hippo") == ["a1"]
    assert found(talk, '"hippo"') == []


def test_the_limit_holds(talk: Store) -> None:
    for number in range(60):
        talk.messages.add(message(f"u{number}", content=f"dragon {number}"))
    assert found(talk, "dragon") == [f"u{number}" for number in range(59, 9, -1)]
    assert len(talk.messages.search("dragon", limit=7)) == 7


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.text() | st.text(alphabet='"*()^:+-{}NEAR AND OR NOT\x00\ud800中a', max_size=40))
@example(words='" OR "" NOT *:^(')
@example(words="content : x" + " a" * 5_000)
@example(words="\0" * 10 + "a" * 100_000)
def test_any_text_is_a_valid_search(talked: Store, words: str) -> None:
    for hit in talked.messages.search(words):
        assert all(0 <= start < end <= len(hit.snippet) for start, end in hit.spans)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.sampled_from([w for t in WORDS.values() for w in t.split()]), min_size=1, max_size=3
    )
)
def test_words_of_a_message_find_it(talked: Store, words: list[str]) -> None:
    within = {name for name, text in WORDS.items() if all(word in text.split() for word in words)}
    assert within <= set(found(talked, " ".join(words)))


@given(st.text(alphabet="\x02\x03ab\n", max_size=20))
def test_marks_become_spans_of_the_text_without_them(text: str) -> None:
    plain, spans = marked(text)
    assert plain == text.replace("\x02", "").replace("\x03", "").replace("\n", " ")
    assert all(0 <= start < end <= len(plain) for start, end in spans)
    assert list(spans) == sorted(spans)


@given(
    st.text(max_size=300), st.lists(st.text(alphabet="->中", min_size=1), min_size=1, max_size=3)
)
def test_an_excerpt_shows_what_was_looked_for(before: str, literals: list[str]) -> None:
    snippet, spans = excerpt(before + literals[0] + before, literals)
    assert spans
    assert all(snippet[start:end] in literals for start, end in spans)
