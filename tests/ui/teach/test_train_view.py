"""The Train tab before a run: how thoroughly, whether it fits, which runs there were, and the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from benchtop.domain.training import TARGETS, preset_settings
from benchtop.ui.teach.preset_cards import PresetCard
from benchtop.ui.teach.setting_help import GROUPS
from benchtop.ui.teach.train_rows import Forecast, TrainWish
from benchtop.ui.teach.train_view import TrainView
from benchtop.ui.theme import ThemeController
from benchtop.ui.widgets.scrolled_column import ScrolledColumn
from ui.teach.teach_makers import (
    PROMPTS,
    a_dataset,
    a_live,
    a_plan,
    a_run,
    forecasts_too_large,
    missing_tools,
    some_datasets,
    some_forecasts,
    some_models,
    some_rows,
    unnamed,
)
from ui.teach.train_kit import button, choose, find, measured_view, wished, words

Key = Qt.Key


@pytest.fixture
def view(show: Callable[..., TrainView]) -> TrainView:
    """The Train tab on the screen."""
    return show(measured_view())


def test_without_a_model_or_a_data_set_there_is_one_button(
    show: Callable[..., TrainView], qtbot: QtBot
) -> None:
    view = show(TrainView())
    first = view.findChild(QPushButton, "placeholder.teach.train.find")
    assert first.isVisible()
    with qtbot.waitSignal(view.find_model_requested):
        first.click()
    view.set_models([one for one in some_models() if one.trouble])  # none of which can be taught
    assert first.isVisible()
    view.set_models(some_models())
    second = view.findChild(QPushButton, "placeholder.teach.train.make")
    assert second.isVisible()
    with qtbot.waitSignal(view.make_dataset_requested):
        second.click()
    view.set_datasets(some_datasets())
    assert button(view, "train").isVisible()


def test_start_carries_what_stands_in_the_fields(view: TrainView, qtbot: QtBot) -> None:
    assert wished(view, qtbot) == TrainWish(
        "smol", "garden", preset_settings("balanced", 30, 576), PROMPTS, "", "wait"
    )
    choose(find(view, QComboBox, "train.parent"), "ad1")
    find(view, QLineEdit, "train.prompt.2").setText("  Who are you? ")
    find(view, QLineEdit, "train.prompt.3").clear()
    find(view, QRadioButton, "train.beside.share").click()
    find(view, QRadioButton, "train.preset.quick").click()
    assert wished(view, qtbot) == TrainWish(
        "smol", "garden", preset_settings("quick", 30, 576),
        (PROMPTS[0], "Who are you?"), "ad1", "share",
    )  # fmt: skip


def test_nothing_to_learn_from_is_refused(view: TrainView) -> None:
    view.set_datasets([a_dataset(included=3, held_out=3)])
    assert not button(view, "train").isEnabled()
    assert words(view, "train.summary") == "The data set holds nothing to learn from."
    assert button(view, "train.look.empty").isVisible()


def test_each_preset_says_its_time_and_memory(view: TrainView) -> None:
    assert words(view, "train.preset.quick.forecast") == "About 1 minute, 610 MB"
    assert words(view, "train.preset.balanced.forecast") == "About 6 minutes, 890 MB"
    assert words(view, "train.preset.thorough.forecast") == "About 27 minutes, 1.2 GB"
    said = find(view, QRadioButton, "train.preset.balanced").accessibleName()
    assert said.startswith("Balanced.")
    assert "About 6 minutes, 890 MB" in said
    assert "2 examples are longer" in words(view, "train.fit")


def test_before_the_probe_nothing_is_made_up(view: TrainView, qtbot: QtBot) -> None:
    view.set_forecasts(dict.fromkeys(some_forecasts(), Forecast()))
    assert words(view, "train.preset.quick.forecast") == "Measured at the start, in some seconds"
    with qtbot.waitSignal(view.measure_requested) as heard:
        button(view, "train.measure").click()
    assert heard.args[0] == view.wish
    button(view, "train.measure").setFocus()
    view.set_forecasts({"balanced": Forecast("measuring")})
    assert not button(view, "train.measure").isVisible()
    assert button(view, "train").isEnabled()  # nobody has to wait for it
    cancel = button(view, "train.measure.cancel")
    assert cancel.hasFocus()
    with qtbot.waitSignal(view.measure_cancelled):
        cancel.click()
    trouble = "The model file is gone; choose another."
    view.set_forecasts({"balanced": Forecast("failed", trouble=trouble)})
    assert words(view, "train.fit") == trouble
    assert button(view, "train.measure").isVisible()


def test_what_does_not_fit_is_refused_with_what_would(view: TrainView, qtbot: QtBot) -> None:
    view.set_forecasts(forecasts_too_large())
    assert not button(view, "train").isEnabled()
    said = words(view, "train.fit")
    assert "890 MB of memory, and 700 MB are free" in said
    assert "480 MB would do" in said
    with qtbot.waitSignal(view.wish_changed) as heard:
        button(view, "train.fitting").click()
    assert heard.args[0].settings == forecasts_too_large()["balanced"].fitting
    view.set_forecasts({"balanced": Forecast("known", a_plan(420, 480_000_000), 700_000_000)})
    assert button(view, "train").isEnabled()
    assert not button(view, "train.fitting").isVisible()
    find(view, QRadioButton, "train.preset.quick").click()  # 610 of 700 MB
    assert button(view, "train").isEnabled()
    find(view, QRadioButton, "train.preset.thorough").click()
    assert not button(view, "train").isEnabled()
    assert "Unload other models" in words(view, "train.fit")


def test_a_click_anywhere_in_a_card_chooses_it(view: TrainView, qtbot: QtBot) -> None:
    card = next(
        one for one in view.findChildren(PresetCard) if one.radio.objectName().endswith("thorough")
    )
    with qtbot.waitSignal(view.wish_changed):
        QTest.mouseClick(card, Qt.MouseButton.LeftButton, pos=card.rect().center())
    assert view.wish.settings.preset == "thorough"


def test_the_quick_preset_names_the_layers_of_the_model(view: TrainView) -> None:
    assert "the last 10 of 30 layers" in words(view, "train.preset.quick.words")
    said = find(view, QRadioButton, "train.preset.quick").accessibleName()
    assert "the last 10 of 30 layers" in said
    choose(find(view, QComboBox, "train.model"), "starter")  # of four layers all are changed
    assert "layers" not in words(view, "train.preset.quick.words")


def test_the_keyboard_stays_on_what_is_on_show(view: TrainView) -> None:
    view.info_bar.post("error", "Something failed.")
    view.set_tools(missing_tools())
    button(view, "train.tools.setup").setFocus()
    view.set_tools(missing_tools(state="installing"))
    assert button(view, "train.tools.cancel").hasFocus()
    view.set_tools(missing_tools(state="ready"))
    assert find(view, QRadioButton, "train.preset.balanced").hasFocus()
    button(view, "train").setFocus()
    view.show_live(a_live())
    assert button(view, "live.pause").hasFocus()


def test_runs_are_listed_and_a_paused_one_goes_on(view: TrainView, qtbot: QtBot) -> None:
    view.set_runs(some_rows())
    table = find(view, QWidget, "runs.list")
    model = table.model()  # type: ignore[attr-defined]
    assert [model.index(row, 4).data() for row in range(5)] == [
        "paused at step 120", "better", "not shown to be better", "worse", "failed",
    ]  # fmt: skip
    resume = button(view, "runs.resume")
    with qtbot.waitSignal(view.resume_requested) as heard:
        resume.click()
    assert heard.args == ["r2"]
    QTest.keyClick(table, Key.Key_Down)
    assert not resume.isVisible()
    with qtbot.waitSignal(view.run_chosen) as heard:
        QTest.keyClick(table, Key.Key_Return)
    assert heard.args == ["r3"]
    view.set_runs(some_rows())  # the same again: what is chosen stays
    with qtbot.waitSignal(view.run_chosen) as heard:
        button(view, "runs.open").click()
    assert heard.args == ["r3"]


def test_while_one_runs_no_other_can_start_or_go_on(view: TrainView) -> None:
    view.set_runs(some_rows())
    view.show_live(a_live())
    view.show_setup()  # a run that is under way stays on show
    assert button(view, "live.pause").isVisible()
    assert not button(view, "runs.resume").isEnabled()
    view.show_live(a_live(a_run(state="paused"), phase="idle"))
    button(view, "live.another").click()
    assert button(view, "train").isVisible()
    assert button(view, "train").isEnabled()
    assert button(view, "runs.resume").isEnabled()


def test_the_keyboard_alone_reaches_everything_and_the_start_last(
    view: TrainView, qtbot: QtBot
) -> None:
    find(view, QToolButton, "train.advanced.fold").click()
    view.set_runs(some_rows())
    first = find(view, QComboBox, "train.model")
    first.setFocus()
    seen = [first.objectName()]
    for _press in range(60):
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Tab)
        name = QApplication.focusWidget().objectName()
        if name == seen[0]:
            break
        seen.append(name)
    wanted = [
        "model", "dataset", "look.personal", "look.drafts", "parent", "preset.balanced", "measure",
        "prompt.1", "prompt.2", "prompt.3", "beside.wait", "advanced.fold", "rank", "alpha",
        "last_layers", *(f"target.{name}" for name in TARGETS),
        *(one.name for one in GROUPS[1].settings), "preference",
        *(one.name for group in GROUPS[2:] for one in group.settings), "save_memory",
    ]  # fmt: skip
    names = [f"teach.train.{name}" for name in wanted]
    assert seen == [
        *names, "teach.runs.list", "teach.runs.resume", "teach.runs.open", "teach.runs.delete",
            "teach.train",
    ]  # fmt: skip
    for name in seen:
        assert view.findChild(QWidget, name).accessibleName(), name


def test_arrow_keys_choose_a_preset_and_enter_starts(view: TrainView, qtbot: QtBot) -> None:
    view.focus_first()
    assert QApplication.focusWidget().objectName() == "teach.train.preset.balanced"
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Right)
    assert view.wish.settings.preset == "thorough"
    start = button(view, "train")
    start.setFocus()
    with qtbot.waitSignal(view.start_requested):
        QTest.keyClick(start, Key.Key_Space)


def test_everything_that_can_be_used_has_names(view: TrainView) -> None:
    find(view, QToolButton, "train.advanced.fold").click()
    view.set_tools(missing_tools())
    view.set_runs(some_rows())
    assert unnamed(view) == []


@pytest.mark.parametrize(("width", "percent"), [(836, 100), (836, 150), (836, 200)])
def test_nothing_is_wider_than_a_narrow_window(
    show: Callable[..., TrainView], theme: ThemeController, width: int, percent: int
) -> None:
    theme.set_text_size(percent)
    view = TrainView()
    view.set_models(some_models(), "smol")
    view.set_datasets(some_datasets())
    view.set_forecasts(forecasts_too_large())
    view.set_runs(some_rows())
    show(view, width, 540)
    find(view, QToolButton, "train.advanced.fold").click()
    QApplication.processEvents()
    columns = [one for one in view.findChildren(ScrolledColumn) if one.isVisible()]
    assert [one.horizontalScrollBar().maximum() for one in columns] == [0]
    assert view.width() == width  # it could be made that narrow
