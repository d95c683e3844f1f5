"""What narrows a search: size, architecture, licence, language, gating, and the order of what is found."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from benchtop.domain.catalogue import LANGUAGE_NAMES
from benchtop.domain.hub import HubFilters, HubSort
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.models.licence_words import OFFERED, licence_name
from benchtop.ui.settings.setting_row import CalmComboBox
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.flow_layout import FlowLayout

DEBOUNCE_MS = 350
"""How long typing rests before it counts as a wish, in milliseconds."""
_BILLION = 1_000_000_000
_GAP = 12
_UNBOUND = 16_777_215  # Qt's QWIDGETSIZE_MAX
_FIELD_PAD = 14  # what the style sheet and Qt leave free at the sides of a field
Size = tuple[int, int]
"""Least and most parameters; 0 is no bound."""


class FilterRow(QWidget):
    """``changed`` comes when a filter or the order was changed and typing has come to rest."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("models.filters.row")
        self.setAccessibleName(self.tr("Filters"))
        self._stacked = 0
        self._holders: list[QWidget] = []
        self._controls: list[QWidget] = []
        self._flow = FlowLayout(self, gap=_GAP)
        self._flow.setContentsMargins(0, 0, 0, 0)
        self._size = self._add_choice("size", self.tr("Size"), self._sizes())
        self._architecture = self._add_architecture()
        licences = [(licence_name(tag), tag) for tag in OFFERED]
        self._licence = self._add_choice("licence", self.tr("Licence"), [self._any(), *licences])
        languages = sorted((name, code) for code, name in LANGUAGE_NAMES.items())
        self._language = self._add_choice(
            "language", self.tr("Language"), [self._any(), *languages]
        )
        self._gated = self._add_choice(
            "gated",
            self.tr("Access"),
            [self._any(None), (self.tr("Open only"), False)],
        )
        self._sort = self._add_choice("sort", self.tr("Order"), self._sorts())
        self._reset = self._make_reset()
        self._typing = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        self._typing.timeout.connect(self._on_changed)
        self._architecture.textEdited.connect(lambda _text: self._typing.start())
        self._architecture.returnPressed.connect(self._on_changed)
        self._update_reset()
        self._fit_architecture()

    @property
    def filters(self) -> HubFilters:
        """What is chosen."""
        least, most = self._size.currentData()
        return HubFilters(
            architecture=self._architecture.text().strip(),
            licence=self._licence.currentData(),
            language=self._language.currentData(),
            gated=self._gated.currentData(),
            least_parameters=least,
            most_parameters=most,
        )

    @property
    def sort(self) -> HubSort:
        """The order that is chosen."""
        order: HubSort = self._sort.currentData()
        return order

    def count(self) -> int:
        """How many filters are set; the order is none."""
        return sum(box.currentIndex() > 0 for box in self._boxes()) + bool(
            self._architecture.text().strip()
        )

    @property
    def controls(self) -> list[QWidget]:
        """What can be used, in its order."""
        return list(self._controls)

    def words(self) -> list[str]:
        """The filters that are set, such as "Language: German"."""
        said = [
            f"{box.accessibleName()}: {box.currentText()}"
            for box in self._boxes()
            if box.currentIndex() > 0
        ]
        architecture = self._architecture.text().strip()
        if architecture:
            said.append(f"{self._architecture.accessibleName()}: {architecture}")
        return said

    def set_stacked(self, width: int) -> None:
        """One below the other, each ``width`` pixels wide; 0: side by side, as wide as they like."""
        if width == self._stacked:
            return
        self._stacked = width
        for holder in self._holders:
            holder.setMinimumWidth(width)
            holder.setMaximumWidth(width or _UNBOUND)
        self._flow.invalidate()

    def widest(self) -> int:
        """The width that stacked controls need so that nothing in them is cut."""
        return max(holder.minimumSizeHint().width() for holder in self._holders)

    def stacked_height(self) -> int:
        """The height of the controls one below the other, the button to reset them included."""
        gaps = _GAP * (len(self._holders) - 1)
        return sum(holder.sizeHint().height() for holder in self._holders) + gaps

    def reset(self) -> None:
        """Take every filter back; the order stays."""
        for box in self._boxes():
            blocked = box.blockSignals(True)
            box.setCurrentIndex(0)
            box.blockSignals(blocked)
        self._architecture.clear()
        if self._reset.hasFocus():
            self._size.setFocus()
        self._on_changed()

    def set_sortable(self, *, sortable: bool) -> None:
        """Whether the order can be chosen: the catalogue has its own."""
        self._sort.setEnabled(sortable)
        hint = "" if sortable else self.tr("The catalogue has an order of its own")
        self._sort.setToolTip(hint)

    def _boxes(self) -> tuple[QComboBox, ...]:
        return (self._size, self._licence, self._language, self._gated)

    def _any(self, value: str | None = "") -> tuple[str, object]:
        return (self.tr("Any"), value)

    def _sizes(self) -> list[tuple[str, object]]:
        return [
            (self.tr("Any"), (0, 0)),
            (self.tr("Up to 1B"), (0, _BILLION)),
            (self.tr("1B to 3B"), (_BILLION, 3 * _BILLION)),
            (self.tr("3B to 8B"), (3 * _BILLION, 8 * _BILLION)),
            (self.tr("Over 8B"), (8 * _BILLION, 0)),
        ]

    def _sorts(self) -> list[tuple[str, object]]:
        return [
            (self.tr("Most downloads"), "downloads"),
            (self.tr("Most liked"), "likes"),
            (self.tr("Newest"), "updated"),
        ]

    def _add_choice(
        self, name: str, label: str, entries: list[tuple[str, object]] | list[tuple[str, str]]
    ) -> CalmComboBox:
        box = CalmComboBox()
        for text, value in entries:
            box.addItem(text, value)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._add(name, label, box)
        box.currentIndexChanged.connect(lambda _index: self._on_changed())
        return box

    def _add_architecture(self) -> QLineEdit:
        field = QLineEdit()
        field.setPlaceholderText(self.tr("Any, such as qwen3"))
        self._add("architecture", self.tr("Architecture"), field)
        return field

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit_architecture()

    def _fit_architecture(self) -> None:
        """Room for the words that say what may be typed."""
        field = self._architecture
        words = field.fontMetrics().horizontalAdvance(field.placeholderText())
        field.setMinimumWidth(words + 2 * _FIELD_PAD)

    def _add(self, name: str, label: str, control: QWidget) -> None:
        """A control with its name above."""
        control.setObjectName(f"models.filters.{name}")
        control.setAccessibleName(label)
        words = QLabel(label)
        words.setBuddy(control)
        set_tone(words, "muted")
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(words)
        column.addWidget(control)
        self._flow.addWidget(holder)
        self._holders.append(holder)
        self._controls.append(control)

    def _make_reset(self) -> QPushButton:
        button = QPushButton(spaced(self.tr("Reset")))
        set_kind(button, "quiet")
        set_icon(button, "reset")
        button.clicked.connect(self.reset)
        self._add("reset", "", button)  # an empty name above: it stands beside the other controls
        button.setAccessibleName(self.tr("Reset the filters"))
        return button

    def _on_changed(self) -> None:
        self._typing.stop()
        self._update_reset()
        self.changed.emit()

    def _update_reset(self) -> None:
        self._reset.setVisible(self.count() > 0)
