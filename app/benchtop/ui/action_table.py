"""The table of every action of the window: its words, its keys, its icon. ``actions.py`` makes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["window", "widget"]
"""window: a QAction whose shortcut works anywhere in the window. widget: keys that a widget handles
itself while it has the focus (Enter in the message box); no QAction has them."""


def QT_TRANSLATE_NOOP(_context: str, text: str) -> str:
    """Mark a text for lupdate, which looks for this name; PySide's own is typed as ``object``."""
    return text


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """One action. ``shortcuts`` are in QKeySequence's portable text, the first is shown in menus."""

    id: str
    text: str
    explanation: str
    group: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    scope: Scope = "window"


CHATS = QT_TRANSLATE_NOOP("Actions", "Chats")
WRITING = QT_TRANSLATE_NOOP("Actions", "Writing a message")
REPLIES = QT_TRANSLATE_NOOP("Actions", "Replies")
MODEL = QT_TRANSLATE_NOOP("Actions", "Model and parameters")
WINDOW = QT_TRANSLATE_NOOP("Actions", "Window")

ACTIONS: tuple[ActionSpec, ...] = (
    # Chats
    ActionSpec(
        "chat.new",
        QT_TRANSLATE_NOOP("Actions", "New chat"),
        QT_TRANSLATE_NOOP("Actions", "Start an empty conversation"),
        CHATS,
        ("Ctrl+N",),
        "plus",
    ),
    ActionSpec(
        "chat.search",
        QT_TRANSLATE_NOOP("Actions", "Search chats"),
        QT_TRANSLATE_NOOP("Actions", "Find words in every message of every conversation"),
        CHATS,
        ("Ctrl+F", "Ctrl+K"),
        "search",
    ),
    ActionSpec(
        "chat.rename",
        QT_TRANSLATE_NOOP("Actions", "Rename chat"),
        QT_TRANSLATE_NOOP("Actions", "Give the conversation another title"),
        CHATS,
        ("F2",),
        "rename",
    ),
    ActionSpec(
        "chat.pin",
        QT_TRANSLATE_NOOP("Actions", "Pin or unpin chat"),
        QT_TRANSLATE_NOOP("Actions", "Keep the conversation at the top of the list"),
        CHATS,
        ("Ctrl+P",),
        "pin",
    ),
    ActionSpec(
        "chat.move",
        QT_TRANSLATE_NOOP("Actions", "Move chat to folder"),
        QT_TRANSLATE_NOOP("Actions", "Put the conversation into a folder, or take it out"),
        CHATS,
        ("Ctrl+M",),
        "folder",
    ),
    ActionSpec(
        "chat.new-folder",
        QT_TRANSLATE_NOOP("Actions", "New folder"),
        QT_TRANSLATE_NOOP("Actions", "Make a folder for conversations"),
        CHATS,
        ("Ctrl+Shift+N",),
        "folder-plus",
    ),
    ActionSpec(
        "chat.delete",
        QT_TRANSLATE_NOOP("Actions", "Delete chat"),
        QT_TRANSLATE_NOOP("Actions", "Move the conversation to the bin; Undo brings it back"),
        CHATS,
        ("Ctrl+Shift+Delete",),
        "trash",
    ),
    ActionSpec(
        "chat.delete-in-list",
        QT_TRANSLATE_NOOP("Actions", "Delete chat, in the list"),
        QT_TRANSLATE_NOOP("Actions", "Move the selected conversation to the bin"),
        CHATS,
        ("Delete",),
        scope="widget",
    ),
    ActionSpec(
        "chat.undo",
        QT_TRANSLATE_NOOP("Actions", "Undo"),
        QT_TRANSLATE_NOOP("Actions", "Take back the last deletion (in a text field: the typing)"),
        CHATS,
        ("Ctrl+Z",),
        "undo",
    ),
    ActionSpec(
        "chat.export",
        QT_TRANSLATE_NOOP("Actions", "Export chat"),
        QT_TRANSLATE_NOOP("Actions", "Save the conversation as Markdown or JSON"),
        CHATS,
        ("Ctrl+S",),
        "export",
    ),
    ActionSpec(
        "chat.export-all",
        QT_TRANSLATE_NOOP("Actions", "Export all chats"),
        QT_TRANSLATE_NOOP("Actions", "Save every conversation in one file"),
        CHATS,
        ("Ctrl+Shift+E",),
        "export",
    ),
    ActionSpec(
        "chat.import",
        QT_TRANSLATE_NOOP("Actions", "Import chats"),
        QT_TRANSLATE_NOOP("Actions", "Add the conversations of an exported JSON file"),
        CHATS,
        ("Ctrl+I",),
        "import",
    ),
    # Writing a message
    ActionSpec(
        "message.send",
        QT_TRANSLATE_NOOP("Actions", "Send"),
        QT_TRANSLATE_NOOP("Actions", "Send the message that is in the box"),
        WRITING,
        ("Return", "Enter"),
        "send",
        "widget",
    ),
    ActionSpec(
        "message.new-line",
        QT_TRANSLATE_NOOP("Actions", "New line"),
        QT_TRANSLATE_NOOP("Actions", "Break the line without sending"),
        WRITING,
        ("Shift+Return",),
        scope="widget",
    ),
    ActionSpec(
        "message.focus",
        QT_TRANSLATE_NOOP("Actions", "Go to the message box"),
        QT_TRANSLATE_NOOP("Actions", "Put the keyboard where messages are typed"),
        WRITING,
        ("Ctrl+L",),
    ),
    ActionSpec(
        "message.edit-last",
        QT_TRANSLATE_NOOP("Actions", "Edit the last message"),
        QT_TRANSLATE_NOOP("Actions", "Change your last message; the old branch is kept"),
        WRITING,
        ("Ctrl+Up",),
        "edit",
    ),
    # Replies
    ActionSpec(
        "reply.stop",
        QT_TRANSLATE_NOOP("Actions", "Stop"),
        QT_TRANSLATE_NOOP("Actions", "Stop the reply; what is there stays"),
        REPLIES,
        ("Esc",),
        "stop",
    ),
    ActionSpec(
        "reply.regenerate",
        QT_TRANSLATE_NOOP("Actions", "Regenerate"),
        QT_TRANSLATE_NOOP("Actions", "Ask for another answer; the old one is kept beside it"),
        REPLIES,
        ("Ctrl+R",),
        "regenerate",
    ),
    ActionSpec(
        "reply.continue",
        QT_TRANSLATE_NOOP("Actions", "Continue"),
        QT_TRANSLATE_NOOP("Actions", "Let the model go on where its reply ended"),
        REPLIES,
        ("Ctrl+Return", "Ctrl+Enter"),
        "continue",
    ),
    ActionSpec(
        "reply.previous",
        QT_TRANSLATE_NOOP("Actions", "Previous answer"),
        QT_TRANSLATE_NOOP("Actions", "Walk to the answer before this one (2/3)"),
        REPLIES,
        ("Alt+Left",),
        "previous",
    ),
    ActionSpec(
        "reply.next",
        QT_TRANSLATE_NOOP("Actions", "Next answer"),
        QT_TRANSLATE_NOOP("Actions", "Walk to the answer after this one (2/3)"),
        REPLIES,
        ("Alt+Right",),
        "next",
    ),
    ActionSpec(
        "reply.copy",
        QT_TRANSLATE_NOOP("Actions", "Copy reply"),
        QT_TRANSLATE_NOOP("Actions", "Copy the last reply as Markdown"),
        REPLIES,
        ("Ctrl+Shift+C",),
        "copy",
    ),
    ActionSpec(
        "reply.rate-up",
        QT_TRANSLATE_NOOP("Actions", "Good reply"),
        QT_TRANSLATE_NOOP("Actions", "Rate the last reply up; again takes it back"),
        REPLIES,
        ("Alt+Up",),
        "thumb-up",
    ),
    ActionSpec(
        "reply.rate-down",
        QT_TRANSLATE_NOOP("Actions", "Poor reply"),
        QT_TRANSLATE_NOOP("Actions", "Rate the last reply down; again takes it back"),
        REPLIES,
        ("Alt+Down",),
        "thumb-down",
    ),
    ActionSpec(
        "reply.example",
        QT_TRANSLATE_NOOP("Actions", "Use as an example"),
        QT_TRANSLATE_NOOP("Actions", "Keep the last reply as an example for Teach"),
        REPLIES,
        ("Ctrl+E",),
        "star",
    ),
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
        QT_TRANSLATE_NOOP("Actions", "Ask several models the same (in a later version)"),
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
        QT_TRANSLATE_NOOP("Actions", "Teach a model from your examples (in a later version)"),
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
