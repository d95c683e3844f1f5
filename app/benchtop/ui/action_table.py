"""The table of every action of the window: its words, its keys, its icon. ``actions.py`` makes them."""

from __future__ import annotations

from benchtop.ui.action_spec import QT_TRANSLATE_NOOP, ActionSpec
from benchtop.ui.chat_action_table import CHAT_ACTIONS
from benchtop.ui.teach_action_table import TEACH_ACTIONS

__all__ = ["ACTIONS", "ActionSpec"]

MODEL = QT_TRANSLATE_NOOP("Actions", "Model and parameters")
WINDOW = QT_TRANSLATE_NOOP("Actions", "Window")

ACTIONS: tuple[ActionSpec, ...] = (
    *CHAT_ACTIONS,
    # Model and parameters
    ActionSpec(
        "model.choose",
        QT_TRANSLATE_NOOP("Actions", "Choose model"),
        QT_TRANSLATE_NOOP("Actions", "Choose which model answers"),
        MODEL,
        ("Ctrl+O",),
        "model",
    ),
    ActionSpec(
        "model.import",
        QT_TRANSLATE_NOOP("Actions", "Import model file"),
        QT_TRANSLATE_NOOP("Actions", "Use a GGUF file from this disk; it is not copied"),
        MODEL,
        ("Ctrl+Shift+O",),
        "import",
    ),
    ActionSpec(
        "model.system-prompt",
        QT_TRANSLATE_NOOP("Actions", "System prompt"),
        QT_TRANSLATE_NOOP("Actions", "Say how the model should behave in this conversation"),
        MODEL,
        ("Ctrl+Shift+S",),
        "system-prompt",
    ),
    ActionSpec(
        "model.presets",
        QT_TRANSLATE_NOOP("Actions", "Presets"),
        QT_TRANSLATE_NOOP("Actions", "Take or save a set of parameters with its system prompt"),
        MODEL,
        ("Ctrl+Shift+P",),
        "preset",
    ),
    ActionSpec(
        "model.parameters",
        QT_TRANSLATE_NOOP("Actions", "Sampling parameters"),
        QT_TRANSLATE_NOOP("Actions", "Show or hide what shapes the choice of each word"),
        MODEL,
        ("Ctrl+Shift+D",),
        "sliders",
    ),
    *TEACH_ACTIONS,
    # Window
    ActionSpec(
        "nav.chat",
        QT_TRANSLATE_NOOP("Actions", "Chat"),
        QT_TRANSLATE_NOOP("Actions", "Talk with a model"),
        WINDOW,
        ("Ctrl+1",),
        "chat",
    ),
    ActionSpec(
        "nav.compare",
        QT_TRANSLATE_NOOP("Actions", "Compare"),
        QT_TRANSLATE_NOOP("Actions", "Ask several models the same, and vote"),
        WINDOW,
        ("Ctrl+2",),
        "compare",
    ),
    ActionSpec(
        "nav.models",
        QT_TRANSLATE_NOOP("Actions", "Models"),
        QT_TRANSLATE_NOOP("Actions", "The model files Benchtop knows"),
        WINDOW,
        ("Ctrl+3",),
        "models",
    ),
    ActionSpec(
        "nav.teach",
        QT_TRANSLATE_NOOP("Actions", "Teach"),
        QT_TRANSLATE_NOOP("Actions", "Teach a model from your own examples"),
        WINDOW,
        ("Ctrl+4",),
        "teach",
    ),
    ActionSpec(
        "nav.settings",
        QT_TRANSLATE_NOOP("Actions", "Settings"),
        QT_TRANSLATE_NOOP("Actions", "Theme, text size, memory and where data lies"),
        WINDOW,
        ("Ctrl+,",),
        "settings",
    ),
    ActionSpec(
        "nav.help",
        QT_TRANSLATE_NOOP("Actions", "Help"),
        QT_TRANSLATE_NOOP("Actions", "Short pages on everything Benchtop does"),
        WINDOW,
        ("F1",),
        "help",
    ),
    ActionSpec(
        "window.shortcuts",
        QT_TRANSLATE_NOOP("Actions", "Keyboard shortcuts"),
        QT_TRANSLATE_NOOP("Actions", "This list"),
        WINDOW,
        ("?", "Ctrl+/"),
        "keyboard",
    ),
    ActionSpec(
        "window.sidebar",
        QT_TRANSLATE_NOOP("Actions", "Conversation list"),
        QT_TRANSLATE_NOOP("Actions", "Show or hide the list of conversations"),
        WINDOW,
        ("Ctrl+B",),
        "sidebar",
    ),
    ActionSpec(
        "window.text-larger",
        QT_TRANSLATE_NOOP("Actions", "Larger text"),
        QT_TRANSLATE_NOOP("Actions", "Make all text one step larger"),
        WINDOW,
        ("Ctrl++", "Ctrl+="),
        "plus",
    ),
    ActionSpec(
        "window.text-smaller",
        QT_TRANSLATE_NOOP("Actions", "Smaller text"),
        QT_TRANSLATE_NOOP("Actions", "Make all text one step smaller"),
        WINDOW,
        ("Ctrl+-",),
        "minus",
    ),
    ActionSpec(
        "window.text-normal",
        QT_TRANSLATE_NOOP("Actions", "Normal text size"),
        QT_TRANSLATE_NOOP("Actions", "Go back to the system's text size"),
        WINDOW,
        ("Ctrl+0",),
        "reset",
    ),
    ActionSpec(
        "window.theme",
        QT_TRANSLATE_NOOP("Actions", "Light or dark"),
        QT_TRANSLATE_NOOP("Actions", "Switch between the light and the dark theme"),
        WINDOW,
        ("Ctrl+Shift+L",),
        "moon",
    ),
    ActionSpec(
        "window.quit",
        QT_TRANSLATE_NOOP("Actions", "Quit"),
        QT_TRANSLATE_NOOP("Actions", "Close Benchtop; everything is already saved"),
        WINDOW,
        ("Ctrl+Q",),
    ),
)
