"""The line at the bottom: the offline switch, running jobs, the loaded model, the context meter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QProgressBar, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.theme import tokens
from benchtop.ui.widgets.context_meter import ContextMeter
from benchtop.ui.widgets.flow_layout import FlowLayout
from benchtop.ui.widgets.switch import Switch


class JobButton(QToolButton):
    """A running job: its words and how far it is; a fraction of None means no one can say."""

    def __init__(self, job_id: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(f"status.job.{job_id}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 0, 6, 2)
        column.addStretch(1)
        column.addWidget(self._bar)

    def set_progress(self, text: str, fraction: float | None) -> None:
        """Show ``text`` and the bar at ``fraction``, 0 to 1."""
        self.setText(text)
        self._bar.setRange(0, 100)
        self._bar.setVisible(fraction is not None)
        percent = round(min(max(fraction or 0.0, 0.0), 1.0) * 100)
        self._bar.setValue(percent)
        said = text if fraction is None else f"{text}, {percent} %"
        self.setAccessibleName(said)
        self.setToolTip(said)

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(0, 6)


class StatusBar(QWidget):
    """Never shows more than the person can act on. Where there is no room the offline state is told
    in one word; if that is not enough, the bar goes on in a second line."""

    offline_toggled = Signal(bool)
    model_clicked = Signal()
    context_clicked = Signal()
    job_clicked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status")
        self.setAccessibleName(self.tr("Status"))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._jobs: dict[str, JobButton] = {}
        self._offline_words = ("", "")  # in full, and in short
        self._flow = FlowLayout(self, gap=12)
        self._flow.setContentsMargins(8, 4, 8, 3)
        self._offline = self._make_offline()
        self._space = QWidget(self)
        self._space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._model = self._make_model()
        self._context = ContextMeter(self)
        self._context.setObjectName("status.context")
        self._context.clicked.connect(self.context_clicked)
        for widget in (self._offline, self._space, self._model, self._context):
            self._flow.addWidget(widget)
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
        metrics = self._model.fontMetrics()
        widest = metrics.averageCharWidth() * 44
        shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, widest)
        self._model.setText(spaced(shown))
        self._model.setAccessibleName(text)
        hint = self.tr("The model that answers and the memory it takes. Press to choose another.")
        self._model.setToolTip(f"{text}\n{hint}")
        self._flow.invalidate()
        self._fit_offline()

    def set_context(self, used: int, total: int) -> None:
        """Tokens of the context that are used, of how many; a total of 0 hides the meter."""
        self._context.set_context(used, total)
        self._fit_offline()

    def set_job(self, job_id: str, text: str, fraction: float | None = None) -> None:
        """Show a running job or bring it up to date; a press emits ``job_clicked``."""
        button = self._jobs.get(job_id)
        if button is None:
            button = JobButton(job_id, self)
            button.clicked.connect(lambda: self.job_clicked.emit(job_id))
            self._jobs[job_id] = button
            self._flow.addWidget(button)
        button.set_progress(text, fraction)
        self._fit_offline()

    def end_job(self, job_id: str) -> None:
        """Take a job away; nothing when there is none of that id."""
        button = self._jobs.pop(job_id, None)
        if button is not None:
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
            self._fit_offline()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_offline()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit_offline()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(tokens(self.palette()).border)
        painter.drawLine(0, 0, self.width(), 0)

    def _make_offline(self) -> Switch:
        switch = Switch(parent=self)
        switch.setObjectName("status.offline")
        switch.toggled.connect(self._on_offline_toggled)
        return switch

    def _make_model(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("status.model")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
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
            full = self.tr("Online: what you ask of the Hub, and nothing else")
            short = self.tr("Online")
        self._offline_words = (full, short)
        self._offline.setAccessibleName(full)
        more = self.tr(
            "Offline, no connection to another machine is made. Online, Benchtop may ask the Hugging "
            "Face Hub for what you search and download; your chats stay here either way."
        )
        self._offline.setToolTip(f"{full}\n{more}")
        self._fit_offline()

    def _fit_offline(self) -> None:
        """The whole sentence where all stands in one line with it, else the short one."""
        full, short = self._offline_words
        shown = self._offline.text()
        advance = self._offline.fontMetrics().horizontalAdvance
        needed = self._flow.sizeHint().width() + advance(full) - advance(shown)
        wanted = full if not shown or needed <= self.width() else short
        if wanted != shown:
            self._offline.setText(wanted)
            self._offline.updateGeometry()
