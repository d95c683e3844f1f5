"""What each sampling parameter is called, what it does in one line, and how it is set.

The sentences are marked for translation here and translated where they are shown, with ``say``.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from benchtop.ui.action_spec import QT_TRANSLATE_NOOP

_OFF = QT_TRANSLATE_NOOP("Parameters", "Off")
_WHOLE = QT_TRANSLATE_NOOP("Parameters", "Whole context")


@dataclass(frozen=True, slots=True)
class ParameterHelp:
    """One parameter of SamplingParams, by the name of its field.

    ``slider`` is the range a slider covers, narrower than what may be typed; None for no slider.
    ``words`` are shown in the place of values that mean something else than their number.
    """

    name: str
    label: str
    line: str
    tip: str
    slider: tuple[float, float] | None = None
    step: float = 1.0
    decimals: int = 0
    words: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ParameterGroup:
    """A heading of the panel with its parameters. ``key`` names it in objectNames."""

    key: str
    title: str
    parameters: tuple[ParameterHelp, ...]
    opened: bool = True


def say(text: str) -> str:
    """A text of this file in the person's language."""
    return QCoreApplication.translate("Parameters", text)


RANDOMNESS = ParameterGroup(
    "randomness",
    QT_TRANSLATE_NOOP("Parameters", "Randomness"),
    (
        ParameterHelp(
            "temperature",
            QT_TRANSLATE_NOOP("Parameters", "Temperature"),
            QT_TRANSLATE_NOOP(
                "Parameters", "Higher is more surprising, lower is more predictable."
            ),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "Every score is divided by this before the next token is drawn. At 0 the likeliest "
                "token is always taken, and everything else under Randomness has no effect. "
                "0.2 to 0.5 suits facts and code, 0.7 to 1.2 suits stories.",
            ),
            slider=(0.0, 2.0),
            step=0.05,
            decimals=3,
            words=((0.0, QT_TRANSLATE_NOOP("Parameters", "0 (greedy)")),),
        ),
        ParameterHelp(
            "top_k",
            QT_TRANSLATE_NOOP("Parameters", "Top-k"),
            QT_TRANSLATE_NOOP("Parameters", "Choose only among this many of the likeliest tokens."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "A fixed limit: with 40, the forty likeliest tokens stay and all others go. "
                "0 turns it off.",
            ),
            slider=(0, 200),
            words=((0, _OFF),),
        ),
        ParameterHelp(
            "top_p",
            QT_TRANSLATE_NOOP("Parameters", "Top-p"),
            QT_TRANSLATE_NOOP(
                "Parameters", "Keep the likeliest tokens until together they reach this chance."
            ),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "Also called nucleus sampling. With 0.95 the least likely tokens that share the "
                "last 5 % of the chance go. 1 turns it off.",
            ),
            slider=(0.0, 1.0),
            step=0.01,
            decimals=3,
            words=((1.0, _OFF),),
        ),
        ParameterHelp(
            "min_p",
            QT_TRANSLATE_NOOP("Parameters", "Min-p"),
            QT_TRANSLATE_NOOP("Parameters", "Drop tokens much less likely than the likeliest one."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "A share of the likeliest token's chance: with 0.05, a token needs at least a "
                "twentieth of it. It adapts to how sure the model is. 0 turns it off.",
            ),
            slider=(0.0, 0.5),
            step=0.01,
            decimals=3,
            words=((0.0, _OFF),),
        ),
        ParameterHelp(
            "typical_p",
            QT_TRANSLATE_NOOP("Parameters", "Typical-p"),
            QT_TRANSLATE_NOOP(
                "Parameters", "Prefer tokens that are about as surprising as one would expect."
            ),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "Locally typical sampling: keeps the tokens whose surprise lies nearest to the "
                "average, until they reach this chance. 1 turns it off; 0.9 is a common value.",
            ),
            slider=(0.0, 1.0),
            step=0.01,
            decimals=3,
            words=((1.0, _OFF),),
        ),
    ),
)

