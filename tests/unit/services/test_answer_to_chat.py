from __future__ import annotations

from pathlib import Path

import pytest

from benchtop.domain.contests import PromptTurn
from benchtop.domain.errors import StoreError
from benchtop.services.answer_to_chat import take_into_chat
from benchtop.store.database import open_store
from unit.store.contest_makers import answer, contestant
from unit.store.makers import check_whole

TURNS = (
    PromptTurn("user", "What is 2 and 2?"), PromptTurn("assistant", "4"), PromptTurn("user", "And 3?"),
)  # fmt: skip


def test_the_conversation_goes_on_in_the_chat_as_it_was(tmp_path: Path) -> None:
    with open_store(tmp_path / "benchtop.sqlite3") as store:
        one = answer(turns=TURNS, text="5")
        conversation = take_into_chat(store, contestant(), one)
        (found,) = store.conversations.all()
        messages = store.messages.of(found.id)
    assert found == conversation
    assert (found.title, found.system_prompt, found.model_id) == (
        "What is 2 and 2?",
        "Be kind.",
        "one-id",
    )
    assert found.params["temperature"] == 0.25
    assert [(m.role, m.content) for m in messages] == [
        *((turn.role, turn.content) for turn in TURNS), ("assistant", "5"),
    ]  # fmt: skip
    assert [m.parent_id for m in messages] == [None, *(m.id for m in messages[:-1])]
    last = messages[-1]
    assert found.leaf_id == last.id
    assert (last.timings, last.stop, last.reasoning, last.model_name) == (
        one.timings,
        "end",
        "hm",
        "one",
    )
    assert last.params["seed"] == 7
    assert last.adapters == (contestant().adapters[0].use,)
    assert last.state == "complete"
    check_whole(tmp_path / "benchtop.sqlite3")


def test_half_an_answer_says_so_and_half_a_conversation_is_never_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_store(tmp_path / "benchtop.sqlite3") as store:
        take_into_chat(store, contestant(), answer(error="The engine died.", stop=None, text="hal"))
        last = store.messages.of(store.conversations.all()[0].id)[-1]
        assert (last.state, last.note, last.content) == ("stopped", "The engine died.", "hal")
        with store.connection.writing() as database:
            database.execute(
                "create trigger full before insert on messages when new.role = 'assistant'"
                " begin select raise(abort, 'full'); end"
            )
        with pytest.raises(StoreError, match="full"):
            take_into_chat(store, contestant(), answer())
        assert len(store.conversations.all()) == 1
