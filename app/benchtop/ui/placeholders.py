"""The pages that later versions fill: what each will do, and what can be done today."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from benchtop.ui.actions import ActionSet
from benchtop.ui.widgets.placeholder_page import PlaceholderPage


def compare_page(actions: ActionSet) -> PlaceholderPage:
    """Compare: not in this version."""
    return PlaceholderPage(
        "compare",
        QCoreApplication.translate("Placeholders", "Compare comes in a later version"),
        QCoreApplication.translate(
            "Placeholders",
            "It will put the same question to several models, hide their names while you vote, and "
            "say honestly how sure the ranking is. Today you can change the model in the middle of "
            "a chat and regenerate: both answers stay side by side as 1/2 and 2/2.",
        ),
        (actions["nav.chat"],),
    )


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
