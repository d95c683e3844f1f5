"""The pages that later versions fill: what each will do, and what can be done today."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from benchtop.ui.actions import ActionSet
from benchtop.ui.widgets.placeholder_page import PlaceholderPage


def teach_page(actions: ActionSet) -> PlaceholderPage:
    """Teach: not in this version."""
    return PlaceholderPage(
        "teach",
        QCoreApplication.translate("Placeholders", "Teach comes in a later version"),
        QCoreApplication.translate(
            "Placeholders",
            "It will teach a small model from your own examples on this machine, and test whether "
            "it got better. Today you can collect: press the star under a good reply and it is "
            "kept as an example.",
        ),
        (actions["nav.chat"],),
    )
