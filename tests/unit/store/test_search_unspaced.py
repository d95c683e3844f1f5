"""Search in scripts that set no spaces between words, and what its index keeps."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchtop.domain.search_words import UNSPACED
from benchtop.store.connection import open_connection
from benchtop.store.database import Store, open_store
from benchtop.store.migrations import STEPS, migrate
from unit.store.makers import check_whole, message

BEFORE = [name for name, _ in STEPS].index("0005_unspaced_search")


def found(store: Store, words: str) -> list[str]:
    return [hit.message_id for hit in store.messages.search(words)]


def steps_of(store: Store, words: str) -> int:
    """How much work a search is, in hundreds of instructions of SQLite's virtual machine."""
    counted: list[None] = []
    raw = store.connection._database.conn
    raw.set_progress_handler(lambda: counted.append(None), 100)
    store.messages.search(words)
    raw.set_progress_handler(None, 0)
    return len(counted)


@pytest.mark.parametrize("words", ["喜", "机器", "机器学习", "学习 more", "more 机器"])
def test_only_messages_of_such_scripts_are_looked_at(talk: Store, words: str) -> None:
    talk.messages.add(message("u0", content="我喜欢机器学习 and more"))
    with talk.connection.writing():
        for number in range(1, 3_000):
            talk.messages.add(message(f"u{number}", content="nothing but ünaccented wörds, and ->"))
    assert found(talk, words) == ["u0"]
    a_scan = steps_of(talk, "=>")
    assert steps_of(talk, words) < a_scan / 10


@pytest.mark.parametrize("code", [code for range_ in UNSPACED for code in range_])
def test_every_letter_that_is_looked_for_is_in_the_index(talk: Store, code: int) -> None:
    talk.messages.add(message("u1", content=f"Latin {chr(code)} letters"))
    talk.messages.add(message("u2", content="Latin letters"))
    assert found(talk, chr(code)) == ["u1"]
    assert found(talk, f'"{chr(code)} letters"') == ["u1"]


def test_an_old_store_is_searched_the_same(path: Path) -> None:
    old = open_connection(path)
    migrate(old, STEPS[:BEFORE])
    store = Store(old)
    with old.writing() as database:  # by hand: later columns are not there yet
        database.execute(
            "insert into conversations (id, title, created, updated, titled, pinned, system_prompt,"
            " params, draft) values ('talk', 'About talk', 1, 1, 0, 0, '', '', '')"
        )
    for name, content in (("u1", "日本語のテスト"), ("u2", "plain"), ("u3", "ภาษาไทยง่าย")):
        store.messages.add(message(name, content=content))
    store.messages.add(message("a1", content="日本語", state="streaming"))
    old.close()
    with open_store(path) as store:
        assert found(store, "日本") == found(store, "本語の") == ["u1"]
        assert found(store, "ไทย") == ["u3"]
        store.messages.finish(message("a1", content="日本語の本"))
        assert found(store, "日本語") == ["a1", "u1"]
    check_whole(path)


def test_the_index_follows_a_reply_and_the_bin(talk: Store) -> None:
    talk.messages.add(message("a1", content="", state="streaming"))
    talk.messages.flush("a1", "机器学习", "")
    assert found(talk, "机器学") == found(talk, "机器") == []
    talk.messages.finish(message("a1", content="机器学习"))
    assert found(talk, "机器学") == found(talk, "机器") == ["a1"]
    talk.conversations.delete(["talk"])
    talk.conversations.purge(["talk"])
    for file in talk.path.parent.iterdir():
        assert "机器学".encode() not in file.read_bytes()


LETTERS = st.text(alphabet="机器学日ทยa \"'->", max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=LETTERS.filter(lambda text: '"' not in text), before=LETTERS, after=LETTERS)
def test_what_is_in_a_message_is_found(talk: Store, words: str, before: str, after: str) -> None:
    name, literal = f"u{talk.messages.count()}", f"机{words}机"
    talk.messages.add(message(name, content=before + literal + after))
    assert name in [hit.message_id for hit in talk.messages.search(f'"{literal}"', limit=1_000)]
