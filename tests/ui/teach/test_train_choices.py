"""The Train tab before a run: which model is taught what, and from which adapter on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.adapter_layout import AdapterLayout
from benchtop.domain.training import TrainingSettings, preset_settings
from benchtop.ui.chat.parameter_spin import ParameterSpin
from benchtop.ui.teach.train_rows import AdapterChoice, TrainWish
from benchtop.ui.teach.train_view import TrainView
from ui.teach.teach_makers import PROMPTS, a_dataset, some_models
from ui.teach.train_kit import button, choose, find, measured_view, wished, words

Key = Qt.Key


@pytest.fixture
def view(show: Callable[..., TrainView]) -> TrainView:
    """The Train tab on the screen."""
    return show(measured_view())


def test_a_model_that_cannot_be_taught_is_greyed_with_its_reason(view: TrainView) -> None:
    box = find(view, QComboBox, "train.model")
    place = box.findData("phi")
    item = box.model().index(place, 0)
    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled
    assert "phi3" in item.data(Qt.ItemDataRole.ToolTipRole)
    assert "phi3" in item.data(Qt.ItemDataRole.AccessibleTextRole)
    assert place == box.count() - 1
    assert "Phi-3 mini: Models of the kind phi3" in words(view, "train.model.words")
    box.setFocus()
    for _press in range(4):
        QTest.keyClick(box, Key.Key_Down)
    assert box.currentData() != "phi"


def test_adapters_of_another_model_are_not_offered(view: TrainView) -> None:
    box = find(view, QComboBox, "train.parent")
    assert [box.itemData(n) for n in range(box.count())] == ["", "ad1"]
    choose(box, "ad1")
    choose(find(view, QComboBox, "train.model"), "starter")
    assert [box.itemData(n) for n in range(box.count())] == ["", "ad2"]
    assert view.wish.parent_id == ""


def test_a_data_set_says_its_counts_and_what_to_know(view: TrainView, qtbot: QtBot) -> None:
    assert words(view, "train.dataset.words") == (
        "39 to learn from, 7 held out for the test at the end"
    )
    with qtbot.waitSignal(view.look_requested) as heard:
        button(view, "train.look.personal").click()
    assert heard.args == ["garden", "personal"]
    assert button(view, "train.look.drafts").isVisible()
    choose(find(view, QComboBox, "train.dataset"), "few")
    shown = [one for one in view.findChildren(QPushButton) if "look" in one.objectName()]
    assert [one.objectName() for one in shown if one.isVisible()] == [
        "teach.train.look.holdout", "teach.train.look.few",
    ]  # fmt: skip
    assert button(view, "train").isEnabled()  # a warning is no refusal


def test_own_prompts_stay_when_the_data_set_changes(view: TrainView) -> None:
    find(view, QLineEdit, "train.prompt.1").setText("Mine")
    choose(find(view, QComboBox, "train.dataset"), "few")
    assert view.wish.prompts == ("Mine",)
    choose(find(view, QComboBox, "train.dataset"), "garden")
    assert view.wish.prompts == ("Mine", *PROMPTS[1:])


def test_each_prompt_says_what_its_answer_will_prove(view: TrainView) -> None:
    view.set_datasets([a_dataset(held_prompts=2)])
    kinds = [words(view, f"train.prompt.{n}.kind") for n in (1, 2, 3)]
    assert kinds == ["held out", "held out", "learnt from"]
    field = find(view, QLineEdit, "train.prompt.1")
    field.setText("Mine")
    assert words(view, "train.prompt.1.kind") == field.accessibleDescription() == "your own"
    field.setText(f" {PROMPTS[2]}")
    assert words(view, "train.prompt.1.kind") == "learnt from"
    field.clear()
    assert words(view, "train.prompt.1.kind") == field.accessibleDescription() == ""


def test_an_adapter_to_begin_from_keeps_its_layout(view: TrainView, qtbot: QtBot) -> None:
    layout = AdapterLayout(8, 16.0, ("attn_q", "attn_v"), 10)
    view.set_adapters([AdapterChoice("ad1", "First", "smol", "r 8", layout)])
    find(view, QToolButton, "train.advanced.fold").click()
    find(view, ParameterSpin, "train.alpha").setValue(99)
    find(view, ParameterSpin, "train.epochs").setValue(7)
    box = find(view, QComboBox, "train.parent")
    choose(box, "ad1")
    assert "rank 8, in the last 10 layers" in words(view, "train.parent.words")
    fixed = ("rank", "alpha", "last_layers", "target.attn_k")
    assert not any(find(view, QWidget, f"train.{name}").isEnabled() for name in fixed)
    assert "its numbers fit no others" in words(view, "train.laid_out")
    assert words(view, "train.preset.quick.words").endswith("the fewest passes over your examples.")
    chosen = wished(view, qtbot).settings
    assert AdapterLayout.of(chosen) == layout
    assert chosen.epochs == 7  # what a person changed besides stays
    find(view, QRadioButton, "train.preset.thorough").click()
    thorough = preset_settings("thorough", 30, 576)
    assert wished(view, qtbot).settings == layout.within(thorough)
    view.set_models(some_models())  # the list is read anew
    assert view.wish.parent_id == "ad1"
    choose(box, "")
    assert wished(view, qtbot).settings == thorough
    assert all(find(view, QWidget, f"train.{name}").isEnabled() for name in fixed)
    assert not find(view, QLabel, "train.laid_out").isVisible()


def test_settings_that_are_wished_for_again_are_laid_out_as_the_adapter(view: TrainView) -> None:
    layout = AdapterLayout(4, 8.0, ("attn_q",), 2)
    view.set_adapters([AdapterChoice("ad1", "First", "smol", "r 4", layout)])
    view.set_wish(TrainWish("smol", "garden", preset_settings("thorough", 30, 576), (), "ad1"))
    assert view.wish.settings == layout.within(preset_settings("thorough", 30, 576))


def test_an_adapter_that_cannot_be_gone_on_with_is_greyed_with_its_reason(view: TrainView) -> None:
    reason = "The adapter /home/ada/odd.gguf cannot be used with this model: it changes nothing."
    view.set_adapters(
        [AdapterChoice("odd", "Odd", "smol", trouble=reason), AdapterChoice("ad1", "A", "smol")],
        "odd",
    )
    box = find(view, QComboBox, "train.parent")
    item = box.model().index(box.findData("odd"), 0)
    assert not item.flags() & Qt.ItemFlag.ItemIsEnabled
    assert reason in item.data(Qt.ItemDataRole.AccessibleTextRole)
    assert view.wish.parent_id == ""


def test_one_example_is_one(view: TrainView) -> None:
    view.set_datasets([a_dataset(included=2, held_out=1)])
    assert "learns from 1 example of “Shed and garden”" in words(view, "train.summary")


def test_teaching_again_fills_the_fields(view: TrainView, qtbot: QtBot) -> None:
    wish = TrainWish(
        "starter", "few", replace(preset_settings("quick", 4, 256), rank=4), (), "ad2", "share"
    )
    view.set_wish(wish)
    assert view.wish == wish
    assert wished(view, qtbot) == wish


def test_what_is_wished_but_gone_is_not_taken(view: TrainView) -> None:
    view.set_wish(TrainWish("gone", "gone", TrainingSettings(), (), "gone"))
    assert (view.wish.model_id, view.wish.dataset_id, view.wish.parent_id) == (
        "starter", "garden", "",
    )  # fmt: skip
