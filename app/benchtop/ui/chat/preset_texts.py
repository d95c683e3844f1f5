"""One line about each preset: a sentence for those that come with Benchtop, its values for others."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from benchtop.domain.chat import Preset
from benchtop.domain.generation import SamplingParams
from benchtop.ui.chat.parameter_help import GROUPS, QT_TRANSLATE_NOOP, say

BUILTIN_LINES = {
    "Suggested by the model": QT_TRANSLATE_NOOP(
        "Presets", "What the makers of this model recommend: its file says so."
    ),
    "Balanced": QT_TRANSLATE_NOOP(
        "Presets", "A little variety, few surprises: good for most conversations."
    ),
    "Precise": QT_TRANSLATE_NOOP(
        "Presets", "Keeps to the likeliest words: for facts, summaries and code."
    ),
    "Creative": QT_TRANSLATE_NOOP(
        "Presets", "Takes less likely words and avoids repeating itself: for stories and ideas."
    ),
    "Deterministic": QT_TRANSLATE_NOOP(
        "Presets", "Always the likeliest word: the same question gets the same answer again."
    ),
}
"""What the presets of resources/presets/*.json are for, by name; here for translators to find."""

_BUILTIN_NAMES = (
    QT_TRANSLATE_NOOP("Presets", "Suggested by the model"),
    QT_TRANSLATE_NOOP("Presets", "Balanced"),
    QT_TRANSLATE_NOOP("Presets", "Precise"),
    QT_TRANSLATE_NOOP("Presets", "Creative"),
    QT_TRANSLATE_NOOP("Presets", "Deterministic"),
)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Presets", text)


def preset_name(preset: Preset) -> str:
    """A preset's name: its own, or that of a built-in one in the person's language."""
    return _tr(preset.name) if preset.builtin and preset.name in _BUILTIN_NAMES else preset.name


def builtin_order(preset: Preset) -> int:
    """A place in the list: built-in ones in their own order, then the person's as they come."""
    names = list(BUILTIN_LINES)
    return names.index(preset.name) if preset.builtin and preset.name in names else len(names)


def preset_line(preset: Preset) -> str:
    """What a preset is for, or what it sets."""
    if preset.builtin and preset.name in BUILTIN_LINES:
        return _tr(BUILTIN_LINES[preset.name])
    parts = [_tr("with a system prompt")] if preset.system_prompt.strip() else []
    return ", ".join(parts + _differences(preset)) or _tr("the default values")


def _differences(preset: Preset) -> list[str]:
    """Parameters that are not at their default, in the panel's order."""
    params, default = SamplingParams.tolerant(preset.params)[0], SamplingParams()
    locale, parts = QLocale(), []
    for help_ in (one for group in GROUPS for one in group.parameters):
        value = getattr(params, help_.name)
        if value == getattr(default, help_.name):
            continue
        label = say(help_.label)
        if isinstance(value, int | float):
            words = {number: say(word) for number, word in help_.words}
            number = locale.toString(float(value), "g", 6).replace(locale.groupSeparator(), "")
            parts.append(f"{label} {words.get(value, number)}")
        else:
            parts.append(label)
    return parts
