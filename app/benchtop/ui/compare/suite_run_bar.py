"""Running a suite: who is asked and how often, and how far it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.compare.focus_order import put_before
from benchtop.ui.compare.suite_rows import RunChoice, RunProgress
from benchtop.ui.compare.suite_texts import progress_words
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import pad_spin_box, set_kind, set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks
from benchtop.ui.widgets.flow_layout import FlowLayout

MOST_CONTESTANTS, MOST_REPEATS = 6, 100


class SuiteRunBar(QFrame):
    """``start_requested`` carries the ids of the contestants, in their order, and how often each prompt
    is asked. While a run is under way it shows that instead. ``contestants_requested``: the person
    wants to change who there is; ``again_requested``: what got no answer is to be asked again."""

    start_requested = Signal(list, int)
    pause_requested = Signal()
    resume_requested = Signal()
    again_requested = Signal()
    stop_requested = Signal()
    contestants_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare.run_bar")
        self.setAccessibleName(self.tr("Run the suite"))
        self.setProperty("card", True)
        self._progress = RunProgress()
        self._boxes: dict[str, QCheckBox] = {}
        self._choices: tuple[RunChoice, ...] = ()
        self._flow = FlowLayout(gap=12)
        self._none = QLabel(self.tr("There is nobody to ask yet."), self)
        self._repeats = QSpinBox(self)
        self._calls = QLabel(self)
        self._buttons: dict[str, QPushButton] = {}
        self._prompts = 0
        self._words = BreakingLabel("", self)
        self._bar = QProgressBar(self)
        self._lay_out()
        self.set_choices(())
        self.set_progress(RunProgress())

    def set_choices(self, choices: Sequence[RunChoice], chosen: Collection[str] = ()) -> None:
        """Offer these contestants; those that were ticked stay so, and ``chosen`` are."""
        if choices and tuple(choices) == self._choices and not chosen:
            return
        ticked = {*self.chosen(), *chosen}
        while self._flow.count():
            self._flow.takeAt(0)
        for box in self._boxes.values():
            box.hide()
            box.deleteLater()
        self._choices, self._boxes = tuple(choices), {}
        for choice in choices:
            self._add_box(choice, on=choice.id in ticked)
        put_before(list(self._boxes.values()), self._repeats)
        self._none.setVisible(not choices)
        self._buttons["contestants"].setText(
            self.tr("Change who is asked…") if choices else self.tr("Choose contestants…")
        )
        self._show_state()

    def set_prompts(self, count: int) -> None:
        """How many prompts the suite has."""
        self._prompts = count
        self._show_state()

    def set_progress(self, progress: RunProgress) -> None:
        """Show how far the run is; "idle" and "done" offer to start one."""
        before, self._progress = self._progress, progress
        # A progress bar paints at once, with all that waits in the window, when its value is set.
        self._bar.setUpdatesEnabled(False)
        self._bar.setMaximum(max(progress.total, 1))
        self._bar.setValue(progress.done)
        self._bar.setUpdatesEnabled(True)
        words = progress_words(progress)
        self._words.setText(with_breaks(progress.trouble or words))
        self._words.setAccessibleName(progress.trouble or words)
        set_tone(self._words, "bad" if progress.trouble else "muted")
        self._bar.setAccessibleDescription(words)
        if before.state != progress.state:
            announce(self, progress.trouble or words)
        self._show_state()

    def chosen(self) -> list[str]:
        """The ids of those that are ticked, in their order."""
        return [key for key, box in self._boxes.items() if box.isChecked()]

    def _add_box(self, choice: RunChoice, *, on: bool) -> None:
        box = QCheckBox(choice.name, self)
        box.setObjectName(f"compare.run.ask.{choice.id}")
        name = ", ".join(filter(None, (choice.name, choice.detail, choice.trouble)))
        box.setAccessibleName(name)
        box.setToolTip("\n".join(filter(None, (choice.detail, choice.trouble))))
        box.setEnabled(not choice.trouble)
        box.setChecked(on and not choice.trouble)
        box.toggled.connect(lambda _on: self._show_state())
        self._boxes[choice.id] = box
        self._flow.addWidget(box)
        box.show()

    def _button(self, key: str, text: str, name: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(f"compare.run.{key}")
        button.setAccessibleName(name)
        self._buttons[key] = button
        return button

    def _lay_out(self) -> None:
        ask = QLabel(self.tr("Ask"), self)
        set_tone(ask, "muted")
        self._setting = QWidget(self)
        line = QVBoxLayout(self._setting)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        who = QHBoxLayout()
        who.setSpacing(12)
        who.addWidget(ask)
        who.addWidget(self._none)
        who.addLayout(self._flow, 1)
        line.addLayout(who)
        line.addLayout(self._make_tools())
        self._words.setObjectName("compare.run.words")
        self._words.setWordWrap(True)
        self._bar.setObjectName("compare.run.progress")
        self._bar.setAccessibleName(self.tr("How far the run is"))
        self._bar.setTextVisible(False)
        self._going = QWidget(self)
        row = QHBoxLayout(self._going)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self._button("pause", self.tr("Pause"), self.tr("Pause the run")))
        row.addWidget(self._button("resume", self.tr("Go on"), self.tr("Go on with the run")))
        row.addWidget(self._button("again", "", ""))
        row.addWidget(self._button("stop", self.tr("End it"), self.tr("End the run here")))
        set_kind(self._buttons["resume"], "primary")
        set_kind(self._buttons["stop"], "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(self._setting)
        column.addWidget(self._going)
        column.addWidget(self._bar)
        self._buttons["pause"].clicked.connect(self.pause_requested)
        self._buttons["resume"].clicked.connect(self.resume_requested)
        self._buttons["again"].clicked.connect(self.again_requested)
        self._buttons["stop"].clicked.connect(self.stop_requested)
        self._buttons["contestants"].clicked.connect(self.contestants_requested)
        self._buttons["start"].clicked.connect(self._on_start)

    def _make_tools(self) -> FlowLayout:
        tools = FlowLayout(gap=8)
        label = QLabel(self.tr("each prompt"), self)
        label.setBuddy(self._repeats)
        set_tone(label, "muted")
        self._repeats.setObjectName("compare.run.repeats")
        self._repeats.setAccessibleName(self.tr("How often each prompt is asked"))
        self._repeats.setToolTip(
            self.tr("More than once tells how much replies vary; at temperature 0 they do not.")
        )
        self._repeats.setRange(1, MOST_REPEATS)
        pad_spin_box(self._repeats)
        self._repeats.valueChanged.connect(lambda _value: self._show_state())
        set_tone(self._calls, "muted")
        self._calls.setObjectName("compare.run.calls")
        start = self._button("start", spaced(self.tr("Start")), self.tr("Start the run"))
        set_kind(start, "primary")
        set_icon(start, "send", "on_primary")
        change = self._button("contestants", "", self.tr("Change who is asked"))
        set_kind(change, "quiet")
        for widget in (label, self._repeats, start, change, self._calls):
            tools.addWidget(widget)
        return tools

    def _on_start(self) -> None:
        self.start_requested.emit(self.chosen(), self._repeats.value())

    def _show_state(self) -> None:
        state = self._progress.state
        going = state in {"running", "paused", "stopping"}
        told = going or state == "done" or bool(self._progress.trouble)
        focus = self.focusWidget()
        had_focus = focus is not None and self.isAncestorOf(focus)
        self._setting.setVisible(not going)
        self._going.setVisible(told)
        self._bar.setVisible(going)
        for key, shown in (
            ("pause", state == "running"),
            ("resume", state == "paused"),
            ("again", self._can_ask_again()),
            ("stop", state in {"running", "paused"}),
        ):
            self._buttons[key].setVisible(shown)
        if had_focus and focus is not None and not focus.isVisibleTo(self):
            key = {"running": "pause", "paused": "resume"}.get(state, "start")
            self._buttons[key].setFocus()
        self._name_again()
        chosen = len(self.chosen())
        self._buttons["start"].setEnabled(0 < chosen <= MOST_CONTESTANTS and self._prompts > 0)
        once = self._repeats.value() == 1
        self._repeats.setSuffix(self.tr(" time") if once else self.tr(" times"))
        self._calls.setText(self._calls_words(chosen))

    def _can_ask_again(self) -> bool:
        """Of a run that was ended early nothing more is asked: that would go on with the rest of it."""
        progress = self._progress
        whole = progress.state == "done" and progress.done >= progress.total
        return progress.errors > 0 and (whole or progress.state == "paused")

    def _name_again(self) -> None:
        errors, button = self._progress.errors, self._buttons["again"]
        words = self.tr("Ask the one without an answer again")
        if errors != 1:
            words = self.tr("Ask the {count} without an answer again")
        button.setText(words.format(count=f"{errors:,}"))
        button.setAccessibleName(button.text())

    def _calls_words(self, chosen: int) -> str:
        if chosen > MOST_CONTESTANTS:
            return self.tr("At most {most} can be asked in one run.").format(most=MOST_CONTESTANTS)
        if not chosen:
            return self.tr("Tick who is asked.") if self._boxes else ""
        count = self._prompts * chosen * self._repeats.value()
        return self.tr("{count} replies").format(count=f"{count:,}")
