"""The advanced settings of training: every number explained, what differs from the preset counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QRadioButton,
    QToolButton,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.training import SETTING_RANGES, TARGETS, preset_settings
from benchtop.ui.teach.setting_help import BETA, GROUPS
from benchtop.ui.teach.train_view import TrainView
from ui.teach.train_kit import button, choose, find, measured_view, wished


@pytest.fixture
def view(show: Callable[..., TrainView]) -> TrainView:
    """The Train tab on the screen."""
    return show(measured_view())


def test_every_number_of_the_settings_has_a_field_with_its_range(view: TrainView) -> None:
    find(view, QToolButton, "train.advanced.fold").click()
    shown = {one.name for group in GROUPS for one in group.settings} | {BETA.name}
    inner = {"part_tokens", "final_rate", "weight_decay", "clip", "check_every"}
    assert shown | inner == set(SETTING_RANGES)
    for name in shown:
        spin = find(view, QDoubleSpinBox, f"train.{name}")
        assert (spin.minimum(), spin.maximum()) == SETTING_RANGES[name]
        assert spin.accessibleName()
        assert len(spin.accessibleDescription()) > 40
        assert spin.toolTip()


def test_a_changed_setting_is_counted_and_goes_back(view: TrainView, qtbot: QtBot) -> None:
    fold = find(view, QToolButton, "train.advanced.fold")
    fold.click()
    find(view, QDoubleSpinBox, "train.rank").setValue(24)
    find(view, QCheckBox, "train.target.ffn_up").click()
    assert "2 changed" in fold.text()
    assert wished(view, qtbot).settings == replace(
        preset_settings("balanced", 30, 576),
        rank=24,
        targets=tuple(name for name in TARGETS if name != "ffn_up"),
    )
    reset = button(view, "train.advanced.reset")
    with qtbot.waitSignal(view.wish_changed):
        reset.click()
    assert view.wish.settings == preset_settings("balanced", 30, 576)
    assert not reset.isVisible()
    assert fold.hasFocus()


def test_the_last_matrix_stays(view: TrainView) -> None:
    find(view, QToolButton, "train.advanced.fold").click()
    for name in TARGETS:
        find(view, QCheckBox, f"train.target.{name}").click()
    assert view.wish.settings.targets == (TARGETS[-1],)
    assert find(view, QCheckBox, f"train.target.{TARGETS[-1]}").isChecked()


def test_steps_replace_passes_and_memory_is_three_choices(view: TrainView) -> None:
    find(view, QToolButton, "train.advanced.fold").click()
    assert find(view, QDoubleSpinBox, "train.steps").text() == "By passes"
    find(view, QDoubleSpinBox, "train.steps").setValue(250)
    assert not find(view, QDoubleSpinBox, "train.epochs").isEnabled()
    assert view.wish.settings.steps == 250
    assert isinstance(view.wish.settings.steps, int)
    memory = find(view, QComboBox, "train.save_memory")
    for place, value in enumerate((None, False, True)):
        memory.setCurrentIndex(place)
        memory.activated.emit(place)
        assert view.wish.settings.save_memory is value


def test_worse_answers_need_some_in_the_data_set(view: TrainView) -> None:
    find(view, QToolButton, "train.advanced.fold").click()
    box = find(view, QCheckBox, "train.preference")
    box.click()
    assert view.wish.settings.preference
    assert find(view, QDoubleSpinBox, "train.preference_beta").isEnabled()
    choose(find(view, QComboBox, "train.dataset"), "few")
    assert not box.isEnabled()
    assert not view.wish.settings.preference


def test_a_preset_leaves_machine_and_seed_alone(view: TrainView) -> None:
    find(view, QToolButton, "train.advanced.fold").click()
    find(view, QDoubleSpinBox, "train.seed").setValue(7)
    find(view, QDoubleSpinBox, "train.threads").setValue(1)
    find(view, QDoubleSpinBox, "train.rank").setValue(24)
    find(view, QRadioButton, "train.preset.thorough").click()
    now = view.wish.settings
    assert (now.seed, now.threads, now.rank) == (7, 1, 32)


def test_presets_follow_the_layers_of_the_model(view: TrainView, qtbot: QtBot) -> None:
    find(view, QRadioButton, "train.preset.quick").click()
    assert wished(view, qtbot).settings.last_layers == 10
    with qtbot.waitSignal(view.wish_changed) as heard:
        choose(find(view, QComboBox, "train.model"), "starter")
    assert heard.args[0].settings == preset_settings("quick", 4, 256)
    assert heard.args[0].settings.last_layers == 0
