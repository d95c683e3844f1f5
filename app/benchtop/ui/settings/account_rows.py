"""The rows of the account on the Hub: who is signed in, and the field that takes an access token.

The token is in the field until it was kept; nothing else of the window holds it.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from benchtop.ui.icons import set_icon, spaced
from benchtop.ui.settings.hub_view import AccountView
from benchtop.ui.settings.setting_row import SettingRow
from benchtop.ui.theme import Tone, set_kind, set_tone
from benchtop.ui.widgets.announce import announce
from benchtop.ui.widgets.breaking_label import BreakingLabel, with_breaks

MOST_LETTERS = 1_000


class ControlRow(QWidget):
    """Controls side by side, as wide as they need to be."""

    def __init__(self, *controls: QWidget) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for control in controls:
            row.addWidget(control)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)


def fact_label(row: SettingRow, name: str, accessible: str) -> BreakingLabel:
    """A line of facts between a row's head and its explanation; it can be selected and breaks anywhere."""
    label = BreakingLabel("", row)
    label.setObjectName(name)
    label.setAccessibleName(accessible)
    label.setWordWrap(True)
    label.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    column = row.layout()
    assert isinstance(column, QVBoxLayout)
    column.insertWidget(1, label)
    return label


def make_button(name: str, words: str, accessible: str, icon: str = "") -> QPushButton:
    """A button of these rows."""
    button = QPushButton(spaced(words) if icon else words)
    button.setObjectName(f"settings.hub.{name}")
    button.setAccessibleName(accessible)
    if icon:
        set_icon(button, icon)
    return button


class AccountRow(SettingRow):
    """Who is signed in and where the token lies."""

    check_requested = Signal()
    forget_requested = Signal()

    def __init__(self) -> None:
        self._check = make_button("check", "", "")
        self._forget = make_button("forget", "", "")
        self._controls = ControlRow(self._check, self._forget)
        tr = self._check.tr
        super().__init__(
            tr("Account"),
            tr(
                "Most models need no account. Those whose makers ask for your agreement first do, "
                "and private ones."
            ),
            self._controls,
        )
        self._controls.setAccessibleName(tr("Account on the Hub"))
        self._check.setText(self.tr("Check"))
        self._check.setAccessibleName(self.tr("Ask the Hub whose access token it is"))
        self._forget.setText(self.tr("Forget"))
        self._forget.setAccessibleName(self.tr("Forget the access token"))
        self._state = fact_label(self, "settings.hub.account", self.tr("Who is signed in"))
        self._check.clicked.connect(self.check_requested)
        self._forget.clicked.connect(self.forget_requested)
        self.show_account(AccountView())

    def show_account(self, account: AccountView) -> None:
        """Show this account."""
        words = f"{self._who(account)} {self._place(account)}".strip()
        self._state.setText(with_breaks(words))
        self._state.setAccessibleDescription(words)
        had_focus = self._forget.hasFocus() or self._check.hasFocus()
        self._check.setVisible(account.source != "none")
        self._forget.setVisible(bool(account.kept_in))
        self._controls.setVisible(account.source != "none" or bool(account.kept_in))
        self._controls.updateGeometry()
        if had_focus and not self._forget.isVisible() and not self._check.isVisible():
            self.focusNextChild()

    def set_state(self, *, offline: bool, busy: bool) -> None:
        """Whether the Hub cannot be asked, and whether a question is under way."""
        self._check.setEnabled(not offline and not busy)
        self._forget.setEnabled(not busy)
        self._check.setToolTip(
            self.tr("Benchtop is offline: switch Offline off to check.") if offline else ""
        )

    def _who(self, account: AccountView) -> str:
        if account.source == "none":
            return self.tr("Not signed in to {host}.").format(host=account.host)
        if account.name:
            words = self.tr("Signed in to {host} as {name}.")
            return words.format(host=account.host, name=account.name)
        words = self.tr("There is an access token for {host}, not checked yet.")
        return words.format(host=account.host)

    def _place(self, account: AccountView) -> str:
        match account.source:
            case "keyring":
                return self.tr("The token lies in the system keyring.")
            case "file":
                return self.tr(
                    "No system keyring could be used, so the token lies in a file that only you can "
                    "read: {file}"
                ).format(file=account.file)
            case "environment":
                words = self.tr("The token is that of the environment variable HF_TOKEN.")
                kept = self.tr("It goes before the one that is kept here.")
                return f"{words} {kept}" if account.kept_in else words
            case "hub login":
                return self.tr("The token is that of the command “hf auth login”.")
            case _:
                return ""


