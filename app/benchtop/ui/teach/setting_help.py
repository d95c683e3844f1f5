"""What each setting of training is called, and what it does in plain words.

The sentences are marked for translation here and translated where they are shown, with ``say``.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from benchtop.ui.action_spec import QT_TRANSLATE_NOOP

_ALL = QT_TRANSLATE_NOOP("TrainingSettings", "All")
_NEVER = QT_TRANSLATE_NOOP("TrainingSettings", "Never")
_NONE = QT_TRANSLATE_NOOP("TrainingSettings", "None")
_FITTING = QT_TRANSLATE_NOOP("TrainingSettings", "Chosen")
_BY_PASSES = QT_TRANSLATE_NOOP("TrainingSettings", "By passes")


@dataclass(frozen=True, slots=True)
class SettingHelp:
    """A number of TrainingSettings, by the name of its field. ``words`` stand in the place of values that
    mean something else than their number; ``adaptive``: a step is a tenth of the value."""

    name: str
    label: str
    tip: str
    step: float = 1.0
    decimals: int = 0
    words: tuple[tuple[float, str], ...] = ()
    adaptive: bool = False


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """A heading with its numbers. ``key`` names it in objectNames."""

    key: str
    title: str
    settings: tuple[SettingHelp, ...]


def say(text: str) -> str:
    """A text of this file in the person's language."""
    return QCoreApplication.translate("TrainingSettings", text)


ADAPTER = SettingGroup(
    "adapter",
    QT_TRANSLATE_NOOP("TrainingSettings", "How much can change"),
    (
        SettingHelp(
            "rank",
            QT_TRANSLATE_NOOP("TrainingSettings", "Rank"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "How much room the adapter has for what is new. 8 is enough for a tone of voice, 16 to "
                "32 for facts. More is slower, larger, and learns by heart more easily.",
            ),
        ),
        SettingHelp(
            "alpha",
            QT_TRANSLATE_NOOP("TrainingSettings", "Strength (alpha)"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "How strongly the adapter works: it is multiplied by alpha ÷ rank. Twice the rank is "
                "usual. When you change the rank, change this with it.",
            ),
            decimals=2,
        ),
        SettingHelp(
            "last_layers",
            QT_TRANSLATE_NOOP("TrainingSettings", "Last layers only"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "Change only this many layers at the end of the model. Fewer is faster and takes less "
                "memory; all of them learn the most.",
            ),
            words=((0, _ALL),),
        ),
    ),
)

LEARNING = SettingGroup(
    "learning",
    QT_TRANSLATE_NOOP("TrainingSettings", "How it learns"),
    (
        SettingHelp(
            "epochs",
            QT_TRANSLATE_NOOP("TrainingSettings", "Passes"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "How often each example is seen (epochs). Small models need several passes for a fact; "
                "too many, and they only repeat.",
            ),
            decimals=2,
        ),
        SettingHelp(
            "steps",
            QT_TRANSLATE_NOOP("TrainingSettings", "Steps"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "An exact number of changes to the adapter, in the place of passes. 0 goes by passes.",
            ),
            step=10,
            words=((0, _BY_PASSES),),
        ),
        SettingHelp(
            "least_steps",
            QT_TRANSLATE_NOOP("TrainingSettings", "Least steps"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "So many steps are made at least: of few examples a pass is over in a moment.",
            ),
            step=10,
        ),
        SettingHelp(
            "batch_tokens",
            QT_TRANSLATE_NOOP("TrainingSettings", "Tokens per step"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "How much text is read before the adapter is changed once. More is steadier and makes "
                "fewer steps of the same examples.",
            ),
            step=256,
        ),
        SettingHelp(
            "context_length",
            QT_TRANSLATE_NOOP("TrainingSettings", "Longest example"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "Examples of more tokens than this are cut at a turn. Memory grows with it.",
            ),
            step=128,
        ),
        SettingHelp(
            "learning_rate",
            QT_TRANSLATE_NOOP("TrainingSettings", "Learning rate"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "How far each step goes. Too high, and the model forgets how to speak; too low, and "
                "nothing happens. 0.0001 to 0.001 is usual for adapters.",
            ),
            decimals=8,
            adaptive=True,
        ),
        SettingHelp(
            "warmup",
            QT_TRANSLATE_NOOP("TrainingSettings", "Warm-up"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "The part of all steps in which the learning rate rises from nothing: 0.06 is the first "
                "6 %. After that it falls again, along a cosine.",
            ),
            step=0.01,
            decimals=3,
        ),
        SettingHelp(
            "patience",
            QT_TRANSLATE_NOOP("TrainingSettings", "Patience"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "After this many readings of the holdout without a better one training stops by itself. "
                "The best step is kept in any case. 0 never stops early.",
            ),
            words=((0, _NEVER),),
        ),
        SettingHelp(
            "seed",
            QT_TRANSLATE_NOOP("TrainingSettings", "Seed"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "Where the random numbers start: the order of the examples and the adapter's beginning. "
                "The same seed with the same data and threads makes the same adapter.",
            ),
        ),
    ),
)

