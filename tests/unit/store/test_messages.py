from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchtop.domain.chat import Message
from benchtop.domain.errors import ConversationUnknown, StoreError
from benchtop.domain.generation import AdapterUse, SamplingParams, Timings
from benchtop.store.database import Store, open_store
from unit.store.makers import DAY, conversation, message, trees


def test_a_message_comes_back_as_it_went_in(talk: Store) -> None:
    talk.messages.add(message("u1"))
    reply = message(
        "a1", "u1", "Yes.\n\0\u2028😀", reasoning="Hm.", state="stopped", model_id="starter",
        model_name="Starter", adapters=(AdapterUse("/tmp/a\udcff.gguf", 0.5),),
        params=SamplingParams(seed=4, logit_bias={7: -1.0}).to_json(),
        timings=Timings(9, 8, 7, 0.6, 0.5, 0.4), stop="cancelled", rating=-1, example=True, note="Why.",
    )  # fmt: skip
    talk.messages.add(reply)
    assert talk.messages.of("talk") == [message("u1"), reply]
    assert talk.messages.get("a1") == reply


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_tree_comes_back_as_it_went_in(store: Store, data: st.DataObject) -> None:
    name = f"c{store.messages.count()}-{len(store.conversations.all())}"
    store.conversations.add(conversation(name))
    tree: list[Message] = data.draw(trees(name, name))
    for one in tree:
        store.messages.add(one, show=False)
    assert store.messages.of(name) == tree


def test_adding_shows_the_message_and_moves_the_conversation_up(talk: Store) -> None:
    talk.messages.add(message("u1", created=3 * DAY))
    assert talk.conversations.get("talk").leaf_id == "u1"
    assert talk.conversations.get("talk").updated == 3 * DAY
    talk.messages.add(message("u2", created=9 * DAY), show=False)
    assert talk.conversations.get("talk").leaf_id == "u1"
    assert talk.conversations.get("talk").updated == 3 * DAY
    talk.messages.add(message("u3", created=2 * DAY))  # a clock that was set back
    assert talk.conversations.get("talk").updated == 3 * DAY


def test_a_refused_message_changes_nothing(talk: Store) -> None:
    talk.conversations.add(conversation("other"))
    talk.messages.add(message("u1", content="first"))
    before = talk.conversations.get("talk")
    with pytest.raises(StoreError, match="UNIQUE"):
        talk.messages.add(message("u1", content="second"))
    with pytest.raises(StoreError, match="FOREIGN"):
        talk.messages.add(message("a1", "nowhere"))
    with pytest.raises(StoreError, match="FOREIGN"):  # a parent of another conversation
        talk.messages.add(message("a1", "u1", conversation_id="other"))
    with pytest.raises(ConversationUnknown, match="gone"):
        talk.messages.add(message("a1", conversation_id="gone"))
    assert [m.content for m in talk.messages.of("talk")] == ["first"]
    assert talk.conversations.get("talk") == before


def test_half_a_character_is_kept_as_the_sign_for_one(talk: Store) -> None:
    talk.messages.add(message("u1", content="a\ud800b \ud83d\ude00"))
    assert talk.messages.get("u1").content == "a\ufffdb 😀"


def streaming(talk: Store) -> Message:
    talk.messages.add(message("u1"))
    reply = message("a1", "u1", "", state="streaming")
    talk.messages.add(reply)
    return reply


def test_a_reply_grows_by_flushes_and_is_finished(talk: Store) -> None:
    reply = streaming(talk)
    talk.messages.flush("a1", "Once", "Let me")
    assert talk.messages.get("a1") == replace(reply, content="Once", reasoning="Let me")
    talk.messages.rate("a1", 1)
    talk.messages.mark_example("a1", True)
    done = replace(
        reply, content="Once upon", reasoning="Let me see", state="complete", stop="end",
        timings=Timings(completion_tokens=2), model_name="Starter", note="",
    )  # fmt: skip
    talk.messages.finish(done)
    assert talk.messages.get("a1") == replace(done, rating=1, example=True)
    assert talk.conversations.get("talk").updated > 1e9


def test_a_reply_may_be_shortened_only_while_it_is_written(talk: Store) -> None:
    reply = streaming(talk)
    talk.messages.flush("a1", "Once upon a stop str", "")
    talk.messages.finish(replace(reply, content="Once upon a", state="complete"))
    with pytest.raises(StoreError, match="a1 has ended with other words"):
        talk.messages.flush("a1", "Once", "")
    with pytest.raises(StoreError, match="a1 has ended with other words"):
        talk.messages.finish(replace(reply, content="Twice", state="complete"))
    assert talk.messages.get("a1").content == "Once upon a"
    assert talk.messages.get("a1").state == "complete"


def test_a_reply_can_be_gone_on_with_in_its_place(talk: Store) -> None:
    reply = streaming(talk)
    talk.messages.finish(replace(reply, content="Once", state="stopped", stop="cancelled"))
    talk.messages.reopen("a1", "Once", "")
    assert talk.messages.get("a1") == replace(reply, content="Once")
    talk.messages.flush("a1", "Once upon", "")
    talk.messages.finish(replace(reply, content="Once upon a time", state="complete", stop="end"))
    assert talk.messages.get("a1").content == "Once upon a time"


def test_a_reply_that_has_other_words_by_now_is_not_gone_on_with(talk: Store) -> None:
    reply = streaming(talk)
    talk.messages.finish(replace(reply, content="Once upon a time", state="complete", stop="end"))
    with pytest.raises(StoreError, match="a1 has ended with other words"):
        talk.messages.reopen("a1", "Once", "")
    assert talk.messages.get("a1").state == "complete"


def test_a_persons_own_words_are_never_reopened(talk: Store) -> None:
    talk.messages.add(message("u1"))
    with pytest.raises(StoreError, match="no reply with the id u1"):
        talk.messages.reopen("u1", "words", "")


def test_an_unknown_message_is_said_by_its_id(talk: Store) -> None:
    for act in (
        lambda: talk.messages.get("gone"),
        lambda: talk.messages.flush("gone", "", ""),
        lambda: talk.messages.finish(message("gone")),
        lambda: talk.messages.reopen("gone", "", ""),
        lambda: talk.messages.rate("gone", 1),
        lambda: talk.messages.mark_example("gone", True),
    ):
        with pytest.raises(StoreError, match="gone"):
            act()


def test_ratings_are_down_none_or_up(talk: Store) -> None:
    talk.messages.add(message("a1"))
    for rating in (1, -1, 0):
        talk.messages.rate("a1", rating)
        assert talk.messages.get("a1").rating == rating
    with pytest.raises(StoreError, match="CHECK"):
        talk.messages.rate("a1", 2)


def test_an_unknown_conversation_has_no_messages(store: Store) -> None:
    assert store.messages.of("gone") == []


def test_everything_is_there_after_closing_and_opening(path: Path) -> None:
    with open_store(path) as store:
        store.conversations.add(conversation())
        store.messages.add(message("u1"))
    with open_store(path) as store:
        assert store.messages.of("talk") == [message("u1")]
