"""Chats of other programs become conversations, once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from benchtop.domain.chat import Conversation
from benchtop.domain.errors import StoreError, StoreFull
from benchtop.services import chat_import
from benchtop.services.chat_import import BroughtIn, ChatImport
from benchtop.services.chats_of_others import READERS
from benchtop.services.model_list import ModelList
from benchtop.services.other_programs import OtherProgram, OtherPrograms
from benchtop.services.store_thread import StoreThread
from benchtop.store.database import Store, open_store
from unit.services.local_layouts import model_bytes
from unit.services.local_layouts import put as put_model
from unit.services.other_chat_files import (
    CREATED,
    PROMPT,
    RESPONSE,
    Item,
    gpt4all_bytes,
    in_steps,
    jan_line,
    lm_studio,
    ollama_chat,
    open_ollama,
    put_gpt4all,
    put_jan,
    put_lm_studio,
    said,
    versions,
)

EVERY = tuple(READERS)


@pytest.fixture
def me(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A person's home folder, with a chat of every program."""
    home = tmp_path / "me"
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "JAN_DATA_FOLDER"):
        monkeypatch.delenv(name, raising=False)
    put_gpt4all(home)
    reply = in_steps(("text", "No.")), in_steps(("text", "Yes."))
    put_lm_studio(home, lm_studio(versions(said("user", "Owl?")), versions(*reply)))
    put_jan(home / "jan", [jan_line(1, "user", "Hello"), jan_line(2, "assistant", "Hi")])
    database = open_ollama(home)
    ollama_chat(database, [("user", "Owl?", ""), ("assistant", "A bird.", "Hm.")])
    database.close()
    return home


@pytest.fixture
def store(tmp_path: Path, qapp: object) -> Iterator[StoreThread]:
    made = StoreThread(tmp_path / "data" / "benchtop.sqlite3")
    yield made
    made.close()


@pytest.fixture
def importing(store: StoreThread) -> Iterator[ChatImport]:
    made = ChatImport(store)
    yield made
    made.close()


def bring(qtbot: QtBot, importing: ChatImport, *programs: str) -> BroughtIn:
    told: list[BroughtIn] = []
    importing.start(programs or EVERY, told.append, lambda _part: None)
    assert importing.busy
    qtbot.waitUntil(lambda: bool(told))
    assert not importing.busy
    return told[0]


def kept(store: StoreThread, qtbot: QtBot) -> dict[str, Conversation]:
    """The conversations by the name of their folder."""
    found: list[dict[str, Conversation]] = []

    def work(opened: Store) -> dict[str, Conversation]:
        names = {folder.id: folder.name for folder in opened.folders.all()}
        return {names[one.folder_id or ""]: one for one in opened.conversations.all()}

    store.run(work, found.append)
    qtbot.waitUntil(lambda: bool(found))
    return found[0]


def test_each_chat_is_a_conversation_in_the_folder_of_its_program(
    me: Path, importing: ChatImport, store: StoreThread, tmp_path: Path, qtbot: QtBot
) -> None:
    assert bring(qtbot, importing) == BroughtIn(new=4)
    found = kept(store, qtbot)
    assert set(found) == set(EVERY)
    assert {one.title for one in found.values()} == {"About owls"}
    assert found["Jan"].system_prompt == "You are Jan."
    assert found["GPT4All"].created == CREATED
    assert all(one.leaf_id for one in found.values())
    with open_store(tmp_path / "data" / "benchtop.sqlite3") as opened:
        asked, no, yes = opened.messages.of(found["LM Studio"].id)
        assert (no.parent_id, yes.parent_id) == (asked.id, asked.id)
        assert found["LM Studio"].leaf_id == no.id
        answer = opened.messages.of(found["Ollama"].id)[1]
        assert (answer.content, answer.reasoning, answer.model_name) == (
            "A bird.", "Hm.", "gemma3:4b",
        )  # fmt: skip
        assert (answer.created, answer.model_id) == (1_719_000_005.5, None)


def test_the_same_again_is_not_doubled_and_what_is_new_is_added(
    me: Path, importing: ChatImport, store: StoreThread, tmp_path: Path, qtbot: QtBot
) -> None:
    bring(qtbot, importing)
    assert bring(qtbot, importing) == BroughtIn(known=4)
    before = kept(store, qtbot)["GPT4All"]
    longer = (Item(PROMPT, "Wer ist die Eule? 🦉"), Item(RESPONSE, "A bird.\nOf the night."))
    put_gpt4all(me, gpt4all_bytes((*longer, Item(PROMPT, "And by day?"))))
    assert bring(qtbot, importing, "GPT4All") == BroughtIn(grown=1)
    after = kept(store, qtbot)["GPT4All"]
    assert after.id == before.id
    with open_store(tmp_path / "data" / "benchtop.sqlite3") as opened:
        assert len(opened.conversations.all()) == 4
        messages = opened.messages.of(before.id)
        assert len(messages) == 3
        assert after.leaf_id == messages[-1].id, "what was added is on show"


