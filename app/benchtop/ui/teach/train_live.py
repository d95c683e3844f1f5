"""A run that is under way, paused or just over: what happens, its figures, curves and sample answers."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.training import (
    ENDED,
    HoldoutPoint,
    SamplePoint,
    TrainingRun,
    TrainingSettings,
    TrainPoint,
)
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.teach.curve_card import REPAINT_MS, CurveCard
from benchtop.ui.teach.figure_cells import FigureCells
from benchtop.ui.teach.run_texts import figures_of, state_words, title_of
from benchtop.ui.teach.sample_answers import SampleAnswers
from benchtop.ui.teach.train_buttons import button_states, first_button
from benchtop.ui.teach.train_rows import LiveRun, RunCurves
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks
from benchtop.ui.widgets.flow_layout import FlowLayout
from benchtop.ui.widgets.scrolled_column import ScrolledColumn
from benchtop.ui.widgets.when_visible import WhenVisible

_COLUMN = 1_100
_LATEST = 64
"""Steps that the pace is taken from."""


class TrainLive(QWidget):
    """Shows what it is given; nothing changes before ``show_run`` says so. Signals carry the run's id,
    ``beside_changed`` a BesideChat."""

    pause_requested = Signal(str)
    resume_requested = Signal(str)
    stop_requested = Signal(str)
    result_requested = Signal(str)
    another_requested = Signal()
    beside_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.live")
        self.setAccessibleName(self.tr("Training"))
        self._live = LiveRun(TrainingRun("", "", {}, "", "", TrainingSettings()))
        self._latest: deque[TrainPoint] = deque(maxlen=_LATEST)
        self._holdout: list[HoldoutPoint] = []
        self._said = ""
        self._cancels = self._lent = False
        """Whether the button that stops is named Cancel, and the keyboard is to go back to a button."""
        self._title, self._state = BreakingLabel(""), BreakingLabel("")
        self._bar = QProgressBar()
        self._buttons: dict[str, QPushButton] = {}
        self._beside = QComboBox()
        self.figures = FigureCells("teach.live.figure")
        self.curves = CurveCard()
        self.samples = SampleAnswers()
        self._lay_out()
        self._connect()
        self._soon = WhenVisible(self, self._show_figures, REPAINT_MS)

    @property
    def run_id(self) -> str:
        """The run on show."""
        return self._live.run.id

    def show_run(self, live: LiveRun) -> None:
        """Show a run as it is now; another one than before begins without curves."""
        if live.run.id != self._live.run.id:
            self._latest.clear()
            self._holdout = []
            self._said = ""
            self.curves.clear()
            self.samples.clear()
        before, self._live = self._live, live
        self.curves.set_steps(live.run.steps)
        if _kind_of(before) != _kind_of(live):
            self._show_buttons()
            self._show_figures()
        else:
            self._soon.ask()

    def set_curves(self, curves: RunCurves) -> None:
        """All that the run has left behind so far, in the place of what is on show."""
        self._latest.clear()
        self._holdout = []
        self.curves.clear()
        self.curves.set_steps(self._live.run.steps)
        self.samples.clear()
        self.add_train(curves.train)
        self.add_holdout(curves.holdout)
        self.samples.add(curves.samples)
        self._show_figures()

    def add_train(self, points: Sequence[TrainPoint]) -> None:
        """More steps."""
        self._latest.extend(points[-_LATEST:])
        self.curves.add_train(points)
        self._soon.ask()

    def add_holdout(self, points: Sequence[HoldoutPoint]) -> None:
        """More readings of the holdout."""
        for point in points:
            self._holdout = [one for one in self._holdout if one.step < point.step] + [point]
        self.curves.add_holdout(points)
        self._soon.ask()

    def add_samples(self, samples: Sequence[SamplePoint]) -> None:
        """More answers to the prompts."""
        self.samples.add(samples)

    def focus_first(self) -> None:
        """Give the keyboard to what can be done now."""
        first = first_button(button_states(self._live))
        if first:
            self._buttons[first].setFocus()

    # making

    def _button(self, key: str, text: str, name: str, icon_name: str = "") -> QPushButton:
        button = QPushButton(spaced(text) if icon_name else text)
        button.setObjectName(f"teach.live.{key}")
        button.setAccessibleName(name)
        if icon_name:
            set_icon(button, icon_name)
        self._buttons[key] = button
        return button

    def _lay_out(self) -> None:
        column = QWidget()
        inside = QVBoxLayout(column)
        inside.setContentsMargins(24, 16, 24, 24)
        inside.setSpacing(12)
        inside.addLayout(self._make_head())
        inside.addWidget(self._bar)
        inside.addWidget(self.figures)
        inside.addWidget(self.curves)
        inside.addWidget(self.samples)
        inside.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(ScrolledColumn(column, _COLUMN, self))

    def _make_head(self) -> QVBoxLayout:
        self._title.setWordWrap(True)
        self._title.setObjectName("teach.live.title")
        set_tone(self._title, "heading")
        self._state.setWordWrap(True)
        self._state.setObjectName("teach.live.state")
        self._bar.setObjectName("teach.live.progress")
        self._bar.setAccessibleName(self.tr("How far the run is"))
        self._bar.setTextVisible(False)
        tools = FlowLayout(gap=8)
        for key, text, name, icon_name in (
            ("pause", self.tr("Pause"), self.tr("Pause training"), ""),
            ("resume", self.tr("Go on"), self.tr("Go on with training"), ""),
            ("result", self.tr("See the result"), self.tr("See the result"), ""),
            (
                "stop",
                self.tr("Stop and keep the best"),
                self.tr("Stop training and keep the best step"),
                "stop",
            ),
            ("another", self.tr("Another run"), self.tr("Prepare another run"), "plus"),
        ):
            tools.addWidget(self._button(key, text, name, icon_name))
        set_kind(self._buttons["resume"], "primary")
        set_kind(self._buttons["result"], "primary")
        for key, words in (
            ("wait", self.tr("While chatting: training waits")),
            ("share", self.tr("While chatting: both, with fewer threads")),
        ):
            self._beside.addItem(words, key)
        self._beside.setObjectName("teach.live.beside")
        self._beside.setAccessibleName(self.tr("What training does while a model writes in a chat"))
        self._beside.setToolTip(self._beside.accessibleName())
        tools.addWidget(self._beside)
        head = QVBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title)
        head.addWidget(self._state)
        row = QHBoxLayout()
        row.addLayout(tools, 1)
        head.addLayout(row)
        return head

    def _connect(self) -> None:
        buttons = self._buttons
        buttons["pause"].clicked.connect(lambda: self.pause_requested.emit(self.run_id))
        buttons["resume"].clicked.connect(lambda: self.resume_requested.emit(self.run_id))
        buttons["stop"].clicked.connect(lambda: self.stop_requested.emit(self.run_id))
        buttons["result"].clicked.connect(lambda: self.result_requested.emit(self.run_id))
        buttons["another"].clicked.connect(self.another_requested)
        self._beside.activated.connect(
            lambda _index: self.beside_changed.emit(self._beside.currentData())
        )

    def set_beside_chat(self, choice: str) -> None:
        """What training does while a model writes: a BesideChat."""
        self._beside.setCurrentIndex(max(self._beside.findData(choice), 0))

    # showing

    def _show_buttons(self) -> None:
        """The keyboard goes on before what had it goes, or Qt gives it to what stands below."""
        states, going = button_states(self._live), self._live.going
        for key, (shown, enabled) in states.items():
            self._buttons[key].setVisible(shown or self._buttons[key].isVisibleTo(self))
            self._buttons[key].setEnabled(enabled or self._buttons[key].isEnabled())
        self._beside.setVisible(going or self._beside.isVisibleTo(self))
        self._move_focus(states)
        for key, (shown, enabled) in states.items():
            self._buttons[key].setVisible(shown)
            self._buttons[key].setEnabled(enabled)
        self._beside.setVisible(going)
        self._name_stop(cancels=self._live.run.state == "preparing")

    def _move_focus(self, states: dict[str, tuple[bool, bool]]) -> None:
        """Of the head what had the keyboard may be gone, be of no use for now, or do another thing than it
        did. While nothing can be pressed it is lent to the choice beside."""
        focus, going = self.window().focusWidget(), self._live.going
        head = [*((key, one) for key, one in self._buttons.items()), ("", self._beside)]
        had = next((key for key, one in head if one is focus), None)
        first = first_button(states)
        if had is None:
            self._lent = False
            return
        usable = all(states[had]) if had else going and not (self._lent and first)
        if usable and had == "stop" and self._cancels:
            usable = self._live.run.state == "preparing"
        if usable:
            return
        self._lent = not first
        (self._buttons[first] if first else self._beside).setFocus()

    def _name_stop(self, *, cancels: bool) -> None:
        """Before the first step there is nothing to keep."""
        self._cancels = cancels
        text, name = (
            self.tr("Stop and keep the best"),
            self.tr("Stop training and keep the best step"),
        )
        if cancels:
            text, name = self.tr("Cancel"), self.tr("Cancel before the first step")
        self._buttons["stop"].setText(spaced(text))
        self._buttons["stop"].setAccessibleName(name)

    def _show_figures(self) -> None:
        live = self._live
        title, words = title_of(live), state_words(live, self._holdout)
        self._title.setText(with_breaks(title))
        self._title.setAccessibleName(title)
        self._state.setText(with_breaks(words))
        self._state.setAccessibleName(words)
        failed = live.run.state == "failed" or (live.run.state == "paused" and live.run.error)
        set_tone(self._state, "bad" if failed else "normal")
        self._bar.setVisible(live.run.state not in ENDED)
        # A progress bar paints at once, with all that waits in the window, when its value is set.
        self._bar.setUpdatesEnabled(False)
        self._bar.setMaximum(max(live.run.steps, 1))
        self._bar.setValue(min(live.run.step, live.run.steps))
        self._bar.setUpdatesEnabled(True)
        self._bar.setAccessibleDescription(words)
        self.figures.set_figures(figures_of(live, list(self._latest), self._holdout))
        # A reader hears what changes, and not the figures of every step.
        if words != self._said:
            self._said = words
            announce(self, words, urgent=bool(failed))


def _kind_of(live: LiveRun) -> tuple[object, ...]:
    """What the buttons hang on."""
    run = live.run
    return run.id, run.state, live.phase, bool(run.adapter_id), run.result is not None