KEEPING = SettingGroup(
    "keeping",
    QT_TRANSLATE_NOOP("TrainingSettings", "How it keeps what it knows"),
    (
        SettingHelp(
            "general",
            QT_TRANSLATE_NOOP("TrainingSettings", "General text"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "How many tokens of general use are read beside each token of your examples, so that the "
                "model goes on answering other questions as before. 0 reads none: faster, and it forgets "
                "more.",
            ),
            step=0.25,
            decimals=2,
            words=((0, _NONE),),
        ),
        SettingHelp(
            "general_weight",
            QT_TRANSLATE_NOOP("TrainingSettings", "Weight of general text"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "How strongly the model is held to its own answers there. More forgets less, and learns "
                "your examples more slowly.",
            ),
            step=0.5,
            decimals=2,
        ),
        SettingHelp(
            "word_dropout",
            QT_TRANSLATE_NOOP("TrainingSettings", "Words left out"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "The part of the words of a question that is left out, in ways that change: what is asked "
                "in other words is then understood as well. 0.2 is every fifth word.",
            ),
            step=0.05,
            decimals=2,
        ),
    ),
)

MACHINE = SettingGroup(
    "machine",
    QT_TRANSLATE_NOOP("TrainingSettings", "This machine"),
    (
        SettingHelp(
            "threads",
            QT_TRANSLATE_NOOP("TrainingSettings", "Threads"),
            QT_TRANSLATE_NOOP(
                "TrainingSettings",
                "How many threads compute. Fewer leave more of the processor to other programs. 0 takes "
                "as many as are best here.",
            ),
            words=((0, _FITTING),),
        ),
    ),
)

BETA = SettingHelp(
    "preference_beta",
    QT_TRANSLATE_NOOP("TrainingSettings", "Caution (beta)"),
    QT_TRANSLATE_NOOP(
        "TrainingSettings",
        "How close the model stays to what it was while it learns which answer is better. 0.1 is usual; "
        "more is more careful.",
    ),
    step=0.05,
    decimals=3,
)

GROUPS = (ADAPTER, LEARNING, KEEPING, MACHINE)

TARGETS_LABEL = QT_TRANSLATE_NOOP("TrainingSettings", "What changes in each layer")
TARGETS_TIP = QT_TRANSLATE_NOOP(
    "TrainingSettings",
    "The matrices that get a part of the adapter, by their names in the file. All seven learn best; "
    "attn_q and attn_v alone are faster.",
)
LAID_OUT_WORDS = QT_TRANSLATE_NOOP(
    "TrainingSettings",
    "These are those of the adapter that it begins from: its numbers fit no others.",
)
TARGET_TIPS = {
    "attn_q": QT_TRANSLATE_NOOP("TrainingSettings", "Attention: what a token looks for"),
    "attn_k": QT_TRANSLATE_NOOP("TrainingSettings", "Attention: what a token is found by"),
    "attn_v": QT_TRANSLATE_NOOP("TrainingSettings", "Attention: what is passed on"),
    "attn_output": QT_TRANSLATE_NOOP("TrainingSettings", "Attention: what becomes of it"),
    "ffn_gate": QT_TRANSLATE_NOOP("TrainingSettings", "Feed-forward: what is let through"),
    "ffn_up": QT_TRANSLATE_NOOP("TrainingSettings", "Feed-forward: what is looked up"),
    "ffn_down": QT_TRANSLATE_NOOP("TrainingSettings", "Feed-forward: what is answered"),
}
MEMORY_LABEL = QT_TRANSLATE_NOOP("TrainingSettings", "Memory")
MEMORY_TIP = QT_TRANSLATE_NOOP(
    "TrainingSettings",
    "Less memory computes parts of the model twice instead of keeping them (gradient checkpointing): "
    "about half the memory, and a quarter slower. The adapter is the same.",
)
MEMORY_CHOICES = (
    (None, QT_TRANSLATE_NOOP("TrainingSettings", "Save it when it is short")),
    (False, QT_TRANSLATE_NOOP("TrainingSettings", "As much as it takes: faster")),
    (True, QT_TRANSLATE_NOOP("TrainingSettings", "As little as possible: slower")),
)
PREFERENCE_LABEL = QT_TRANSLATE_NOOP("TrainingSettings", "Learn from worse answers, too")
PREFERENCE_TIP = QT_TRANSLATE_NOOP(
    "TrainingSettings",
    "Preference tuning (DPO): where an example has a better and a worse answer, the model learns the "
    "difference, not only the better one. It takes about twice the time.",
)
