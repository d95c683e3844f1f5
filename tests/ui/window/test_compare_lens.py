"""The next token in the whole window: a real model reads, and the text goes on from an alternative."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QLabel, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from benchtop.bootstrap import Program
from benchtop.cli.compare_rerun import rerun
from benchtop.domain.chat import Conversation, Message, Role
from benchtop.evaluation.next_token import Place
from benchtop.services.memory_now import MemoryNow
from benchtop.store.database import Store
from benchtop.ui.compare.lens_canvas import LensCanvas
from benchtop.ui.compare.lens_rows import LensRequest, LensRow, text_of
from benchtop.ui.compare.lens_view import LensView
from benchtop.ui.compare.lens_wiring import chat_with_token, text_before, with_token
from ui.window.conftest import StartWindow, wait_ready
from ui.window.test_compare import page_of, second_model, until
from workers.tiny_gguf import random_model

PROMPT = "I work offline. Nothing you type leaves this machine."


def lens_of(program: Program) -> LensView:
    page = page_of(program)
    page.show_tab("next_token")
    view = page.view("next_token")
    assert isinstance(view, LensView)
    return view


def rows_of(view: LensView) -> tuple[LensRow, ...]:
    canvas = view.findChild(LensCanvas)
    assert isinstance(canvas, LensCanvas)
    return tuple(canvas.rows)


def read(qtbot: QtBot, view: LensView, prompt: str = PROMPT) -> tuple[LensRow, ...]:
    """Write the prompt, press Read and wait for the result."""
    view.set_prompt(prompt)
    before = rows_of(view)
    view.findChild(QPushButton, "compare.lens.read").click()
    until(qtbot, lambda: rows_of(view) is not before and rows_of(view) != before)
    until(qtbot, lambda: not view.findChild(QPushButton, "compare.lens.stop").isVisible())
    return rows_of(view)


def read_text(row: LensRow) -> str:
    return "".join(text_of(place) for place in row.places[row.leading :])


def choose(view: LensView, box_name: str, name: str) -> None:
    box = view.findChild(QComboBox, box_name)
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findText(name))
    assert box.currentText() == name


def chat(qtbot: QtBot, program: Program, *said: str) -> None:
    """A conversation in the store, with these messages by turns."""

    def work(store: Store) -> None:
        store.conversations.add(Conversation("talk", "Talk", 1.0, 1.0))
        parent = None
        for number, text in enumerate(said):
            role: Role = "assistant" if number % 2 else "user"
            store.messages.add(Message(f"m{number}", "talk", parent, role, text, 1.0 + number))
            parent = f"m{number}"

    done: list[None] = []
    program.store.run(work, done.append)
    until(qtbot, lambda: done)


def test_a_prompt_is_read_and_goes_on_from_an_alternative(qtbot: QtBot, start: StartWindow) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = lens_of(program)
    (row,) = read(qtbot, view)
    assert read_text(row).strip() == PROMPT
    known = [place.came for place in row.places[row.leading + 1 : -1]]
    assert all(came is not None and 0 < came.probability <= 1 for came in known)
    assert all(len(place.options) == 10 for place in row.places[1:])
    position = next(
        number
        for number, place in enumerate(row.places)
        if number > row.leading + 2 and place.options[0].id != place.id and place.id >= 0
    )
    chosen = row.places[position].options[0].text
    before = view.prefix_before(row.id, position).removeprefix(" ")
    view.continue_requested.emit(row.id, position, chosen)
    until(qtbot, lambda: rows_of(view) and rows_of(view)[0] is not row)
    prompt = view.findChild(QPlainTextEdit, "compare.lens.prompt")
    assert prompt.toPlainText() == before + chosen
    assert read_text(rows_of(view)[0]).strip() == (before + chosen).strip()


def test_a_chat_message_is_read_in_the_template_and_goes_on_as_a_reply(
    qtbot: QtBot, start: StartWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = lens_of(program)
    state = view.findChild(QLabel, "compare.lens.state")
    (plain,) = read(qtbot, view, "Do you work offline?")
    assert "as a chat message" in state.text()
    view.findChild(QCheckBox, "compare.lens.chat").setChecked(True)
    (row,) = read(qtbot, view, "Do you work offline?")
    assert "Do you work offline?" in read_text(row)
    assert len(row.places) > len(plain.places), "the template's own tokens are there too"
    assert "as a chat message" not in state.text()
    chosen = row.places[-1].options[0]
    view.continue_requested.emit(row.id, len(row.places) - 1, chosen.text)
    until(qtbot, lambda: rows_of(view)[0] is not row)
    (begun,) = rows_of(view)
    assert read_text(begun) == read_text(row) + chosen.text
    assert (
        view.findChild(QPlainTextEdit, "compare.lens.prompt").toPlainText()
        == "Do you work offline?"
    )
    card = tmp_path / "lens.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(card), ""))
    view.findChild(QPushButton, "compare.lens.card").click()
    until(qtbot, card.exists)
    told = json.loads(card.with_suffix(".json").read_text())
    assert (told["inputs"]["as_chat"], told["inputs"]["reply"]) == (True, chosen.text)
    program.window.close()
    assert rerun(str(card), json=True) == 0


@pytest.mark.parametrize(
    ("position", "wanted"),
    [
        (1, None),
        (2, ("x", "")),
        (3, ("Hex", "")),
        (4, ("Hellox", "")),
        (5, None),
        (6, ("Hello", "x")),
        (7, ("Hello", " yesx")),
    ],
)  # fmt: skip
def test_where_a_chat_can_go_on(position: int, wanted: tuple[str, str] | None) -> None:
    texts = ("<s>", "user:", "He", "llo", "</s>", "bot:", " yes", "")
    places = tuple(
        Place(-1 if at == len(texts) - 1 else at, text, None, ()) for at, text in enumerate(texts)
    )
    request = LensRequest("Hello", "a", as_chat=True, reply=" yes")
    found = chat_with_token(request, LensRow("a", "a", places), position, "x")
    assert (None if found is None else (found.prompt, found.reply)) == wanted


def test_two_contestants_of_one_file_do_not_differ(
    qtbot: QtBot,
    start: StartWindow,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    program = start()
    wait_ready(qtbot, program)
    second_model(qtbot, program, tmp_path)
    view = lens_of(program)
    names = [model.name for model in program.models.models]
    boxes = [view.findChild(QComboBox, f"compare.lens.{key}") for key in ("first", "second")]
    offered = [boxes[0].itemText(at) for at in range(boxes[0].count())]
    assert len(offered) == len(names) == len(set(offered))
    choose(view, "compare.lens.first", offered[0])
    choose(view, "compare.lens.second", offered[1])
    first, second = read(qtbot, view)
    apart = [place.divergence for place in second.places[1:]]
    assert all(value is not None and abs(value) < 1e-6 for value in apart)
    assert [place.id for place in first.places] == [place.id for place in second.places]
    card = tmp_path / "lens.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(card), ""))
    view.findChild(QPushButton, "compare.lens.card").click()
    until(qtbot, card.exists)
    told = json.loads(card.with_suffix(".json").read_text())
    assert [row["name"] for row in told["results"]["rows"]] == offered
    assert all(len(model["sha256"]) == 64 for model in told["models"])
    program.window.close()
    assert rerun(str(card), json=True) == 0, "the same text, read again by the same models"
    assert json.loads(capsys.readouterr().out)["same"]


def test_two_that_cut_text_into_other_tokens_stand_beside_each_other(
    qtbot: QtBot, start: StartWindow, tmp_path: Path
) -> None:
    program = start()
    wait_ready(qtbot, program)
    with qtbot.waitSignal(program.models.imported):
        program.models.import_file(random_model(tmp_path / "odd.gguf"))
    view = lens_of(program)
    odd = next(model.name for model in program.models.models if model.id != "starter")
    choose(view, "compare.lens.second", odd)
    first, second = read(qtbot, view)
    assert (first.id, first.name != odd, second.name) == ("model starter", True, odd)
    assert all(place.divergence is None for place in (*first.places, *second.places))
    assert read_text(first).strip() == read_text(second).strip() == PROMPT
    assert "other tokens" in view.findChild(QLabel, "compare.lens.state").text()


def test_two_take_turns_in_a_memory_that_holds_one(
    qtbot: QtBot, start: StartWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = start()
    wait_ready(qtbot, program)
    finch = second_model(qtbot, program, tmp_path)
    view = lens_of(program)
    names = {model.id: model.name for model in program.models.models}
    choose(view, "compare.lens.second", names[finch])
    loads: list[str] = []
    assert program.compare.services is not None
    program.compare.services.lens().loading.connect(lambda model, _done: loads.append(model.id))
    monkeypatch.setattr(MemoryNow, "has_room", staticmethod(lambda _need, _free: False))
    first, second = read(qtbot, view)
    assert all(place.divergence is not None for place in second.places[1:])
    assert [place.id for place in first.places] == [place.id for place in second.places]
    turns = [one for one, other in pairwise([*loads, ""]) if one != other]
    assert turns == ["starter", finch, "starter", finch]


def test_counting_ones_own_chats(qtbot: QtBot, start: StartWindow) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = lens_of(program)
    count = view.findChild(QCheckBox, "compare.lens.count")
    until(qtbot, lambda: "no chats yet" in count.toolTip())
    assert not count.isEnabled()
    chat(qtbot, program, "I sit. I work here. I work at home. I work here.", "Yes.")
    page_of(program).show_tab("side_by_side")
    view = lens_of(program)
    until(qtbot, count.isEnabled)
    count.setChecked(True)
    model, counted = read(qtbot, view, "I sit. I work here.")
    assert counted.kind == "count"
    assert [place.id for place in counted.places] == [place.id for place in model.places]
    here = next(place for place in counted.places if place.text.strip() == "here")
    assert (here.order, here.seen) == (2, 3)
    assert here.came is not None
    assert here.came.count == 2
    assert here.came.low is not None
    assert here.came.high is not None
    assert here.came.low < here.came.probability < here.came.high
    likeliest = here.options[0]
    assert (likeliest.text, likeliest.count) == (here.text, 2)
    assert likeliest.low == here.came.low
    assert 0 < sum(math.exp(option.logprob) for option in here.options) <= 1
    assert read(qtbot, view, "I sit. I work at")[1].places[-1].options[0].text.strip() == "home"


def test_a_model_that_goes_away_says_so(qtbot: QtBot, start: StartWindow, tmp_path: Path) -> None:
    program = start()
    wait_ready(qtbot, program)
    second_model(qtbot, program, tmp_path)
    view = lens_of(program)
    box = view.findChild(QComboBox, "compare.lens.first")
    box.setCurrentIndex(1 - box.findData("model starter"))
    (tmp_path / "finch.gguf").unlink()
    view.set_prompt(PROMPT)
    view.findChild(QPushButton, "compare.lens.read").click()
    trouble = view.findChild(QLabel, "compare.lens.trouble")
    until(qtbot, lambda: "is not there" in trouble.text())
    assert view.findChild(QPushButton, "compare.lens.read").isVisible()
    assert rows_of(view) == ()


def test_stopping_while_the_model_is_loaded(qtbot: QtBot, start: StartWindow) -> None:
    program = start()
    wait_ready(qtbot, program)
    view = lens_of(program)
    view.set_prompt(PROMPT)
    view.findChild(QPushButton, "compare.lens.read").click()
    view.findChild(QPushButton, "compare.lens.stop").click()
    state = view.findChild(QLabel, "compare.lens.state")
    until(qtbot, lambda: state.text() == "Stopped.")
    (row,) = read(qtbot, view)
    assert read_text(row).strip() == PROMPT


def a_row(*texts: str) -> LensRow:
    places = [Place(number, text, None, ()) for number, text in enumerate(texts, 1)]
    return LensRow(
        "a", "a", (Place(0, "<s>", None, ()), *places, Place(-1, "", None, ())), leading=1
    )


@pytest.mark.parametrize(
    ("prompt", "texts", "position", "expected"),
    [
        ("The owl", (" The", " owl"), 1, ""),
        ("The owl", (" The", " owl"), 2, "The"),
        (" The owl", (" The", " owl"), 2, " The"),
        ("The owl", ("The", " owl"), 3, "The owl"),
        ("an 🦉 sat", ("an", " ", "\ufffd", "\ufffd", " sat"), 5, "an 🦉"),
        ("an 🦉 sat", ("an", " ", "\ufffd", "\ufffd", " sat"), 3, "an "),
        ("an 🦉 sat", ("an", " ", "\ufffd", "\ufffd", " sat"), 4, None),
        ("an 🦉", (" an", " ", "\ufffd", "\ufffd"), 5, "an 🦉"),
        ("🦉 and 🦉.", ("\ufffd", "\ufffd", " and", " ", "\ufffd", "\ufffd", "."), 7, "🦉 and 🦉"),
    ],
)
def test_the_text_before_a_token(
    prompt: str, texts: tuple[str, ...], position: int, expected: str | None
) -> None:
    assert text_before(prompt, a_row(*texts), position) == expected


def test_the_first_token_in_the_place_of_another() -> None:
    assert with_token("The owl", a_row(" The", " owl"), "", " A") == "A"
    assert with_token("The owl", a_row("The", " owl"), "", " A") == " A"
    assert with_token("The owl", a_row(" The", " owl"), "The", " cat") == "The cat"
