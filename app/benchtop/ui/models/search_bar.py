"""The line on top of the models: the search field, and the button that unfolds the filters."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.models.filter_field import FilterField
from benchtop.ui.models.filter_row import DEBOUNCE_MS, FilterRow
from benchtop.ui.models.rows import SearchWish

LONGEST_WORDS = 200
"""Letters the Hub is asked for."""


class SearchBar(QWidget):
    """``wished`` comes when typing has come to rest, at once with Enter, and with every filter.

    ``went_down`` asks for the keyboard to go to the models.
    """

    wished = Signal()
    went_down = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = FilterField("models.search", self.tr("Search models"), self)
        self.field.setPlaceholderText(self.tr("Search models on the Hugging Face Hub…"))
        self.field.setMaxLength(LONGEST_WORDS)
        self.unfold = self._make_unfold()
        self.row = FilterRow(self)
        self.row.hide()
        self._typing = QTimer(self, singleShot=True, interval=DEBOUNCE_MS)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.field, 1)
        line.addWidget(self.unfold)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(line)
        column.addWidget(self.row)
        self.setFocusProxy(self.field)
        self._connect()

    @property
    def words(self) -> str:
        """The words in the field, with single spaces."""
        return " ".join(self.field.text().split())

    @property
    def wish(self) -> SearchWish:
        """What the field, the filters and the order say together."""
        return SearchWish(self.words, self.row.filters, self.row.sort)

    def set_aside(self, *, aside: bool) -> None:
        """Whether the filters stand elsewhere, always to be seen: then no button unfolds them."""
        self.unfold.setVisible(not aside)
        if not aside and self.row.parentWidget() is not self:
            self._column.addWidget(self.row)
        self.row.setVisible(aside or self.unfold.isChecked())

    def _make_unfold(self) -> QPushButton:
        button = QPushButton(self)
        button.setObjectName("models.filters")
        button.setCheckable(True)
        set_icon(button, "sliders")
        return button

    def _connect(self) -> None:
        self.field.textChanged.connect(self._on_text)
        self.field.returnPressed.connect(self._on_enter)
        self.field.went_down.connect(self.went_down)
        self.unfold.toggled.connect(self.row.setVisible)
        self.row.changed.connect(self._on_filters)
        self._typing.timeout.connect(self.wished)
        self._name_unfold()

    def _on_text(self) -> None:
        if self.words:
            self._typing.start()
        else:
            self._wish_now()  # the way back to the catalogue waits for nothing

    def _on_enter(self) -> None:
        if self._typing.isActive():
            self._wish_now()
        else:
            self.went_down.emit()

    def _on_filters(self) -> None:
        self._name_unfold()
        self._wish_now()

    def _wish_now(self) -> None:
        self._typing.stop()
        self.wished.emit()

    def _name_unfold(self) -> None:
        count = self.row.count()
        text = self.tr("Filters: {count}").format(count=count) if count else self.tr("Filters")
        self.unfold.setText(spaced(text))
        self.unfold.setAccessibleName(text)
        self.unfold.setToolTip(self.tr("Narrow by size, licence, language and more"))