REPETITION = ParameterGroup(
    "repetition",
    QT_TRANSLATE_NOOP("Parameters", "Repetition"),
    (
        ParameterHelp(
            "repeat_penalty",
            QT_TRANSLATE_NOOP("Parameters", "Repeat penalty"),
            QT_TRANSLATE_NOOP("Parameters", "Above 1, tokens used lately become less likely."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "Scores of tokens inside the window are divided by this (multiplied when they are "
                "negative). 1.05 to 1.2 is enough; more breaks grammar and code. 1 turns it off.",
            ),
            slider=(0.8, 1.5),
            step=0.01,
            decimals=3,
            words=((1.0, _OFF),),
        ),
        ParameterHelp(
            "repeat_last_n",
            QT_TRANSLATE_NOOP("Parameters", "Window of the penalties"),
            QT_TRANSLATE_NOOP("Parameters", "How many of the last tokens count as used lately."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "Used by the repeat, presence and frequency penalties. 0 turns all three off, "
                "-1 looks at the whole context.",
            ),
            step=16,
            words=((-1, _WHOLE), (0, _OFF)),
        ),
        ParameterHelp(
            "presence_penalty",
            QT_TRANSLATE_NOOP("Parameters", "Presence penalty"),
            QT_TRANSLATE_NOOP("Parameters", "Above 0, any token used once becomes less likely."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "A fixed amount taken off the score of every token in the window, however often "
                "it came. It pushes towards new topics. Below 0 it does the opposite.",
            ),
            slider=(-2.0, 2.0),
            step=0.05,
            decimals=3,
            words=((0.0, _OFF),),
        ),
        ParameterHelp(
            "frequency_penalty",
            QT_TRANSLATE_NOOP("Parameters", "Frequency penalty"),
            QT_TRANSLATE_NOOP("Parameters", "The more often a token came, the less likely it is."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "Taken off a token's score once for each time it came in the window. It wears out "
                "common words too, so small values are best. Below 0 it does the opposite.",
            ),
            slider=(-2.0, 2.0),
            step=0.05,
            decimals=3,
            words=((0.0, _OFF),),
        ),
        ParameterHelp(
            "dry_multiplier",
            QT_TRANSLATE_NOOP("Parameters", "DRY strength"),
            QT_TRANSLATE_NOOP("Parameters", "Stops whole phrases from being repeated."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "“Don't repeat yourself”: a token that would go on with a sequence that came "
                "before is penalised, more for longer sequences. 0.8 is a good start. 0 is off.",
            ),
            slider=(0.0, 2.0),
            step=0.05,
            decimals=3,
            words=((0.0, _OFF),),
        ),
        ParameterHelp(
            "dry_base",
            QT_TRANSLATE_NOOP("Parameters", "DRY growth"),
            QT_TRANSLATE_NOOP("Parameters", "How fast that penalty grows with the phrase."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "The penalty is strength × growth to the power of the tokens beyond the free "
                "length. It has no effect while the DRY strength is off.",
            ),
            slider=(1.0, 3.0),
            step=0.05,
            decimals=3,
        ),
        ParameterHelp(
            "dry_allowed_length",
            QT_TRANSLATE_NOOP("Parameters", "DRY free length"),
            QT_TRANSLATE_NOOP("Parameters", "Phrases up to this many tokens may repeat freely."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "Names and common turns of phrase are short: 2 to 4 leaves them alone. It has no "
                "effect while the DRY strength is off.",
            ),
        ),
        ParameterHelp(
            "dry_last_n",
            QT_TRANSLATE_NOOP("Parameters", "DRY window"),
            QT_TRANSLATE_NOOP("Parameters", "How many of the last tokens DRY looks back on."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "-1 looks at the whole context, 0 turns DRY off. It has no effect while the DRY "
                "strength is off.",
            ),
            step=64,
            words=((-1, _WHOLE), (0, _OFF)),
        ),
    ),
)

LENGTH = ParameterGroup(
    "length",
    QT_TRANSLATE_NOOP("Parameters", "Length and stops"),
    (
        ParameterHelp(
            "max_tokens",
            QT_TRANSLATE_NOOP("Parameters", "Longest reply"),
            QT_TRANSLATE_NOOP("Parameters", "A reply is cut after this many tokens."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "A token is about three quarters of an English word. Without a limit a reply goes "
                "on until the model ends it or the context is full.",
            ),
            step=64,
        ),
        ParameterHelp(
            "stop",
            QT_TRANSLATE_NOOP("Parameters", "Stop strings"),
            QT_TRANSLATE_NOOP("Parameters", "A reply ends before the first of these texts."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "The text itself is not shown. Write \\n for a new line, \\t for a tab and "
                "\\\\ for a backslash.",
            ),
        ),
        ParameterHelp(
            "seed",
            QT_TRANSLATE_NOOP("Parameters", "Seed"),
            QT_TRANSLATE_NOOP("Parameters", "The same seed gives the same reply again."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "Where the random numbers start. The same seed with the same model, prompt and "
                "parameters on the same machine draws the same tokens.",
            ),
        ),
    ),
)

ADVANCED = ParameterGroup(
    "advanced",
    QT_TRANSLATE_NOOP("Parameters", "Advanced"),
    (
        ParameterHelp(
            "logit_bias",
            QT_TRANSLATE_NOOP("Parameters", "Logit bias"),
            QT_TRANSLATE_NOOP("Parameters", "Make single tokens more or less likely."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "Added to the score of a token before anything else: a few units are a lot, -100 "
                "forbids it, 100 forces it. Token ids belong to one model's vocabulary.",
            ),
            step=0.5,
            decimals=2,
        ),
        ParameterHelp(
            "json_schema",
            QT_TRANSLATE_NOOP("Parameters", "JSON schema"),
            QT_TRANSLATE_NOOP("Parameters", "The reply is JSON that fits this schema."),
            QT_TRANSLATE_NOOP(
                "Parameters",
                "Tokens that would break the schema cannot be chosen. A small model follows the "
                "form, but what it fills in may still be wrong. Empty is off.",
            ),
        ),
    ),
    opened=False,
)

GROUPS = (RANDOMNESS, REPETITION, LENGTH, ADVANCED)