class TokenRow(SettingRow):
    """The field for an access token. ``keep_requested`` carries what was typed."""

    keep_requested = Signal(str)
    make_requested = Signal()

    def __init__(self) -> None:
        self._make = make_button("make", "", "", "external")
        set_kind(self._make, "quiet")
        self._field = TokenField()
        self._keep = make_button("keep", "", "")
        set_kind(self._keep, "primary")
        controls = ControlRow(self._make, self._field, self._keep)
        super().__init__(self._keep.tr("Access token"), "", controls)
        self._make.setText(spaced(self.tr("Make a token")))
        self._make.setAccessibleName(self.tr("Open the Hub's page of access tokens"))
        self._keep.setText(self.tr("Keep"))
        self._keep.setAccessibleName(self.tr("Keep the access token"))
        self._message = QLabel(self)
        self._message.setObjectName("settings.hub.message")
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._message.setAccessibleName(self.tr("Message about the access token"))
        self._message.hide()
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(1, self._message)
        self._field.returnPressed.connect(self._on_keep)
        self._field.textChanged.connect(self._on_text)
        self._keep.clicked.connect(self._on_keep)
        self._make.clicked.connect(self.make_requested)
        self._busy = False
        self.set_host(AccountView().host, "")
        self._enable()

    def set_host(self, host: str, page: str) -> None:
        """Who gets the token, and the address of the page where it is made."""
        words = self.tr(
            "Make one on the Hub's page (one that may only read is enough) and paste it here. It is "
            "sent to {host} only."
        ).format(host=host)
        self.explanation.setText(words)
        self.explanation.setAccessibleName(words)
        self._field.setAccessibleDescription(words)
        self._make.setToolTip(page)

    def set_busy(self, *, busy: bool) -> None:
        """Whether a question is under way."""
        self._busy = busy
        self._field.setReadOnly(busy)
        self._enable()

    def clear(self) -> None:
        """The token was kept: it is not needed here any more."""
        self._field.setText("")

    def tell(self, words: str, tone: Tone = "normal") -> None:
        """Say how it went, until something else is typed; empty takes it away."""
        self._message.setText(words)
        self._message.setAccessibleName(words or self.tr("Message about the access token"))
        set_tone(self._message, tone)
        self._message.setVisible(bool(words))
        if words:
            announce(self._message, words, urgent=tone == "bad")

    def _on_text(self) -> None:
        if self._field.text():
            self.tell("")
        self._enable()

    def _on_keep(self) -> None:
        text = self._field.text().strip()
        if text and not self._busy:
            self.keep_requested.emit(text)

    def _enable(self) -> None:
        had_focus = self._keep.hasFocus()
        self._keep.setEnabled(bool(self._field.text().strip()) and not self._busy)
        if had_focus and not self._keep.isEnabled():
            self._field.setFocus()


class TokenField(QLineEdit):
    """A field that shows dots; wide enough to see that something long was pasted."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("settings.hub.token")
        self.setAccessibleName(self.tr("Access token for the Hub"))
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setPlaceholderText(self.tr("hf_…"))
        self.setMaxLength(MOST_LETTERS)
        self.setProperty("frame", True)
        self._widen()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._widen()

    def _widen(self) -> None:
        self.setFixedWidth(self.fontMetrics().averageCharWidth() * 26)
