"""Adapters in a real window: attached by the header, the answer changes; detached, it is as before."""

from __future__ import annotations

import sys
from pathlib import Path

import gguf
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.domain.adapters import BASE_SUM_KEY
from benchtop.domain.chat import Message
from benchtop.domain.generation import SamplingParams
from benchtop.domain.gguf import read_header
from benchtop.services.library import starter
from benchtop.store.database import open_store
from benchtop.ui.chat.adapters_popover import AdaptersPopover
from benchtop.ui.chat.message_texts import speaker
from benchtop.ui.chat.parameter_spin import ParameterSpin
from benchtop.ui.models.library_detail import LibraryDetailDialog
from benchtop.ui.widgets.switch import Switch
from ui.window.conftest import WAIT_MS
from workers.tiny_gguf import lora_adapter, random_model

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the bin of freedesktop.org")


@pytest.fixture(autouse=True)
def own_bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bin of this test, and not a person's."""
    (tmp_path / "share").mkdir()
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


def starter_adapter(path: Path, base_sha256: str, name: str = "") -> Path:
    """An adapter for the starter, strong enough to change what it says."""
    header, draw = read_header(starter().path), np.random.default_rng(3)
    writer = gguf.GGUFWriter(path, header.architecture)
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_name(name or path.stem)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, 4.0)
    writer.add_string(BASE_SUM_KEY, base_sha256)
    for tensor in header.tensors:
        if tensor.name.endswith(("attn_q.weight", "ffn_down.weight")):
            inputs, outputs = tensor.shape
            for end, shape in (("lora_a", (4, inputs)), ("lora_b", (outputs, 4))):
                values = draw.standard_normal(shape).astype(np.float32)
                writer.add_tensor(f"{tensor.name}.{end}", values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    return starter_adapter(tmp_path / "mine.gguf", starter().sha256)


def imported(program: Program, qtbot: QtBot, *paths: Path) -> None:
    before = len(program.models.adapters.adapters)
    for path in paths:
        program.models.import_file(path)
    wanted = before + len(paths)
    qtbot.waitUntil(lambda: len(program.models.adapters.adapters) == wanted, timeout=WAIT_MS)


def answered(program: Program, qtbot: QtBot, text: str) -> Message:
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS) as told:
        program.session.send(text)
    return told.args[0]


def popover(program: Program) -> AdaptersPopover:
    program.chat.header.adapters.open()
    found = program.chat.header.findChild(AdaptersPopover)
    assert found is not None
    return found


def part(parent: QWidget, name: str) -> QWidget:
    found = parent.findChild(QWidget, name)
    assert found is not None, name
    return found


def press(qtbot: QtBot, parent: QWidget, name: str) -> None:
    qtbot.keyClick(part(parent, name), Qt.Key.Key_Space)


def detail_of(program: Program, qtbot: QtBot) -> LibraryDetailDialog:
    program.chat.adapters_wiring.more_requested.emit("starter")
    qtbot.waitUntil(lambda: program.window.findChild(LibraryDetailDialog) is not None)
    found = program.window.findChild(LibraryDetailDialog)
    assert isinstance(found, LibraryDetailDialog)
    return found


def test_attached_the_answer_changes_and_detached_it_is_as_before(
    program: Program, qtbot: QtBot, mine: Path
) -> None:
    program.session.branch.set_params(SamplingParams(temperature=0.0, max_tokens=24))
    plain = answered(program, qtbot, "What can I do in this app?")
    pid = program.engine.pid
    imported(program, qtbot, mine)
    popover_on_show = popover(program)
    press(qtbot, popover_on_show, "chat.adapters.0.switch")
    popover_on_show.close()
    assert program.chat.header.adapters.text() == "mine"
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS) as told:
        program.session.regenerate(plain.id)
    changed = told.args[0]
    assert changed.state == "complete", changed.note
    assert changed.content != plain.content
    assert changed.adapters[0].path == str(mine)
    popover_on_show = popover(program)
    spin = part(popover_on_show, "chat.adapters.0.scale")
    assert isinstance(spin, ParameterSpin)
    spin.setValue(0.05)
    popover_on_show.close()
    assert program.session.branch.adapters[0].scale == 0.05
    popover_on_show = popover(program)
    press(qtbot, popover_on_show, "chat.adapters.0.switch")
    popover_on_show.close()
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS) as told:
        program.session.regenerate(plain.id)
    assert told.args[0].content == plain.content
    assert program.engine.pid == pid


def test_what_a_model_cannot_use_is_grey_and_says_why(
    program: Program, qtbot: QtBot, mine: Path, tmp_path: Path
) -> None:
    old = starter_adapter(tmp_path / "old.gguf", "cd" * 32)
    tiny = lora_adapter(tmp_path / "tiny.gguf", facts={"general.base_model.0.name": "tiny"})
    imported(program, qtbot, mine, old, tiny)
    rows = {row.name: row.problem for row in program.chat.header.adapters._rows}
    assert rows == {
        "mine": "",
        "old": "Made for another file of this model, by its checksum",
        "tiny": "Made for tiny",
    }
    shown = popover(program)
    switches = [one.isEnabled() for one in shown.findChildren(Switch)]
    assert switches == [True, False, False]
    shown.close()


