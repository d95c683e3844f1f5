"""The actions on examples: a part of the one table of actions.

Keys that are there for another part of the window (Enter, Del, F2, Ctrl+Enter) are told where they work.
"""

from __future__ import annotations

from benchtop.ui.action_spec import QT_TRANSLATE_NOOP, ActionSpec

EXAMPLES = QT_TRANSLATE_NOOP("Actions", "Examples, on the Teach page")

TEACH_ACTIONS: tuple[ActionSpec, ...] = (
    ActionSpec(
        "teach.new",
        QT_TRANSLATE_NOOP("Actions", "New example"),
        QT_TRANSLATE_NOOP("Actions", "Type a question and its answer, to teach them"),
        EXAMPLES,
        ("Ctrl+T",),
        "teach",
    ),
    ActionSpec(
        "teach.include",
        QT_TRANSLATE_NOOP("Actions", "Teach or leave out"),
        QT_TRANSLATE_NOOP("Actions", "Teach the chosen examples, or leave them out, in the table"),
        EXAMPLES,
        ("Space",),
        scope="widget",
    ),
    ActionSpec(
        "teach.accept",
        QT_TRANSLATE_NOOP("Actions", "Accept a draft"),
        QT_TRANSLATE_NOOP("Actions", "Take the chosen drafts of a larger model, in the table"),
        EXAMPLES,
        ("A",),
        "check",
        "widget",
    ),
    ActionSpec(
        "teach.refuse",
        QT_TRANSLATE_NOOP("Actions", "Refuse a draft"),
        QT_TRANSLATE_NOOP("Actions", "Move the chosen drafts to the bin, in the table"),
        EXAMPLES,
        ("R",),
        "close",
        "widget",
    ),
)
