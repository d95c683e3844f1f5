"""What the transcript says about a message, in words: names, figures, states."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from benchtop.domain.chat import Message


def _tr(text: str) -> str:
    return QCoreApplication.translate("message_texts", text)


def speaker(message: Message, model_hint: str = "") -> str:
    """Who speaks: "You", or the model with its adapters."""
    if message.role == "user":
        return _tr("You")
    name = message.model_name or model_hint
    if not name:
        name = _tr("Model")
    for adapter in message.adapters:
        name += f" + {adapter.shown}"
        if adapter.scale != 1.0:
            name += f" × {adapter.scale:g}"
    return name


def accessible_name(message: Message, model_hint: str = "") -> str:
    """What a screen reader calls the message."""
    if message.role == "user":
        return _tr("Your message")
    text = _tr("Reply from {model}")
    return text.format(model=speaker(message, model_hint))


def figures(message: Message) -> str:
    """Speed and time to the first token, as they stand under a reply; nothing when not known."""
    timings = message.timings
    if timings is None or timings.tokens_per_second <= 0:
        return ""
    rate = timings.tokens_per_second
    text = _tr("{rate} tok/s · first token {time}")
    shown = f"{rate:,.0f}" if rate >= 10 else f"{rate:.1f}"
    return text.format(rate=shown, time=_duration(timings.first_token_seconds))


def figures_explained(message: Message) -> str:
    """The same figures in sentences, for the pointer and the screen reader."""
    timings = message.timings
    if timings is None or timings.tokens_per_second <= 0:
        return ""
    lines = [
        _tr("{model} wrote {tokens} tokens (pieces of words) in {time}.").format(
            model=speaker(message),
            tokens=f"{timings.completion_tokens:,}",
            time=_duration(timings.generation_seconds),
        ),
        _tr("The first one came after {time}.").format(time=_duration(timings.first_token_seconds)),
        _tr("The prompt had {tokens} tokens; {cached} of them were remembered.").format(
            tokens=f"{timings.prompt_tokens:,}", cached=f"{timings.cached_tokens:,}"
        ),
    ]
    return "\n".join(lines)


def state_sentence(message: Message) -> str:
    """What to say below a reply that did not simply end, or nothing."""
    if message.role == "user" or message.state == "streaming":
        return ""
    if message.state == "stopped":
        return _tr("You stopped this reply.")
    if message.state == "interrupted":
        return message.note or _tr("This reply was interrupted. What was shown is kept.")
    if message.state == "failed":
        return message.note or _tr("This reply failed.")
    if message.stop == "length":
        return _tr("The reply reached its length limit; Continue goes on from here.")
    return ""


def is_broken(message: Message) -> bool:
    """Whether the reply ended by a fault, so that trying again is the thing to do."""
    return message.role == "assistant" and message.state in {"interrupted", "failed"}


def announcement(message: Message, plain_text: str) -> str:
    """What is announced when a reply is finished: who, how it ended, and its text."""
    said = _tr("{model} replied: {text}")
    spoken = said.format(model=speaker(message), text=plain_text.strip())
    return " ".join(filter(None, (state_sentence(message), spoken)))


def _duration(seconds: float) -> str:
    """Seconds with their unit; milliseconds where seconds would be noughts."""
    if seconds < 0.1:
        return _tr("{number} ms").format(number=max(1, round(seconds * 1_000)))
    return _tr("{number} s").format(number=f"{seconds:.2f}" if seconds < 10 else f"{seconds:.1f}")
