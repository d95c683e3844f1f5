"""The words of the Train tab before a run: presets, predictions, warnings, what is missing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from benchtop.domain.adapter_layout import AdapterLayout
from benchtop.domain.models import bytes_text
from benchtop.domain.training import PEFT_TOOLS, PRESETS, preset_settings
from benchtop.ui.teach.train_rows import (
    FEW_EXAMPLES,
    DatasetChoice,
    Forecast,
    ModelChoice,
    ToolsRow,
)

_MINUTE, _HOUR = 60, 3_600


def _tr(text: str) -> str:
    return QCoreApplication.translate("TrainTexts", text)


@dataclass(frozen=True, slots=True)
class Caution:
    """Something to know before the start. ``key`` names it; with ``look`` there is something to look at in
    the data set."""

    key: str
    text: str
    look: bool = True


def preset_words(layers: int = 0, *, goes_on: bool = False) -> dict[str, tuple[str, str]]:
    """The name of each preset, and what it is for with a model of so many layers (0: not known);
    ``goes_on``: it begins from an adapter, whose room and layers stay."""
    last = preset_settings("quick", layers).last_layers
    quick = _tr("A first impression: small, and with few passes over your examples.")
    if last:
        words = _tr("A first impression, from the last {count} of {layers} layers only.")
        quick = words.format(count=last, layers=layers)
    usual = _tr("The usual choice: learns in every layer.")
    most = _tr("More room for facts, and more passes over your examples.")
    if goes_on:
        quick = _tr("A first impression: the fewest passes over your examples.")
        usual = _tr("The usual choice: more passes over your examples.")
        most = _tr("The most passes over your examples.")
    words_of = {
        "quick": (_tr("Quick taste"), quick),
        "balanced": (_tr("Balanced"), usual),
        "thorough": (_tr("Thorough"), most),
    }
    return {name: words_of[name] for name in PRESETS}


def parent_words(layout: AdapterLayout | None) -> str:
    """What going on from an adapter means; ``layout`` as far as it is known."""
    text = _tr("The earlier adapter stays as it is; both are compared at the end.")
    if layout is None:
        return text
    where = _tr("in all layers")
    if layout.last_layers:
        where = _tr("in the last {count} layers").format(count=layout.last_layers)
    words = _tr(
        "What it learns goes into what is there: rank {rank}, {where}. The preset says for how long."
    )
    return f"{text} {words.format(rank=layout.rank, where=where)}"


def time_words(seconds: float) -> str:
    """ "30 seconds", "6 minutes", "1 h 20 min": as exact as a prediction is."""
    if seconds < 50:
        tens = max(5, 5 * round(seconds / 5))
        return _tr("{count} seconds").format(count=tens)
    minutes = max(1, round(seconds / _MINUTE))
    if minutes < 60:
        return _tr("1 minute") if minutes == 1 else _tr("{count} minutes").format(count=minutes)
    hours, rest = divmod(5 * round(minutes / 5), 60)
    if not rest:
        return _tr("1 hour") if hours == 1 else _tr("{count} hours").format(count=hours)
    return _tr("{hours} h {minutes} min").format(hours=hours, minutes=rest)


def range_words(low: float, high: float) -> str:
    """ "4 to 6 minutes": from the least to the most seconds, once where both read the same."""
    if high < _MINUTE:
        return time_words(high) if high >= 5 else _tr("a few seconds")
    if high < _HOUR:
        least, most = max(1, math.floor(low / _MINUTE)), math.ceil(high / _MINUTE)
        if least >= most:
            return time_words(most * _MINUTE)
        return _tr("{low} to {high} minutes").format(low=least, high=most)
    first, last = time_words(low), time_words(high)
    return last if first == last else _tr("{low} to {high}").format(low=first, high=last)


def forecast_words(forecast: Forecast) -> str:
    """What a preset will take, as its card says it."""
    if forecast.state == "measuring":
        return _tr("Being measured…")
    plan = forecast.plan
    if plan is None:
        if forecast.state == "failed":
            return _tr("Could not be measured")
        return _tr("Measured at the start, in some seconds")
    words = _tr("About {time}, {memory}").format(
        time=time_words(plan.seconds), memory=bytes_text(plan.memory_bytes)
    )
    return words if forecast.fits else _tr("{words}: does not fit").format(words=words)


def fit_words(forecast: Forecast) -> str:
    """The sentence under the presets: whether it fits, and what would."""
    plan = forecast.plan
    if forecast.trouble:
        return forecast.trouble
    if forecast.state == "measuring":
        return _tr("Trying all three, to know how long each takes here: about a minute.")
    if plan is None:
        return _tr("Nobody knows yet how long it takes on this machine.")
    need, free = bytes_text(plan.memory_bytes), bytes_text(forecast.free)
    if not forecast.fits:
        words = _tr("This needs {need} of memory, and {free} are free, so it cannot start.")
        text = words.format(need=need, free=free)
        if forecast.fitting is not None:
            more = _tr("With other settings {need} would do.")
            text += " " + more.format(need=bytes_text(forecast.fitting_memory))
        else:
            text += " " + _tr("Unload other models, or choose a smaller one.")
        return text
    parts = [_tr("{count} steps").format(count=f"{plan.steps:,}")]
    if plan.tokens_per_second:
        parts.append(_tr("{count} tokens a second").format(count=f"{plan.tokens_per_second:,.0f}"))
    if forecast.free:
        parts.append(_tr("{need} of {free} free memory").format(need=need, free=free))
    if plan.save_memory:
        parts.append(_tr("saving memory, which is slower"))
    text = _tr("Measured here: {facts}.").format(facts=", ".join(parts))
    if plan.cut:
        one = _tr("1 example is longer than the longest that is set, and will be cut at a turn.")
        many = _tr(
            "{count} examples are longer than the longest that is set, and will be cut at a turn."
        )
        text += " " + (one if plan.cut == 1 else many.format(count=f"{plan.cut:,}"))
    return text


def counts_words(choice: DatasetChoice) -> str:
    """ "36 to learn from, 6 held out for the test at the end"."""
    words = _tr("{train} to learn from{but}, {held} held out for the test at the end")
    held = choice.dataset.held_out - choice.held_repeats
    but = left_out_words(choice)
    if but:
        words = _tr("{train} to learn from{but}; {held} held out for the test at the end")
        learnt = _tr("1 is learnt from") if choice.learnt == 1 else _tr("{count} are learnt from")
        but += ": " + learnt.format(count=f"{choice.learnt:,}")
    text = words.format(train=f"{choice.train:,}", but=but, held=f"{held:,}")
    if choice.looked_at:
        more = _tr(
            "Only the first {count} were looked through for personal data; what repeats others is left out "
            "at the start."
        )
        text += ". " + more.format(count=f"{choice.looked_at:,}")
    return text


def left_out_words(choice: DatasetChoice) -> str:
    """ ", of which 40 repeat others": what a run leaves out; empty for nothing."""
    text = ""
    if choice.repeats:
        one, many = _tr(", of which 1 repeats another"), _tr(", of which {count} repeat others")
        text = one if choice.repeats == 1 else many.format(count=f"{choice.repeats:,}")
    if choice.faulty:
        one = _tr(", of which 1 teaches nothing as it is")
        many = _tr(", of which {count} teach nothing as they are")
        if text:
            one = _tr(" and 1 teaches nothing as it is")
            many = _tr(" and {count} teach nothing as they are")
        text += one if choice.faulty == 1 else many.format(count=f"{choice.faulty:,}")
    return text


def summary_words(model: str, choice: DatasetChoice, parent: str, forecast: Forecast) -> str:
    """What is about to happen, in a line; ``parent`` is the adapter to begin from, or empty."""
    words = _tr("{model} learns from {count} examples of “{dataset}”{of}{begins}. {forecast}.")
    if choice.learnt == 1:
        words = _tr("{model} learns from 1 example of “{dataset}”{of}{begins}. {forecast}.")
    left_out = left_out_words(choice)
    begins = _tr(", and goes on from “{parent}”").format(parent=parent) if parent else ""
    return words.format(
        model=model,
        count=f"{choice.learnt:,}",
        dataset=choice.dataset.name,
        of=f" ({choice.train:,}{left_out})" if left_out else "",
        begins=begins,
        forecast=forecast_words(forecast).rstrip("…"),
    )


def warnings_of(choice: DatasetChoice) -> list[Caution]:
    """What a person should know of a data set before it is taught, the weightiest first."""
    found: list[Caution] = []
    if choice.learnt <= 0:
        text = _tr("There is nothing to learn from: no example is included.")
        if choice.train > 0:
            text = _tr("There is nothing to learn from: no example has a question and an answer.")
        return [Caution("empty", text)]
    if choice.personal:
        one = _tr("1 example holds what looks like personal data or a secret. A model repeats it.")
        many = _tr(
            "{count} examples hold what looks like personal data or secrets. A model repeats them."
        )
        if choice.looked_at:
            one = _tr(
                "Of the first {looked} examples 1 holds what looks like personal data or a secret; the "
                "others were not looked through. A model repeats it."
            )
            many = _tr(
                "Of the first {looked} examples {count} hold what looks like personal data or secrets; the "
                "others were not looked through. A model repeats them."
            )
        text = one if choice.personal == 1 else many
        text = text.format(count=f"{choice.personal:,}", looked=f"{choice.looked_at:,}")
        found.append(Caution("personal", text))
    if not choice.dataset.held_out:
        text = _tr("Nothing is held out, so nobody will be able to tell whether it helped.")
        found.append(Caution("holdout", text))
    if choice.learnt < FEW_EXAMPLES:
        text = _tr("Fewer than {count} examples: a model hardly learns from so few.")
        found.append(Caution("few", text.format(count=FEW_EXAMPLES)))
    if choice.dataset.drafts:
        one = _tr("1 draft waits for your yes, and is not learnt from before.")
        many = _tr("{count} drafts wait for your yes, and are not learnt from before.")
        count = choice.dataset.drafts
        found.append(Caution("drafts", one if count == 1 else many.format(count=f"{count:,}")))
    return found


def refused_words(models: Sequence[ModelChoice]) -> str:
    """Which models cannot be trained, and why: for those who do not hover."""
    refused = [one for one in models if one.trouble]
    if not refused:
        return ""
    named = " ".join(
        _tr("{name}: {reason}").format(name=one.name, reason=one.trouble) for one in refused
    )
    head = _tr("Cannot be trained:")
    return f"{head} {named}"


def trained_kinds() -> str:
    """The kinds of models that can be taught, as people call them."""
    return _tr(
        "Llama, Qwen 2 and 3, Gemma 2 and 3, Phi 3, StarCoder 2, StableLM, GPT-2, Nemotron, Falcon and LFM2"
    )


def tools_words(tools: ToolsRow) -> str:
    """What would be installed, and where."""
    words = _tr(
        "Training needs tools that do not come with Benchtop: {parts}. They take {size} in {folder}, and are "
        "downloaded once. Nothing of yours is sent anywhere."
    )
    if not set(tools.parts).isdisjoint(PEFT_TOOLS):
        words = _tr(
            "This kind of model needs more tools to be trained: {parts}. They take {size} in {folder}, and "
            "are downloaded once. Nothing of yours is sent anywhere."
        )
    return words.format(
        parts=", ".join(tools.parts), size=bytes_text(tools.bytes), folder=tools.folder
    )


def tools_state_words(tools: ToolsRow) -> str:
    """How far setting up is, or why it failed."""
    if tools.state == "installing":
        words = tools.words or _tr("Setting up…")
        if tools.progress is not None:
            words = _tr("{words} {percent} %").format(
                words=words, percent=int(100 * tools.progress)
            )
        return words
    return tools.trouble if tools.state == "failed" else ""
