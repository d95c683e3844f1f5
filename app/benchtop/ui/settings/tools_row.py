"""The row that takes the training tools away again: what they take, and where they come back."""

from __future__ import annotations

from benchtop.domain.models import bytes_text
from benchtop.ui.settings.asked_twice import AskedTwice
from benchtop.ui.settings.setting_row import SettingRow


class ToolsControl(AskedTwice):
    """Its button says how much room would be free."""

    def __init__(self) -> None:
        super().__init__("settings.tools_remove", self.tr("Keep the training tools"))
        self.set_bytes(0)

    def set_bytes(self, size: int) -> None:
        """What they take on the disk; 0: none are set up."""
        if size:
            words = self.tr("Remove them ({size})").format(size=bytes_text(size))
        else:
            words = self.tr("None are set up")
        self.set_words(words, self.tr("Remove the tools"), enabled=size > 0)

    def set_removing(self) -> None:
        """They are being taken away."""
        self.set_words(self.tr("Removing…"), "", enabled=False)


class ToolsRow(SettingRow):
    """The control with its words."""

    def __init__(self) -> None:
        self.control = ToolsControl()
        super().__init__(
            self.control.tr("Training tools"),
            self.control.tr(
                "What Teach set up to train with. Adapters, runs and data sets stay without them, and chats "
                "go on using the adapters; the Train tab offers to set the tools up again."
            ),
            self.control,
        )
