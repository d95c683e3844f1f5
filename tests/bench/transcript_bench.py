"""How fast the transcript opens a long conversation and takes a streaming reply."""

from __future__ import annotations

import itertools
import os
import random
import time

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from benchtop.domain.chat import Message, PathStep
from benchtop.ui.chat.transcript import Transcript
from benchtop.ui.theme import ThemeController

MESSAGES = 2_000
REPLY_TOKENS = 1_000
TOKENS_PER_SECOND = 100
FLUSH_SECONDS = 1 / 30

TALK = (
    "the owl reads in a small library while rain falls on the roof and nobody asks why models "
    "answer slowly when memory is short but a good question helps more than a long prompt does"
)


def open_conversation_ms(repeat: int = 5) -> float:
    """From show_path with 2,000 messages until the screen is painted; the median, in milliseconds.

    Each time with a transcript of its own that has shown another conversation before, as a person
    going from one chat to the next has it.
    """
    app = _application()
    times = []
    for _ in range(repeat):
        transcript = _shown_transcript(conversation(20, "before"))
        steps = conversation(MESSAGES)
        began = time.perf_counter()
        transcript.show_path(steps)
        _paint(transcript)
        times.append((time.perf_counter() - began) * 1e3)
        _settle(app, transcript)
        _close(transcript)
    return sorted(times)[len(times) // 2]


def transcript_p95_ms() -> float:
    """Append, layout and paint of each flush while 1,000 tokens stream; the 95th percentile, in ms.

    The conversation has 2,000 messages; tokens come at 100 a second and are flushed 30 times a
    second, so that each flush brings three or four.
    """
    times = sorted(flush_times_ms())
    return times[int(len(times) * 0.95)]


def flush_times_ms() -> list[float]:
    """Every flush of the streamed reply, in order."""
    app = _application()
    transcript = _shown_transcript(conversation(MESSAGES))
    _settle(app, transcript)
    reply = _message(MESSAGES, "c", "", "streaming")
    transcript.add_step(PathStep(reply, 1, 1))
    _paint(transcript)
    tokens = _tokens(REPLY_TOKENS)
    times = []
    due = 0.0
    position = 0
    while position < len(tokens):
        due += TOKENS_PER_SECOND * FLUSH_SECONDS
        began = time.perf_counter()
        while position < min(due, len(tokens)):
            transcript.append_chunk(reply.id, tokens[position], "")
            position += 1
        transcript.flush_chunks()
        _paint(transcript)
        times.append((time.perf_counter() - began) * 1e3)
        app.processEvents()
    _close(transcript)
    return times


def conversation(count: int, conversation_id: str = "c") -> list[PathStep]:
    """A branch of ``count`` messages of about 146 words, replies with Markdown of every kind."""
    return [
        PathStep(_message(number, conversation_id, _text(number)), 1, 1) for number in range(count)
    ]


def _message(number: int, conversation_id: str, text: str, state: str = "complete") -> Message:
    return Message(
        id=f"{conversation_id}-{number}",
        conversation_id=conversation_id,
        parent_id=f"{conversation_id}-{number - 1}" if number else None,
        role="assistant" if number % 2 or state == "streaming" else "user",
        content=text,
        created=float(number),
        state=state,  # type: ignore[arg-type]  # one of its values
        model_name="starter",
    )


def _sentence(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(TALK.split(), k=words)).capitalize() + "."


def _text(number: int) -> str:
    """About 146 words: a heading, paragraphs, a list, and code in every third reply."""
    rng = random.Random(number)
    if number % 2 == 0:
        return "\n\n".join(_sentence(rng, 48) for _ in range(3))
    items = "\n".join(f"- **{_sentence(rng, 2)}** {_sentence(rng, 9)}" for _ in range(5))
    parts = [f"## {_sentence(rng, 4)}", _sentence(rng, 40), items, _sentence(rng, 38)]
    if number % 6 == 1:
        parts.append("```python\n" + "\n".join(f"x_{i} = {i}" for i in range(8)) + "\n```")
    return "\n\n".join(parts)


def _tokens(count: int) -> list[str]:
    """A reply of ``count`` tokens, cut as tokenisers cut: about four letters each."""
    text = "\n\n".join(_text(number) for number in range(1, 60, 2))
    pieces = [text[start : start + 4] for start in range(0, len(text), 4)]
    return list(itertools.islice(itertools.cycle(pieces), count))


def _application() -> QApplication:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance()
    if isinstance(app, QApplication):
        return app
    made = QApplication([])
    ThemeController(made, "light")
    return made


def _shown_transcript(steps: list[PathStep]) -> Transcript:
    transcript = Transcript()
    transcript.resize(900, 700)
    transcript.show_path(steps)
    transcript.show()
    _paint(transcript)
    return transcript


def _paint(transcript: Transcript) -> None:
    """Paint everything that waits to be painted, now."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.UpdateRequest)
    transcript.viewport().repaint()


def _settle(app: QApplication, transcript: Transcript) -> None:
    """Let the work that waits for idle moments be done."""
    until = time.perf_counter() + 60
    while transcript.column.next_unmeasured(0) is not None:
        app.processEvents()
        if time.perf_counter() > until:
            raise TimeoutError("the transcript left messages unmeasured")


def _close(transcript: Transcript) -> None:
    transcript.close()
    transcript.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


if __name__ == "__main__":
    print(f"open_conversation_ms {open_conversation_ms():.1f}")
    print(f"transcript_p95_ms {transcript_p95_ms():.2f}")
