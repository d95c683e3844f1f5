"""Let a larger model of this machine draft examples, which wait for a person's yes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.teach.data_rows import DraftKind, DraftProgress, DraftWish, TeacherModel
from benchtop.ui.theme import pad_spin_box, set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout

_USUAL, _MOST = 20, 10_000


class TeacherPanel(QFrame):
    """``start_wanted`` carries a DraftWish. Nothing begins before set_progress says so."""

    start_wanted = Signal(object)
    stop_wanted = Signal()
    find_wanted = Signal()
    """There is no model to choose: a person wants to look for one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("teach.teacher")
        self.setAccessibleName(self.tr("Let a larger model draft"))
        self.setProperty("card", True)
        self._models: tuple[TeacherModel, ...] = ()
        self._chosen = 0
        self._running = False
        about = QLabel(
            self.tr(
                "A larger model on this machine writes drafts. They wait in the table: "
                "A accepts, R refuses, and nothing is taught before that."
            ),
            self,
        )
        about.setWordWrap(True)
        set_tone(about, "muted")
        self._model = self._combo("model", self.tr("The model that drafts"))
        self._caution = QLabel(self)
        self._caution.setObjectName("teach.teacher.caution")
        self._caution.setWordWrap(True)
        self._caution.setTextFormat(Qt.TextFormat.PlainText)
        set_tone(self._caution, "warning")
        self._kind = self._combo("kind", self.tr("What it drafts"))
        for kind, words in self._kinds().items():
            self._kind.addItem(words, kind)
        self._of = self._combo("of", self.tr("From which examples"))
        self._count = QSpinBox(self)
        self._count.setObjectName("teach.teacher.count")
        self._count.setAccessibleName(self.tr("How many drafts"))
        self._count.setRange(1, _MOST)
        self._count.setValue(_USUAL)
        self._count.setSuffix(self.tr(" drafts"))
        pad_spin_box(self._count)
        self._start = self._button("start", self.tr("Start drafting"))
        set_kind(self._start, "primary")
        self._find = self._button("find", self.tr("Find a larger model"))
        self._controls = QWidget(self)
        flow = FlowLayout(self._controls, gap=8)
        flow.setContentsMargins(0, 0, 0, 0)
        for part in (self._model, self._kind, self._of, self._count, self._start, self._find):
            flow.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(about)
        column.addWidget(self._controls)
        column.addWidget(self._caution)
        column.addWidget(self._make_line())
        self._start.clicked.connect(self._on_start)
        self._stop.clicked.connect(self.stop_wanted)
        self._model.currentIndexChanged.connect(self._show_caution)
        self._find.clicked.connect(self.find_wanted)
        self.set_models(())
        self.set_chosen(0)
        self.set_progress(None)

    def set_models(self, models: Sequence[TeacherModel]) -> None:
        """The models of this machine, the best teacher first; what was chosen stays chosen."""
        known = self._model.currentData()
        self._models = tuple(models)
        self._model.clear()
        for model in models:
            words = f"{model.name} ({model.note})" if model.note else model.name
            self._model.addItem(words, model.id)
        self._model.setCurrentIndex(max(self._model.findData(known), 0) if models else -1)
        self._show_caution()
        self._enable()

    def set_chosen(self, count: int) -> None:
        """How many examples are chosen in the table."""
        if count == self._chosen and self._of.count():
            return
        was_of_chosen = bool(self._of.currentData())
        self._chosen = count
        self._of.clear()
        self._of.addItem(self.tr("from all examples"), False)
        if count:
            one, many = self.tr("from the chosen one"), self.tr("from the {count} chosen")
            self._of.addItem(one if count == 1 else many.format(count=f"{count:,}"), True)
            self._of.setCurrentIndex(int(was_of_chosen))

    def set_progress(self, progress: DraftProgress | None) -> None:
        """How far it is; None: it is not running."""
        # What hides gives the keyboard away before: Qt would give it to just any part of the window.
        hides = self._line if progress is None else self._controls
        focus = self.focusWidget()
        had_focus = focus is not None and focus.hasFocus() and hides.isAncestorOf(focus)
        self._running = progress is not None
        self._show_caution()
        (self._controls if progress is None else self._line).show()
        if had_focus:
            (self._start if progress is None else self._stop).setFocus()
        hides.hide()
        if progress is None:
            return
        words = self.tr("{done} of {wanted} drafts").format(
            done=f"{progress.done:,}", wanted=f"{progress.wanted:,}"
        )
        self._words.setText(" · ".join(filter(None, (words, progress.words))))
        self.setUpdatesEnabled(False)  # a progress bar paints all that waits when its value is set
        self._bar.setRange(0, max(progress.wanted, 1))
        self._bar.setValue(progress.done)
        self.setUpdatesEnabled(True)

    def focus_start(self) -> None:
        """Give the keyboard to the first choice, or to what there is."""
        stops = (self._stop, self._model, self._find)
        next((one for one in stops if one.isVisible()), self._start).setFocus()

    def _kinds(self) -> dict[DraftKind, str]:
        return {
            "prompts": self.tr("new questions and answers like these"),
            "answers": self.tr("other answers to these questions"),
            "rewrites": self.tr("better wordings of these answers"),
        }

    def _combo(self, key: str, label: str) -> QComboBox:
        combo = QComboBox(self)
        combo.setObjectName(f"teach.teacher.{key}")
        combo.setAccessibleName(label)
        combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        combo.setMinimumContentsLength(10)
        return combo

    def _button(self, key: str, words: str) -> QPushButton:
        button = QPushButton(words, self)
        button.setObjectName(f"teach.teacher.{key}")
        button.setAccessibleName(words)
        return button

    def _make_line(self) -> QWidget:
        self._line = QWidget(self)
        self._words = QLabel(self._line)
        self._words.setObjectName("teach.teacher.words")
        self._words.setWordWrap(True)
        self._bar = QProgressBar(self._line)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("How many drafts are written"))
        self._stop = self._button("stop", self.tr("Stop"))
        self._stop.setAccessibleName(self.tr("Stop drafting; what is written stays"))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._words, 1)
        row.addWidget(self._stop)
        column = QVBoxLayout(self._line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self._bar)
        return self._line

    def _show_caution(self) -> None:
        at = self._model.currentIndex()
        words = self._models[at].caution if 0 <= at < len(self._models) else ""
        self._caution.setText(words)
        self._caution.setVisible(bool(words) and not self._running)
        self._model.setAccessibleDescription(words)

    def _enable(self) -> None:
        there, had_focus = bool(self._models), self._find.hasFocus()
        for part in (self._model, self._kind, self._of, self._count, self._start):
            part.setVisible(there)
        if there and had_focus:
            self._model.setFocus()
        self._find.setVisible(not there)

    def _on_start(self) -> None:
        wish = DraftWish(
            str(self._model.currentData()),
            self._kind.currentData(),
            self._count.value(),
            of_chosen=bool(self._of.currentData()),
        )
        self.start_wanted.emit(wish)
