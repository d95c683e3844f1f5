"""The head of an open repository: who made it, what it may be used for, and what it asks for first."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.models.licence_words import licence_name, licence_words
from benchtop.ui.models.model_words import SEPARATOR, hub_facts, model_facts
from benchtop.ui.models.repository_catalogue import CatalogueSays
from benchtop.ui.models.rows import CardRow, RepositoryRow
from benchtop.ui.theme import set_kind, set_tone
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks
from benchtop.ui.widgets.flow_layout import FlowLayout


class RepositoryHead(QWidget):
    """``terms_requested``, ``account_requested`` and ``card_requested`` (with a web address) are wishes;
    nothing is opened here."""

    terms_requested = Signal()
    account_requested = Signal()
    card_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = self._label("name", BreakingLabel("", self))
        self._good_for = self._label("good_for")
        self._facts = self._label("facts")
        self._counts = self._label("counts")
        self._licence = self._label("licence")
        set_tone(self._name, "heading")
        set_tone(self._counts, "muted")
        self._catalogue = CatalogueSays(self)
        self._catalogue.card_requested.connect(self.card_requested)
        self._gate, self._gate_words = QFrame(self), QLabel(self)
        self._terms = self._button("terms", self.tr("Open the terms in the browser"), "external")
        self._account = self._button("account", self.tr("Set your access token…"), "settings")
        self._terms.clicked.connect(lambda _on=False: self.terms_requested.emit())
        self._account.clicked.connect(lambda _on=False: self.account_requested.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for label in (self._name, self._counts, self._good_for, self._facts, self._licence):
            column.addWidget(label)
        column.addWidget(self._catalogue)
        column.addWidget(self._make_gate())

    def show_row(self, row: CardRow | RepositoryRow) -> None:
        """Show all that is known of it."""
        _show(self._name, with_breaks(row.name))
        self._name.setAccessibleName(row.name)
        counts = SEPARATOR.join(filter(None, (row.owner, *hub_facts(row))))
        facts = model_facts(replace(row, licence=""), every=True)  # it has a line of its own
        if row.architecture and isinstance(row, RepositoryRow):
            facts.insert(0, row.architecture)
        texts = (counts, row.good_for, SEPARATOR.join(facts), self._licence_text(row))
        labels = (self._counts, self._good_for, self._facts, self._licence)
        for label, text in zip(labels, texts, strict=True):
            label.setText(text)
            label.setAccessibleName(text)
            label.setVisible(bool(text))
        self._catalogue.show_note(row.catalogue)
        self._show_gate(row)

    def _licence_text(self, row: CardRow | RepositoryRow) -> str:
        """The licence in plain words; of a card from a search nothing is said before it is asked."""
        if isinstance(row, CardRow) and not row.licence:
            return ""
        words = licence_words(row.licence)
        if isinstance(row, RepositoryRow) and row.licence_note:
            words = row.licence_note
        if not row.licence:
            return words
        return self.tr("Licence: {name}. {words}").format(
            name=licence_name(row.licence), words=words
        )

    def _show_gate(self, row: CardRow | RepositoryRow) -> None:
        gated = row.gated if isinstance(row, CardRow) else bool(row.gating)
        agreed = isinstance(row, RepositoryRow) and row.agreed
        self._gate.setVisible(gated)
        self._account.setVisible(not agreed)
        words = self.tr(
            "Its makers ask you to agree to their terms, on the Hub and with an account there, before "
            "you can download it."
        )
        if isinstance(row, RepositoryRow) and row.gating == "manual":
            words += " " + self.tr("A person there decides, which may take days.")
        if agreed:
            words = self.tr("You have agreed to the terms of its makers: it can be downloaded.")
        else:
            words += " " + self.tr("Your access token then lets Benchtop in.")
        _show(self._gate_words, words)
        self._gate.setAccessibleName(words)

    def _make_gate(self) -> QFrame:
        self._gate.setObjectName("models.repository.gate")
        self._gate.setProperty("card", True)
        self._gate_words.setWordWrap(True)
        flow = QWidget(self._gate)
        buttons = FlowLayout(flow, gap=8)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.addWidget(self._terms)
        buttons.addWidget(self._account)
        column = QVBoxLayout(self._gate)
        column.setContentsMargins(14, 10, 14, 10)
        column.setSpacing(8)
        column.addWidget(self._gate_words)
        column.addWidget(flow)
        return self._gate

    def _label(self, name: str, label: QLabel | None = None) -> QLabel:
        made = label or QLabel(self)
        made.setObjectName(f"models.repository.{name}")
        made.setAccessibleName(self.tr("Not known yet"))
        made.setTextFormat(Qt.TextFormat.PlainText)
        made.setWordWrap(True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return made

    def _button(self, name: str, text: str, icon_name: str) -> QPushButton:
        button = QPushButton(spaced(text), self)
        button.setObjectName(f"models.repository.{name}")
        button.setAccessibleName(text)
        set_icon(button, icon_name)
        if name == "account":
            set_kind(button, "quiet")
        return button


def _show(label: QLabel, text: str) -> None:
    """A text that can be selected takes the focus by a click, and is read out by its name."""
    label.setText(text)
    label.setAccessibleName(text)
