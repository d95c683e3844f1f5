"""The row that empties the bin."""

from __future__ import annotations

from benchtop.ui.settings.asked_twice import AskedTwice
from benchtop.ui.settings.setting_row import SettingRow


class BinControl(AskedTwice):
    """Its button says how much is in the bin."""

    def __init__(self) -> None:
        super().__init__("settings.bin_empty", self.tr("Keep what is in the bin"))
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """How many things are in the bin."""
        if count == 0:
            words = self.tr("The bin is empty")
        elif count == 1:
            words = self.tr("Empty the bin now (1 item)")
        else:
            words = self.tr("Empty the bin now ({count} items)").format(count=count)
        if count == 1:
            sure = self.tr("Delete it for good")
        else:
            sure = self.tr("Delete {count} items for good").format(count=count)
        self.set_words(words, sure, enabled=count > 0)


class BinRow(SettingRow):
    """The control with its words."""

    def __init__(self) -> None:
        self.control = BinControl()
        super().__init__(
            self.control.tr("Empty the bin"),
            self.control.tr(
                "Deletes what lies in the bin at once instead of after its days. "
                "That cannot be undone."
            ),
            self.control,
        )
