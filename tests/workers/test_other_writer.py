"""A conversation on show to which another process, such as a command, is writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import Popen

import pytest
from pytestqt.qtbot import QtBot

from benchtop.services.conversations import Conversations
from unit.store.processes import read_until, running
from workers.services_kit import Kit

WRITE = """
store = open_store(path)
theirs = message("theirs", "", conversation_id=sys.argv[2], parent_id=sys.argv[3], created=9e9,
                 role="assistant", state="streaming")
store.messages.add(theirs)
store.messages.flush("theirs", "The first words", "")
say("begun")
sys.stdin.readline()
store.messages.flush("theirs", "The first words and more", "")
say("grown")
sys.stdin.readline()
store.messages.finish(replace(theirs, content="The first words and more, to the end.",
                              state="complete", stop="end"))
say("ended")
"""


@pytest.fixture
def kit(qtbot: QtBot, starter_path: Path) -> Iterator[Kit]:
    made = Kit(qtbot)
    made.say("Hello!")
    yield made
    made.close()


@contextmanager
def writing(kit: Kit) -> Iterator[Popen[str]]:
    """Another process that writes a reply to the conversation on show, which is watched."""
    conversations = Conversations(kit.store)
    conversations.changed_elsewhere.connect(kit.session.read_again)
    conversations.watch()
    here = kit.session.branch.here
    with running(WRITE, kit.folder.database, here.id, str(here.leaf_id)) as process:
        read_until(process, "begun")
        kit.until(lambda: kit.path()[-1] == "The first words")
        yield process


def go_on(process: Popen[str], until: str) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    read_until(process, until)


def test_what_another_process_writes_grows_on_show_to_its_end(kit: Kit) -> None:
    with writing(kit) as process:
        go_on(process, "grown")
        kit.until(lambda: kit.path()[-1] == "The first words and more")
        assert kit.session.branch.messages()[-1].state == "streaming"
        go_on(process, "ended")
        kit.until(lambda: kit.session.branch.messages()[-1].state == "complete")
    assert kit.path()[-1] == "The first words and more, to the end."


def test_a_reply_that_another_process_writes_is_not_done_again_meanwhile(kit: Kit) -> None:
    with writing(kit) as process:
        for act in (
            kit.session.continue_reply,
            kit.session.regenerate,
            kit.session.retry,
        ):
            act("theirs")
            assert not kit.session.busy
        go_on(process, "grown")
        go_on(process, "ended")
    assert kit.stored()[-1].content == "The first words and more, to the end."


def test_a_reply_that_has_grown_elsewhere_is_not_gone_on_with_from_its_old_words(kit: Kit) -> None:
    """The window has not looked again since: the words on the disk are not overwritten."""
    failures: list[object] = []
    kit.store.failed.connect(failures.append)
    with writing(kit) as process:
        go_on(process, "grown")
        go_on(process, "ended")
        stale = replace(kit.session.branch.tree.get("theirs"), state="stopped")
        kit.session.branch.put(replace(stale, content="The first words"))
        kit.reply(lambda: kit.session.continue_reply("theirs"))
        kit.until(lambda: bool(failures))
    assert kit.stored()[-1].content == "The first words and more, to the end."


def test_what_was_changed_here_while_it_was_read_stays(kit: Kit) -> None:
    reply = kit.session.branch.messages()[-1]
    kit.session.read_again()
    kit.session.branch.rate(reply.id, 1)
    seen: list[int] = []
    kit.session.branch.step_changed.connect(lambda step: seen.append(step.message.rating))
    kit.session.read_again()
    assert kit.stored()[-1].rating == 1
    assert kit.session.branch.tree.get(reply.id).rating == 1
    assert 0 not in seen
