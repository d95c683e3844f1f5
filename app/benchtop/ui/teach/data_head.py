"""The head of a data set: its name, what can be put into it, and the step to teaching."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from benchtop.domain.examples import Dataset
from benchtop.ui.compare.focus_order import put_in_line
from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.teach.data_rows import ExportForm
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.elided_label import ElidedLabel
from benchtop.ui.widgets.flow_layout import FlowLayout


class DataHead(QWidget):
    """``export_wanted`` carries an ExportForm. ``sets_wanted``: the list of data sets, which is folded
    away where there is little room."""

    new_wanted = Signal()
    collect_wanted = Signal()
    import_wanted = Signal()
    export_wanted = Signal(str)
    draft_toggled = Signal(bool)
    teach_wanted = Signal()
    sets_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sets = QToolButton(self)
        self._sets.setObjectName("teach.data.sets_menu")
        self._sets.setAccessibleName(self.tr("Choose another data set"))
        self._sets.setToolTip(self.tr("Data sets"))
        set_icon(self._sets, "chevron-down")
        self._name = ElidedLabel("", self, least=8)
        set_tone(self._name, "title")
        self.teach = self._button("teach", self.tr("Teach a model…"), "teach")
        set_kind(self.teach, "primary")
        first = QHBoxLayout()
        first.setSpacing(8)
        first.addWidget(self._name)
        first.addWidget(self._sets)
        first.addStretch(1)
        self.export = self._make_export()
        first.addWidget(self.export)
        first.addWidget(self.teach)
        tools = FlowLayout(gap=6)
        self.new = self._button("new", self.tr("New example"), "plus")
        self.collect = self._button("collect", self.tr("From chats"), "chat")
        self.load = self._button("import", self.tr("Import…"), "import")
        self.draft = self._button("draft", self.tr("Draft…"), "reasoning")
        self.draft.setCheckable(True)
        for button, name in (
            (self.new, self.tr("Type a new example")),
            (self.collect, self.tr("Collect examples from your chats")),
            (self.load, self.tr("Import examples from a file")),
            (self.draft, self.tr("Let a larger model draft examples")),
        ):
            button.setAccessibleName(name)
            button.setToolTip(name)
        for button in (self.new, self.collect, self.load, self.draft):
            tools.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(first)
        column.addLayout(tools)
        put_in_line((self._sets, self.export, self.teach, self.new))
        self.new.clicked.connect(self.new_wanted)
        self.collect.clicked.connect(self.collect_wanted)
        self.load.clicked.connect(self.import_wanted)
        self.draft.toggled.connect(self.draft_toggled)
        self.teach.clicked.connect(self.teach_wanted)
        self._sets.clicked.connect(self.sets_wanted)

    def set_dataset(self, dataset: Dataset | None) -> None:
        """Name a data set; teaching takes one example at least."""
        self._name.setText(dataset.name if dataset is not None else "")
        self.teach.setEnabled(dataset is not None and dataset.included > 0)
        self.teach.setToolTip(self._teach_tip(dataset))
        self.teach.setAccessibleDescription(self.teach.toolTip())
        self.export.setEnabled(dataset is not None and dataset.examples > 0)

    def _teach_tip(self, dataset: Dataset | None) -> str:
        """Where the button goes, or why it does not."""
        if dataset is None or not dataset.examples:
            return self.tr("There is no example yet that could be taught")
        if not dataset.included:
            return self.tr("Every example is left out: tick one that is to be taught")
        return self.tr("Go to the next step with this data set")

    def set_folded(self, *, folded: bool) -> None:
        """Whether the list of data sets is away, so that one of them is chosen here."""
        self._sets.setVisible(folded)

    def menu_spot(self) -> QWidget:
        """Where a menu of data sets opens."""
        return self._sets

    def _button(self, key: str, words: str, sign: str) -> QPushButton:
        button = QPushButton(spaced(words), self)
        button.setObjectName(f"teach.data.{key}")
        button.setAccessibleName(words.rstrip("…\u2003"))
        set_icon(button, sign, "on_primary" if key == "teach" else "text")
        return button

    def _make_export(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("teach.data.export")
        button.setAccessibleName(self.tr("Export the examples"))
        button.setToolTip(button.accessibleName())
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        set_icon(button, "export")
        button.setMenu(self._make_menu())
        return button

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        forms: dict[ExportForm, str] = {
            "messages": self.tr("Chat messages (JSONL)…"),
            "sharegpt": self.tr("ShareGPT (JSONL)…"),
            "alpaca": self.tr("Alpaca (JSONL)…"),
            "dolly": self.tr("Dolly (JSONL)…"),
            "preference": self.tr("Better and worse answers (JSONL)…"),
            "csv": self.tr("Table (CSV)…"),
        }
        for form, words in forms.items():
            action = menu.addAction(words)
            action.setObjectName(f"teach.data.export.{form}")
            action.triggered.connect(lambda _on=False, form=form: self.export_wanted.emit(form))
        return menu
