"""The panel of sampling parameters at the right of the transcript."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from benchtop.domain.generation import SamplingParams
from benchtop.ui.chat.key_override import is_override
from benchtop.ui.chat.parameter_group import ParameterSection
from benchtop.ui.chat.parameter_help import GROUPS, ParameterHelp
from benchtop.ui.chat.parameter_row import NumberRow, OptionalRow, ParameterRow, SeedRow
from benchtop.ui.chat.row_editors import BiasRow, StopRow
from benchtop.ui.chat.schema_row import SchemaRow
from benchtop.ui.icons import set_icon
from benchtop.ui.theme import set_kind, set_tone, tokens

FIRST_MAX_TOKENS = 512
LEAST_WIDTH = 300


class SamplingPanel(QFrame):
    """Every parameter with its explanation. Each change is passed on at once as SamplingParams.

    "Reset all" can be taken back until the next change.
    """

    params_changed = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chat.sampling.panel")
        self.setAccessibleName(self.tr("Sampling parameters"))
        self._params = self._defaults = SamplingParams()
        self._before_reset: SamplingParams | None = None
        self._rows: dict[str, ParameterRow] = {}
        self._sections: list[ParameterSection] = []
        self._reset = QPushButton(self)
        self._build()
        self.set_params(self._params)

    def params(self) -> SamplingParams:
        """The parameters as they stand."""
        return self._params

    def set_params(self, params: SamplingParams) -> None:
        """Show parameters that came from elsewhere; nothing is emitted."""
        if params != self._params:
            self._before_reset = None
        self._params = params
        self._show()

    def set_defaults(self, defaults: SamplingParams) -> None:
        """What a reset goes back to: the model's suggestion, or Benchtop's own values."""
        self._defaults = defaults
        self._show()

    def focus_first(self) -> None:
        """Give the keyboard to the first field."""
        field = self.findChild(QWidget, "chat.sampling.temperature")
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def sizeHint(self) -> QSize:
        """As wide as about forty letters."""
        wide = self.fontMetrics().averageCharWidth() * 40 + 60
        return QSize(max(wide, LEAST_WIDTH), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, 200)

    def event(self, event: QEvent) -> bool:
        # Esc is the page's shortcut for Stop: with the keyboard in here it closes the panel.
        if is_override(event, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(tokens(self.palette()).border)
        rightward = self.layoutDirection() == Qt.LayoutDirection.LeftToRight
        edge = 0 if rightward else self.width() - 1
        painter.drawLine(edge, 0, edge, self.height())

    def _build(self) -> None:
        content = QWidget()
        rows = QVBoxLayout(content)
        rows.setContentsMargins(16, 0, 16, 16)
        rows.setSpacing(8)
        for group in GROUPS:
            section = ParameterSection(group, content)
            for help_ in group.parameters:
                row = self._make_row(help_)
                row.changed.connect(lambda value, name=help_.name: self._on_changed(name, value))
                row.reset_requested.connect(lambda name=help_.name: self._on_reset(name))
                self._rows[help_.name] = row
                section.add(row)
            self._sections.append(section)
            rows.addWidget(section)
        rows.addStretch(1)
        scroll = QScrollArea(self)
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for ground in (scroll.viewport(), content):
            ground.setAutoFillBackground(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.setSpacing(4)
        layout.addLayout(self._title_bar())
        layout.addWidget(scroll, 1)
        layout.addLayout(self._foot())

    def _title_bar(self) -> QHBoxLayout:
        title = QLabel(self.tr("Sampling"), self)
        set_tone(title, "title")
        close = QToolButton(self)
        close.setObjectName("chat.sampling.close")
        close.setAccessibleName(self.tr("Close the sampling panel"))
        close.setToolTip(self.tr("Close (Esc)"))
        set_icon(close, "close")
        close.clicked.connect(self.closed)
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 0, 8, 0)
        bar.addWidget(title, 1)
        bar.addWidget(close)
        return bar

    def _foot(self) -> QHBoxLayout:
        hint = QLabel(self.tr("Used from the next reply on."), self)
        hint.setWordWrap(True)
        set_tone(hint, "muted")
        self._reset.setObjectName("chat.sampling.reset")
        set_kind(self._reset, "quiet")
        self._reset.clicked.connect(self._on_reset_all)
        foot = QHBoxLayout()
        foot.setContentsMargins(16, 4, 12, 0)
        foot.addWidget(hint, 1)
        foot.addWidget(self._reset)
        return foot

    def _make_row(self, help_: ParameterHelp) -> ParameterRow:
        match help_.name:
            case "seed":
                return SeedRow(help_)
            case "max_tokens":
                return OptionalRow(help_, self.tr("No limit"), FIRST_MAX_TOKENS)
            case "stop":
                return StopRow(help_)
            case "logit_bias":
                return BiasRow(help_)
            case "json_schema":
                return SchemaRow(help_)
        return NumberRow(help_)

    def _show(self) -> None:
        default = self._defaults
        differing = {n for n in self._rows if getattr(self._params, n) != getattr(default, n)}
        for name, row in self._rows.items():
            row.set_value(getattr(self._params, name))
            row.set_changed(name in differing)
        for section in self._sections:
            section.show_changed(differing)
        undoing = self._before_reset is not None
        text = self.tr("Undo the reset") if undoing else self.tr("Reset all")
        self._reset.setText(text)
        self._reset.setAccessibleName(text)
        set_icon(self._reset, "undo" if undoing else "reset")
        self._reset.setEnabled(undoing or bool(differing))

    def _on_changed(self, name: str, value: Any) -> None:
        self._before_reset = None
        self._pass_on(replace(self._params, **{name: value}))

    def _on_reset(self, name: str) -> None:
        self._on_changed(name, getattr(self._defaults, name))
        field = self.findChild(QWidget, f"chat.sampling.{name}")
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_reset_all(self) -> None:
        if self._before_reset is not None:
            back, self._before_reset = self._before_reset, None
            self._pass_on(back)
            return
        self._before_reset = self._params
        # It has no field here, so it is not reset here.
        self._pass_on(replace(self._defaults, logprobs=self._params.logprobs))

    def _pass_on(self, params: SamplingParams) -> None:
        changed = params != self._params
        self._params = params
        self._show()
        if changed:
            self.params_changed.emit(params)
