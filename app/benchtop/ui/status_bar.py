"""The line at the bottom: the offline switch, running jobs, the loaded model, the context meter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLayout,
    QProgressBar,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import tokens
from benchtop.ui.widgets.context_meter import ContextMeter
from benchtop.ui.widgets.switch import Switch

_LETTERS = (44, 30, 22, 16, 12, 8)
"""How many letters of a model's or a job's name are shown, from much room to little."""
_LEAST_NAME = 4
"""A name of which less would be left is left out, with all but what has to be read of its job."""
_KEPT = 3
"""So many of these steps leave the whole sentence on the network; the rest have one word for it."""
_JOB_EDGE = 6


class _ElidedButton(QToolButton):
    """A button of which less is shown where there is little room; its name says all."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.words = ""

    def show_letters(self, count: int) -> None:
        """Show the words in the room of so many letters."""
        shown = self._cut(self.fontMetrics().averageCharWidth() * count)
        text = spaced(shown) if not self.icon().isNull() else shown
        if text != self.text():
            self.setText(text)

    def _cut(self, room: int) -> str:
        """What stands in so many pixels."""
        return self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideMiddle, room)


class JobButton(_ElidedButton):
    """A running job: its words and how far it is; a fraction of None means no one can say."""

    def __init__(self, job_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"status.job.{job_id}")
        self._name, self._short = "", tuple[str, ...]()
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 6, 2)
        column.addStretch(1)
        column.addWidget(self._bar)

    def set_progress(
        self, text: str, fraction: float | None, name: str, short: tuple[str, ...]
    ) -> None:
        """Take ``text``, for show_letters(), and show the bar at ``fraction``, 0 to 1."""
        self.words, self._name, self._short = text, name, short
        self._bar.setRange(0, 100)
        self._bar.setVisible(fraction is not None)
        percent = round(min(max(fraction or 0.0, 0.0), 1.0) * 100)
        self._bar.setUpdatesEnabled(
            False
        )  # else Qt paints at once, all that waits in the window too
        self._bar.setValue(percent)
        self._bar.setUpdatesEnabled(True)
        said = text if fraction is None else f"{text}, {percent} %"
        self.setAccessibleName(said)
        self.setToolTip(said)

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(0, _JOB_EDGE)

    def _cut(self, room: int) -> str:
        """The name alone is cut, where there is one; then what has to be read stands alone, and whole."""
        if not self._short:
            return super()._cut(room)
        metrics, name = self.fontMetrics(), self._name
        if metrics.horizontalAdvance(self.words) <= room:
            return self.words
        if name and name in self.words:
            left = room - metrics.horizontalAdvance(self.words.replace(name, "", 1))
            if left >= metrics.averageCharWidth() * _LEAST_NAME:
                shown = metrics.elidedText(name, Qt.TextElideMode.ElideRight, left)
                return self.words.replace(name, shown, 1)
        fitting = (one for one in self._short if metrics.horizontalAdvance(one) <= room)
        return next(fitting, self._short[-1])


