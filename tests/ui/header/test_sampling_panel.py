"""The sampling panel: every parameter can be seen, set, explained and reset."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.generation import PARAMETER_RANGES, SamplingParams
from benchtop.ui.chat.header import ChatHeader
from benchtop.ui.chat.parameter_help import GROUPS
from benchtop.ui.chat.parameter_spin import ParameterSlider, ParameterSpin
from benchtop.ui.chat.row_editors import escaped, unescaped
from benchtop.ui.chat.sampling_panel import SamplingPanel

Left, Key = Qt.MouseButton.LeftButton, Qt.Key
NAMES = [one.name for group in GROUPS for one in group.parameters]
OTHER = SamplingParams(
    temperature=0.35,
    top_k=7,
    top_p=0.5,
    min_p=0.123,
    typical_p=0.9,
    repeat_penalty=1.1,
    repeat_last_n=-1,
    presence_penalty=-0.25,
    frequency_penalty=0.5,
    dry_multiplier=0.8,
    dry_base=2.0,
    dry_allowed_length=4,
    dry_last_n=512,
    seed=2**32 - 2,
    max_tokens=256,
    stop=("\n\n", "END"),
    logit_bias={42: -100.0, 7: 2.5},
    json_schema='{"type": "object"}',
    logprobs=3,
)


@pytest.fixture
def panel(header: ChatHeader) -> SamplingPanel:
    header.open_sampling()
    for toggle in header.sampling_panel.findChildren(QToolButton, "chat.sampling.group.advanced"):
        toggle.click()
    return header.sampling_panel


def spin(panel: SamplingPanel, name: str) -> ParameterSpin:
    found = panel.findChild(ParameterSpin, f"chat.sampling.{name}")
    assert found is not None, name
    return found


def child(panel: SamplingPanel, kind: type[QWidget], name: str) -> QWidget:
    found = panel.findChild(kind, f"chat.sampling.{name}")
    assert found is not None, name
    return found


def test_every_parameter_but_logprobs_is_there() -> None:
    assert set(NAMES) == {field.name for field in fields(SamplingParams)} - {"logprobs"}


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_is_explained(panel: SamplingPanel, name: str) -> None:
    field = child(panel, QWidget, name)
    assert field.accessibleName()
    line = field.accessibleDescription()
    shown = [label for label in panel.findChildren(QLabel) if label.text() == line]
    assert any(label.isVisible() for label in shown)
    assert len(field.toolTip()) > len(line)


def test_showing_parameters_tells_nobody(panel: SamplingPanel) -> None:
    panel.params_changed.connect(lambda _: pytest.fail("told"))
    panel.set_params(OTHER)
    panel.set_params(SamplingParams())
    panel.set_params(OTHER)
    assert panel.params() == OTHER


@pytest.mark.parametrize("name", sorted(set(PARAMETER_RANGES) - {"logprobs"}))
def test_a_number_can_be_typed(qtbot: QtBot, panel: SamplingPanel, name: str) -> None:
    panel.set_params(replace(SamplingParams(), seed=1, max_tokens=1))
    field, wanted = spin(panel, name), getattr(OTHER, name)
    told: list[SamplingParams] = []
    panel.params_changed.connect(told.append)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, f"{wanted:g}" if isinstance(wanted, float) else str(wanted))
    assert told[-1] == replace(SamplingParams(), **{"seed": 1, "max_tokens": 1, name: wanted})


@pytest.mark.parametrize("name", sorted(set(PARAMETER_RANGES) - {"logprobs"}))
def test_no_field_leaves_the_accepted_range(panel: SamplingPanel, name: str) -> None:
    low, high = PARAMETER_RANGES[name]
    assert (spin(panel, name).minimum(), spin(panel, name).maximum()) == (low, high)
    slider = panel.findChild(ParameterSlider, f"chat.sampling.{name}.slider")
    if slider is not None:
        slider.setValue(slider.maximum())
        assert low <= slider.number() <= high
        slider.setValue(slider.minimum())
        assert low <= slider.number() <= high


def test_a_change_leaves_the_others_exactly(panel: SamplingPanel) -> None:
    exact = replace(OTHER, top_p=0.123456789)  # finer than the field shows
    panel.set_params(exact)
    spin(panel, "top_k").setValue(9)
    assert panel.params() == replace(exact, top_k=9)


def test_typing_is_not_interrupted_by_words(qtbot: QtBot, panel: SamplingPanel) -> None:
    field = spin(panel, "temperature")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0")
    assert field.lineEdit().text() == "0"
    assert panel.params().temperature == 0
    qtbot.keyClicks(field, ".25")
    assert panel.params().temperature == 0.25
    qtbot.keyClick(field, Key.Key_Return)
    assert field.text() == "0.25"


def test_off_is_said_in_words(panel: SamplingPanel) -> None:
    panel.set_params(SamplingParams(temperature=0.0, top_k=0, top_p=1.0, min_p=0.0))
    assert spin(panel, "temperature").text() == "0 (greedy)"
    for name in ("top_k", "top_p", "min_p", "typical_p", "repeat_penalty", "dry_multiplier"):
        assert spin(panel, name).text() == "Off"
    assert spin(panel, "dry_last_n").text() == "Whole context"


def test_off_can_be_typed(qtbot: QtBot, panel: SamplingPanel) -> None:
    field = spin(panel, "top_p")
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "off")
    qtbot.keyClick(field, Key.Key_Return)
    assert panel.params().top_p == 1.0


def test_the_slider_and_the_field_agree(panel: SamplingPanel) -> None:
    slider = panel.findChild(ParameterSlider, "chat.sampling.temperature.slider")
    assert slider is not None
    slider.setValue(slider.value() + 1)
    assert panel.params().temperature == 0.75
    assert spin(panel, "temperature").value() == 0.75
    spin(panel, "temperature").setValue(4.0)  # beyond the slider's end
    assert panel.params().temperature == 4.0
    assert slider.value() == slider.maximum()


def test_the_wheel_scrolls_the_panel_not_a_value(panel: SamplingPanel) -> None:
    field = spin(panel, "top_k")
    assert not field.hasFocus()
    at = QPointF(5, 5)
    event = QWheelEvent(
        at,
        field.mapToGlobal(at),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)
    assert panel.params().top_k == 40


def test_only_what_differs_can_be_reset(qtbot: QtBot, panel: SamplingPanel) -> None:
    reset = child(panel, QToolButton, "top_k.reset")
    assert not reset.isVisible()
    spin(panel, "top_k").setValue(3)
    spin(panel, "min_p").setValue(0.2)
    assert reset.isVisible()
    qtbot.mouseClick(reset, Left)
    assert panel.params() == SamplingParams(min_p=0.2)
    assert not reset.isVisible()


def test_reset_all_and_back(qtbot: QtBot, panel: SamplingPanel) -> None:
    button = panel.findChild(QPushButton, "chat.sampling.reset")
    assert button is not None
    assert not button.isEnabled()
    panel.set_params(OTHER)
    qtbot.mouseClick(button, Left)
    assert panel.params() == SamplingParams(logprobs=3)
    assert button.text() == "Undo the reset"
    qtbot.mouseClick(button, Left)
    assert panel.params() == OTHER
    qtbot.mouseClick(button, Left)
    spin(panel, "top_k").setValue(3)
    assert button.text() == "Reset all"  # a new change: the old values are history


def test_a_folded_group_says_what_was_changed_in_it(qtbot: QtBot, header: ChatHeader) -> None:
    toggle = header.sampling_panel.findChild(QToolButton, "chat.sampling.group.advanced")
    assert toggle is not None
    header.set_params(SamplingParams(logit_bias={1: 1.0}))
    assert toggle.text() == "Advanced · 1 changed"
    header.open_sampling()
    qtbot.mouseClick(toggle, Left)
    assert toggle.text() == "Advanced"
    assert toggle.accessibleName() == "Advanced, open"


def test_seed_new_each_time_or_kept(qtbot: QtBot, panel: SamplingPanel) -> None:
    box = panel.findChild(QCheckBox, "chat.sampling.seed.none")
    assert box is not None
    assert box.isChecked()
    assert not spin(panel, "seed").isEnabled()
    qtbot.mouseClick(child(panel, QToolButton, "seed.draw"), Left)
    drawn = panel.params().seed
    assert drawn is not None
    assert not box.isChecked()
    assert round(spin(panel, "seed").value()) == drawn
    box.click()
    assert panel.params().seed is None
    box.click()
    assert panel.params().seed == drawn


def test_no_limit_of_length(panel: SamplingPanel) -> None:
    box = panel.findChild(QCheckBox, "chat.sampling.max_tokens.none")
    assert box is not None
    assert box.isChecked()
    box.click()
    assert panel.params().max_tokens == 512
    box.click()
    assert panel.params().max_tokens is None


def test_stop_strings(qtbot: QtBot, panel: SamplingPanel) -> None:
    panel.findChild(QPushButton, "chat.sampling.stop").click()
    assert panel.params().stop == ()
    field = panel.findChild(QLineEdit, "chat.sampling.stop.text")
    assert field is not None
    assert field.hasFocus()
    qtbot.keyClicks(field, "\\nUser:")
    assert panel.params().stop == ("\nUser:",)
    assert panel.params().checked() == panel.params()
    panel.findChild(QPushButton, "chat.sampling.stop").click()
    assert panel.params().stop == ("\nUser:",)  # the new line is empty yet
    panel.findChildren(QToolButton, "chat.sampling.stop.remove")[0].click()
    assert panel.params().stop == ()
    assert len(panel.findChildren(QLineEdit, "chat.sampling.stop.text")) == 1


@given(st.text())
def test_escapes_come_back_as_they_were(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert "\n" not in escaped(text)


def test_logit_bias(panel: SamplingPanel) -> None:
    panel.set_params(SamplingParams(logit_bias={7: 2.5}))
    panel.findChild(QPushButton, "chat.sampling.logit_bias").click()
    tokens = panel.findChildren(ParameterSpin, "chat.sampling.logit_bias.token")
    amounts = panel.findChildren(ParameterSpin, "chat.sampling.logit_bias.bias")
    assert [round(t.value()) for t in tokens] == [7, 0]
    tokens[1].setValue(42)
    amounts[1].setValue(-100)
    assert panel.params().logit_bias == {7: 2.5, 42: -100.0}
    amounts[0].setValue(0)
    assert panel.params().logit_bias == {42: -100.0}


def test_a_schema_is_used_once_it_is_json(panel: SamplingPanel) -> None:
    text = panel.findChild(QPlainTextEdit, "chat.sampling.json_schema")
    state = panel.findChild(QLabel, "chat.sampling.json_schema.state")
    assert text is not None
    assert state is not None
    assert state.text() == "Off"
    text.setPlainText('{"type":\n "obj')
    assert panel.params().json_schema is None
    assert state.text().startswith("Not valid JSON: line 2, column")
    assert state.text().endswith("No schema is in use.")
    text.setPlainText('{"type": "object"}')
    assert panel.params().json_schema == '{"type": "object"}'
    assert state.text() == "Valid JSON, in use."
    text.setPlainText("[1]")
    assert panel.params().json_schema == '{"type": "object"}'
    assert state.text().startswith("A schema is a JSON object")
    assert state.text().endswith("The last valid schema stays in use.")
    panel.set_params(panel.params())  # an echo leaves the unfinished text
    assert text.toPlainText() == "[1]"
    text.setPlainText("")
    assert panel.params().json_schema is None


def test_a_schema_nested_beyond_reason_is_refused(panel: SamplingPanel) -> None:
    text = panel.findChild(QPlainTextEdit, "chat.sampling.json_schema")
    assert text is not None
    text.setPlainText('{"a":' * 100_000)
    assert panel.params().json_schema is None


def test_esc_closes_it_and_the_button_has_the_keyboard(
    qtbot: QtBot, header: ChatHeader, panel: SamplingPanel
) -> None:
    button = header.findChild(QToolButton, "chat.sampling")
    assert button is not None
    assert button.isChecked()
    assert spin(panel, "temperature").hasFocus()
    qtbot.keyClick(spin(panel, "temperature"), Key.Key_Escape)
    assert not panel.isVisible()
    assert button.hasFocus()
    assert not button.isChecked()
    qtbot.mouseClick(button, Left)
    assert panel.isVisible()


def test_the_header_marks_changed_parameters(header: ChatHeader) -> None:
    button = header.findChild(QToolButton, "chat.sampling")
    assert button is not None
    assert button.accessibleName() == "Sampling"
    header.set_params(SamplingParams(top_k=3))
    assert button.accessibleName() == "Sampling, changed"


@pytest.mark.parametrize("percent", [100, 150])
def test_nothing_is_cut_at_320(panel: SamplingPanel, percent: int) -> None:
    font = panel.font()
    font.setPointSizeF(font.pointSizeF() * percent / 100)
    panel.setFont(font)
    panel.set_params(OTHER)
    panel.setFixedWidth(320)
    QApplication.processEvents()
    for name in NAMES:
        field = child(panel, QWidget, name)
        right = field.mapTo(panel, QPoint(field.width(), 0)).x()
        assert right <= 320, name
        assert field.width() >= field.minimumSizeHint().width(), name