def test_each_model_keeps_its_own_adapters(
    program: Program, qtbot: QtBot, mine: Path, tmp_path: Path
) -> None:
    tiny = lora_adapter(tmp_path / "tiny-mine.gguf")
    model = random_model(tmp_path / "tiny.gguf")
    imported(program, qtbot, mine, tiny)
    wiring, branch = program.chat.adapters_wiring, program.session.branch
    wiring.attach(str(mine), 0.5)
    with qtbot.waitSignal(program.models.imported, timeout=WAIT_MS):
        program.models.import_file(model)
    assert program.session.model is not None
    assert program.session.model.path == str(model)
    assert branch.adapters == ()
    wiring.attach(str(tiny))
    program.chat.header_wiring.choose("starter")
    assert [(one.path, one.scale) for one in branch.adapters] == [(str(mine), 0.5)]
    other = next(one for one in program.models.models if one.path == str(model))
    program.chat.header_wiring.choose(other.id)
    assert [one.path for one in branch.adapters] == [str(tiny)]
    qtbot.waitUntil(lambda: program.engine.is_ready(other), timeout=WAIT_MS)


def test_one_of_another_file_is_switched_off_again_once_that_is_known(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    model = random_model(tmp_path / "tiny.gguf")
    with qtbot.waitSignal(program.models.imported, timeout=WAIT_MS):
        program.models.import_file(model)
    wrong = lora_adapter(tmp_path / "wrong.gguf", facts={BASE_SUM_KEY: "cd" * 32})
    imported(program, qtbot, wrong)
    shown = popover(program)
    press(qtbot, shown, "chat.adapters.0.switch")  # nobody has summed the model yet
    shown.close()
    qtbot.waitUntil(lambda: program.session.branch.adapters == (), timeout=WAIT_MS)
    said = [notice.text for notice in program.window.info_bar.notices()]
    assert any("cannot be used with" in text for text in said)
    assert program.session.model is not None
    ready = program.session.model
    qtbot.waitUntil(lambda: program.engine.is_ready(ready), timeout=WAIT_MS)


def test_removed_under_models_and_brought_back_by_undo(
    program: Program, qtbot: QtBot, mine: Path
) -> None:
    program.session.branch.set_params(SamplingParams(max_tokens=12))
    imported(program, qtbot, mine)
    program.chat.adapters_wiring.attach(str(mine))
    detail = detail_of(program, qtbot)
    press(qtbot, detail, "models.adapters.remove")
    qtbot.waitUntil(lambda: not program.models.adapters.adapters, timeout=WAIT_MS)
    assert not mine.exists()
    detail.close()
    program.window.show_page("chat")
    failed = answered(program, qtbot, "Are you there?")
    assert failed.state == "failed"
    assert "is not there any more: switch it off" in failed.note
    program.chat.undo_stack.undo()
    qtbot.waitUntil(lambda: bool(program.models.adapters.adapters), timeout=WAIT_MS)
    assert mine.is_file()
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS) as told:
        program.session.retry(failed.id)
    assert told.args[0].state == "complete"


def test_use_in_chat_attaches_it(program: Program, qtbot: QtBot, mine: Path) -> None:
    imported(program, qtbot, mine)
    detail = detail_of(program, qtbot)
    button = part(detail, "models.adapters.use")
    assert isinstance(button, QPushButton)
    button.click()
    assert not detail.isVisible()  # it would stand before the chat
    assert [one.path for one in program.session.branch.adapters] == [str(mine)]
    assert program.chat.isVisible()
    (notice,) = program.window.info_bar.notices()
    assert notice.text == "“mine” is used in the new chat, from its first reply on."
    assert notice.sign == "check"
    program.chat.undo_stack.undo()
    assert program.session.branch.adapters == ()


def test_a_reply_is_signed_with_the_name_and_undo_finds_its_conversation(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    path = starter_adapter(tmp_path / "From-my-chats-76871dcb.gguf", starter().sha256, "My chats")
    imported(program, qtbot, path)
    program.session.branch.set_params(SamplingParams(temperature=0.0, max_tokens=12))
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS):
        program.session.send("Hello!")
    here = program.session.branch.here
    program.chat.adapters_wiring.use_here(str(path), "starter")
    notice = program.window.info_bar.notices()[-1]
    assert notice.text.startswith(f"“My chats” is used in the chat “{here.title}”")
    with qtbot.waitSignal(program.session.reply_ended, timeout=WAIT_MS) as told:
        program.session.send("And now?")
    assert speaker(told.args[0]) == "starter + My chats"
    with open_store(program.folder.database) as store:
        qtbot.waitUntil(lambda: store.messages.of(here.id)[-1].adapters != ())
        assert speaker(store.messages.of(here.id)[-1]) == "starter + My chats"
    program.chat.new_chat()
    qtbot.waitUntil(lambda: program.session.branch.conversation is None)
    program.chat.undo_stack.undo()
    program.chat.open_conversation(here.id)
    branch = program.session.branch
    qtbot.waitUntil(lambda: branch.conversation is not None and not branch.adapters)
    QApplication.processEvents()
