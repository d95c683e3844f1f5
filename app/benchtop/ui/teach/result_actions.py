"""What can be done with a run that is over."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.teach.result_rows import ResultRow
from benchtop.ui.teach.result_texts import again_words
from benchtop.ui.theme import set_kind
from benchtop.ui.widgets.flow_layout import FlowLayout


class ResultActions(QWidget):
    """Buttons in a row that goes on in the next line; Remove at its end."""

    use_requested = Signal()
    vote_requested = Signal()
    again_requested = Signal()
    export_requested = Signal()
    merge_requested = Signal()
    remove_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._buttons: dict[str, QPushButton] = {}
        flow = FlowLayout(gap=8)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addLayout(flow, 1)
        vote = self.tr("Vote blind…")
        for key, text, icon_name, wish in (
            ("use", self.tr("Use in chat"), "chat", self.use_requested),
            ("vote", vote, "compare", self.vote_requested),
            ("again", self.tr("Teach again…"), "teach", self.again_requested),
            ("export", self.tr("Export…"), "export", self.export_requested),
            ("merge", self.tr("Merge…"), "", self.merge_requested),
            ("remove", self.tr("Remove"), "trash", self.remove_requested),
        ):
            button = QPushButton(spaced(text) if icon_name else text, self)
            button.setObjectName(f"teach.result.{key}")
            button.setAccessibleName(text.rstrip("…"))
            if icon_name:
                set_icon(button, icon_name, "bad" if key == "remove" else "text")
            button.clicked.connect(wish)
            self._buttons[key] = button
            if key == "remove":  # away from what is pressed more often, and never alone in a line
                line.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
            else:
                flow.addWidget(button)
        set_kind(self._buttons["remove"], "danger")
        for key, tip in (
            (
                "vote",
                self.tr(
                    "Compare asks base and adapter the same, and names them only after your vote."
                ),
            ),
            ("export", self.tr("Copies the adapter with its card to a place of your choice.")),
            ("merge", self.tr("Writes a new model file with the adapter inside.")),
            ("remove", self.tr("Moves the adapter to the bin; the numbers of the run stay.")),
        ):
            self._buttons[key].setToolTip(tip)
            self._buttons[key].setAccessibleDescription(tip)

    def show_row(self, row: ResultRow) -> bool:
        """Offer what makes sense for this run; False when the button that had the keyboard is gone."""
        had = next((one for one in self._buttons.values() if one.hasFocus()), None)
        for key, button in self._buttons.items():
            button.setVisible(bool(row.adapter) or key == "again")
        use, again = self._buttons["use"], self._buttons["again"]
        words = self.tr("Take out of the chat") if row.in_use else self.tr("Use in chat")
        use.setText(spaced(words))
        use.setAccessibleName(words)
        set_kind(use, "normal" if row.in_use else "primary")
        set_icon(use, "chat", "text" if row.in_use else "on_primary")
        words = again_words(row)
        again.setText(spaced(words))
        again.setAccessibleName(words.rstrip("…"))
        return had is None or had.isVisibleTo(self)

    def focus_merge(self) -> None:
        """Give the keyboard back to what opened the merging."""
        self._buttons["merge"].setFocus()