class StatusBar(QWidget):
    """Never shows more than the person can act on, on one line whose height nothing changes but the
    size of the text. Where there is little room, names are cut and one word tells the offline state."""

    offline_toggled = Signal(bool)
    model_clicked = Signal()
    context_clicked = Signal()
    job_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAccessibleName(self.tr("Status"))
        self._jobs: dict[str, JobButton] = {}
        self._offline_words = ("", "")  # in full, and in short
        self._fitted: tuple[object, ...] = ()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 3)
        self._row.setSpacing(12)
        # What there is to say must not keep a person from making the window narrow.
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._offline = self._make_offline()
        self._model = self._make_model()
        self._context = ContextMeter(self)
        self._context.setObjectName("status.context")
        self._context.clicked.connect(self.context_clicked)
        self._row.addWidget(self._offline)
        self._row.addStretch(1)
        self._row.addWidget(self._model)
        self._row.addWidget(self._context)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._set_height()
        self.set_offline(True)
        self.set_model("", "")

    def set_offline(self, offline: bool) -> None:
        """Show the offline state without saying so through ``offline_toggled``."""
        blocked = self._offline.blockSignals(True)
        self._offline.setChecked(offline)
        self._offline.blockSignals(blocked)
        self._describe_offline(offline)

    def set_model(self, name: str, memory_text: str) -> None:
        """The loaded model and the memory it takes, such as "41 MB"; an empty name: none loaded."""
        if not name:
            text = self.tr("no model loaded")
        elif memory_text:
            text = self.tr("{name} loaded, {memory}").format(name=name, memory=memory_text)
        else:
            text = self.tr("{name} loaded").format(name=name)
        self._model.words = text
        self._model.setAccessibleName(text)
        hint = self.tr("The model that answers and the memory it takes. Press to choose another.")
        self._model.setToolTip(f"{text}\n{hint}")
        self._fit()

    def set_context(self, used: int, total: int) -> None:
        """Tokens of the context that are used, of how many; a total of 0 hides the meter."""
        self._context.set_context(used, total)
        self._fit()

    def set_job(
        self,
        job_id: str,
        text: str,
        fraction: float | None = None,
        name: str = "",
        short: tuple[str, ...] = (),
    ) -> None:
        """Show a running job or bring it up to date; a press emits ``job_clicked``. Where there is little
        room for ``text``, of the ``name`` in it less is shown, then the first of ``short`` that there is room
        for in its place, and at last the last of them."""
        button = self._jobs.get(job_id)
        if button is None:
            button = JobButton(job_id, self)
            button.clicked.connect(lambda: self.job_clicked.emit(job_id))
            self._jobs[job_id] = button
            self._row.addWidget(button)
            button.show()  # now, not with the next turn of the event loop
        button.set_progress(text, fraction, name, short)
        self._fit()

    def end_job(self, job_id: str) -> None:
        """Take a job away; nothing when there is none of that id."""
        button = self._jobs.pop(job_id, None)
        if button is not None:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
            self._fit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a part has another size, or another font
            self._fit()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._set_height()
            self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(tokens(self.palette()).border)
        painter.drawLine(0, 0, self.width(), 0)

    def _make_offline(self) -> Switch:
        switch = Switch(parent=self)
        switch.setObjectName("status.offline")
        switch.toggled.connect(self._on_offline_toggled)
        return switch

    def _make_model(self) -> _ElidedButton:
        button = _ElidedButton(self)
        button.setObjectName("status.model")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        set_icon(button, "model", "muted")
        button.clicked.connect(self.model_clicked)
        return button

    def _on_offline_toggled(self, offline: bool) -> None:
        self._describe_offline(offline)
        self.offline_toggled.emit(offline)

    def _describe_offline(self, offline: bool) -> None:
        if offline:
            full, short = self.tr("Offline: nothing leaves this machine"), self.tr("Offline")
        else:
            full = self.tr("Online: what you ask for, and nothing else")
            short = self.tr("Online")
        self._offline_words = (full, short)
        self._offline.setAccessibleName(full)
        more = self.tr(
            "Offline, no connection to another machine is made. Online, Benchtop may ask the Hugging "
            "Face Hub for what you search and download, and a package index for the tools for training "
            "when you set them up; your chats stay here either way."
        )
        self._offline.setToolTip(f"{full}\n{more}")
        self._fit()

    def _set_height(self) -> None:
        """That of the highest part there may be: a job, which has a bar below its words."""
        parts = (self._offline, self._model, self._context)
        highest = max(part.sizeHint().height() for part in parts) + _JOB_EDGE
        margins = self._row.contentsMargins()
        self.setFixedHeight(highest + margins.top() + margins.bottom())

    def _fit(self) -> None:
        """As much as stands in one line: names are cut before the sentence on the network is."""
        full, short = self._offline_words
        elastic = [self._model, *self._jobs.values()]
        state = (self.width(), full, self._context.sizeHint().width(),
                 # the fonts that they have, which may come to them after this bar has its own
                 *(part.fontMetrics().horizontalAdvance(full) for part in (self._offline, *elastic)),
                 *(part.words for part in elastic))  # fmt: skip
        if state == self._fitted:
            return
        self._fitted = state
        steps = [*((full, count) for count in _LETTERS[:_KEPT]), *((short, c) for c in _LETTERS)]
        for words, count in steps:
            if words != self._offline.text():
                self._offline.setText(words)
                self._offline.updateGeometry()
            for part in elastic:
                part.show_letters(count)
            self._row.invalidate()
            if self._row.sizeHint().width() <= self.width():
                break
        self._row.activate()  # now: nothing is painted in the old places