def test_what_cannot_be_read_is_named_and_the_rest_comes_in(
    me: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    bad = put_gpt4all(me, b"\xf5\xd5\x53\xcc\0\0", chat_id="bad")
    done = bring(qtbot, importing)
    assert done.new == 4
    assert [error.facts["path"] for error in done.unreadable] == [str(bad)]
    assert len(kept(store, qtbot)) == 4


def test_many_come_in_parts_and_closing_stops_between_them(
    me: Path, importing: ChatImport, store: StoreThread, qtbot: QtBot
) -> None:
    for number in range(2 * chat_import.AT_ONCE):
        put_gpt4all(me, chat_id=f"n{number:03}")
    so_far: list[int] = []
    told: list[BroughtIn] = []

    def stop(done: BroughtIn) -> None:
        so_far.append(done.new)
        if len(so_far) == 2:
            importing.close()

    importing.start(["GPT4All"], told.append, stop)
    qtbot.waitUntil(lambda: len(so_far) == 2)
    found: list[int] = []
    store.run(lambda opened: len(opened.conversations.all()), found.append)
    qtbot.waitUntil(lambda: bool(found))
    assert so_far == [20, 40]
    assert found == [40]
    assert told == []


def test_a_full_disk_is_told_and_nothing_is_half_there(
    me: Path,
    importing: ChatImport,
    store: StoreThread,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(*_arguments: object) -> BroughtIn:
        raise StoreFull(path="benchtop.sqlite3")

    with monkeypatch.context() as patch:
        patch.setattr(chat_import, "_bring_one", full)
        done = bring(qtbot, importing)
    assert isinstance(done.refused, StoreFull)
    assert done.new == 0
    assert kept(store, qtbot) == {}
    assert bring(qtbot, importing) == BroughtIn(new=4)


# What is found


@pytest.fixture
def others(store: StoreThread, qtbot: QtBot) -> Iterator[OtherPrograms]:
    made = OtherPrograms(store, ModelList(store))
    yield made
    made.close()


def look(qtbot: QtBot, others: OtherPrograms) -> dict[str, OtherProgram]:
    with qtbot.waitSignal(others.found, timeout=20_000) as found:
        others.look()
        others.look()  # ignored: there is one under way
        assert others.busy
    assert not others.busy
    return {one.name: one for one in found.args[0]}


def test_models_and_chats_are_found_by_program(
    me: Path, others: OtherPrograms, qtbot: QtBot
) -> None:
    put_model(me / ".lmstudio/models/owner/repo/tiny.gguf", model_bytes())
    found = look(qtbot, others)
    assert {name: one.chats for name, one in found.items() if one.chats} == dict.fromkeys(EVERY, 1)
    (model,) = found["LM Studio"].models
    assert found["LM Studio"].bytes == model.bytes > 0
    with qtbot.waitSignals([others.models_done, others.chats_done]):
        others.bring_in([model], EVERY)
    assert look(qtbot, others)["Jan"].chats == 1  # it is asked again at any time


def test_a_list_that_cannot_be_written_is_told(
    me: Path, qapp: object, tmp_path: Path, qtbot: QtBot
) -> None:
    put_model(me / ".lmstudio/models/owner/repo/tiny.gguf", model_bytes())
    put_model(tmp_path / "no folder", b"")
    store = StoreThread(tmp_path / "no folder" / "benchtop.sqlite3")
    others = OtherPrograms(store, ModelList(store))
    models = look(qtbot, others)["LM Studio"].models
    told: list[BroughtIn] = []
    others.chats_done.connect(told.append)
    with qtbot.waitSignal(others.models_refused) as refused:
        others.bring_in(models, ["Jan"])
    assert isinstance(refused.args[0], StoreError)
    qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[0].refused, StoreError)
    others.close()
    store.close()


def test_nothing_is_found_where_there_is_nothing(
    others: OtherPrograms, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "HF_HOME"):
        monkeypatch.delenv(name, raising=False)
    assert look(qtbot, others) == {}
